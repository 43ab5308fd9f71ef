"""Posts, comments, tags, search, feed."""

from __future__ import annotations

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from .. import content
from ..content import ID
from ..extensions import db
from ..forms import CommentForm, EmptyForm, PostForm
from ..models import Comment, Post
from ..text import clean

bp = Blueprint("blog", __name__)
FEED_POSTS = 20
MAX_SEARCH = 100


@bp.get("/")
def home() -> str:
    page = content.front_page(_page_number(), current_app.config["POSTS_PER_PAGE"])
    return render_template("home.html", page=page, tags=content.tag_cloud())


@bp.get("/tags/<name>")
def tag(name: str) -> str:
    query = content.tagged_posts(clean(name))
    page = content.page_of(query, _page_number(), current_app.config["POSTS_PER_PAGE"])
    if not page.total:
        abort(404)
    return render_template("tag.html", page=page, name=name, tags=content.tag_cloud())


@bp.get("/search")
def search() -> str:
    text = clean(request.args.get("q"))[:MAX_SEARCH]
    page = None
    if text:
        query = content.found_posts(text)
        page = content.page_of(query, _page_number(), current_app.config["POSTS_PER_PAGE"])
    return render_template("search.html", page=page, text=text)


@bp.get("/feed.xml")
def feed() -> Response:
    page = content.front_page(1, FEED_POSTS)
    return Response(render_template("feed.xml", page=page), content_type="application/atom+xml")


@bp.get(f"/posts/<{ID}:post_id>", defaults={"slug": ""})
@bp.get(f"/posts/<{ID}:post_id>/<slug>")
def post(post_id: int, slug: str) -> ResponseReturnValue:
    item = _post(post_id)
    if slug != item.slug:
        return redirect(_url(item), 301 if slug else 302)
    return render_template("post.html", post=item, form=CommentForm(), button=EmptyForm())


@bp.route("/posts/new", methods=["GET", "POST"])
@login_required
def new_post() -> ResponseReturnValue:
    form = PostForm()
    if form.validate_on_submit():
        item = content.new_post(current_user._get_current_object())
        content.save_post(item, form.title.data, form.body.data, form.tags.data)
        flash("Your post is published.")
        return redirect(_url(item))
    return _form_page("post_form.html", form, heading="New post")


@bp.route(f"/posts/<{ID}:post_id>/edit", methods=["GET", "POST"])
@login_required
def edit_post(post_id: int) -> ResponseReturnValue:
    item = _own_post(post_id)
    tags = ", ".join(tag.name for tag in item.tags)
    form = PostForm(data={"title": item.title, "body": item.body, "tags": tags})
    if form.validate_on_submit():
        content.save_post(item, form.title.data, form.body.data, form.tags.data)
        flash("Your post is changed.")
        return redirect(_url(item))
    return _form_page("post_form.html", form, heading="Edit post", post=item)


@bp.post(f"/posts/<{ID}:post_id>/delete")
@login_required
def delete_post(post_id: int) -> ResponseReturnValue:
    content.delete_post(_own_post(post_id))
    flash("Your post is deleted.")
    return redirect(url_for("blog.home"))


@bp.post(f"/posts/<{ID}:post_id>/comments")
@login_required
def comment(post_id: int) -> ResponseReturnValue:
    item = _post(post_id)
    form = CommentForm()
    if not form.validate_on_submit():
        return _form_page("post.html", form, post=item, button=EmptyForm())
    new = Comment(post=item, author=current_user._get_current_object(), body=form.body.data)
    db.session.add(new)
    db.session.commit()
    flash("Your comment is published.")
    return redirect(f"{_url(item)}#comment-{new.id}")


@bp.post(f"/comments/<{ID}:comment_id>/delete")
@login_required
def delete_comment(comment_id: int) -> ResponseReturnValue:
    item = db.get_or_404(Comment, comment_id)
    if current_user.id not in (item.author_id, item.post.author_id):
        abort(403)
    target = _url(item.post)
    db.session.delete(item)
    db.session.commit()
    flash("The comment is deleted.")
    return redirect(f"{target}#comments")


def _page_number() -> int:
    return request.args.get("page", 1, type=int)


def _post(post_id: int) -> Post:
    return db.get_or_404(Post, post_id)


def _own_post(post_id: int) -> Post:
    item = _post(post_id)
    if item.author_id != current_user.id:
        abort(403)
    return item


def _url(item: Post) -> str:
    return url_for("blog.post", post_id=item.id, slug=item.slug)


def _form_page(template: str, form, **values) -> ResponseReturnValue:
    """The page with the form; 422 if it was sent and has errors."""
    return render_template(template, form=form, **values), 422 if form.errors else 200
