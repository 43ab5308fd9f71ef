"""Tornado's HTTP server with the application in a pool of threads: a graceful stop, limits, JSON access lines.

A stop loses no request: the process accepts no more connections, answers the next request on each open one with
`Connection: close`, and closes those on which none arrives within IDLE_WHEN_STOPPING.
"""

import asyncio
import os
import signal
import socket
import sys
import tempfile
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from http.client import responses
from wsgiref.handlers import format_date_time

from slipway_request import Visitors, access_line, origin_form, requests_of_connection
from tornado.httpserver import HTTPServer
from tornado.httputil import HTTPHeaders, HTTPMessageDelegate, HTTPOutputError, HTTPServerRequest, ResponseStartLine
from tornado.iostream import IOStream, StreamClosedError
from tornado.wsgi import WSGIContainer

KEEP_ALIVE = 75  # seconds without a complete request head; more than the 60 of the usual load balancer
IDLE_WHEN_STOPPING = 2  # the same once the process is to stop
LINGER = 1  # second that a client has to close a connection that is over
MAX_HEAD = 65536  # bytes of all header lines of a request
IN_MEMORY = 1024 * 1024  # bytes of a body; a longer one waits in a file


class Server(HTTPServer):
    """Serves `application`; each connection is handled in the event loop, each request in a thread."""

    def initialize(self, application, settings):
        super().initialize(
            lambda request: None,  # each request has its own delegate
            idle_connection_timeout=KEEP_ALIVE,
            body_timeout=settings.timeout,
            max_header_size=MAX_HEAD,
            max_body_size=settings.max_body,
        )
        self.settings = settings
        self.container = WSGIContainer(application, ThreadPoolExecutor(settings.threads))
        self.visitors = Visitors(settings.trusted)
        self.stopping = False
        self.running = set()  # requests that the application is at work on
        self.waiting = {}  # connection -> since when it waits for a request; None while it has one
        self.left = {}  # connection -> requests that it is kept for
        self.over = set()  # connections on which nothing is sent any more

    async def serve_until_stopped(self, listener, parent=None):
        """Serves until SIGTERM, SIGINT or the end of file of the pipe `parent`; then finishes what runs."""
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop.set)
        if parent is not None:
            loop.add_reader(parent, stop.set)
        listener.setblocking(False)
        loop.add_reader(listener, self.accept, listener)
        await stop.wait()
        if parent is not None:
            loop.remove_reader(parent)
        # Not the listener's end: a shared socket lives on in the other processes.
        loop.remove_reader(listener)
        listener.close()
        await self.drain()

    def accept(self, listener):
        """Takes one connection; Tornado's own would take all that wait, and leave none to other processes."""
        try:
            connection, address = listener.accept()
        except OSError:
            return  # another process was quicker, or the visitor has gone
        self.handle_stream(IOStream(connection), address)

    async def drain(self):
        self.stopping = True
        deadline = time.monotonic() + self.settings.grace
        while (self.waiting or self.running) and time.monotonic() < deadline:
            self.close_idle()
            await asyncio.sleep(0.05)
        if self.running:
            say(f"{len(self.running)} requests were still running after {self.settings.grace} s")
            sys.stdout.flush()
            os._exit(0)  # or their threads would be waited for

    def close_idle(self):
        oldest = time.monotonic() - IDLE_WHEN_STOPPING
        for connection, since in list(self.waiting.items()):
            if since is not None and since < oldest and not has_unread(connection.stream.socket):
                connection.stream.close()

    def handle_stream(self, stream, address):
        # Tornado turns it off between requests. A response in two parts then waits 40 ms for the client's ACK.
        stream.set_nodelay(True)
        stream.set_nodelay = lambda value: None
        super().handle_stream(stream, address)

    def start_request(self, server_conn, request_conn):
        self.left[server_conn] = self.left.get(server_conn, requests_of_connection()) - 1
        self.waiting[server_conn] = time.monotonic()
        return Exchange(self, server_conn, request_conn)

    def on_close(self, server_conn):
        self.waiting.pop(server_conn, None)
        self.left.pop(server_conn, None)
        self.over.discard(server_conn)
        super().on_close(server_conn)


class Exchange(HTTPMessageDelegate):
    """One request and its response."""

    def __init__(self, server, server_conn, connection):
        self.server = server
        self.server_conn = server_conn
        self.connection = connection
        self.body = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115
        self.status, self.headers, self.length = "", [], None  # from start_response
        self.head_sent = False
        self.refused = False
        self.closing = False
        self.size = 0

    def headers_received(self, start_line, headers):
        if self.server_conn in self.server.over:
            self.refused = True
            self.connection.close()
            return
        self.server.waiting[self.server_conn] = None
        self.started = time.monotonic()
        code = fault(start_line, headers, self.server.settings.max_body)
        if code is None:
            start_line = start_line._replace(path=origin_form(start_line.path))
            self.request = HTTPServerRequest(connection=self.connection, start_line=start_line, headers=headers)
        else:
            self.refused = True
            reason = responses[code]
            fields = HTTPHeaders({"Connection": "close", "Content-Length": str(len(reason))})
            self.connection.write_headers(ResponseStartLine("HTTP/1.1", code, reason), fields, reason.encode())
            self.connection.finish()  # ends the connection too, as the request is not read

    def data_received(self, chunk):
        if not self.refused:
            self.body.write(chunk)

    def finish(self):
        if not self.refused:
            self.body.seek(0)
            self.environ = self.make_environ()
            self.answering = asyncio.ensure_future(self.answer())

    def on_connection_close(self):
        self.body.close()

    def make_environ(self):
        headers = self.request.headers
        for name in [name for name in headers if "_" in name]:
            del headers[name]  # it could pass for another with a hyphen
        self.request.body = b""
        environ = self.server.container.environ(self.request)
        environ["wsgi.input"] = self.body
        environ["wsgi.input_terminated"] = True
        self.server.visitors.complete(environ)
        return environ

    async def answer(self):
        self.loop = asyncio.get_running_loop()
        timeout = self.server.settings.timeout
        running = self.loop.run_in_executor(self.server.container.executor, self.run)
        self.server.running.add(running)
        running.add_done_callback(self.server.running.discard)
        try:
            last = await asyncio.wait_for(asyncio.shield(running), timeout)
            await self.end(last)
        except asyncio.TimeoutError:
            say(f"{self.environ['PATH_INFO']} took more than {timeout} seconds")
            running.add_done_callback(lambda future: future.exception())
            await self.fail(504)
        except StreamClosedError:
            self.connection.close()
        except Exception:
            traceback.print_exc()
            await self.fail(500)
        if self.server.settings.access_log:
            code = int(self.status[:3] or 0)
            sys.stdout.write(access_line(self.environ, code, self.size, time.monotonic() - self.started))

    def run(self):
        """Calls the application, in a thread; returns what is left to send when it is done."""
        last = b""
        result = self.server.container.wsgi_application(self.environ, self.start_response)
        try:
            for chunk in result:
                if self.size + len(chunk) == self.length and not last:
                    last = chunk  # leaves in one piece with the headers, where nothing has left yet
                elif chunk:
                    self.send(chunk)
        finally:
            if hasattr(result, "close"):
                result.close()
        return last

    def start_response(self, status, headers, exc_info=None):
        if exc_info is not None and self.head_sent:
            raise exc_info[1]
        self.status, self.headers = status, list(headers)
        self.length = next((int(value) for name, value in headers if name.lower() == "content-length"), None)
        return self.send

    def send(self, chunk):
        """Sends a part of the response, from the application's thread, and waits until it has left."""
        asyncio.run_coroutine_threadsafe(self.write(chunk), self.loop).result()

    async def write(self, chunk):
        if self.environ["REQUEST_METHOD"] == "HEAD" or self.status[:3] in ("204", "304"):
            chunk = b""
        self.size += len(chunk)
        if self.head_sent:
            await self.connection.write(chunk)
        else:
            await self.write_head(chunk)

    async def write_head(self, chunk):
        self.head_sent = True
        code, _, reason = self.status.partition(" ")
        fields = HTTPHeaders()
        for name, value in self.headers:
            fields.add(name, value)
        fields.setdefault("Date", format_date_time(time.time()))
        last = self.server.stopping or self.server.left.get(self.server_conn, 0) <= 0
        self.closing = last or (self.length is None and self.request.version == "HTTP/1.0")
        if self.closing:
            fields["Connection"] = "close"
        await self.connection.write_headers(ResponseStartLine("HTTP/1.1", int(code), reason), fields, chunk)

    async def end(self, last):
        if last or not self.head_sent:
            await self.write(last)
        self.connection.finish()
        if self.closing:
            self.hang_up()

    def hang_up(self):
        """Ends the connection, for the client to see: closed at once, with a request on its way, it would be reset."""
        stream = self.server_conn.stream
        if not stream.closed():
            self.server.over.add(self.server_conn)
            stream.socket.shutdown(socket.SHUT_WR)
            self.loop.call_later(LINGER, stream.close)

    async def fail(self, code):
        """Answers with an error, where nothing has left yet, and ends the connection in any case."""
        try:
            if not self.head_sent:
                reason = responses[code]
                headers = [
                    ("Connection", "close"),
                    ("Content-Length", str(len(reason))),
                    ("Content-Type", "text/plain"),
                ]
                self.start_response(f"{code} {reason}", headers)
                await self.write(reason.encode())
        except (StreamClosedError, HTTPOutputError):
            pass
        self.connection.close()


def fault(start_line, headers, max_body):
    """The answer to a request that another server could read otherwise, or that is too long; None where it is fine."""
    hosts = headers.get_list("Host")
    if start_line.version == "HTTP/1.1" and (len(hosts) != 1 or "," in hosts[0]):
        return 400
    lengths = headers.get_list("Content-Length")
    coding = headers.get("Transfer-Encoding")
    if coding is not None and (coding.lower() != "chunked" or lengths or start_line.version == "HTTP/1.0"):
        return 400
    if len(lengths) > 1 or any(not (length.isascii() and length.isdigit()) for length in lengths):
        return 400
    return 413 if lengths and int(lengths[0]) > max_body else None


def has_unread(sock):
    try:
        return bool(sock.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT))
    except OSError:
        return False


def say(message):
    print(f"slipway: {message}", file=sys.stderr, flush=True)
