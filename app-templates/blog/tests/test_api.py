from __future__ import annotations

import pytest

from .conftest import PASSWORD, write_post


@pytest.fixture
def bearer(client, user):
    response = client.post("/api/tokens", json={"username": "reader", "password": PASSWORD})
    return {"Authorization": f"Bearer {response.json['token']}"}


def test_make_get_list(client, bearer):
    post = {"title": "By API", "body": "Text.", "tags": ["One", "two"]}
    response = client.post("/api/posts", json=post, headers=bearer)
    assert response.status_code == 201
    assert response.json["post"]["tags"] == ["one", "two"]
    assert client.get(response.headers["Location"]).json == response.json
    listed = client.get("/api/posts?tag=two").json
    assert [item["title"] for item in listed["posts"]] == ["By API"]
    assert client.get("/api/posts?tag=none").json["total"] == 0


def test_pages(client, bearer):
    for number in range(3):
        client.post("/api/posts", json={"title": f"{number}", "body": "x"}, headers=bearer)
    page = client.get("/api/posts?per_page=2&page=2").json
    assert ([item["title"] for item in page["posts"]], page["pages"], page["total"]) == (
        ["0"],
        2,
        3,
    )
    assert client.get("/api/posts?page=9").json["error"]["code"] == "not_found"


@pytest.mark.parametrize(
    "query", ["page=0", "page=x", "per_page=101", "page=²", "page=" + "9" * 40]
)
def test_bad_queries(client, app, query):
    response = client.get(f"/api/posts?{query}")
    assert response.status_code == 400
    assert "whole number" in response.json["error"]["message"]


@pytest.mark.parametrize(
    ("post", "field"),
    [
        ({"body": "x"}, "title"),
        ({"title": " ", "body": "x"}, "title"),
        ({"title": "x", "body": 5}, "body"),
        ({"title": "x", "body": "x", "tags": "a"}, "tags"),
        ({"title": "x", "body": "x", "tags": [1]}, "tags"),
        ({"title": "x", "body": "x", "tags": list("abcdefghi")}, "tags"),
    ],
)
def test_bad_posts(client, bearer, post, field):
    response = client.post("/api/posts", json=post, headers=bearer)
    assert response.status_code == 422
    assert list(response.json["error"]["fields"]) == [field]


@pytest.mark.parametrize("data", ["", "{", "[]", "null"])
def test_bad_json(client, bearer, data):
    response = client.post("/api/posts", data=data, headers=bearer, content_type="application/json")
    assert response.status_code == 400
    assert response.json["error"]["code"] == "bad_json"


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer x.y.z", "Basic eA=="])
def test_writing_needs_a_good_token(client, user, header):
    response = client.post("/api/posts", json={}, headers={"Authorization": header})
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"] == "Bearer"


def test_the_cookie_of_the_pages_is_no_token(logged_in):
    write_post(logged_in)
    assert logged_in.post("/api/posts", json={"title": "x", "body": "x"}).status_code == 401


@pytest.mark.parametrize("credentials", [{}, {"username": "reader", "password": ["x"]}])
def test_bad_credentials(client, user, credentials):
    response = client.post("/api/tokens", json=credentials)
    assert response.status_code == 401
    assert response.json["error"]["code"] == "bad_credentials"


def test_tokens_expire(client, bearer, monkeypatch):
    monkeypatch.setattr("webapp.blueprints.api.TOKEN_SECONDS", -1)
    assert client.post("/api/posts", json={}, headers=bearer).status_code == 401


@pytest.mark.parametrize(("path", "status"), [("/api/posts/9", 404), ("/api/nope", 404)])
def test_errors_are_json(client, path, status):
    response = client.get(path)
    assert response.status_code == status
    assert response.json["error"]["message"]


def test_wrong_method_and_too_much_text(client):
    assert client.delete("/api/posts").json["error"]["code"] == "method_not_allowed"
    big = client.post("/api/tokens", data="x" * 300_000, content_type="application/json")
    assert big.status_code == 413
