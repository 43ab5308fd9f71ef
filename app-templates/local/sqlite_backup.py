"""Copies SQLite databases that may be in use, whole.

sqlite_backup.py copy DATABASE FILE      writes a copy of what the database holds at one moment
sqlite_backup.py replace FILE DATABASE   puts a copy in the place of what the database holds: all of it, or nothing
sqlite_backup.py contents DATABASE       looks for damage

Each prints what is in the database then, as JSON.
"""

import json
import os
import signal
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

# While it waits for a lock, Python would hear of an interruption only afterwards; what is left half-way SQLite takes back.
signal.signal(signal.SIGINT, signal.SIG_DFL)

# Seconds until a lock that is taken is tried again.
PAUSE = 0.01


def connect(file):
    """Opens a database that is there: SQLite would make one."""
    return sqlite3.connect(Path(file).resolve().as_uri() + "?mode=rw", uri=True, timeout=60)


def copy(database, file):
    partial = file + ".partial"
    with closing(connect(database)) as source:
        Path(partial).unlink(missing_ok=True)
        os.close(os.open(partial, os.O_CREAT | os.O_EXCL, 0o600))
        with closing(sqlite3.connect(partial)) as target:
            source.backup(target, sleep=PAUSE)
            contents = contents_of(target)
    os.replace(partial, file)
    return contents


def replace(file, database):
    """One transaction: who reads meanwhile sees the old data or the new, and so does who comes after a crash."""
    with closing(connect(file)) as source, closing(connect(database)) as target:
        source.backup(target, sleep=PAUSE)
        return contents_of(target)


def contents(database):
    with closing(connect(database)) as source:
        problems = [problem for (problem,) in source.execute("PRAGMA integrity_check(5)") if problem != "ok"]
        if problems:
            sys.exit(f"{database} is damaged: " + "; ".join(problems))
        return contents_of(source)


def contents_of(connection):
    names = connection.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
    )
    tables = {}
    for (name,) in names.fetchall():
        quoted = name.replace('"', '""')
        ((tables[name],),) = connection.execute(f'SELECT count(*) FROM "{quoted}"').fetchall()
    found = {"tables": tables}
    if tables.get("alembic_version"):
        revisions = connection.execute("SELECT version_num FROM alembic_version ORDER BY 1")
        found["revision"] = ",".join(revision for (revision,) in revisions)
    return found


try:
    print(json.dumps({"copy": copy, "replace": replace, "contents": contents}[sys.argv[1]](*sys.argv[2:])))
except sqlite3.Error as error:
    sys.exit(f"{sys.argv[2]}: {error}")
