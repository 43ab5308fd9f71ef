"""Copies SQLite databases that may be in use, whole.

sqlite_backup.py copy DATABASE FILE [SECONDS]      writes a copy of what the database holds at one moment
sqlite_backup.py replace FILE DATABASE [SECONDS]   puts a copy in the place of what the database holds: all of it, or nothing
sqlite_backup.py contents DATABASE                 looks for damage

SECONDS is how long others may hold the database meanwhile (default 60). Each prints what is in the database then, as JSON.
"""

import json
import os
import signal
import sqlite3
import sys
import time
from contextlib import closing
from pathlib import Path

# While it waits for a lock, Python would hear of an interruption only afterwards; what is left half-way SQLite takes back.
signal.signal(signal.SIGINT, signal.SIG_DFL)

# Seconds until a lock that is taken is tried again.
PAUSE = 0.01
# Seconds that others are waited for.
PATIENCE = 60
# What SQLite says while somebody else holds what it needs (Python has names for them from 3.11 on).
BUSY, LOCKED = 5, 6


class Held(Exception):
    """Somebody else did not let go of a database in time."""


def connect(file, timeout=PATIENCE):
    """Opens a database that is there: SQLite would make one."""
    return sqlite3.connect(Path(file).resolve().as_uri() + "?mode=rw", uri=True, timeout=timeout)


def within(seconds, database):
    """Ends a backup that others have kept from going on for so long: Python would wait for them for good."""
    since = time.monotonic()

    def progress(status, _remaining, _total):
        nonlocal since
        if status & 0xFF not in (BUSY, LOCKED):
            since = time.monotonic()
        elif time.monotonic() - since >= seconds:
            raise Held(f"{database} has been held{by_whom(database)} for {seconds:g} s: nothing was changed.")

    return progress


def by_whom(database):
    """Who has locked a database, as Linux tells it: by the file beside it where that has a write-ahead log."""
    files = [Path(database + end) for end in ("", "-shm")]
    inodes = {file.stat().st_ino for file in files if file.exists()}
    try:
        locks = [line.split() for line in Path("/proc/locks").read_text().splitlines()]
        # 1: POSIX ADVISORY WRITE <process> <device>:<inode> <from> <to>; one that is waited for has an arrow, too.
        pids = {int(words[4]) for words in locks if words[1] == "POSIX" and int(words[5].split(":")[-1]) in inodes}
        names = [f"{Path(f'/proc/{pid}/comm').read_text().strip()} (process {pid})" for pid in pids - {os.getpid()}]
    except (OSError, ValueError, IndexError):
        return ""
    return " by " + ", ".join(sorted(names)) if names else ""


def copy(database, file, seconds=PATIENCE):
    partial = file + ".partial"
    with closing(connect(database, PAUSE)) as source:
        Path(partial).unlink(missing_ok=True)
        os.close(os.open(partial, os.O_CREAT | os.O_EXCL, 0o600))
        with closing(sqlite3.connect(partial)) as target:
            source.backup(target, sleep=PAUSE, progress=within(float(seconds), database))
            contents = contents_of(target)
    os.replace(partial, file)
    return contents


def replace(file, database, seconds=PATIENCE):
    """One transaction: who reads meanwhile sees the old data or the new, and so does who comes after a crash."""
    with closing(connect(file)) as source, closing(connect(database, PAUSE)) as target:
        source.backup(target, sleep=PAUSE, progress=within(float(seconds), database))
    with closing(connect(database)) as replaced:
        return contents_of(replaced)


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
except Held as held:
    sys.exit(str(held))
except sqlite3.Error as error:
    sys.exit(f"{sys.argv[2]}: {error}")
