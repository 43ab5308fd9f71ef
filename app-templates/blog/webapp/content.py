"""Reading and writing the blog's content: what the HTML pages and the API share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import abort
from sqlalchemy import Select, func, or_, select

from .content_cache import cached
from .database import utcnow
from .extensions import db
from .models import Post, Tag, User, post_tag
from .text import parse_tags, summarize

LARGEST_PAGE = 100_000
LARGEST_ID = 2**31 - 1
ID = f"int(min=1, max={LARGEST_ID})"  # route converter: what an integer column can hold


@dataclass(frozen=True)
class PostSummary:
    id: int
    slug: str
    title: str
    summary: str
    author: str
    created_at: datetime
    tags: tuple[str, ...]
    comment_count: int


@dataclass(frozen=True)
class Page:
    """One page of a list of posts."""

    items: tuple[PostSummary, ...]
    number: int
    pages: int
    total: int


def all_posts() -> Select:
    return select(Post).order_by(Post.created_at.desc(), Post.id.desc())


def tagged_posts(name: str) -> Select:
    return all_posts().where(Post.tags.any(Tag.name == name))


def found_posts(text: str) -> Select:
    return all_posts().where(
        or_(Post.title.icontains(text, autoescape=True), Post.body.icontains(text, autoescape=True))
    )


def page_of(query: Select, number: int, size: int) -> Page:
    """A page of posts; 404 if there is no such page."""
    if not 1 <= number <= LARGEST_PAGE:
        abort(404)
    found = db.paginate(query, page=number, per_page=size, max_per_page=size)
    items = tuple(_summary(post) for post in found.items)
    return Page(items=items, number=number, pages=max(found.pages, 1), total=found.total)


def front_page(number: int, size: int) -> Page:
    if not 1 <= number <= LARGEST_PAGE:
        abort(404)
    return cached(f"front:{size}:{number}", lambda: page_of(all_posts(), number, size))


def tag_cloud() -> list[tuple[str, int]]:
    """Tags in use with their number of posts, by name."""
    count = func.count(post_tag.c.post_id)
    query = select(Tag.name, count).join(post_tag).group_by(Tag.name).order_by(Tag.name)
    return cached("tags", lambda: [tuple(row) for row in db.session.execute(query)])


def save_post(post: Post, title: str, body: str, tags: str) -> Post:
    """Stores a new or changed post; tags that no post has any more go."""
    if post.id:
        post.updated_at = utcnow()
    post.title = title
    post.body = body
    post.tags = _find_or_make_tags(parse_tags(tags))
    db.session.add(post)
    db.session.flush()
    _drop_unused_tags()
    db.session.commit()
    return post


def delete_post(post: Post) -> None:
    db.session.delete(post)
    db.session.flush()
    _drop_unused_tags()
    db.session.commit()


def new_post(author: User) -> Post:
    return Post(author=author)


def _find_or_make_tags(names: list[str]) -> list[Tag]:
    known = {tag.name: tag for tag in db.session.scalars(select(Tag).where(Tag.name.in_(names)))}
    return [known.get(name) or Tag(name=name) for name in names]


def _drop_unused_tags() -> None:
    for tag in db.session.scalars(select(Tag).where(~Tag.posts.any())):
        db.session.delete(tag)


def _summary(post: Post) -> PostSummary:
    return PostSummary(
        id=post.id,
        slug=post.slug,
        title=post.title,
        summary=summarize(post.body),
        author=post.author.username,
        created_at=post.created_at,
        tags=tuple(tag.name for tag in post.tags),
        comment_count=post.comment_count,
    )
