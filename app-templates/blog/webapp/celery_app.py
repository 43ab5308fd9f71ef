"""Celery, bound to the Flask application: every task runs inside its context."""

from __future__ import annotations

from datetime import timedelta

import structlog
from celery import Celery, Task, signals
from flask import Flask

from .extensions import db
from .logs import configure_logging

# A task with an ETA waits unacknowledged in a worker. Brokers give such a message to another worker
# after the visibility timeout (Redis, SQS) or drop the connection after 30 minutes (RabbitMQ), so
# jobs due later than this stay in the database until then (see jobs.py).
LONGEST_ETA = timedelta(minutes=15)
VISIBILITY_TIMEOUT = timedelta(hours=1)


class FlaskTask(Task):
    """A task that runs in the application's context."""

    def __call__(self, *args, **kwargs):
        with self.app.flask_app.app_context():
            return self.run(*args, **kwargs)


def celery_config(app: Flask) -> dict:
    url = app.config["BROKER_URL"]
    config = {
        "broker_url": url,
        "broker_connection_retry_on_startup": True,
        "broker_connection_timeout": 2,  # seconds
        "broker_transport_options": _transport_options(url.partition(":")[0]),
        "task_serializer": "json",
        "accept_content": ["json"],
        "enable_utc": True,
        "timezone": "UTC",
        "task_ignore_result": True,  # results are rows of the database
        "task_acks_late": True,
        "task_reject_on_worker_lost": True,
        "task_soft_time_limit": 30,  # seconds
        "task_time_limit": 60,
        "task_publish_retry_policy": {"max_retries": 2, "interval_step": 0.2, "interval_max": 0.4},
        "task_always_eager": app.config["TASKS_ALWAYS_EAGER"],
        "worker_prefetch_multiplier": 1,
        "worker_soft_shutdown_timeout": 10.0,  # seconds
        "worker_enable_soft_shutdown_on_idle": True,  # gives waiting ETA tasks back to the broker
        "worker_cancel_long_running_tasks_on_connection_loss": True,
        "worker_redirect_stdouts": False,
        # They expire before the next one, so none pile up while no worker runs.
        "beat_schedule": {
            "heartbeat": {"task": "blog.heartbeat", "schedule": 10.0, "options": {"expires": 10}},
            "sweep": {"task": "blog.sweep", "schedule": 30.0, "options": {"expires": 30}},
        },
    }
    return config


def _transport_options(transport: str) -> dict:
    options = {"max_retries": 1, "interval_start": 0, "interval_step": 0.2}
    if transport in ("redis", "rediss", "sqs", "memory"):
        options["visibility_timeout"] = int(VISIBILITY_TIMEOUT.total_seconds())
    if transport in ("redis", "rediss"):
        options["socket_connect_timeout"] = 2
    return options


def init_app(app: Flask) -> Celery:
    celery = Celery(app.import_name, task_cls=FlaskTask, set_as_current=False)
    celery.config_from_object(celery_config(app))
    celery.flask_app = app
    celery.set_default()
    app.extensions["celery"] = celery
    return celery


@signals.before_task_publish.connect
def _send_request_id(headers: dict, **_kwargs) -> None:
    request_id = structlog.contextvars.get_contextvars().get("request_id")
    if request_id:
        headers.setdefault("request_id", request_id)


@signals.task_prerun.connect
def _bind_request_id(task_id: str, task: Task, **_kwargs) -> None:
    if task.request.is_eager:
        return  # it runs inside the request, which has bound its id
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(task=task.name, task_id=task_id)
    request_id = getattr(task.request, "request_id", None)
    if request_id:
        structlog.contextvars.bind_contextvars(request_id=request_id)


@signals.setup_logging.connect
def _keep_our_logging(loglevel, **_kwargs) -> None:
    configure_logging(loglevel)  # and being connected, it stops Celery from doing its own


@signals.worker_process_init.connect
def _forget_inherited_connections(**_kwargs) -> None:
    """A forked worker process must not share the parent's database connections."""
    from celery import current_app  # noqa: PLC0415

    flask_app = getattr(current_app, "flask_app", None)
    if flask_app:
        with flask_app.app_context():
            db.engine.dispose(close=False)
