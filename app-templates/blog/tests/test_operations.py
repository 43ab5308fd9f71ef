"""Health, metrics, logs."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys

import pytest
from flask_migrate import downgrade, stamp
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import text

from webapp.extensions import db
from webapp.logs import configure_logging

from .conftest import make_app, run_task, write_post


def samples(client) -> dict:
    families = text_string_to_metric_families(client.get("/metrics").text)
    return {
        (sample.name, *sorted(sample.labels.items())): sample.value
        for family in families
        for sample in family.samples
    }


def test_live_needs_no_database(settings):
    settings.SQLALCHEMY_DATABASE_URI = "sqlite:////nowhere/at/all.db"
    client = make_app(settings, migrated=False).test_client()
    assert client.get("/health/live").json == {"status": "live"}
    response = client.get("/health/ready")
    assert response.status_code == 503
    assert response.json["reasons"] == ["The database cannot be used (OperationalError)."]
    assert "blog_database_up 0.0" in client.get("/metrics").text


def test_ready_only_when_migrated(settings):
    app = make_app(settings, migrated=False)
    client = app.test_client()
    response = client.get("/health/ready")
    assert response.status_code == 503
    assert "flask db upgrade" in response.json["reasons"][0]
    app.test_cli_runner().invoke(args=["db", "upgrade"])
    assert client.get("/health/ready").json["status"] == "ready"
    with app.app_context():
        downgrade(revision="base")
    assert client.get("/health/ready").status_code == 503


def test_behind_is_unready_and_ahead_is_ready(app, client, monkeypatch):
    health = "webapp.blueprints.health._revisions"
    monkeypatch.setattr(health, lambda _d: (frozenset({"0001", "0002"}), frozenset({"0002"})))
    response = client.get("/health/ready")
    assert response.status_code == 503
    assert "at migration 0001, this release needs 0002" in response.json["reasons"][0]
    monkeypatch.undo()
    with app.app_context():
        stamp(purge=True, revision="0001")
        db.session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        db.session.commit()
    assert client.get("/health/ready").status_code == 200


def test_ready_tells_about_beat(app, client):
    assert client.get("/health/ready").json["beat"] is None
    run_task(app, "blog.heartbeat")
    beat = client.get("/health/ready").json["beat"]
    assert 0 <= beat["age_seconds"] < 5
    assert beat["worker"]


def test_metrics_count_requests_and_rows(app, logged_in):
    write_post(logged_in)
    key = [("endpoint", "blog.home"), ("method", "GET"), ("process", str(os.getpid()))]
    counter = ("http_requests_total", *key, ("status", "200"))
    before = samples(logged_in).get(counter, 0)
    logged_in.get("/")
    after = samples(logged_in)
    assert after[counter] == before + 1
    assert after[("http_request_duration_seconds_count", *key)] >= 1
    assert after[("blog_posts",)] == 1
    assert after[("blog_users",)] == 1
    assert after[("blog_database_up",)] == 1


def test_made_up_methods_and_paths_make_no_series(client):
    client.open("/made/up", method="BREW")
    page = client.get("/metrics").text
    assert 'endpoint="none",method="OTHER"' in page
    assert "BREW" not in page
    assert "/made/up" not in page


def test_processes_that_share_a_directory_answer_for_each_other(settings, tmp_path):
    directory = tmp_path / "metrics"
    directory.mkdir()
    code = (
        "from webapp import create_app; client = create_app().test_client();"
        "client.get('/health/live'); print(client.get('/metrics').text)"
    )
    environ = {
        "PROMETHEUS_MULTIPROC_DIR": str(directory),
        "DB_URI": settings.SQLALCHEMY_DATABASE_URI,
        "PATH": os.environ["PATH"],
    }
    for expected in ("1.0", "2.0"):
        command = [sys.executable, "-c", code]
        run = subprocess.run(command, env=environ, capture_output=True, text=True, check=True)
        wanted = '{endpoint="health.live",method="GET",status="200"} ' + expected
        assert wanted in run.stdout


@pytest.mark.parametrize("given", ["abc-123", "A.b_c", "x" * 64])
def test_a_sane_request_id_is_kept(client, given):
    response = client.get("/health/live", headers={"X-Request-ID": given})
    assert response.headers["X-Request-ID"] == given


@pytest.mark.parametrize("given", ["", "x" * 65, "a b", '"}', "ä"])
def test_another_request_id_is_replaced(client, given):
    response = client.get("/health/live", headers={"X-Request-ID": given})
    assert response.headers["X-Request-ID"] != given
    assert len(response.headers["X-Request-ID"]) == 32


def test_every_line_is_json_with_the_request_id(client, capsys):
    configure_logging("INFO")
    client.get("/nope", headers={"X-Request-ID": "the-id"})
    logging.getLogger("somewhere.else").warning("plain %s", "text")
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    access = next(line for line in lines if line["logger"] == "webapp.access")
    assert access["status"] == 404
    assert access["path"] == "/nope"
    assert {line["request_id"] for line in lines} == {"the-id"}
    assert lines[-1]["message"] == "plain text"


def test_an_unexpected_error_is_logged_and_shown_without_details(app, client, capsys):
    @app.get("/broken")
    def broken():
        raise ValueError("secret detail")

    configure_logging("INFO")
    response = client.get("/broken", headers={"X-Request-ID": "broken-id"})
    assert response.status_code == 500
    assert "secret detail" not in response.text
    assert "broken-id" in response.text
    assert "ValueError: secret detail" in capsys.readouterr().err
