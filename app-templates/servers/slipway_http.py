"""gevent's WSGI server, with what a process behind a proxy needs: a graceful stop, limits, JSON access lines.

A stop loses no request: the process accepts no more connections, answers the next request on each open one with
`Connection: close`, and closes those on which none arrives within IDLE_WHEN_STOPPING.
"""

import functools
import io
import signal
import socket
import sys
import time
from http.client import responses
from urllib.parse import unquote_to_bytes
from wsgiref.handlers import format_date_time

import gevent
from gevent import pywsgi
from gevent.event import Event
from gevent.os import tp_read

from slipway_head import BadRequest, body_length, read_fields
from slipway_request import Visitors, access_line, origin_form, requests_of_connection

KEEP_ALIVE = 75  # seconds without a complete request head; more than the 60 of the usual load balancer
IDLE_WHEN_STOPPING = 2  # the same once the process is to stop
LINGER = 2  # seconds for a client to see that its connection is at its end
SMALL = 65536  # a body up to this many bytes leaves in one piece with the headers


class Server(pywsgi.WSGIServer):
    """Serves `application` on `listener`, which other processes may share."""

    def __init__(self, listener, application, settings):
        listener.setblocking(False)
        if listener.family != socket.AF_UNIX:
            # Accepted connections inherit it. Without it a response in two parts waits 40 ms for the client's ACK.
            listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        # A name of our own: the default asks the DNS for one, which can take seconds.
        environ = {"SERVER_NAME": "localhost", "wsgi.multithread": True, "wsgi.multiprocess": True}
        super().__init__(listener, application, spawn=gevent.spawn_raw, handler_class=Handler, environ=environ)
        self.settings = settings
        self.visitors = Visitors(settings.trusted)
        self.stopping = False
        self.open = set()

    def serve_until_stopped(self, parent=None):
        """Serves until SIGTERM, SIGINT or the end of file of the pipe `parent`; then finishes what runs."""
        stop = Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            gevent.signal_handler(number, stop.set)
        if parent is not None:
            gevent.spawn(tp_read, parent, 1).link(lambda _: stop.set())
        self.start()
        while not stop.wait(timeout=1):
            self.close_idle(KEEP_ALIVE)
        self.drain(self.settings.grace)

    def drain(self, grace):
        # Not close(): a shared socket lives on in the other processes.
        self.stop_accepting()
        self.stopping = True
        # A connection accepted a moment ago has its greenlet waiting: it is to start, and to count among the open ones.
        gevent.sleep(0)
        deadline = time.monotonic() + grace
        while self.open and time.monotonic() < deadline:
            self.close_idle(IDLE_WHEN_STOPPING)
            gevent.sleep(0.05)
        if self.open:
            print(f"slipway: {len(self.open)} requests were still running after {grace} s", file=sys.stderr)

    def close_idle(self, limit):
        oldest = time.monotonic() - limit
        for handler in self.open:
            if handler.waiting_since is not None and handler.waiting_since < oldest:
                handler.give_up_waiting()

    def handle(self, sock, address):
        handler = self.handler_class(sock, address, self)
        self.open.add(handler)
        try:
            handler.handle()
        finally:
            self.open.discard(handler)


class FairReader(io.RawIOBase):
    """Reads from a connection after a turn of the event loop, even where data is there already.

    Otherwise a client that always has its next request ready keeps all others waiting.
    """

    def __init__(self, sock):
        self.sock = sock

    def readable(self):
        return True

    def readinto(self, buffer):
        self.sock._wait(self.sock._read_event)
        return self.sock.recv_into(buffer)


class Body(pywsgi.Input):
    """The body of a request, of `limit` bytes at most."""

    __slots__ = ("left",)

    def __init__(self, limit, *args, **options):
        super().__init__(*args, **options)
        self.left = limit

    def _chunked_read(self, length=None, use_readline=False):
        if length is None or length > self.left:
            length = self.left + 1
        data = super()._chunked_read(length, use_readline)
        self.left -= len(data)
        if self.left < 0:
            self._chunked_input_error = True
            raise OSError("the body of the request is too long")
        return data


class Handler(pywsgi.WSGIHandler):
    """One connection."""

    def __init__(self, sock, address, server):
        super().__init__(sock, address, server, rfile=io.BufferedReader(FairReader(sock)))
        self.waiting_since = time.monotonic()  # None while the application is at work
        self.left = requests_of_connection()

    def give_up_waiting(self):
        try:
            # Ends the read. A request that is already in the buffer is still read and answered.
            self.socket.shutdown(socket.SHUT_RD)
        except OSError:
            pass

    def handle_one_request(self):
        self.waiting_since = time.monotonic()
        self.environ = None
        result = super().handle_one_request()
        if result is None:
            self.part()
        return result

    def part(self):
        """Lets the client see the end of the connection before it is closed.

        What a client sends to a closed socket is answered with a reset, which takes the response with it that it has not
        read yet.
        """
        try:
            self.socket.shutdown(socket.SHUT_WR)
            with gevent.Timeout(LINGER, False):
                while self.socket.recv(SMALL):
                    pass
        except OSError:
            pass  # it has closed it, or broken off

    def read_request(self, raw_requestline):
        """Parses the head into `self.fields`, keyed as in the WSGI environment.

        Stricter than gevent's own, and several times as fast: that one uses the parser for e-mail.
        """
        self.requestline = raw_requestline.rstrip("\r\n")
        try:
            self.command, self.path, self.request_version = self.requestline.split(" ")
        except ValueError:
            raise BadRequest("not an HTTP request line") from None
        if self.request_version not in ("HTTP/1.1", "HTTP/1.0"):
            raise BadRequest("not HTTP/1.1 or HTTP/1.0", 505)
        self.fields = fields = read_fields(self.rfile)
        self.content_length = body_length(fields, self.request_version)
        if (self.content_length or 0) > self.server.settings.max_body:
            raise BadRequest("the body is too long", 413)
        connection = fields.get("HTTP_CONNECTION", "").lower()
        if self.request_version == "HTTP/1.1":
            if "HTTP_HOST" not in fields or "," in fields["HTTP_HOST"]:
                raise BadRequest("not exactly one Host header")
            self.close_connection = connection == "close"
        else:
            self.close_connection = connection != "keep-alive"
        self.waiting_since = None
        self.left -= 1
        return True

    def get_environ(self):
        environ = self.server.get_environ()
        fields = self.fields
        path, _, query = origin_form(self.path).partition("?")
        environ["REQUEST_METHOD"] = self.command
        environ["PATH_INFO"] = unquote_to_bytes(path.encode("latin-1")).decode("latin-1") if "%" in path else path
        environ["QUERY_STRING"] = query
        environ["SERVER_PROTOCOL"] = self.request_version
        if isinstance(self.client_address, tuple):
            environ["REMOTE_ADDR"], environ["REMOTE_PORT"] = self.client_address[0], str(self.client_address[1])
        environ.update(fields)
        self.server.visitors.complete(environ)
        upgrade = fields.get("HTTP_UPGRADE", "").lower() == "websocket"
        self.wsgi_input = Body(
            self.server.settings.max_body,
            self.rfile,
            self.content_length,
            socket=self.socket if fields.get("HTTP_EXPECT", "").lower() == "100-continue" else None,
            chunked_input="HTTP_TRANSFER_ENCODING" in fields,
        )
        environ["wsgi.input"] = self.rfile if upgrade else self.wsgi_input
        environ["wsgi.input_terminated"] = not upgrade
        return environ

    def run_application(self):
        upgraded = self.environ["wsgi.input"] is self.rfile
        with gevent.Timeout(None if upgraded else self.server.settings.timeout):
            super().run_application()

    def handle_error(self, kind, value, trace):
        if not issubclass(kind, gevent.Timeout):
            return super().handle_error(kind, value, trace)
        print(f"slipway: {self.environ['PATH_INFO']} took more than {value}", file=sys.stderr)
        self.close_connection = True
        if not self.headers_sent:
            reason = responses[504]
            self.start_response(f"504 {reason}", [("Content-Type", "text/plain"), ("Content-Length", str(len(reason)))])
            self.write(reason.encode())

    def finalize_headers(self):
        if self.provided_date is None:
            self.provided_date = http_date(int(time.time()))
            self.response_headers.append((b"Date", self.provided_date))
        if self.server.stopping or self.left <= 0 or self.wsgi_input._chunked_input_error:
            self.close_connection = True
        if self.close_connection and not any(name.lower() == b"connection" for name, _ in self.response_headers):
            self.response_headers.append((b"Connection", b"close"))
        super().finalize_headers()

    def _write_with_headers(self, data):
        """As gevent's, but headers and a small body leave in one piece: one system call, one packet."""
        self.headers_sent = True
        self.finalize_headers()
        head = [b"HTTP/1.1 ", self.status, b"\r\n"]
        for name, value in self.response_headers:
            head += (name, b": ", value, b"\r\n")
        head.append(b"\r\n")
        if self.response_use_chunked or len(data) > SMALL:
            self._sendall(b"".join(head))
            self._write(data)
        else:
            head.append(data)
            self._sendall(b"".join(head))

    def _handle_client_error(self, ex):
        if not isinstance(ex, BadRequest):
            return super()._handle_client_error(ex)
        print(f"slipway: refused a request from {self.client_address}: {ex}", file=sys.stderr)
        reason = responses[ex.status]
        head = f"HTTP/1.1 {ex.status} {reason}\r\nConnection: close\r\nContent-Length: {len(reason)}\r\n\r\n"
        return str(ex.status), (head + reason).encode()

    def log_request(self):
        if self.server.settings.access_log and self.environ is not None:
            seconds = self.time_finish - self.time_start
            sys.stdout.write(access_line(self.environ, self.code, self.response_length, seconds))


@functools.lru_cache(maxsize=2)
def http_date(second):
    return format_date_time(second).encode("ascii")
