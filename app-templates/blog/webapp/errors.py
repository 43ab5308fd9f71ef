"""Error pages; JSON below /api."""

from __future__ import annotations

import structlog
from flask import Flask, g, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, InternalServerError

from .extensions import db

MESSAGES = {
    403: "You may not do that.",
    404: "There is no such page.",
    413: "That is too much text.",
    429: "Too many attempts. Please wait a minute and try again.",
    500: "Something went wrong on our side.",
}
log = structlog.stdlib.get_logger(__name__)


def init_app(app: Flask) -> None:
    app.register_error_handler(CSRFError, _csrf_error)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _unexpected_error)


def _http_error(error: HTTPException, message: str | None = None) -> ResponseReturnValue:
    if error.response is not None or (error.code or 500) < 400:
        return error  # a redirect, or a response that somebody made already
    message = message or MESSAGES.get(error.code, error.description)
    headers = [(name, value) for name, value in error.get_headers() if name != "Content-Type"]
    if request.path.startswith("/api/"):
        code = error.name.lower().replace(" ", "_")
        return jsonify(error={"code": code, "message": message}), error.code, headers
    page = render_template("error.html", error=error, message=message, request_id=g.request_id)
    return page, error.code, headers


def _csrf_error(error: CSRFError) -> ResponseReturnValue:
    return _http_error(error, "This form is no longer valid. Please go back, reload and try again.")


def _unexpected_error(error: Exception) -> ResponseReturnValue:
    log.error("unhandled exception", path=request.path, exc_info=error)
    db.session.rollback()
    return _http_error(InternalServerError())
