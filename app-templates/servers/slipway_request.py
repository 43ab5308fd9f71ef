"""What every server does with a request: who sent it, by which name it is logged, the line in the log."""

import ipaddress
import json
import os
import random
import re
from urllib.parse import urlsplit

REQUEST_ID = re.compile(r"[A-Za-z0-9_.:=;@-]{1,128}")

# How many requests a connection is kept for, between. It then finds its way anew: processes that share a socket would
# else keep what they happened to get, however busy the one and idle the other. Not all at once, hence a range.
FEWEST, MOST = 20, 60


def requests_of_connection():
    return random.randint(FEWEST, MOST)


class Visitors:
    """Completes the environment of a request with what the proxies in `trusted` networks say of it, and with an id."""

    def __init__(self, trusted):
        self.trusted = trusted
        self.known = {}

    def complete(self, environ):
        if self.trusted and self.is_trusted(environ.get("REMOTE_ADDR", "")):
            self.believe(environ)
        for key in ("HTTP_X_REQUEST_ID", "HTTP_X_AMZN_TRACE_ID"):
            given = environ.get(key, "")
            if REQUEST_ID.fullmatch(given):
                environ["HTTP_X_REQUEST_ID"] = given
                return
        environ["HTTP_X_REQUEST_ID"] = os.urandom(8).hex()

    def believe(self, environ):
        # The nearest to us that is not trusted itself: what stands left of it is that one's own claim.
        for address in reversed(environ.get("HTTP_X_FORWARDED_FOR", "").split(",")):
            address = address.strip()
            if not is_address(address):
                break
            environ["REMOTE_ADDR"] = address
            environ.pop("REMOTE_PORT", None)
            if not self.is_trusted(address):
                break
        if environ.get("HTTP_X_FORWARDED_PROTO") in ("http", "https"):
            environ["wsgi.url_scheme"] = environ["HTTP_X_FORWARDED_PROTO"]

    def is_trusted(self, text):
        if text not in self.known:
            if len(self.known) > 1024:
                self.known.clear()
            self.known[text] = is_address(text) and any(ipaddress.ip_address(text) in net for net in self.trusted)
        return self.known[text]


def is_address(text):
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def access_line(environ, status, size, seconds):
    # No query string: it may carry secrets.
    line = {
        "event": "request",
        "method": environ["REQUEST_METHOD"],
        "path": environ["PATH_INFO"],
        "status": status,
        "bytes": size,
        "ms": round(seconds * 1000, 1),
        "request_id": environ["HTTP_X_REQUEST_ID"],
    }
    return json.dumps(line) + "\n"


def origin_form(target):
    """The target of a request without scheme and host, which it has in the form that proxies are sent."""
    if target.startswith("/") or target == "*":
        return target
    url = urlsplit(target)
    return (url.path or "/") + (f"?{url.query}" if url.query else "")
