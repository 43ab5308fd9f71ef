"""Serves the application with nginx in front of uWSGI: `python .slipway/serve_nginx-uwsgi.py`.

See slipway_settings.py. And:

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

import slipway_settings
import slipway_uwsgi
from slipway_settings import CANNOT_START

BACKLOG = 1024  # connections that wait; the kernel may allow fewer
POLL = 0.05  # seconds
UWSGI_STOP = 5  # seconds that uWSGI gets when nginx is gone
SIGNALS = {signal.SIGTERM, signal.SIGINT, signal.SIGCHLD}
HERE = Path(__file__).resolve().parent
PLAIN_PATH = re.compile(r"/[\w./~@+-]*")  # needs no quoting in nginx's configuration


def main():
    settings = slipway_settings.read()
    run = Path(os.environ.get("SLIPWAY_RUN", "/tmp/slipway"))
    run.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Blocked and then waited for, so that none is lost.
    signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    try:
        sys.exit(Servers(run, settings).serve())
    except ValueError as error:
        sys.exit(f"slipway: {error}")


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
        options = [
            f"--socket={self.run / 'uwsgi.sock'}",
            "--chmod-socket=600",
            "--disable-logging",  # nginx writes the lines
            *slipway_uwsgi.common(self.settings),
        ]
        command = [sys.executable, HERE / "slipway_uwsgi.py", *options]
        return spawn(command, {**os.environ, "SLIPWAY_LOADED": str(self.loaded)})

    def start_nginx(self, facts):
        configuration = self.run / "nginx.conf"
        configuration.write_text(self.configure(facts))
        return spawn(["nginx", "-e", "stderr", "-p", self.run, "-c", configuration], os.environ)

    def configure(self, facts):
        wanted = os.environ.get("SLIPWAY_STATIC", "1") != "0"
        host, port = self.settings.address()
        values = {
            "run": str(self.run),
            # nginx would change to nobody, who can read none of this.
            "user": "user root;" if os.geteuid() == 0 else "",
            "listen": "[{}]:{}".format(host, port) if ":" in host else f"{host}:{port}",
            "backlog": str(BACKLOG),
            "timeout": str(self.settings.timeout),
            "max_body": str(self.settings.max_body),
            "trusted": "".join(f"    set_real_ip_from {network};\n" for network in self.settings.trusted),
            "grace": str(self.settings.grace),
            "access_log": "/dev/stdout line" if self.settings.access_log else "off",
            "static": "".join(static_location(**entry) for entry in facts["static"] if wanted),
        }
        template = (HERE / "nginx.conf").read_text()
        return re.sub(r"@(\w+)@", lambda match: values[match[1]], template)

    def stop(self):
        """Lets nginx finish its requests, then ends uWSGI, which has none left."""
        if self.nginx is not None:
            end(self.nginx, signal.SIGQUIT, self.settings.grace)
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
