from __future__ import annotations

import subprocess
import sys

import pytest
from flask import request

from webapp import create_app
from webapp.config import ConfigError, Dev, Prod

PROD = {
    "DB_URI": "postgres://user:pw@db/blog",
    "CELERY_BROKER_URL": "amqp://broker",
    "REDIS_HOST": "cache:6380",
    "SECRET_KEY": "s",
}


def test_name_comes_from_the_environment(monkeypatch):
    monkeypatch.setenv("WEBAPP_ENV", "test")
    assert create_app().config["TESTING"]


def test_unknown_name_is_refused_with_the_known_ones():
    with pytest.raises(ConfigError, match=r"'production'.*dev, stg, prod, test"):
        create_app("production")


def test_dev_needs_nothing():
    config = Dev({})
    assert config.SQLALCHEMY_DATABASE_URI == "sqlite:///app.db"
    assert config.CACHE_TYPE == "SimpleCache"


@pytest.mark.parametrize("name", ["prod", "stg"])
def test_every_missing_variable_is_named_at_once(monkeypatch, name):
    for variable in PROD:
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("SECRET_KEY", "s")
    with pytest.raises(ConfigError) as caught:
        create_app(name)
    assert "DB_URI, CELERY_BROKER_URL, REDIS_HOST." in str(caught.value)
    assert "SECRET_KEY" not in str(caught.value)


def test_command_line_shows_one_error_and_no_traceback():
    environ = {"WEBAPP_ENV": "prod", "FLASK_APP": "webapp:create_app"}
    command = [sys.executable, "-m", "flask", "seed"]
    result = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
    assert result.returncode != 0
    assert result.stderr.count("DB_URI, CELERY_BROKER_URL, REDIS_HOST, SECRET_KEY") == 1
    assert "Traceback" not in result.stderr


def test_prod_takes_everything_from_the_environment():
    config = Prod(PROD)
    assert config.SQLALCHEMY_DATABASE_URI == "postgresql+psycopg://user:pw@db/blog"
    assert config.BROKER_URL == "amqp://broker"
    assert config.CACHE_REDIS_URL == config.RATELIMIT_STORAGE_URI == "redis://cache:6380/1"
    assert config.SESSION_COOKIE_SECURE
    assert config.DEMO_PASSWORD is None


def test_cookies_of_prod_without_https():
    assert not Prod({**PROD, "COOKIES_SECURE": "0"}).SESSION_COOKIE_SECURE


def test_malformed_number_is_refused():
    with pytest.raises(ConfigError, match=r"TRUSTED_PROXIES must be a whole number.*'two'"):
        Dev({"TRUSTED_PROXIES": "two"})


def test_making_the_app_contacts_nothing(monkeypatch):
    for variable, value in PROD.items():
        monkeypatch.setenv(variable, value)
    assert create_app("prod").extensions["celery"].conf.broker_url == "amqp://broker"


@pytest.mark.parametrize(
    ("hops", "address"), [("0", "127.0.0.1"), ("1", "203.0.113.9"), ("2", "198.51.100.7")]
)
def test_only_trusted_proxies_may_name_the_client(settings, hops, address):
    settings.TRUSTED_PROXIES = int(hops)
    app = create_app(settings)
    app.add_url_rule("/address", view_func=lambda: request.remote_addr)
    headers = {"X-Forwarded-For": "198.51.100.7, 203.0.113.9"}
    assert app.test_client().get("/address", headers=headers).text == address
