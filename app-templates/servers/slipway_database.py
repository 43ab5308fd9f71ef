"""Makes the application's user of a database: `python .slipway/slipway_database.py`. Run again, it changes nothing.

DATABASE_URL     SQLAlchemy URL of the server without a user: its driver, host, port, and how connections are encrypted
DATABASE_NAME    database of the application; made when it is not there
MASTER_USERNAME  user who may make users
MASTER_PASSWORD
APP_USERNAME     user of the application; may do everything in that database, and nothing outside it
APP_PASSWORD     set anew when it is another one
"""

import itertools
import os
import re
import sys
from urllib.parse import parse_qs, urlsplit

VARIABLES = ["DATABASE_URL", "DATABASE_NAME", "MASTER_USERNAME", "MASTER_PASSWORD", "APP_USERNAME", "APP_PASSWORD"]
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,62}")
ANYWHERE = "%"  # of the hosts that the network lets in
TIMEOUT = 10  # seconds


def main():
    missing = [name for name in VARIABLES if not os.environ.get(name)]
    if missing:
        sys.exit(f"slipway: not set: {', '.join(missing)}.")
    values = {name: os.environ[name] for name in VARIABLES}
    for name in ("DATABASE_NAME", "APP_USERNAME"):
        # They become part of a statement as they are.
        if not NAME.fullmatch(values[name]):
            sys.exit(f"slipway: {name} must be up to 63 letters, digits and underscores; it is {values[name]!r}.")
    if values["APP_USERNAME"] == values["MASTER_USERNAME"]:
        sys.exit("slipway: APP_USERNAME must be another user than MASTER_USERNAME.")
    url = urlsplit(values["DATABASE_URL"])
    dialect, _, driver = url.scheme.partition("+")
    connect = DRIVERS.get(driver or DEFAULTS.get(dialect))
    if connect is None:
        sys.exit(f"slipway: DATABASE_URL names the driver {url.scheme!r}; known are {', '.join(sorted(DRIVERS))}.")
    prepare = prepare_postgres if dialect == "postgresql" else prepare_mysql
    try:
        done = prepare(lambda user, password, name: connect(url, user, password, name), values)
    except Exception as error:
        sys.exit(f"slipway: {url.hostname}: {hide(error, values)}")
    print(f"slipway: user {values['APP_USERNAME']} of database {values['DATABASE_NAME']}: {done}")


def hide(error, values):
    """What went wrong, without the passwords: a server repeats the statement that it did not understand."""
    text = f"{type(error).__name__}: {error}"
    for name in ("MASTER_PASSWORD", "APP_PASSWORD"):
        text = text.replace(values[name], "***")
    return text


def prepare_mysql(connect, values):
    name, user, password = values["DATABASE_NAME"], values["APP_USERNAME"], values["APP_PASSWORD"]
    connection = connect(values["MASTER_USERNAME"], values["MASTER_PASSWORD"], None)
    try:
        cursor = connection.cursor()
        # Asked first: IF NOT EXISTS makes a warning of what is there.
        cursor.execute("SELECT 1 FROM information_schema.schemata WHERE schema_name = %s", (name,))
        if cursor.fetchone() is None:
            cursor.execute(f"CREATE DATABASE `{name}` CHARACTER SET utf8mb4")
        cursor.execute("SELECT 1 FROM mysql.user WHERE user = %s AND host = %s", (user, ANYWHERE))
        known = cursor.fetchone() is not None
        changed = not (known and works(connect, user, password, name))
        if changed:
            verb = "ALTER" if known else "CREATE"
            cursor.execute(f"{verb} USER %s@%s IDENTIFIED BY %s", (user, ANYWHERE, password))
        cursor.execute(f"GRANT ALL PRIVILEGES ON `{escaped(name)}`.* TO %s@%s", (user, ANYWHERE))
        connection.commit()
    finally:
        connection.close()
    return said(known, changed)


def escaped(name):
    """In a GRANT, an underscore stands for any character."""
    return name.replace("_", "\\_")


def prepare_postgres(connect, values):
    name, user, password = values["DATABASE_NAME"], values["APP_USERNAME"], values["APP_PASSWORD"]
    master, master_password = values["MASTER_USERNAME"], values["MASTER_PASSWORD"]
    connection = connect(master, master_password, None)
    try:
        cursor = connection.cursor()
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,))
        if cursor.fetchone() is None:
            cursor.execute(f'CREATE DATABASE "{name}"')
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (user,))
        known = cursor.fetchone() is not None
        if not known:
            cursor.execute(f'CREATE ROLE "{user}" LOGIN')
        cursor.execute(f'GRANT CONNECT, CREATE, TEMPORARY ON DATABASE "{name}" TO "{user}"')
        cursor.execute(f'REVOKE ALL ON DATABASE "{name}" FROM PUBLIC')
        changed = not (known and works(connect, user, password, name))
        if changed:
            # A statement that defines takes no parameters.
            cursor.execute(f'ALTER ROLE "{user}" LOGIN PASSWORD {literal(password)}')
    finally:
        connection.close()
    inside = connect(master, master_password, name)
    try:
        inside.cursor().execute(f'GRANT ALL ON SCHEMA public TO "{user}"')
    finally:
        inside.close()
    return said(known, changed)


def literal(text):
    doubled = text.replace("\\", "\\\\").replace("'", "''")
    return f"E'{doubled}'"


def works(connect, user, password, name):
    try:
        connect(user, password, name).close()
    except Exception:
        return False
    return True


def said(known, changed):
    if not known:
        return "made"
    return "password changed" if changed else "as it was"


def options(url):
    return {key: values[-1] for key, values in parse_qs(url.query).items()}


def connect_pymysql(url, user, password, name):
    import pymysql

    given = options(url)
    tls = {"ssl_ca": given["ssl_ca"], "ssl_verify_identity": True} if "ssl_ca" in given else {}
    if not tls and "ssl_check_hostname" in given:
        tls = {"ssl": {"check_hostname": False}}
    place = {"host": url.hostname, "port": url.port or 3306, "user": user, "password": password, "database": name}
    return pymysql.connect(**place, **tls, charset="utf8mb4", connect_timeout=TIMEOUT)


def connect_mysqldb(url, user, password, name):
    import MySQLdb

    given = options(url)
    tls = {"ssl": {"ca": given["ssl_ca"]}} if "ssl_ca" in given else {}
    if "ssl_mode" in given:
        tls["ssl_mode"] = given["ssl_mode"]
    place = {"host": url.hostname, "port": url.port or 3306, "user": user, "password": password}
    return MySQLdb.connect(**place, **tls, **({"database": name} if name else {}), connect_timeout=TIMEOUT)


def connect_mysqlconnector(url, user, password, name):
    import mysql.connector

    given = options(url)
    tls = {"ssl_ca": given["ssl_ca"], "ssl_verify_cert": True} if "ssl_ca" in given else {}
    place = {"host": url.hostname, "port": url.port or 3306, "user": user, "password": password, "database": name}
    return mysql.connector.connect(**place, **tls, connection_timeout=TIMEOUT)


def connect_psycopg(url, user, password, name):
    import psycopg

    return psycopg.connect(**libpq(url, user, password, name), autocommit=True)


def connect_psycopg2(url, user, password, name):
    import psycopg2

    connection = psycopg2.connect(**libpq(url, user, password, name))
    connection.autocommit = True
    return connection


def libpq(url, user, password, name):
    tls = {key: value for key, value in options(url).items() if key.startswith("ssl")}
    place = {"host": url.hostname, "port": url.port or 5432, "user": user, "password": password}
    return {**place, **tls, "dbname": name or url.path.lstrip("/") or "postgres", "connect_timeout": TIMEOUT}


def connect_asyncpg(url, user, password, name):
    return Asyncpg(url, user, password, name)


class Asyncpg:
    """As much of a DB-API connection over asyncpg as this script needs."""

    def __init__(self, url, user, password, name):
        import asyncio

        import asyncpg

        self.loop = asyncio.new_event_loop()
        place = {"host": url.hostname, "port": url.port or 5432, "user": user, "password": password}
        database = name or url.path.lstrip("/") or "postgres"
        opened = asyncpg.connect(**place, database=database, ssl=options(url).get("ssl"), timeout=TIMEOUT)
        self.connection = self.loop.run_until_complete(opened)
        self.row = None

    def cursor(self):
        return self

    def execute(self, statement, parameters=()):
        numbers = itertools.count(1)
        text = re.sub("%s", lambda _: f"${next(numbers)}", statement)
        self.row = self.loop.run_until_complete(self.connection.fetchrow(text, *parameters))

    def fetchone(self):
        return self.row

    def commit(self):
        """Each statement is a transaction of its own."""

    def close(self):
        self.loop.run_until_complete(self.connection.close())
        self.loop.close()


DEFAULTS = {"mysql": "pymysql", "mariadb": "pymysql", "postgresql": "psycopg"}
DRIVERS = {
    "pymysql": connect_pymysql,
    "mysqldb": connect_mysqldb,
    "mysqlconnector": connect_mysqlconnector,
    "psycopg": connect_psycopg,
    "psycopg2": connect_psycopg2,
    "asyncpg": connect_asyncpg,
}

if __name__ == "__main__":
    main()
