"""Settings of each environment.

Everything that differs between two deployments comes from environment variables; README.md lists
them. The upper-case attributes of an instance are the settings.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import timedelta

from click import ClickException

# DB_URI may name no driver, or one of Heroku's names: these are the drivers of requirements.in.
DRIVERS = {
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
    "mysql": "mysql+pymysql",
    "mariadb": "mariadb+pymysql",
}


class ConfigError(ClickException):
    """The configuration cannot be used; the message says why (the command line shows just that)."""


def database_uri(uri: str) -> str:
    """The URI with the driver that this application ships."""
    scheme, separator, rest = uri.partition("://")
    return DRIVERS.get(scheme, scheme) + separator + rest


def redis_url(host: str) -> str:
    """The cache's URL for a REDIS_HOST: ``host``, ``host:port``, or a whole ``redis[s]://`` URL."""
    return host if "://" in host else f"redis://{host}/1"


def engine_options(uri: str) -> dict:
    """Options of the database engine; logs never show the values of a statement."""
    if uri.startswith("sqlite"):
        return {"hide_parameters": True}
    return {
        "hide_parameters": True,
        "pool_pre_ping": True,
        "pool_recycle": 280,  # seconds; below the idle timeouts of common proxies and databases
        "connect_args": {"connect_timeout": 5},
    }


class Config:
    """What all environments share."""

    TESTING = False
    MAX_CONTENT_LENGTH = 256 * 1024
    SEND_FILE_MAX_AGE_DEFAULT = timedelta(days=365)  # their URLs carry a digest of the content
    SESSION_COOKIE_HTTPONLY = True
    SESSION_COOKIE_SAMESITE = "Lax"
    SESSION_COOKIE_SECURE = False
    REMEMBER_COOKIE_HTTPONLY = True
    REMEMBER_COOKIE_SAMESITE = "Lax"
    REMEMBER_COOKIE_SECURE = False
    WTF_CSRF_TIME_LIMIT = None  # as long as the session
    CACHE_TYPE = "SimpleCache"
    CACHE_DEFAULT_TIMEOUT = 300
    RATELIMIT_STORAGE_URI = "memory://"
    RATELIMIT_HEADERS_ENABLED = True
    LOGIN_RATE_LIMIT = "10 per minute"  # failed logins of one address
    REGISTER_RATE_LIMIT = "20 per minute"
    POSTS_PER_PAGE = 10
    TASKS_ALWAYS_EAGER = False
    DEMO_PASSWORD: str | None = "demo-password"  # noqa: S105 - of demo users only

    def __init__(self, environ: Mapping[str, str] | None = None) -> None:
        environ = os.environ if environ is None else environ
        self.SECRET_KEY = environ.get("SECRET_KEY", "for-development-only")
        self.SQLALCHEMY_DATABASE_URI = database_uri(environ.get("DB_URI", "sqlite:///app.db"))
        self.SQLALCHEMY_ENGINE_OPTIONS = engine_options(self.SQLALCHEMY_DATABASE_URI)
        self.BROKER_URL = environ.get("CELERY_BROKER_URL", "redis://127.0.0.1:6379/0")
        self.MAIL_URL = environ.get("MAIL_URL", "outbox:")
        self.MAIL_SENDER = environ.get("MAIL_SENDER", "blog@localhost")
        self.LOG_LEVEL = environ.get("LOG_LEVEL", "INFO").upper()
        self.TRUSTED_PROXIES = _integer(environ, "TRUSTED_PROXIES", 0)


class Dev(Config):
    """SQLite in ``instance/`` unless DB_URI says otherwise, in-process cache."""


class Prod(Config):
    """Everything from the environment."""

    REQUIRED = ("DB_URI", "CELERY_BROKER_URL", "REDIS_HOST", "SECRET_KEY")
    RATELIMIT_IN_MEMORY_FALLBACK_ENABLED = True  # a lost Redis must not lock users out
    CACHE_TYPE = "RedisCache"
    CACHE_OPTIONS = {"socket_connect_timeout": 1, "socket_timeout": 1}
    RATELIMIT_STORAGE_OPTIONS = CACHE_OPTIONS

    def __init__(self, environ: Mapping[str, str] | None = None) -> None:
        environ = os.environ if environ is None else environ
        missing = [name for name in self.REQUIRED if not environ.get(name)]
        if missing:
            raise ConfigError(
                f"The {type(self).__name__.lower()} configuration needs environment variables that "
                f"are not set: {', '.join(missing)}. Set them (README.md says what each one is), "
                "or set WEBAPP_ENV=dev to run with local defaults."
            )
        super().__init__(environ)
        self.CACHE_REDIS_URL = self.RATELIMIT_STORAGE_URI = redis_url(environ["REDIS_HOST"])
        self.DEMO_PASSWORD = environ.get("DEMO_PASSWORD")
        secure = _integer(environ, "COOKIES_SECURE", 1) != 0
        self.SESSION_COOKIE_SECURE = self.REMEMBER_COOKIE_SECURE = secure


class Stg(Prod):
    """As production."""


class Test(Config):
    """In-memory broker and cache, no rate limits."""

    __test__ = False  # not a test case, whatever pytest thinks of the name
    TESTING = True
    RATELIMIT_ENABLED = False

    def __init__(self, environ: Mapping[str, str] | None = None) -> None:
        super().__init__({"CELERY_BROKER_URL": "memory://", **(environ or {})})


ENVIRONMENTS = {"dev": Dev, "stg": Stg, "prod": Prod, "test": Test}


def load_config(config: str | object | None) -> object:
    """The settings for what ``create_app`` was given.

    :raises ConfigError: unknown name, missing or malformed variables.
    """
    if config is None:
        config = os.environ.get("WEBAPP_ENV") or "dev"
    if not isinstance(config, str):
        return config
    if config not in ENVIRONMENTS:
        raise ConfigError(
            f"There is no configuration {config!r}. Set WEBAPP_ENV to one of: "
            f"{', '.join(ENVIRONMENTS)}."
        )
    return ENVIRONMENTS[config]()


def _integer(environ: Mapping[str, str], name: str, default: int) -> int:
    value = environ.get(name) or str(default)
    if not value.isdecimal():
        raise ConfigError(f"{name} must be a whole number of 0 or more, not {value!r}.")
    return int(value)
