"""A blog: the application factory."""

from __future__ import annotations

import hashlib
from pathlib import Path

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from . import (
    celery_app,
    cli,
    content_cache,
    database,
    errors,
    logs,
    metrics,
    models,
    security,
    tasks,  # noqa: F401 - registers them
    template_helpers,
)
from .blueprints import activity, api, auth, blog, health
from .config import load_config
from .extensions import cache, csrf, db, limiter, login_manager, migrate

ROOT = Path(__file__).resolve().parent.parent


def create_app(config: str | object | None = None) -> Flask:
    """Builds the application. Contacts nothing: neither database, broker nor cache.

    :param config: the name of an environment (``dev``, ``stg``, ``prod`` or ``test``), or an object
        whose upper-case attributes are the settings; ``None`` takes the name from ``WEBAPP_ENV``
        (default ``dev``).
    :raises ConfigError: the name is unknown, or variables that the environment needs are missing.
    """
    app = Flask(__name__)
    app.config.from_object(load_config(config))
    logs.init_app(app)  # first: its request hooks give every later log line the request id
    if app.config["TRUSTED_PROXIES"]:
        hops = app.config["TRUSTED_PROXIES"]
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)

    metrics.init_app(app)
    db.init_app(app)
    database.init_app(app)
    migrate.init_app(app, db, directory=str(ROOT / "migrations"))
    login_manager.init_app(app)
    csrf.init_app(app)
    cache.init_app(app)
    content_cache.init_app()
    limiter.init_app(app)
    celery_app.init_app(app)
    security.init_app(app)
    errors.init_app(app)
    template_helpers.init_app(app)
    _version_static_files(app)

    for module in (blog, auth, activity, api, health, metrics):
        app.register_blueprint(module.bp)
    csrf.exempt(api.bp)  # it takes no cookies, so there is nothing to forge
    app.cli.add_command(cli.seed)

    app.shell_context_processor(lambda: {"db": db, "models": models})
    return app


def _version_static_files(app: Flask) -> None:
    """Adds a digest to the URLs of static files, so that browsers may keep them for a year."""
    digests: dict[str, str] = {}

    @app.url_defaults
    def add_version(endpoint: str, values: dict) -> None:
        if endpoint != "static" or "filename" not in values:
            return
        name = values["filename"]
        if name not in digests:
            content = (Path(app.static_folder) / name).read_bytes()
            digests[name] = hashlib.sha256(content).hexdigest()[:12]
        values["v"] = digests[name]
