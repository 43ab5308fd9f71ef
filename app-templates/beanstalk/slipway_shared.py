"""What the instances of an application share: a lock that one of them holds at a time, and notes of what was done.

Both are in the application's database, which is the only thing that every instance of every environment reaches. The
server lets go of the lock by itself when whoever holds it is gone. Notes are rows of the table `slipway_once`.

SLIPWAY_DATABASE_VARIABLE  environment variable that holds the database's URL
"""

import fcntl
import hashlib
import os
import sqlite3
import time
from urllib.parse import unquote, urlsplit

import slipway_database

POLL = 1.0  # seconds between two tries
TABLE = "CREATE TABLE IF NOT EXISTS slipway_once (job VARCHAR(32) NOT NULL, detail VARCHAR(64) NOT NULL)"


class NotKnown(Exception):
    """The URL names a database that has no lock that is known here."""


def connect():
    """The database that this process's environment names: one of the classes below."""
    text = os.environ[os.environ["SLIPWAY_DATABASE_VARIABLE"]]
    url = urlsplit(text)
    dialect, _, driver = url.scheme.partition("+")
    if dialect == "sqlite":
        return File(text.partition(":///")[2].partition("?")[0])
    open_connection = slipway_database.DRIVERS.get(driver or slipway_database.DEFAULTS.get(dialect))
    if open_connection is None or dialect not in SERVERS:
        raise NotKnown(f"{url.scheme} has no lock that is known here: {', '.join(sorted([*SERVERS, 'sqlite']))} have.")
    user, password = unquote(url.username or ""), unquote(url.password or "")
    connection = open_connection(url, user, password, url.path.lstrip("/"))
    return SERVERS[dialect](connection)


class Shared:
    """A connection whose end is the end of its locks."""

    mark = "%s"

    def __init__(self, connection):
        self.connection = connection

    def execute(self, statement, *parameters):
        cursor = self.connection.cursor()
        cursor.execute(statement.replace("%s", self.mark), parameters)
        return cursor

    def lock(self, name, seconds):
        """Waits for the lock; False when it is not to be had in time."""
        deadline = time.monotonic() + seconds
        while not self.try_lock(name):
            if time.monotonic() + POLL > deadline:
                return False
            time.sleep(POLL)
        return True

    def alive(self):
        """Whether the connection, and with it the lock, is still there."""
        try:
            self.execute("SELECT 1").fetchone()
        except Exception:
            return False
        return True

    def done(self, job, detail):
        """Whether a job was noted as done."""
        self.execute(TABLE)
        found = self.execute("SELECT 1 FROM slipway_once WHERE job = %s AND detail = %s", job, detail).fetchone()
        self.connection.commit()
        return found is not None

    def note(self, job, detail):
        self.execute("INSERT INTO slipway_once (job, detail) VALUES (%s, %s)", job, detail)
        self.connection.commit()

    def close(self):
        self.connection.close()


class MySql(Shared):
    def try_lock(self, name):
        # Names are those of the whole server, up to 64 characters.
        row = self.execute("SELECT GET_LOCK(CONCAT(LEFT(DATABASE(), 32), %s), 0)", f".{name}").fetchone()
        return row[0] == 1


class Postgres(Shared):
    def try_lock(self, name):
        # Keys are those of one database.
        key = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)
        row = self.execute("SELECT pg_try_advisory_lock(%s)", key).fetchone()
        return row[0]


class File(Shared):
    """SQLite, which is the database of a single instance."""

    mark = "?"

    def __init__(self, path):
        self.path = path
        self.locks = []
        super().__init__(sqlite3.connect(path, timeout=30))

    def try_lock(self, name):
        file = open(f"{self.path}.{name}.lock", "w")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            return False
        self.locks.append(file)
        return True

    def close(self):
        super().close()
        for file in self.locks:
            file.close()


SERVERS = {"mysql": MySql, "mariadb": MySql, "postgresql": Postgres}
