"""`flask seed`: demo data."""

from __future__ import annotations

import secrets
from datetime import timedelta

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import select

from .content import save_post
from .database import utcnow
from .extensions import db
from .models import Comment, Post, User
from .seed_data import COMMENTS, POSTS

DEMO_USERS = ("demo", "ada")


@click.command()
@with_appcontext
def seed() -> None:
    """Make demo users, posts, tags and comments; what exists already stays as it is."""
    users = {name: _user(name) for name in DEMO_USERS}
    made = [_post(index, entry, users) for index, entry in enumerate(POSTS)]
    posts = sum(made)
    comments = sum(_comment(title, name, body, users) for title, name, body in COMMENTS)
    click.echo(f"Made {posts} posts and {comments} comments.")


def _user(name: str) -> User:
    user = db.session.scalar(select(User).filter_by(username=name))
    if user:
        click.echo(f"User {name} exists.")
        return user
    password = current_app.config["DEMO_PASSWORD"] or secrets.token_urlsafe(12)
    user = User(username=name, email=f"{name}@example.com")
    user.set_password(password)
    db.session.add(user)
    db.session.commit()
    click.echo(f"Made user {name} with password {password}")
    return user


def _post(index: int, entry: tuple[str, str, str, str], users: dict[str, User]) -> bool:
    author, title, tags, body = entry
    if db.session.scalar(select(Post.id).filter_by(title=title)):
        return False
    post = Post(author=users[author], created_at=utcnow() - timedelta(hours=7 * index + 1))
    save_post(post, title, body, tags)
    return True


def _comment(title: str, name: str, body: str, users: dict[str, User]) -> bool:
    post = db.session.scalars(select(Post).filter_by(title=title)).first()
    exists = select(Comment.id).filter_by(author_id=users[name].id, body=body)
    if not post or db.session.scalar(exists):
        return False
    db.session.add(Comment(post=post, author=users[name], body=body))
    db.session.commit()
    return True
