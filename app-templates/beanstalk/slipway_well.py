"""Says over HTTP whether the worker of this instance is well: `python .slipway/slipway_well.py`.

The platform of a worker environment wants something that answers HTTP. This answers 200 as long as the worker touches
its heartbeat, and 503 when it has not for a while: before it consumes, and when it is gone or has lost its broker.

SLIPWAY_HEARTBEAT  file that the worker touches
SLIPWAY_LISTEN     `tcp://host:port`
"""

import os
import signal
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

FRESH = 30  # seconds
HEARTBEAT = Path(os.environ["SLIPWAY_HEARTBEAT"])


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        well = age() < FRESH
        self.send_response(200 if well else 503)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.end_headers()
        self.wfile.write(b"well\n" if well else b"not well\n")

    do_HEAD = do_GET

    def log_message(self, *_):
        """Whoever asks knows the answer."""


def age():
    try:
        return time.time() - HEARTBEAT.stat().st_mtime
    except OSError:
        return float("inf")


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    address = urlsplit(os.environ["SLIPWAY_LISTEN"])
    ThreadingHTTPServer((address.hostname, address.port), Handler).serve_forever()
