"""Structured logs: one JSON object a line on stderr, with the id of the request it belongs to."""

from __future__ import annotations

import logging
import re
import sys
import time
import uuid

import structlog
from flask import Flask, Response, g, request

HEADER = "X-Request-ID"
QUIET_ENDPOINTS = frozenset({"static", "health.live", "health.ready", "metrics.metrics"})
_sane_id = re.compile(r"[A-Za-z0-9._-]{1,64}")
_before_rendering = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.stdlib.ExtraAdder(),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
]


def configure_logging(level: str) -> None:
    """Sends every logger's lines, the libraries' too, through one JSON handler."""
    structlog.configure(
        processors=[*_before_rendering, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.name = "webapp"
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=_before_rendering,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.EventRenamer("message"),
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [h for h in root.handlers if h.name != handler.name] + [handler]
    root.setLevel(level)
    logging.getLogger("werkzeug").setLevel(logging.WARNING)  # below is a better access log


def init_app(app: Flask) -> None:
    configure_logging(app.config["LOG_LEVEL"])
    log = structlog.stdlib.get_logger("webapp.access")

    @app.before_request
    def start() -> None:
        given = request.headers.get(HEADER, "")
        g.request_id = given if _sane_id.fullmatch(given) else uuid.uuid4().hex
        g.started = time.perf_counter()
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=g.request_id)

    @app.after_request
    def finish(response: Response) -> Response:
        response.headers[HEADER] = g.request_id
        write = log.debug if request.endpoint in QUIET_ENDPOINTS else log.info
        write(
            "request",
            method=request.method,
            path=request.path,
            endpoint=request.endpoint,
            status=response.status_code,
            duration_ms=round((time.perf_counter() - g.started) * 1000, 1),
            client=request.remote_addr,
        )
        return response
