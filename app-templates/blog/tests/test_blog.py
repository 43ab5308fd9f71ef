from __future__ import annotations

import pytest

from webapp.extensions import db
from webapp.models import Comment, Post, Tag

from .conftest import add_user, log_in, submit, write_post


def test_write_read_change_delete(logged_in):
    url = write_post(logged_in, "Größe & Höhe", "Some **bold** text.", "One, two, one, Zwei Drei")
    assert url == "/posts/1/groe-hohe"
    page = logged_in.get(url).text
    assert "Größe &amp; Höhe" in page
    assert "<strong>bold</strong>" in page
    assert [f"/tags/{tag}" in page for tag in ("one", "two", "zwei-drei")] == [True] * 3

    change = {"title": "New title", "body": "Other", "tags": "two"}
    assert submit(logged_in, "/posts/1/edit", **change).location == "/posts/1/new-title"
    assert logged_in.get(url).location == "/posts/1/new-title"
    assert "changed" in logged_in.get("/posts/1/new-title").text

    assert submit(logged_in, "/posts/1/delete", "/posts/1/new-title").location == "/"
    assert logged_in.get("/posts/1/new-title").status_code == 404


def test_edit_form_shows_what_is_stored(logged_in):
    write_post(logged_in, "Title", "Body", "b, a")
    page = logged_in.get("/posts/1/edit").text
    assert 'value="a, b"' in page
    assert 'value="Title"' in page


@pytest.mark.parametrize(
    "attack", ["<script>alert(1)</script>", "[x](javascript:alert(1))", "<img src=x onerror=y>"]
)
def test_markup_is_escaped(logged_in, attack):
    url = write_post(logged_in, attack, attack)
    submit(logged_in, "/posts/1/comments", url, body=attack)
    for path in (url, "/", "/feed.xml", "/search?q=alert"):
        page = logged_in.get(path).text
        for forbidden in ("<script", 'href="javascript', "<img"):
            assert forbidden not in page


def test_other_users_cannot_change_a_post(app, logged_in):
    url = write_post(logged_in)
    add_user(app, "stranger")
    stranger = app.test_client()
    log_in(stranger, "stranger")
    assert stranger.get("/posts/1/edit").status_code == 403
    assert submit(stranger, "/posts/1/delete", url).status_code == 403
    assert logged_in.get(url).status_code == 200


def test_writing_needs_a_login(client):
    assert client.get("/posts/new").location == "/login?next=%2Fposts%2Fnew"


@pytest.mark.parametrize("form", [{"title": "", "body": "x"}, {"title": "x" * 151, "body": "x"}])
def test_bad_posts_are_refused(logged_in, form):
    response = submit(logged_in, "/posts/new", tags="", **form)
    assert response.status_code == 422
    assert 'aria-invalid="true"' in response.text


def test_too_many_tags_are_refused(logged_in):
    response = submit(logged_in, "/posts/new", title="x", body="x", tags=",".join("abcdefghi"))
    assert "8 tags at most" in response.text


def test_comments(app, logged_in):
    url = write_post(logged_in)
    add_user(app, "stranger")
    stranger = app.test_client()
    log_in(stranger, "stranger")
    response = submit(stranger, "/posts/1/comments", url, body="Well said.")
    assert response.location == f"{url}#comment-1"
    assert "Well said." in stranger.get(url).text
    assert "1 comment<" in stranger.get("/").text.replace("1 comment\n", "1 comment<")

    third = app.test_client()
    add_user(app, "third")
    log_in(third, "third")
    assert submit(third, "/comments/1/delete", url).status_code == 403
    assert submit(logged_in, "/comments/1/delete", url).status_code == 302  # the post's author
    assert "Well said." not in stranger.get(url).text


def test_deleting_a_post_takes_its_comments_and_unused_tags_along(app, logged_in):
    url = write_post(logged_in, tags="kept, dropped")
    write_post(logged_in, tags="kept")
    submit(logged_in, "/posts/1/comments", url, body="Hm.")
    submit(logged_in, "/posts/1/delete", url)
    with app.app_context():
        assert db.session.query(Comment).count() == 0
        assert [tag.name for tag in db.session.query(Tag)] == ["kept"]


def test_pages(app, logged_in):
    for number in range(app.config["POSTS_PER_PAGE"] + 1):
        write_post(logged_in, f"Post number {number:02}", tags="all")
    first, second = logged_in.get("/").text, logged_in.get("/?page=2").text
    assert "Post number 10" in first
    assert "Post number 00" not in first
    assert "Post number 00" in second
    assert 'href="/?page=2"' in first
    assert logged_in.get("/tags/all?page=2").status_code == 200
    for page in ("3", "0", "-1", "9" * 30):
        assert logged_in.get(f"/?page={page}").status_code == 404
    assert logged_in.get("/?page=x").status_code == 200


def test_search_takes_wildcards_literally(logged_in):
    write_post(logged_in, "Percentages", "It is 100% sure.")
    write_post(logged_in, "Other", "It is 1000 times sure.")
    page = logged_in.get("/search?q=100%25").text
    assert "Percentages" in page
    assert "Other" not in page
    assert "No posts" in logged_in.get("/search?q=nothing+like+it").text


@pytest.mark.parametrize("path", ["/posts/0", f"/posts/{2**40}", "/tags/none", "/tags/%00", "/x"])
def test_what_does_not_exist(client, path):
    response = client.get(path)
    assert response.status_code == 404
    assert "There is no such page." in response.text


def test_summary_is_the_plain_text_of_the_paragraphs(logged_in):
    body = "Some *plain*\n[text](/x) with `a < b`.\n\n# Heading\n\n| a |\n|---|\n\n- item\n\nMore."
    write_post(logged_in, body=body)
    assert "<p>Some plain text with a &lt; b. More.</p>" in logged_in.get("/").text


def test_feed(logged_in):
    write_post(logged_in, "In the feed")
    response = logged_in.get("/feed.xml")
    assert response.content_type.startswith("application/atom+xml")
    assert "<title>In the feed</title>" in response.text
    assert 'href="http://localhost/posts/1/in-the-feed"' in response.text


def test_seed_makes_everything_once(app, client):
    run = app.test_cli_runner()
    first = run.invoke(args=["seed"]).output
    assert "Made user demo with password demo-password" in first
    assert "Made 12 posts and 5 comments." in first
    assert "Made 0 posts and 0 comments." in run.invoke(args=["seed"]).output
    with app.app_context():
        assert db.session.query(Post).count() == 12
    assert log_in(client, "demo", "demo-password").status_code == 302


def test_seed_without_a_given_password_makes_one(app, client):
    app.config["DEMO_PASSWORD"] = None
    output = app.test_cli_runner().invoke(args=["seed"]).output
    password = output.split("Made user demo with password ")[1].split()[0]
    assert len(password) >= 16
    assert log_in(client, "demo", password).status_code == 302


def test_every_page_has_one_heading_and_its_labels(app, logged_in):
    url = write_post(logged_in)
    visitor = app.test_client()
    for client, path in [
        *((logged_in, path) for path in ("/", url, "/posts/new", "/activity", "/search")),
        *((visitor, path) for path in ("/login", "/register", "/nope")),
    ]:
        page = client.get(path).text
        assert page.count("<h1") == 1, path
        assert '<html lang="en">' in page
        assert "style=" not in page, path
        assert "<script" not in page, path
