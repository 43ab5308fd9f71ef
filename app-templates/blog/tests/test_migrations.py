from __future__ import annotations

import shutil

import pytest
from flask_migrate import check, downgrade, upgrade
from sqlalchemy import inspect, text

from webapp import ROOT
from webapp.extensions import db

from .conftest import make_app, write_post

FAILING = """
import sqlalchemy as sa
from alembic import op
revision = "0003"
down_revision = "0002"

def upgrade():
    op.add_column("post", sa.Column("half", sa.Integer()))
    op.create_table("half", sa.Column("id", sa.Integer(), primary_key=True))
    op.execute("DELETE FROM post")
    raise ValueError("the second half fails")
"""
BATCH = """
import sqlalchemy as sa
from alembic import op
revision = "0002"
down_revision = "0001"

def upgrade():
    with op.batch_alter_table("post", recreate="always") as batch:
        batch.add_column(sa.Column("extra", sa.Integer()))
"""


@pytest.fixture
def directory(tmp_path):
    copy = tmp_path / "migrations"
    shutil.copytree(ROOT / "migrations", copy)
    return copy


def tables() -> set[str]:
    return set(inspect(db.engine).get_table_names())


def test_up_down_up(settings):
    app = make_app(settings, migrated=False)
    with app.app_context():
        assert tables() == set()
        upgrade()
        assert {"user", "post", "comment", "reminder", "digest", "heartbeat"} <= tables()
        downgrade(revision="base")
        assert tables() == {"alembic_version"}
        upgrade()
        check()  # the models say the same


def test_a_failing_migration_changes_nothing(app, logged_in, directory):
    write_post(logged_in, "Still here")
    (directory / "versions" / "0002_batch.py").write_text(BATCH)
    (directory / "versions" / "0003_failing.py").write_text(FAILING)
    with app.app_context():
        with pytest.raises(ValueError, match="second half"):
            upgrade(directory=str(directory))
        assert "half" not in tables()
        assert not {"half", "extra"} & {c["name"] for c in inspect(db.engine).get_columns("post")}
        assert db.session.scalar(text("SELECT version_num FROM alembic_version")) == "0001"
    assert "Still here" in logged_in.get("/").text
    assert logged_in.get("/health/ready").status_code == 200


def test_replacing_a_table_keeps_what_refers_to_it(app, logged_in, directory):
    url = write_post(logged_in, tags="kept")
    logged_in.post("/posts/1/comments", data={"body": "x"})
    (directory / "versions" / "0002_batch.py").write_text(BATCH)
    with app.app_context():
        upgrade(directory=str(directory))
        assert "extra" in {column["name"] for column in inspect(db.engine).get_columns("post")}
        assert db.session.scalar(text("PRAGMA foreign_keys")) == 1
        assert db.session.scalar(text("SELECT count(*) FROM post_tag")) == 1
    assert logged_in.get(url).status_code == 200
