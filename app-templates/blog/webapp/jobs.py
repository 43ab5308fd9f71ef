"""Background jobs that are never lost: stored first, then given to the broker.

If the broker cannot be reached, or loses a message, beat's sweep gives the job to it (again). The
tasks change nothing for a job that is done, so they may well run twice.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Union

import structlog
from flask import current_app
from sqlalchemy import and_, or_, select, update

from .celery_app import LONGEST_ETA
from .database import utcnow
from .extensions import db
from .models import Digest, Reminder, State

REPUBLISH_AFTER = timedelta(minutes=5)
SWEEP_LIMIT = 200  # jobs of a kind
Job = Union[Digest, Reminder]
log = structlog.stdlib.get_logger(__name__)


def submit(job: Job) -> bool:
    """Stores the job and hands it over; ``False`` if the broker cannot be reached just now."""
    job.request_id = structlog.contextvars.get_contextvars().get("request_id")
    db.session.add(job)
    db.session.commit()
    return hand_over(job)


def hand_over(job: Job) -> bool:
    """Gives a stored job to the broker; ``False`` if that cannot be reached.

    A job due later than a task may wait stays in the database for the sweep.
    """
    db.session.commit()  # holds no transaction (on SQLite: no lock) while it talks to the broker
    if job.due_at - utcnow() > LONGEST_ETA:
        return True
    task = current_app.extensions["celery"].tasks[job.task_name]
    try:
        with structlog.contextvars.bound_contextvars(request_id=job.request_id):
            task.apply_async(args=[job.id], eta=job.due_at)
    except Exception as error:  # each transport has its own errors; the job is stored
        log.error("broker unreachable", job=job.task_name, job_id=job.id, error=str(error))
        return False
    model = type(job)
    unfinished = model.state.in_([State.WAITING, State.QUEUED])
    queued = update(model).where(model.id == job.id, unfinished)  # it may be done by now
    db.session.execute(queued.values(state=State.QUEUED, queued_at=utcnow()))
    db.session.commit()
    return True


def sweep() -> int:
    """Hands over what is waiting and due soon, and again what should long have been done."""
    now = utcnow()
    late = now - REPUBLISH_AFTER
    count = 0
    for model in (Digest, Reminder):
        waiting = and_(model.state == State.WAITING, model.due_at <= now + LONGEST_ETA)
        overdue = and_(model.state == State.QUEUED, model.due_at < late, model.queued_at < late)
        query = select(model).where(or_(waiting, overdue)).order_by(model.due_at)
        for job in db.session.scalars(query.limit(SWEEP_LIMIT)).all():
            if not hand_over(job):
                return count
            count += 1
    return count
