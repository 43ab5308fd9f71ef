from __future__ import annotations

import re
from types import SimpleNamespace

import pytest
from argon2 import PasswordHasher
from flask_migrate import upgrade

from webapp import create_app, models
from webapp.config import Test as Settings
from webapp.extensions import cache, db
from webapp.models import User

PASSWORD = "a long password"


@pytest.fixture(autouse=True)
def cheap_hashes(monkeypatch):
    """The cost of a password hash is its point, but not here."""
    monkeypatch.setattr(models, "_hasher", PasswordHasher(time_cost=1, memory_cost=64))


@pytest.fixture
def settings(tmp_path):
    """Settings with a database of their own; a test may change them before it makes the app."""
    return Settings({"DB_URI": f"sqlite:///{tmp_path}/app.db"})


@pytest.fixture
def app(settings):
    return make_app(settings)


@pytest.fixture
def client(app):
    return app.test_client()


@pytest.fixture
def user(app):
    return add_user(app, "reader")


@pytest.fixture
def logged_in(client, user):
    log_in(client, user.username)
    return client


def make_app(settings, *, migrated: bool = True):
    app = create_app(settings)
    with app.app_context():
        cache.clear()
        if migrated:
            upgrade()
    return app


def add_user(app, name: str) -> SimpleNamespace:
    with app.app_context():
        user = User(username=name, email=f"{name}@example.com")
        user.set_password(PASSWORD)
        db.session.add(user)
        db.session.commit()
        return SimpleNamespace(id=user.id, username=name)


def token(client, page: str = "/login") -> str:
    return re.search(r'name="csrf_token"[^>]* value="([^"]+)"', client.get(page).text)[1]


def submit(client, action: str, page: str | None = None, **fields):
    """Sends a form as a browser does: with the token of the page it is on."""
    return client.post(action, data={"csrf_token": token(client, page or action), **fields})


def log_in(client, name: str, password: str = PASSWORD, query: str = ""):
    return submit(client, f"/login{query}", username=name, password=password)


def write_post(client, title: str = "A title", body: str = "Some text.", tags: str = "") -> str:
    response = submit(client, "/posts/new", title=title, body=body, tags=tags)
    assert response.status_code == 302, response.text
    return response.location


def run_task(app, name: str, *args) -> None:
    """Runs a task of this very application, as a worker would."""
    app.extensions["celery"].tasks[name].apply(args=args, throw=True)
