"""The first tables.

Revision: 0001, after: nothing
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

MOMENT = sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb")


def upgrade() -> None:
    version = _table(
        "content_version",
        _id(),
        sa.Column("number", sa.Integer(), nullable=False),
    )
    op.bulk_insert(version, [{"id": 1, "number": 0}])
    _table(
        "user",
        _id(),
        sa.Column("username", sa.String(30), nullable=False, unique=True),
        sa.Column("email", sa.String(254), nullable=False, unique=True),
        sa.Column("password_hash", sa.String(255), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
    )
    _content_tables()
    _background_tables()


def _content_tables() -> None:
    _table(
        "post",
        _id(),
        _reference("author_id", "user.id"),
        sa.Column("title", sa.String(150), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False, index=True),
        sa.Column("updated_at", MOMENT),
    )
    _table(
        "comment",
        _id(),
        _reference("post_id", "post.id", "CASCADE"),
        _reference("author_id", "user.id"),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
    )
    _table(
        "tag",
        _id(),
        sa.Column("name", sa.String(40), nullable=False, unique=True),
    )
    _table(
        "post_tag",
        _reference("post_id", "post.id", "CASCADE", index=False),
        _reference("tag_id", "tag.id", "CASCADE"),
        sa.PrimaryKeyConstraint("post_id", "tag_id"),
    )


def _background_tables() -> None:
    _table("digest", *_job_columns())
    _table("reminder", *_job_columns(), sa.Column("text", sa.String(200), nullable=False))
    _table(
        "outbox_mail",
        _id(),
        sa.Column("key", sa.String(64), nullable=False, unique=True),
        _reference("user_id", "user.id", "CASCADE"),
        sa.Column("recipient", sa.String(254), nullable=False),
        sa.Column("subject", sa.String(250), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
    )
    _table(
        "heartbeat",
        sa.Column("name", sa.String(30), primary_key=True),
        sa.Column("beat_at", MOMENT, nullable=False),
        sa.Column("worker", sa.String(255), nullable=False),
    )


def downgrade() -> None:
    for table in (
        "heartbeat",
        "outbox_mail",
        "reminder",
        "digest",
        "post_tag",
        "tag",
        "comment",
        "post",
        "user",
        "content_version",
    ):
        op.drop_table(table)


def _table(name: str, *columns: sa.SchemaItem) -> sa.Table:
    # MySQL's and MariaDB's own default may be latin1.
    return op.create_table(name, *columns, mysql_charset="utf8mb4", mariadb_charset="utf8mb4")


def _id() -> sa.Column:
    return sa.Column("id", sa.Integer(), primary_key=True)


def _reference(
    name: str, target: str, ondelete: str | None = None, *, index: bool = True
) -> sa.Column:
    key = sa.ForeignKey(target, ondelete=ondelete)
    return sa.Column(name, sa.Integer(), key, nullable=False, index=index)


def _job_columns() -> list[sa.Column]:
    states = ("waiting", "queued", "done", "failed")
    state = sa.Enum(*states, name="state", native_enum=False, length=16)
    return [
        _id(),
        sa.Column("state", state, nullable=False, index=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("queued_at", MOMENT),
        sa.Column("done_at", MOMENT),
        sa.Column("worker", sa.String(255)),
        sa.Column("error", sa.String(255)),
        sa.Column("request_id", sa.String(64)),
        _reference("user_id", "user.id", "CASCADE"),
    ]
