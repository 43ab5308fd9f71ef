"""Runs the migrations on the application's database, all in one transaction."""

from alembic import context
from flask import current_app

from webapp.database import UtcDateTime


def render_item(kind, item, _autogen_context):
    """Migrations name plain types: they must not change when the application's code does."""
    return "sa.DateTime()" if kind == "type" and isinstance(item, UtcDateTime) else False


def run_migrations() -> None:
    database = current_app.extensions["migrate"].db
    with database.engine.connect() as connection:
        sqlite = connection.dialect.name == "sqlite"
        if sqlite:
            # Before a transaction begins, as later it has no effect. A batch migration replaces the
            # table; with foreign keys on, dropping the old one deletes the rows that refer to it.
            connection.connection.dbapi_connection.execute("PRAGMA foreign_keys = OFF")
        context.configure(
            connection=connection,
            target_metadata=database.metadata,
            render_as_batch=True,
            render_item=render_item,
            compare_type=True,
            transactional_ddl=sqlite or None,  # None: what the database can do
        )
        try:
            with context.begin_transaction():
                context.run_migrations()
                if sqlite:
                    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
                    if broken:
                        raise RuntimeError(f"The migration leaves broken references: {broken}")
        finally:
            connection.invalidate()  # the pool must not hand out a connection without foreign keys


run_migrations()
