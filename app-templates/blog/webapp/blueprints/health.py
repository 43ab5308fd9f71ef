"""Health: /health/live says that the process works, /health/ready that it can serve."""

from __future__ import annotations

from functools import cache

import structlog
from alembic.script import ScriptDirectory
from flask import Blueprint, current_app, jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy import column, inspect, select, table
from sqlalchemy.exc import SQLAlchemyError

from ..database import utcnow
from ..extensions import db
from ..models import Heartbeat

bp = Blueprint("health", __name__, url_prefix="/health")
log = structlog.stdlib.get_logger(__name__)


@bp.get("/live")
def live() -> ResponseReturnValue:
    return jsonify(status="live")


@bp.get("/ready")
def ready() -> ResponseReturnValue:
    """200 if the database answers and has all the migrations that this release needs.

    A database that is ahead is fine: during a rollout it is migrated first, while processes of the
    old release still serve. Beat's heartbeat is for information only.
    """
    reasons, detail = [], {}
    try:
        detail["migrations"] = _migrations(reasons)
        if not reasons:
            detail["beat"] = _beat()
    except SQLAlchemyError as error:
        log.warning("not ready", exc_info=error)
        reasons.append(f"The database cannot be used ({type(error).__name__}).")
    status = "unready" if reasons else "ready"
    return jsonify(status=status, reasons=reasons, **detail), 503 if reasons else 200


def _migrations(reasons: list[str]) -> dict:
    current = _applied()
    known, heads = _revisions(current_app.extensions["migrate"].directory)
    if not current:
        reasons.append("The database is not migrated yet: run 'flask db upgrade'.")
    elif current <= known and current != heads:
        reasons.append(
            f"The database is at migration {', '.join(sorted(current))}, this release needs "
            f"{', '.join(sorted(heads))}: run 'flask db upgrade'."
        )
    return {"current": sorted(current), "needed": sorted(heads)}


def _applied() -> set[str]:
    """The revisions that Alembic noted in the database."""
    if not inspect(db.session.connection()).has_table("alembic_version"):
        return set()
    return set(
        db.session.scalars(select(column("version_num")).select_from(table("alembic_version")))
    )


@cache
def _revisions(directory: str) -> tuple[frozenset[str], frozenset[str]]:
    """All revisions of this release, and its newest ones."""
    scripts = ScriptDirectory(directory)
    known = frozenset(script.revision for script in scripts.walk_revisions())
    return known, frozenset(scripts.get_heads())


def _beat() -> dict | None:
    row = db.session.get(Heartbeat, "beat")
    if not row:
        return None
    age = round((utcnow() - row.beat_at).total_seconds(), 1)
    return {"at": row.beat_at.isoformat(), "age_seconds": age, "worker": row.worker}
