"""What makes the database behave the same on every engine: times, and SQLite's transactions."""

from __future__ import annotations

import sqlite3
import time
from datetime import datetime, timezone

from flask import Flask, has_request_context, request
from sqlalchemy import DateTime, Engine, event
from sqlalchemy.dialects import mysql
from sqlalchemy.types import TypeDecorator

from .extensions import db

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
LOCK_TIMEOUT = 15.0  # seconds to wait for another writer of a SQLite database


def utcnow() -> datetime:
    return datetime.now(timezone.utc)


class UtcDateTime(TypeDecorator):
    """A point in time: stored in UTC without an offset (SQLite and MySQL keep none), read aware."""

    impl = DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb")
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect) -> datetime | None:
        return value and value.astimezone(timezone.utc).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect) -> datetime | None:
        return value and value.replace(tzinfo=timezone.utc)


def init_app(app: Flask) -> None:
    with app.app_context():
        engine = db.engine
    if engine.dialect.name == "sqlite":
        _prepare_sqlite(engine)


def _prepare_sqlite(engine: Engine) -> None:
    """Real transactions for several processes.

    Python's driver begins transactions late and commits around DDL; here SQLAlchemy begins them, so
    that a failed migration leaves nothing behind. Writers take the lock when they begin: a reader
    that turned into a writer could only fail if another process had written meanwhile.
    """

    @event.listens_for(engine, "connect")
    def on_connect(connection: sqlite3.Connection, _record) -> None:
        connection.isolation_level = None
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        # Short, as it blocks the thread; on_begin waits on, and lets other greenlets work.
        connection.execute("PRAGMA busy_timeout = 100")

    @event.listens_for(engine, "begin")
    def on_begin(connection) -> None:
        if has_request_context() and request.method in SAFE_METHODS:
            connection.exec_driver_sql("BEGIN")
            return
        driver = connection.connection.dbapi_connection
        deadline = time.monotonic() + LOCK_TIMEOUT
        while True:
            try:
                driver.execute("BEGIN IMMEDIATE")
                return
            except sqlite3.OperationalError as error:
                if "locked" not in str(error) or time.monotonic() > deadline:
                    raise
                time.sleep(0.02)
