"""Serves the application over HTTP with gevent: `python .slipway/serve_gevent.py`.

SLIPWAY_ENTRY       the application: `module:app`, `module:create_app` or `module:create_app('argument')`
SLIPWAY_LISTEN      `fd://0` (a listening socket inherited from the supervisor) or `tcp://host:port`
SLIPWAY_PROCESSES   how many processes serve it (default 1)
SLIPWAY_GRACE       seconds to finish running requests after SIGTERM (default 20)
SLIPWAY_HEARTBEAT   file that is touched once the application is loaded and about to be served (default none)
SLIPWAY_ACCESS_LOG  0 turns off the line of JSON that each request writes to stdout (default 1)
"""

import os
import socket
import sys
from urllib.parse import urlsplit

import slipway_fork

BACKLOG = 2048  # the kernel lowers it to net.core.somaxconn


def main():
    try:
        listener = listen(os.environ.get("SLIPWAY_LISTEN", ""))
        processes = number("SLIPWAY_PROCESSES", 1)
        grace = number("SLIPWAY_GRACE", 20)
    except ValueError as error:
        sys.exit(f"slipway: {error}")
    if processes == 1:
        serve(listener, grace)
    else:
        slipway_fork.run(processes, grace, lambda parent: serve(listener, grace, parent))


def serve(listener, grace, parent=None):
    """Serves in this process until SIGTERM or SIGINT, or until `parent` (the read end of a pipe) reports its end."""
    # Before the application is imported, or its locks and sockets would block every request at once.
    from gevent import monkey

    monkey.patch_all()
    import slipway_http
    from slipway_entry import EntryError, load_wsgi

    try:
        app = load_wsgi()
    except EntryError as error:
        print(f"slipway: {error}", file=sys.stderr)
        sys.exit(slipway_fork.CANNOT_START)
    if os.environ.get("SLIPWAY_HEARTBEAT"):
        open(os.environ["SLIPWAY_HEARTBEAT"], "w").close()
    access_log = os.environ.get("SLIPWAY_ACCESS_LOG", "1") != "0"
    slipway_http.Server(listener, app, access_log).serve_until_stopped(grace, parent)


def listen(address):
    """Returns the listening socket that `address` names. Raises ValueError."""
    url = urlsplit(address)
    if url.scheme == "fd" and url.netloc.isdigit():
        return inherited_socket(int(url.netloc))
    if url.scheme == "tcp" and url.hostname and url.port is not None:
        family = socket.AF_INET6 if ":" in url.hostname else socket.AF_INET
        try:
            return socket.create_server((url.hostname, url.port), family=family, backlog=BACKLOG)
        except OSError as error:
            raise ValueError(f"cannot listen on SLIPWAY_LISTEN={address}: {error}.") from None
    raise ValueError(f"SLIPWAY_LISTEN must be fd://0 or tcp://host:port; it is {address!r}.")


def inherited_socket(descriptor):
    try:
        listener = socket.socket(fileno=os.dup(descriptor))
        listening = listener.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN)
    except OSError:
        listening = False
    if not listening:
        raise ValueError(f"file descriptor {descriptor}, which SLIPWAY_LISTEN names, is not a listening socket.")
    # What the application starts must neither read from the socket nor keep it open.
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, descriptor)
    os.close(null)
    return listener


def number(variable, default):
    text = os.environ.get(variable, str(default))
    if not text.isdigit() or int(text) < 1:
        raise ValueError(f"{variable} must be a whole number above 0; it is {text!r}.")
    return int(text)


if __name__ == "__main__":
    main()
