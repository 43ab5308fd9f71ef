"""The JSON API. It takes a bearer token, never the cookie of the HTML pages."""

from __future__ import annotations

from functools import wraps

from flask import Blueprint, current_app, g, jsonify, request, url_for
from flask.typing import ResponseReturnValue
from itsdangerous import BadData, URLSafeTimedSerializer

from .. import content
from ..content import ID
from ..extensions import db, limiter
from ..models import MAX_BODY, Post, User
from ..text import MAX_TAGS, clean, parse_tags

bp = Blueprint("api", __name__, url_prefix="/api")
TOKEN_SECONDS = 3600
MAX_PER_PAGE = 100
UNAUTHORIZED = 401


class ApiError(Exception):
    """Answered as ``{"error": {"code", "message", "fields"?}}``."""

    def __init__(self, status: int, code: str, message: str, fields: dict | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.body = {"code": code, "message": message, **({"fields": fields} if fields else {})}


@bp.errorhandler(ApiError)
def show_error(error: ApiError) -> ResponseReturnValue:
    headers = {"WWW-Authenticate": "Bearer"} if error.status == UNAUTHORIZED else {}
    return jsonify(error=error.body), error.status, headers


@bp.post("/tokens")
@limiter.limit(
    lambda: current_app.config["LOGIN_RATE_LIMIT"],
    deduct_when=lambda response: response.status_code == UNAUTHORIZED,
)
def make_token() -> ResponseReturnValue:
    """A token for ``{"username", "password"}``."""
    data = _json_object()
    username, password = data.get("username"), data.get("password")
    user = None
    if isinstance(username, str) and isinstance(password, str):
        user = User.authenticate(clean(username), password)
    if not user:
        raise ApiError(UNAUTHORIZED, "bad_credentials", "The user name or the password is wrong.")
    return jsonify(token=_serializer().dumps(user.id), expires_in=TOKEN_SECONDS)


def token_required(view):
    @wraps(view)
    def wrapper(*args, **kwargs):
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        user = _user_of(token) if scheme.lower() == "bearer" else None
        if not user:
            message = "Send 'Authorization: Bearer TOKEN' with a token from POST /api/tokens."
            raise ApiError(UNAUTHORIZED, "unauthorized", message)
        g.api_user = user
        return view(*args, **kwargs)

    return wrapper


@bp.get("/posts")
def list_posts() -> ResponseReturnValue:
    """Posts, newest first. Query: ``page``, ``per_page`` (1 to 100), ``tag``."""
    number = _query_integer("page", 1, content.LARGEST_PAGE)
    size = _query_integer("per_page", current_app.config["POSTS_PER_PAGE"], MAX_PER_PAGE)
    tag = clean(request.args.get("tag"))
    page = content.page_of(content.tagged_posts(tag) if tag else content.all_posts(), number, size)
    return jsonify(
        posts=[
            {
                "id": item.id,
                "title": item.title,
                "summary": item.summary,
                "author": item.author,
                "tags": list(item.tags),
                "comments": item.comment_count,
                "created_at": item.created_at.isoformat(),
                "url": url_for("api.get_post", post_id=item.id),
            }
            for item in page.items
        ],
        page=page.number,
        pages=page.pages,
        total=page.total,
    )


@bp.get(f"/posts/<{ID}:post_id>")
def get_post(post_id: int) -> ResponseReturnValue:
    post = db.session.get(Post, post_id)
    if not post:
        raise ApiError(404, "not_found", f"There is no post {post_id}.")
    return jsonify(post=_post_json(post))


@bp.post("/posts")
@token_required
def create_post() -> ResponseReturnValue:
    """Makes a post of ``{"title", "body", "tags"?: [..]}``."""
    data = _json_object()
    title, body, tags = (data.get(name) for name in ("title", "body", "tags"))
    fields = {}
    if not isinstance(title, str) or not 1 <= len(clean(title)) <= 150:
        fields["title"] = "A text of 1 to 150 characters is required."
    if not isinstance(body, str) or not 1 <= len(clean(body)) <= MAX_BODY:
        fields["body"] = f"A text of 1 to {MAX_BODY} characters is required."
    tags = [] if tags is None else tags
    if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
        fields["tags"] = "Must be a list of texts."
    elif len(parse_tags(",".join(tags))) > MAX_TAGS:
        fields["tags"] = f"{MAX_TAGS} at most."
    if fields:
        raise ApiError(422, "invalid", "The post is not valid.", fields)
    post = content.save_post(
        content.new_post(g.api_user), clean(title), clean(body), ",".join(tags)
    )
    return jsonify(post=_post_json(post)), 201, {"Location": url_for(".get_post", post_id=post.id)}


def _post_json(post: Post) -> dict:
    return {
        "id": post.id,
        "title": post.title,
        "body": post.body,
        "author": post.author.username,
        "tags": [tag.name for tag in post.tags],
        "comments": [
            {
                "author": comment.author.username,
                "body": comment.body,
                "created_at": comment.created_at.isoformat(),
            }
            for comment in post.comments
        ],
        "created_at": post.created_at.isoformat(),
        "updated_at": post.updated_at.isoformat() if post.updated_at else None,
    }


def _json_object() -> dict:
    data = request.get_json(silent=True)
    if not isinstance(data, dict):
        raise ApiError(400, "bad_json", "Send a JSON object with Content-Type: application/json.")
    return data


def _query_integer(name: str, default: int, largest: int) -> int:
    text = request.args.get(name, str(default))
    if not text.isdecimal() or len(text) > 9 or not 1 <= int(text) <= largest:
        raise ApiError(400, "bad_query", f"{name} must be a whole number from 1 to {largest}.")
    return int(text)


def _user_of(token: str) -> User | None:
    try:
        user_id = _serializer().loads(token, max_age=TOKEN_SECONDS)
    except BadData:
        return None
    return db.session.get(User, user_id)


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="api-token")
