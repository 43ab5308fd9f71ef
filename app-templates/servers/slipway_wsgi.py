"""The application as uWSGI loads it, in each of its processes: `module = slipway_wsgi`.

Behind nginx or Apache (SLIPWAY_LOADED is set) these have looked after the request already. It then only says, by the file
SLIPWAY_LOADED, that the application is loaded and which static files they can serve.
"""

import io
import json
import os
import re
import sys
from pathlib import Path

import slipway_settings
import uwsgi
from slipway_entry import EntryError, load_wsgi
from slipway_request import Visitors

KEY = re.compile(r"[\w.]+")  # of the environment; a header with a blank in its name would break it


class Behind:
    """An application with a web server in front of uWSGI."""

    def __init__(self, app):
        self.app = app

    def __call__(self, environ, start_response):
        # uWSGI takes the scheme from X-Forwarded-Proto, whoever sends it.
        environ["wsgi.url_scheme"] = environ.get("UWSGI_SCHEME", "http")
        return self.app(environ, start_response)


class Direct:
    """An application that uWSGI serves over HTTP itself: does what is left to do between the two."""

    def __init__(self, app, settings):
        self.app = app
        self.max_body = settings.max_body
        self.visitors = Visitors(settings.trusted)

    def __call__(self, environ, start_response):
        environ["wsgi.url_scheme"] = "http"  # as above
        self.visitors.complete(environ)
        # For the log's line, which uWSGI completes with what it has sent.
        uwsgi.set_logvar("path", json.dumps(environ["PATH_INFO"])[1:-1])
        uwsgi.set_logvar("id", environ["HTTP_X_REQUEST_ID"])
        if not all(KEY.fullmatch(key) for key in environ):
            return refuse(start_response, "400 Bad Request")
        length = environ.get("CONTENT_LENGTH", "")
        coding = environ.get("HTTP_TRANSFER_ENCODING")
        if coding is not None:
            if coding.lower() != "chunked" or length:
                return refuse(start_response, "400 Bad Request")
            environ["wsgi.input"] = io.BufferedReader(Chunks(self.max_body))
            environ["wsgi.input_terminated"] = True
        elif length and not (length.isascii() and length.isdigit()):
            return refuse(start_response, "400 Bad Request")
        elif int(length or 0) > self.max_body:
            return refuse(start_response, "413 Content Too Large")
        return self.app(environ, start_response)


class Chunks(io.RawIOBase):
    """A body that is sent in chunks, of `limit` bytes at most."""

    def __init__(self, limit):
        self.left = limit
        self.rest = b""

    def readable(self):
        return True

    def readinto(self, buffer):
        if not self.rest:
            self.rest = uwsgi.chunked_read()
            self.left -= len(self.rest)
            if self.left < 0:
                raise OSError("the body of the request is too long")
        part = self.rest[: len(buffer)]
        buffer[: len(part)] = part
        self.rest = self.rest[len(part) :]
        return len(part)


def refuse(start_response, status):
    reason = status[4:].encode()
    start_response(status, [("Content-Type", "text/plain"), ("Content-Length", str(len(reason)))])
    return [reason]


def static_folders(app):
    """Folders that the application itself would serve as they are: its own and those of its blueprints."""
    rules = getattr(getattr(app, "url_map", None), "iter_rules", list)()
    found = []
    for rule in rules:
        owner, _, endpoint = rule.endpoint.rpartition(".")
        scaffold = app.blueprints.get(owner) if owner else app
        folder = getattr(scaffold, "static_folder", None)
        url, _, rest = rule.rule.partition("/<path:filename>")
        if endpoint != "static" or rest or "<" in url or rule.host or rule.subdomain or not folder:
            continue
        if os.path.isdir(folder):
            found.append({"url": url, "folder": folder, "max_age": max_age(app)})
    return found


def max_age(app):
    """Seconds for which a browser may keep a file without asking, as the application is set up."""
    value = app.config.get("SEND_FILE_MAX_AGE_DEFAULT")
    return int(getattr(value, "total_seconds", lambda: value)()) if value is not None else None


def report(file, facts):
    partial = Path(f"{file}.{os.getpid()}")
    partial.write_text(json.dumps(facts))
    partial.replace(file)


def load():
    try:
        app = load_wsgi()
    except EntryError as error:
        print(f"slipway: {error}", file=sys.stderr, flush=True)
        # Any other end of this process would make uWSGI start another one, again and again.
        sys.tracebacklimit = 0
        raise ImportError("the application cannot be loaded") from None
    if "SLIPWAY_LOADED" in os.environ:
        report(os.environ["SLIPWAY_LOADED"], {"static": static_folders(app)})
        return Behind(app)
    settings = slipway_settings.read()
    settings.beat()
    return Direct(app, settings)


application = load()
