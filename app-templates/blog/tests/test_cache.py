from __future__ import annotations

import pytest
from flask_migrate import upgrade

from webapp import create_app
from webapp.content import front_page
from webapp.content_cache import cached
from webapp.extensions import cache, db
from webapp.models import ContentVersion

from .conftest import log_in, submit, write_post


@pytest.fixture
def two_processes(app, settings, monkeypatch):
    """Clients of two applications on one database, each with a cache of its own."""
    other = create_app(settings)
    assert app.extensions["cache"][cache] is not other.extensions["cache"][cache]
    return app.test_client(), other.test_client()


def version(app) -> int:
    with app.app_context():
        return db.session.get(ContentVersion, 1).number


def test_no_process_shows_a_stale_page(two_processes, user):
    first, second = two_processes
    log_in(first, user.username)
    assert "no posts yet" in second.get("/").text

    url = write_post(first, "Breaking", tags="fresh")
    page = second.get("/").text
    assert "Breaking" in page
    assert "/tags/fresh" in page

    submit(first, "/posts/1/comments", url, body="x")
    assert "1 comment" in second.get("/").text
    submit(first, "/posts/1/edit", title="Changed", body="x", tags="other")
    page = second.get("/").text
    assert "Changed" in page
    assert "/tags/fresh" not in page
    submit(first, "/posts/1/delete", "/posts/1/changed")
    assert "Changed" not in second.get("/").text


def test_unchanged_content_comes_from_the_cache(app, logged_in):
    write_post(logged_in)
    with app.app_context():
        assert cached("n", lambda: 1) == cached("n", lambda: 2) == 1
        assert front_page(1, 10) is not None
    before = version(app)
    logged_in.get("/")
    assert version(app) == before


def test_a_change_of_tags_alone_counts(app, logged_in):
    write_post(logged_in, "T", "B", "one")
    before = version(app)
    submit(logged_in, "/posts/1/edit", title="T", body="B", tags="one, two")
    assert version(app) > before


def test_a_lost_cache_costs_no_page(app, client, monkeypatch):
    def fail(*_args, **_kwargs):
        raise ConnectionError("cache is gone")

    monkeypatch.setattr(cache, "get", fail)
    monkeypatch.setattr(cache, "set", fail)
    assert client.get("/").status_code == 200


def test_a_database_that_is_migrated_twice_keeps_its_content(app, logged_in):
    write_post(logged_in, "Kept")
    with app.app_context():
        upgrade()
    assert "Kept" in logged_in.get("/").text
