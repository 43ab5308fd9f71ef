"""Prometheus metrics at /metrics.

Every web process counts its own requests. A scrape reaches one of them, so each series carries the
process's id: two processes never look like one counter that jumps. With PROMETHEUS_MULTIPROC_DIR
(an empty directory that all processes share) any process answers for all of them instead.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator

import structlog
from flask import Blueprint, Flask, Response, g, request
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from .database import utcnow
from .extensions import db
from .models import Comment, Digest, Heartbeat, Post, Reminder, User

SHARED = bool(os.environ.get("PROMETHEUS_MULTIPROC_DIR"))
METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"})
LABELS = ["method", "endpoint"] if SHARED else ["method", "endpoint", "process"]
REQUESTS = Counter("http_requests", "Requests answered.", [*LABELS, "status"])
LATENCY = Histogram("http_request_duration_seconds", "Time to answer a request.", LABELS)

bp = Blueprint("metrics", __name__)
log = structlog.stdlib.get_logger(__name__)


def init_app(app: Flask) -> None:
    @app.before_request
    def start() -> None:
        g.metrics_started = time.perf_counter()

    @app.after_request
    def finish(response: Response) -> Response:
        labels = {
            "method": request.method if request.method in METHODS else "OTHER",
            "endpoint": request.endpoint or "none",
        }
        if not SHARED:
            labels["process"] = str(os.getpid())
        REQUESTS.labels(**labels, status=response.status_code).inc()
        LATENCY.labels(**labels).observe(time.perf_counter() - g.metrics_started)
        return response


@bp.get("/metrics")
def metrics() -> Response:
    process = REGISTRY
    if SHARED:
        process = CollectorRegistry()
        MultiProcessCollector(process)
    database = CollectorRegistry()
    database.register(DatabaseCollector())
    body = generate_latest(process) + generate_latest(database)
    return Response(body, content_type=CONTENT_TYPE_LATEST)


class DatabaseCollector:
    """What the database says now: the same from every process."""

    def describe(self) -> list[Metric]:
        return []  # the names are known only once collected; registering must not query

    def collect(self) -> Iterator[Metric]:
        up = 1
        try:
            yield from list(self._read())
        except SQLAlchemyError as error:
            log.warning("metrics: database unavailable", error=type(error).__name__)
            up = 0
        yield GaugeMetricFamily("blog_database_up", "Whether the database answers.", value=up)

    def _read(self) -> Iterator[Metric]:
        for model in (User, Post, Comment):
            count = db.session.scalar(select(func.count()).select_from(model))
            name = f"{model.__tablename__}s"
            yield GaugeMetricFamily(f"blog_{name}", f"Number of {name}.", value=count)
        jobs = GaugeMetricFamily("blog_jobs", "Background jobs.", labels=["kind", "state"])
        for model in (Digest, Reminder):
            counts = db.session.execute(select(model.state, func.count()).group_by(model.state))
            for state, count in counts:
                jobs.add_metric([model.__tablename__, state.value], count)
        yield jobs
        beat = db.session.get(Heartbeat, "beat")
        if beat:
            age = (utcnow() - beat.beat_at).total_seconds()
            text = "Seconds since beat's last heartbeat."
            yield GaugeMetricFamily("blog_beat_heartbeat_age_seconds", text, value=age)
