"""Celery tasks. A broker may deliver a message more than once: each task has one effect only."""

from __future__ import annotations

from datetime import timedelta

import structlog
from celery import Task, shared_task
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from . import jobs, mail
from .celery_app import FlaskTask
from .database import utcnow
from .extensions import db
from .models import Digest, Heartbeat, Post, Reminder, State
from .text import summarize

DIGEST_DAYS = 7
DIGEST_POSTS = 10
MODELS = {model.task_name: model for model in (Digest, Reminder)}
RETRIES = {"autoretry_for": (Exception,), "retry_backoff": 2, "retry_backoff_max": 60}
log = structlog.stdlib.get_logger(__name__)


class JobTask(FlaskTask):
    """Does a job: mails the user and marks the row as done, in one transaction."""

    max_retries = 5

    def on_failure(self, exc, task_id, args, kwargs, einfo) -> None:
        with self.app.flask_app.app_context():
            job = db.session.get(MODELS[self.name], args[0])
            if job and job.state is not State.DONE:
                job.state = State.FAILED
                job.error = f"{type(exc).__name__}: {exc}"[:255]
                db.session.commit()


@shared_task(bind=True, base=JobTask, name=Digest.task_name, **RETRIES)
def send_digest(task: Task, job_id: int) -> None:
    _perform(task, job_id, _compose_digest)


@shared_task(bind=True, base=JobTask, name=Reminder.task_name, **RETRIES)
def send_reminder(task: Task, job_id: int) -> None:
    _perform(task, job_id, lambda reminder: (f"Reminder: {reminder.text}", reminder.text))


@shared_task(bind=True, name="blog.heartbeat")
def heartbeat(task: Task) -> None:
    """Shows that beat sends and a worker works."""
    row = db.session.get(Heartbeat, "beat") or Heartbeat(name="beat")
    row.beat_at = utcnow()
    row.worker = task.request.hostname
    db.session.add(row)
    try:
        db.session.commit()
    except IntegrityError:  # two workers made the first row; the other one's is as good
        db.session.rollback()
    log.debug("heartbeat")


@shared_task(name="blog.sweep")
def sweep() -> None:
    count = jobs.sweep()
    if count:
        log.info("jobs handed over", count=count)


def _perform(task: Task, job_id: int, compose) -> None:
    model = MODELS[task.name]
    job = db.session.get(model, job_id, with_for_update=True)
    if job is None or job.state is State.DONE:
        log.info("nothing to do", job_id=job_id)
        return
    subject, body = compose(job)
    mail.send(key=f"{model.__tablename__}-{job.id}", user=job.user, subject=subject, body=body)
    job.state = State.DONE
    job.done_at = utcnow()
    job.worker = task.request.hostname
    job.error = None
    db.session.commit()
    log.info("job done", job_id=job_id)


def _compose_digest(_digest: Digest) -> tuple[str, str]:
    since = utcnow() - timedelta(days=DIGEST_DAYS)
    query = select(Post).where(Post.created_at >= since).order_by(Post.created_at.desc())
    posts = db.session.scalars(query.limit(DIGEST_POSTS)).all()
    if not posts:
        return "Nothing new this week", f"Nobody wrote anything in the last {DIGEST_DAYS} days."
    noun = "post" if len(posts) == 1 else "posts"
    return f"{len(posts)} new {noun} this week", "\n\n".join(map(_digest_entry, posts))


def _digest_entry(post: Post) -> str:
    byline = f"by {post.author.username}, {post.created_at:%d %B %Y}"
    return f"{post.title}\n{byline}\n{summarize(post.body)}"
