"""Waits until what a process needs can be reached over TCP: `python .slipway/slipway_wait.py`.

SLIPWAY_WAIT_FOR      environment variables, separated by commas, that hold URLs; one that is not set is left out
SLIPWAY_WAIT_SECONDS  how long in all (default 120)

Exits with 1 and says what was not reached. A URL without a host, such as SQLite's or SQS's, needs no waiting.
"""

import os
import socket
import sys
import time
from urllib.parse import urlsplit

PORTS = {
    "amqp": 5672,
    "amqps": 5671,
    "mariadb": 3306,
    "mysql": 3306,
    "postgres": 5432,
    "postgresql": 5432,
    "redis": 6379,
    "rediss": 6379,
}
PAUSE = 1.0  # seconds between two tries
TIMEOUT = 3.0  # seconds of one try


def main():
    seconds = int(os.environ.get("SLIPWAY_WAIT_SECONDS", "120"))
    deadline = time.monotonic() + seconds
    for variable in filter(None, os.environ.get("SLIPWAY_WAIT_FOR", "").split(",")):
        address = address_in(os.environ.get(variable, ""))
        if address is not None and not reached(variable, address, deadline):
            sys.exit(f"slipway: {named(variable, address)} could not be reached within {seconds} seconds.")


def address_in(url):
    """Host and port of a URL whose service listens on TCP, else None. User and password stay where they are."""
    try:
        parts = urlsplit(url)
        port = parts.port or PORTS.get(parts.scheme.partition("+")[0])
    except ValueError:
        return None
    if not parts.hostname or parts.scheme.partition("+")[0] not in PORTS:
        return None
    return parts.hostname, port


def reached(variable, address, deadline):
    said = False
    while True:
        try:
            socket.create_connection(address, TIMEOUT).close()
        except OSError as error:
            if not said:
                print(f"slipway: waiting for {named(variable, address)}: {error}", flush=True)
                said = True
            if time.monotonic() + PAUSE > deadline:
                return False
            time.sleep(PAUSE)
        else:
            return True


def named(variable, address):
    host, port = address
    return f"{host}:{port} ({variable})"


if __name__ == "__main__":
    main()
