"""A cache that no process can read stale content from.

Cache keys carry a version number from the database, which every change of the content increments in
its own transaction. So a user sees a change at once, whichever web process answers, even if each
process has a cache of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import structlog
from sqlalchemy import event, select, update
from sqlalchemy.orm import Session

from .extensions import cache, db
from .models import Comment, ContentVersion, Post, Tag, User

T = TypeVar("T")
CONTENT = (Post, Comment, Tag, User)
log = structlog.stdlib.get_logger(__name__)


def cached(name: str, make: Callable[[], T]) -> T:
    """What ``make`` returns for the present content; ``name`` must tell apart what differs.

    A cache that cannot be reached costs time, not the page.
    """
    version = db.session.scalar(select(ContentVersion.number).filter_by(id=1))
    key = f"content:{version}:{name}"
    try:
        value = cache.get(key)
    except Exception as error:  # each backend has its own errors
        log.warning("cache unreachable", error=str(error))
        return make()
    if value is None:
        value = make()
        cache.set(key, value)
    return value


def init_app() -> None:
    if not event.contains(db.session, "before_flush", _count_change):
        event.listen(db.session, "before_flush", _count_change)


def _count_change(session: Session, _context, _instances) -> None:
    changed = (
        *session.new,
        *session.deleted,
        *(o for o in session.dirty if session.is_modified(o)),
    )
    if any(isinstance(item, CONTENT) for item in changed):
        session.execute(
            update(ContentVersion).filter_by(id=1).values(number=ContentVersion.number + 1)
        )
