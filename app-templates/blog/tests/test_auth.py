from __future__ import annotations

from urllib.parse import quote

import pytest

from webapp.config import Test as Settings
from webapp.models import User

from .conftest import PASSWORD, add_user, log_in, make_app, submit, token


def test_register_log_out_log_in(client):
    form = {"username": "Ada_1", "email": "Ada@Example.com", "password": PASSWORD}
    assert submit(client, "/register", **form).location == "/"
    assert client.get("/activity").status_code == 200
    assert submit(client, "/logout", "/activity").status_code == 302
    assert client.get("/activity").status_code == 302
    assert log_in(client, " ADA_1 ").location == "/"
    assert client.get("/activity").status_code == 200


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"username": "reader"}, "This user name is taken."),
        ({"email": "READER@example.com"}, "This email address is taken."),
        ({"username": "no spaces"}, "letters, digits"),
        ({"email": "nobody"}, "no email address"),
        ({"email": "a@b\nBcc: c@d"}, "no email address"),
        ({"password": "short"}, "between 10 and 200"),
    ],
)
def test_register_refuses(client, user, change, message):
    form = {"username": "newcomer", "email": "new@example.com", "password": PASSWORD, **change}
    response = submit(client, "/register", **form)
    assert response.status_code == 422
    assert message in response.text


def test_password_is_stored_as_argon2_only(app, user):
    with app.app_context():
        stored = User.query.filter_by(username="reader").one().password_hash
    assert stored.startswith("$argon2id$")


def test_failed_login_does_not_tell_which_names_exist(client, user):
    known = log_in(client, "reader", "wrong password")
    unknown = log_in(client, "nobody", "wrong password")
    assert known.status_code == unknown.status_code == 422
    assert "The user name or the password is wrong." in known.text
    assert known.text.replace("reader", "nobody").count("wrong") == unknown.text.count("wrong")


def test_login_drops_the_session_from_before(client, user):
    with client.session_transaction() as session:
        session["planted"] = "by an attacker"
    log_in(client, "reader")
    with client.session_transaction() as session:
        assert "planted" not in session
        assert session["_user_id"] == str(user.id)


@pytest.mark.parametrize(
    "path",
    ["/posts/new", "/login", "/register", "/logout", "/activity/digests", "/activity/reminders"],
)
def test_forms_without_a_token_are_refused(logged_in, path):
    response = logged_in.post(path, data={"title": "x", "body": "x"})
    assert response.status_code == 400
    assert "no longer valid" in response.text


def test_token_of_another_session_is_refused(app, client):
    other = token(app.test_client())
    token(client)
    response = client.post("/login", data={"csrf_token": other, "username": "a", "password": "b"})
    assert response.status_code == 400


@pytest.mark.parametrize("target", ["/activity", "/search?q=cache", "/posts/new"])
def test_login_goes_where_it_was_asked_to(client, user, target):
    assert log_in(client, "reader", query=f"?next={quote(target)}").location == target


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example/",
        "\\/evil.example",
        "/%09/evil.example",
        "javascript:alert(1)",
        "evil.example",
        "///evil.example",
        "/%0d%0aLocation:%20https://evil.example",
    ],
)
def test_login_never_leads_to_another_site(client, user, target):
    assert log_in(client, "reader", query=f"?next={target}").location == "/"


def test_failed_logins_are_limited_and_good_ones_are_not(tmp_path):
    settings = Settings({"DB_URI": f"sqlite:///{tmp_path}/app.db"})
    settings.RATELIMIT_ENABLED = True
    settings.LOGIN_RATE_LIMIT = "3 per minute"
    app = make_app(settings)
    add_user(app, "reader")
    for _ in range(4):
        assert log_in(app.test_client(), "reader").status_code == 302
    client = app.test_client()
    assert [log_in(client, "reader", "wrong").status_code for _ in range(4)] == [422, 422, 422, 429]
    blocked = log_in(client, "reader")
    assert blocked.status_code == 429
    assert "Too many attempts" in blocked.text
    assert int(blocked.headers["Retry-After"]) <= 60


def test_cookies_and_headers(client, user):
    response = log_in(client, "reader")
    cookie = response.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    page = client.get("/")
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert page.headers["Cache-Control"] == "private, no-cache"


def test_cookies_are_secure_where_they_should_be(settings):
    settings.SESSION_COOKIE_SECURE = True
    response = make_app(settings).test_client().get("/login")
    assert "Secure" in response.headers["Set-Cookie"]
    assert "max-age" in response.headers["Strict-Transport-Security"]
