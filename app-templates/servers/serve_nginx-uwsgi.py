"""Serves the application with nginx in front of uWSGI: `python .slipway/serve_nginx-uwsgi.py`.

SLIPWAY_ENTRY       the application: `module:app`, `module:create_app` or `module:create_app('argument')`
SLIPWAY_LISTEN      `tcp://host:port` (default tcp://0.0.0.0:8000)
SLIPWAY_PROCESSES   how many processes serve it (default 1)
SLIPWAY_THREADS     how many requests each of them answers at a time (default 2)
SLIPWAY_GRACE       seconds to finish running requests after SIGTERM (default 20)
SLIPWAY_ACCESS_LOG  0 turns off the line of JSON that each request writes to stdout (default 1)
SLIPWAY_STATIC      0 leaves static files to the application instead of nginx (default 1)
SLIPWAY_RUN         folder for sockets and what nginx keeps on disk (default /tmp/slipway)

nginx starts once uWSGI has loaded the application, so a port that answers is one that serves. The end of either is the
end of both: whoever runs this starts it again. Stopping, nginx finishes its requests before uWSGI is asked to go.
"""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

CANNOT_START = 3  # exit code when the application does not load, so that a restart is no help
BACKLOG = 1024  # connections that wait; the kernel may allow fewer
POLL = 0.05  # seconds
UWSGI_STOP = 5  # seconds that uWSGI gets when nginx is gone
SIGNALS = {signal.SIGTERM, signal.SIGINT, signal.SIGCHLD}
HERE = Path(__file__).resolve().parent
PLAIN_PATH = re.compile(r"/[\w./~@+-]*")  # needs no quoting in nginx's configuration


def main():
    try:
        settings = {
            "listen": listen_address(os.environ.get("SLIPWAY_LISTEN", "tcp://0.0.0.0:8000")),
            "processes": number("SLIPWAY_PROCESSES", 1),
            "threads": number("SLIPWAY_THREADS", 2),
            "grace": number("SLIPWAY_GRACE", 20),
        }
    except ValueError as error:
        sys.exit(f"slipway: {error}")
    run = Path(os.environ.get("SLIPWAY_RUN", "/tmp/slipway"))
    run.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Blocked and then waited for, so that none is lost.
    signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    sys.exit(Servers(run, settings).serve())


def listen_address(address):
    url = urlsplit(address)
    if url.scheme != "tcp" or not url.hostname or url.port is None:
        raise ValueError(f"SLIPWAY_LISTEN must be tcp://host:port; it is {address!r}.")
    host = f"[{url.hostname}]" if ":" in url.hostname else url.hostname
    return f"{host}:{url.port}"


def number(variable, default):
    text = os.environ.get(variable, str(default))
    if not text.isdigit() or int(text) < 1:
        raise ValueError(f"{variable} must be a whole number above 0; it is {text!r}.")
    return int(text)


class Servers:
    """uWSGI and nginx, started one after the other and stopped in the opposite order."""

    def __init__(self, run, settings):
        self.run = run
        self.settings = settings
        self.loaded = run / "loaded.json"  # written by slipway_wsgi.py
        self.uwsgi = self.nginx = None

    def serve(self):
        """Serves until a signal or the end of one of the two; returns the exit code."""
        self.loaded.unlink(missing_ok=True)
        self.uwsgi = self.start_uwsgi()
        while True:
            received = signal.sigtimedwait(SIGNALS, POLL if self.nginx is None else 3600)
            if received is not None and received.si_signo != signal.SIGCHLD:
                self.stop()
                return 0
            ended = self.ended()
            if ended is not None:
                print(f"slipway: {ended}", file=sys.stderr)
                started = self.nginx is not None
                self.stop()
                return 1 if started else CANNOT_START
            if self.nginx is None and self.loaded.exists():
                self.nginx = self.start_nginx(json.loads(self.loaded.read_text()))

    def ended(self):
        for name, process in (("uWSGI", self.uwsgi), ("nginx", self.nginx)):
            if process is not None and process.poll() is not None:
                return f"{name} has ended with {process.returncode}"
        return None

    def start_uwsgi(self):
        backlog = min(BACKLOG, int(Path("/proc/sys/net/core/somaxconn").read_text()))
        options = {
            "ini": HERE / "uwsgi.ini",
            "socket": self.run / "uwsgi.sock",
            "processes": self.settings["processes"],
            "threads": self.settings["threads"],
            "listen": backlog,
        }
        command = [Path(sys.executable).parent / "uwsgi", *(f"--{key}={value}" for key, value in options.items())]
        return spawn(command, {**os.environ, "SLIPWAY_LOADED": str(self.loaded)})

    def start_nginx(self, facts):
        configuration = self.run / "nginx.conf"
        configuration.write_text(self.configure(facts))
        return spawn(["nginx", "-e", "stderr", "-p", self.run, "-c", configuration], os.environ)

    def configure(self, facts):
        wanted = os.environ.get("SLIPWAY_STATIC", "1") != "0"
        values = {
            "run": str(self.run),
            "listen": self.settings["listen"],
            "backlog": str(BACKLOG),
            "grace": str(self.settings["grace"]),
            "access_log": "off" if os.environ.get("SLIPWAY_ACCESS_LOG", "1") == "0" else "/dev/stdout line",
            "static": "".join(static_location(**entry) for entry in facts["static"] if wanted),
        }
        template = (HERE / "nginx.conf").read_text()
        return re.sub(r"@(\w+)@", lambda match: values[match[1]], template)

    def stop(self):
        """Lets nginx finish its requests, then ends uWSGI, which has none left."""
        if self.nginx is not None:
            end(self.nginx, signal.SIGQUIT, self.settings["grace"])
        end(self.uwsgi, signal.SIGTERM, UWSGI_STOP)


def static_location(url, folder, max_age):
    """One folder that nginx serves itself; what is not in it is for the application to answer."""
    if not (PLAIN_PATH.fullmatch(url) and PLAIN_PATH.fullmatch(folder)):
        return ""
    keep = "no-cache" if max_age is None else f"public, max-age={max_age}"
    return f"""
        location ^~ {url}/ {{
            alias {folder}/;
            add_header Cache-Control "{keep}";
            add_header X-Content-Type-Options nosniff;
            log_not_found off;
            error_page 403 404 405 = @app;
        }}
"""


def spawn(command, environment):
    unblock = lambda: signal.pthread_sigmask(signal.SIG_SETMASK, ())  # noqa: E731
    return subprocess.Popen([str(word) for word in command], env=environment, preexec_fn=unblock)


def end(process, number, seconds):
    """Sends a signal, then SIGKILL when the process is still there after `seconds`."""
    if process.poll() is None:
        process.send_signal(number)
    deadline = time.monotonic() + seconds
    while process.poll() is None:
        if time.monotonic() > deadline:
            process.kill()
            process.wait()
            return
        time.sleep(POLL)


if __name__ == "__main__":
    main()
