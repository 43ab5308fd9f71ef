"""The blog's tables."""

from __future__ import annotations

import enum
from datetime import datetime
from functools import cache
from typing import Optional

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask_login import UserMixin
from sqlalchemy import Column, Enum, ForeignKey, Integer, String, Table, Text, func, select
from sqlalchemy.orm import Mapped, column_property, declared_attr, mapped_column, relationship

from .database import UtcDateTime, utcnow
from .extensions import db, login_manager
from .text import slugify

MAX_BODY = 16_000  # characters; four bytes each still fit MySQL's TEXT
_hasher = PasswordHasher()

post_tag = Table(
    "post_tag",
    db.metadata,
    Column("post_id", ForeignKey("post.id", ondelete="CASCADE"), primary_key=True),
    Column("tag_id", ForeignKey("tag.id", ondelete="CASCADE"), primary_key=True, index=True),
)


class User(UserMixin, db.Model):
    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(String(30), unique=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    password_hash: Mapped[str] = mapped_column(String(255))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)

    def set_password(self, password: str) -> None:
        self.password_hash = _hasher.hash(password)

    @staticmethod
    def authenticate(username: str, password: str) -> Optional[User]:
        """The user, or ``None``; takes as long for unknown names, so it hides which exist."""
        user = db.session.scalar(select(User).filter_by(username=username.strip().lower()))
        try:
            _hasher.verify(user.password_hash if user else _unknown_user_hash(), password)
        except (VerificationError, InvalidHashError):
            return None
        return user


@cache
def _unknown_user_hash() -> str:
    return _hasher.hash("no user has this password")


@login_manager.user_loader
def load_user(user_id: str) -> Optional[User]:
    return db.session.get(User, int(user_id)) if user_id.isdecimal() else None


class Comment(db.Model):
    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id", ondelete="CASCADE"), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    body: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)

    author: Mapped[User] = relationship(lazy="joined", innerjoin=True)
    post: Mapped[Post] = relationship(back_populates="comments")


class Tag(db.Model):
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40), unique=True)

    posts: Mapped[list[Post]] = relationship(secondary=post_tag, back_populates="tags")


class Post(db.Model):
    id: Mapped[int] = mapped_column(primary_key=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    title: Mapped[str] = mapped_column(String(150))
    body: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow, index=True)
    updated_at: Mapped[Optional[datetime]] = mapped_column(UtcDateTime)

    author: Mapped[User] = relationship(lazy="joined", innerjoin=True)
    tags: Mapped[list[Tag]] = relationship(
        secondary=post_tag, back_populates="posts", lazy="selectin", order_by=Tag.name
    )
    comments: Mapped[list[Comment]] = relationship(
        back_populates="post",
        order_by=Comment.id,
        cascade="all, delete-orphan",
        passive_deletes=True,
    )
    comment_count: Mapped[int] = column_property(
        select(func.count(Comment.id))
        .where(Comment.post_id == id)
        .correlate_except(Comment)
        .scalar_subquery()
    )

    @property
    def slug(self) -> str:
        return slugify(self.title) or "post"


class State(str, enum.Enum):
    """How far a job is."""

    WAITING = "waiting"  # stored here, not yet given to the broker
    QUEUED = "queued"  # given to the broker
    DONE = "done"
    FAILED = "failed"


class JobMixin:
    """Background work a user asked for. The row is the truth; the broker only carries its id."""

    task_name: str

    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[State] = mapped_column(
        Enum(State, native_enum=False, length=16, values_callable=lambda e: [s.value for s in e]),
        default=State.WAITING,
        index=True,
    )
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)
    queued_at: Mapped[Optional[datetime]] = mapped_column(UtcDateTime)
    done_at: Mapped[Optional[datetime]] = mapped_column(UtcDateTime)
    worker: Mapped[Optional[str]] = mapped_column(String(255))
    error: Mapped[Optional[str]] = mapped_column(String(255))
    request_id: Mapped[Optional[str]] = mapped_column(String(64))

    @declared_attr
    def user_id(self) -> Mapped[int]:
        return mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)

    @declared_attr
    def user(self) -> Mapped[User]:
        return relationship(User)


class Digest(JobMixin, db.Model):
    """A mail with the newest posts."""

    task_name = "blog.send_digest"


class Reminder(JobMixin, db.Model):
    """A mail with the user's own text at ``due_at``."""

    task_name = "blog.send_reminder"

    text: Mapped[str] = mapped_column(String(200))


class OutboxMail(db.Model):
    """A mail that was sent; ``key`` says for what, so that no mail goes out twice."""

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    recipient: Mapped[str] = mapped_column(String(254))
    subject: Mapped[str] = mapped_column(String(250))
    body: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)


class Heartbeat(db.Model):
    """When beat's task last ran."""

    name: Mapped[str] = mapped_column(String(30), primary_key=True)
    beat_at: Mapped[datetime] = mapped_column(UtcDateTime)
    worker: Mapped[str] = mapped_column(String(255))


class ContentVersion(db.Model):
    """One row (id 1) that every change of the blog's content increments; cache keys carry it."""

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(Integer, default=0)
