from __future__ import annotations

import json
import socket
import time
from datetime import timedelta

import pytest
from celery.contrib.testing.worker import start_worker
from sqlalchemy import select

from webapp import jobs
from webapp.celery_app import LONGEST_ETA, VISIBILITY_TIMEOUT
from webapp.database import utcnow
from webapp.extensions import db
from webapp.logs import configure_logging
from webapp.models import Digest, Heartbeat, OutboxMail, Post, Reminder, State

from .conftest import add_user, log_in, make_app, run_task, submit, token, write_post


@pytest.fixture
def eager(settings):
    """Makes the tasks of the application run at once."""
    settings.TASKS_ALWAYS_EAGER = True


@pytest.fixture
def published(app, monkeypatch):
    """What the broker was given: (task, arguments, ETA)."""
    messages = []
    for name in (Digest.task_name, Reminder.task_name):
        monkeypatch.setattr(
            app.extensions["celery"].tasks[name],
            "apply_async",
            lambda args, eta, name=name: messages.append((name, args, eta)),
        )
    return messages


def only(model):
    return db.session.scalars(select(model).execution_options(populate_existing=True)).one()


def ask_for_digest(client):
    return submit(client, "/activity/digests", "/activity")


def set_reminder(client, **fields):
    return submit(client, "/activity/reminders", "/activity", **fields)


def test_digest_lists_the_new_posts(eager, app, logged_in):
    write_post(logged_in, "Fresh news", "It **happened**.")
    with app.app_context():
        old = utcnow() - timedelta(days=8)
        db.session.add(Post(title="Old news", body="x", author_id=1, created_at=old))
        db.session.commit()
    assert ask_for_digest(logged_in).location == "/activity"
    assert "1 new post this week" in logged_in.get("/activity").text
    with app.app_context():
        job, mail = only(Digest), only(OutboxMail)
        assert job.state is State.DONE
        assert (utcnow() - job.done_at).total_seconds() < 10
        assert mail.recipient == "reader@example.com"
        assert "Fresh news\nby reader" in mail.body
        assert "It happened." in mail.body
        assert "Old news" not in mail.body


def test_reminder_is_mailed_once_however_often_the_task_runs(eager, app, logged_in):
    set_reminder(logged_in, text="Tea is ready", amount="5", unit="minutes")
    with app.app_context():
        job = only(Reminder)
        done_at = job.done_at
        assert timedelta(minutes=4) < job.due_at - utcnow() <= timedelta(minutes=5)
    run_task(app, Reminder.task_name, job.id)
    run_task(app, Reminder.task_name, 99)  # gone with its user
    with app.app_context():
        assert only(OutboxMail).subject == "Reminder: Tea is ready"
        assert only(Reminder).done_at == done_at


@pytest.mark.parametrize(
    "change",
    [
        {"text": ""},
        {"text": "x" * 201},
        {"amount": "0"},
        {"amount": "-3"},
        {"amount": "366", "unit": "days"},
        {"amount": "9" * 40},
        {"amount": "many"},
        {"unit": "weeks"},
    ],
)
def test_bad_reminders_are_refused(app, logged_in, change):
    response = set_reminder(logged_in, **{"text": "x", "amount": "1", "unit": "hours", **change})
    assert response.status_code == 422
    assert 'class="error"' in response.text
    with app.app_context():
        assert db.session.scalars(select(Reminder)).all() == []


def test_only_reminders_due_soon_go_to_the_broker(app, logged_in, published):
    assert LONGEST_ETA < VISIBILITY_TIMEOUT
    set_reminder(logged_in, text="soon", amount="10", unit="minutes")
    set_reminder(logged_in, text="later", amount="2", unit="hours")
    with app.app_context():
        soon, later = db.session.scalars(select(Reminder).order_by(Reminder.id))
        assert published == [(Reminder.task_name, [soon.id], soon.due_at)]
        assert (soon.state, later.state) == (State.QUEUED, State.WAITING)
        assert jobs.sweep() == 0
        later.due_at = utcnow() + LONGEST_ETA - timedelta(seconds=1)
        assert jobs.sweep() == 1
        assert published[1:] == [(Reminder.task_name, [later.id], later.due_at)]


def test_what_the_broker_lost_is_handed_over_again(app, logged_in, published):
    ask_for_digest(logged_in)
    with app.app_context():
        job = only(Digest)
        assert jobs.sweep() == 0
        job.due_at = job.queued_at = utcnow() - jobs.REPUBLISH_AFTER - timedelta(seconds=1)
        assert jobs.sweep() == 1
        assert jobs.sweep() == 0  # not with every sweep
        assert len(published) == 2


def test_an_unreachable_broker_is_told_and_nothing_is_lost(settings):
    with socket.socket() as closed_port:
        closed_port.bind(("127.0.0.1", 0))
        settings.BROKER_URL = f"redis://127.0.0.1:{closed_port.getsockname()[1]}/0"
        app = make_app(settings)
        add_user(app, "reader")
        client = app.test_client()
        log_in(client, "reader")
        started = time.monotonic()
        assert ask_for_digest(client).status_code == 302
        assert time.monotonic() - started < 10
    page = client.get("/activity").text
    assert "the background queue cannot be reached right now" in page
    assert 'class="state waiting"' in page
    app.extensions["celery"].conf.task_always_eager = True  # the broker is back
    run_task(app, "blog.sweep")
    with app.app_context():
        assert only(Digest).state is State.DONE
        assert only(OutboxMail).key == "digest-1"


def test_a_worker_does_it_and_its_log_lines_carry_the_request_id(app, logged_in, capsys):
    form = {"csrf_token": token(logged_in, "/activity")}
    celery = app.extensions["celery"]
    configure_logging("INFO")
    with start_worker(celery, pool="solo", perform_ping_check=False, loglevel="INFO"):
        logged_in.post("/activity/digests", data=form, headers={"X-Request-ID": "from-web"})
        deadline = time.monotonic() + 20
        while 'class="state queued"' in logged_in.get("/activity").text:
            assert time.monotonic() < deadline
            time.sleep(0.05)
    with app.app_context():
        job = only(Digest)
        assert (job.state, job.request_id) == (State.DONE, "from-web")
        assert job.worker
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    done = next(line for line in lines if line["message"] == "job done")
    assert (done["request_id"], done["task"]) == ("from-web", "blog.send_digest")


def test_a_job_that_keeps_failing_is_shown_as_failed(eager, app, logged_in):
    app.config["MAIL_URL"] = "pigeon://loft"
    ask_for_digest(logged_in)
    with app.app_context():
        job = only(Digest)
        assert job.state is State.FAILED
        assert "MAIL_URL must be" in job.error
        assert db.session.scalars(select(OutboxMail)).all() == []
    assert 'class="state failed"' in logged_in.get("/activity").text


def test_heartbeat_keeps_one_row(app):
    run_task(app, "blog.heartbeat")
    with app.app_context():
        first = only(Heartbeat).beat_at
    run_task(app, "blog.heartbeat")
    with app.app_context():
        assert only(Heartbeat).beat_at > first


def test_activity_shows_only_ones_own(eager, app, logged_in):
    set_reminder(logged_in, text="my secret", amount="5", unit="minutes")
    add_user(app, "stranger")
    stranger = app.test_client()
    log_in(stranger, "stranger")
    assert "my secret" in logged_in.get("/activity").text
    assert "my secret" not in stranger.get("/activity").text


def test_celery_settings(app):
    conf = app.extensions["celery"].conf
    assert conf.task_acks_late
    assert conf.task_reject_on_worker_lost
    assert conf.accept_content == ["json"]
    assert conf.worker_prefetch_multiplier == 1
    assert conf.worker_soft_shutdown_timeout > 0
    assert conf.broker_transport_options["visibility_timeout"] == 3600
    for entry in conf.beat_schedule.values():
        assert entry["options"]["expires"] <= entry["schedule"]


class FakeSmtp:
    sent: list = []

    def __init__(self, host, port, timeout):
        self.server = (host, port)

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        pass

    def has_extn(self, _name):
        return False

    def login(self, user, password):
        self.credentials = (user, password)

    def send_message(self, message):
        self.sent.append((self.server, self.credentials, message))


def test_mail_by_smtp(eager, app, logged_in, monkeypatch):
    monkeypatch.setattr("smtplib.SMTP", FakeSmtp)
    app.config["MAIL_URL"] = "smtp://user:p%40ss@mail.example:2525"
    ask_for_digest(logged_in)
    [(server, credentials, message)] = FakeSmtp.sent
    assert (server, credentials) == (("mail.example", 2525), ("user", "p@ss"))
    assert (message["To"], message["Subject"]) == ("reader@example.com", "Nothing new this week")
    with app.app_context():
        assert only(OutboxMail).subject == message["Subject"]
