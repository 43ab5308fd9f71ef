"""What a server is told by its environment: the same variables, whichever server it is.

SLIPWAY_ENTRY       the application: `module:app`, `module:create_app` or `module:create_app('argument')`
SLIPWAY_LISTEN      `fd://0` (a listening socket inherited from the supervisor) or `tcp://host:port`
                    (default tcp://0.0.0.0:PORT, where PORT is set)
SLIPWAY_PROCESSES   how many processes serve it (default 1)
SLIPWAY_THREADS     how many requests each of them answers at a time (default 2); gevent knows no limit
SLIPWAY_GRACE       seconds to finish running requests after SIGTERM (default 20)
SLIPWAY_TIMEOUT     seconds that a request may take (default 300)
SLIPWAY_MAX_BODY    MiB that the body of a request may have (default 100)
SLIPWAY_TRUSTED     whose X-Forwarded-For and X-Forwarded-Proto are believed: networks, separated by commas, or `private`
                    for those of private use (default nobody's)
SLIPWAY_HEARTBEAT   file that is touched once the application is loaded and about to be served (default none)
SLIPWAY_ACCESS_LOG  0 turns off the line of JSON that each request writes (default 1)
"""

import ipaddress
import os
import socket
import sys
from pathlib import Path
from urllib.parse import urlsplit

CANNOT_START = 3  # exit code when a restart is no help, such as for an application that does not load
BACKLOG = 2048  # the kernel lowers it to net.core.somaxconn
MIB = 1024 * 1024
PRIVATE = "127.0.0.0/8,10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,100.64.0.0/10,::1/128,fc00::/7"


class Settings:
    """The settings of this process. Raises ValueError."""

    def __init__(self):
        self.listen = os.environ.get("SLIPWAY_LISTEN", "")
        if not self.listen and "PORT" in os.environ:
            self.listen = f"tcp://0.0.0.0:{os.environ['PORT']}"
        self.processes = number("SLIPWAY_PROCESSES", 1)
        self.threads = number("SLIPWAY_THREADS", 2)
        self.grace = number("SLIPWAY_GRACE", 20)
        self.timeout = number("SLIPWAY_TIMEOUT", 300)
        self.max_body = number("SLIPWAY_MAX_BODY", 100) * MIB
        self.trusted = networks("SLIPWAY_TRUSTED")
        self.heartbeat = os.environ.get("SLIPWAY_HEARTBEAT", "")
        self.access_log = os.environ.get("SLIPWAY_ACCESS_LOG", "1") != "0"

    def listener(self):
        """Returns the listening socket; after that it is no descriptor of anything else. Raises ValueError."""
        url = urlsplit(self.listen)
        if url.scheme == "fd":
            return inherited_socket(int(url.netloc) if url.netloc.isdigit() else -1)
        host, port = self.address()
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        try:
            return socket.create_server((host, port), family=family, backlog=BACKLOG)
        except OSError as error:
            raise ValueError(f"cannot listen on SLIPWAY_LISTEN={self.listen}: {error}.") from None

    def address(self):
        """Host and port of `tcp://host:port`. Raises ValueError."""
        try:
            url = urlsplit(self.listen)
            if url.scheme == "tcp" and url.hostname and url.port is not None:
                return url.hostname, url.port
        except ValueError:
            pass  # a port that is no number
        raise ValueError(f"SLIPWAY_LISTEN must be fd://0 or tcp://host:port; it is {self.listen!r}.")

    def beat(self):
        """Says that the application is loaded."""
        if self.heartbeat:
            Path(self.heartbeat).touch()


def read():
    """The settings, or the end of this process with what is wrong with them."""
    try:
        return Settings()
    except ValueError as error:
        sys.exit(f"slipway: {error}")


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


def networks(variable):
    text = os.environ.get(variable, "")
    try:
        names = ",".join(PRIVATE if name.strip() == "private" else name for name in text.split(","))
        return [ipaddress.ip_network(name.strip(), strict=False) for name in names.split(",") if name.strip()]
    except ValueError as error:
        raise ValueError(f"{variable} must be networks, separated by commas, or private: {error}.") from None
