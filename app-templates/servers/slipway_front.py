"""A web server in front of uWSGI: starts both, ends both. See slipway_settings.py, and:

SLIPWAY_STATIC      0 leaves static files to the application instead of the web server (default 1)
SLIPWAY_RUN         folder for sockets and what the web server keeps on disk (default one of its own in TMPDIR)

The web server starts once uWSGI has loaded the application, so a port that answers is one that serves. The end of either
is the end of both: whoever runs this starts it again. A stop loses no request: each open connection is closed with its next
answer, and those on which no request arrives within IDLE_WHEN_STOPPING; uWSGI is asked to go when none is left.
"""

import contextlib
import ctypes
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import slipway_settings
import slipway_uwsgi
from slipway_settings import BACKLOG, CANNOT_START

IDLE_WHEN_STOPPING = 2  # seconds
EXTRA_TIME = 1  # second after its grace period until SIGKILL
LONGEST_FOLDER = 90  # bytes; with the name of a socket it may have 103
POLL = 0.05  # seconds
PR_SET_PDEATHSIG = 1
UWSGI_STOP = 5  # seconds that uWSGI gets when the web server is gone
SIGNALS = {signal.SIGTERM, signal.SIGINT, signal.SIGCHLD}
KEPT = ("PATH", "LANG", "TZ")
HERE = Path(__file__).resolve().parent
PLAIN_PATH = re.compile(r"/[\w./~@+-]*", re.ASCII)  # needs no quoting in a configuration


class Front:
    """What a web server in front of uWSGI is: how it is configured, started and asked to stop."""

    name = ""
    programs = ()  # under which it may be on PATH
    packages = ""  # that have it
    template = ""  # of its configuration
    stop_signal = signal.SIGTERM  # lets it finish its requests

    def __init__(self, settings):
        self.settings = settings
        # Seconds that it has for its last requests; this process has a little longer.
        self.grace = max(1, settings.grace - IDLE_WHEN_STOPPING)

    def values(self, run, socket_path):
        """What stands between two @ in the template, beside what is the same for every web server."""
        raise NotImplementedError

    def static(self, url, folder, max_age):
        """The configuration of a folder whose files are sent without asking the application."""
        raise NotImplementedError

    def command(self, program, configuration):
        """The words of its command line, and what it finds in its environment."""
        raise NotImplementedError

    def open(self):
        """Called once it has been started."""

    def stop_accepting(self):
        """Called when it is about to be stopped."""

    def drain(self):
        """Called when it has ended."""

    def configure(self, run, socket_path, statics):
        wanted = os.environ.get("SLIPWAY_STATIC", "1") != "0"
        plain = [each for each in statics if PLAIN_PATH.fullmatch(each["url"]) and PLAIN_PATH.fullmatch(each["folder"])]
        values = {
            "run": str(run),
            "socket": str(socket_path),
            "backlog": str(BACKLOG),
            "grace": str(self.grace),
            "timeout": str(self.settings.timeout),
            "max_body": str(self.settings.max_body),
            "static": "".join(self.static(**each) for each in plain if wanted),
            **self.values(run, socket_path),
        }
        configuration = run / self.template
        configuration.write_text(re.sub(r"@(\w+)@", lambda match: values[match[1]], (HERE / self.template).read_text()))
        return configuration


def main(kind):
    settings = slipway_settings.read()
    program = next(filter(None, map(shutil.which, kind.programs)), None)
    if program is None:
        print(f"slipway: {kind.name} is not installed. It is in {kind.packages}.", file=sys.stderr)
        sys.exit(CANNOT_START)
    try:
        front = kind(settings)
    except ValueError as error:
        sys.exit(f"slipway: {error}")
    # Blocked and then waited for, so that none is lost.
    signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    with own_folder() as run:
        code = Servers(front, program, Path(run)).serve()
    sys.exit(code)


def own_folder():
    given = os.environ.get("SLIPWAY_RUN", "")
    # A path that a configuration or a socket's address cannot hold is none to work in.
    if not PLAIN_PATH.fullmatch(given) or len(given) > LONGEST_FOLDER:
        return tempfile.TemporaryDirectory(prefix="slipway-")
    shutil.rmtree(given, ignore_errors=True)  # of a process that was killed
    os.makedirs(given, mode=0o700)
    return contextlib.nullcontext(given)


class Servers:
    """uWSGI and the web server, started one after the other and stopped in the opposite order."""

    def __init__(self, front, program, run):
        self.kind = front
        self.program = program
        self.run = run
        self.socket_path = run / "uwsgi.sock"
        self.loaded = run / "loaded.json"  # written by slipway_wsgi.py
        self.uwsgi = self.front = None

    def serve(self):
        """Serves until a signal or the end of one of the two; returns the exit code."""
        self.uwsgi = self.start_uwsgi()
        while True:
            received = signal.sigtimedwait(SIGNALS, POLL if self.front is None else 3600)
            if received is not None and received.si_signo != signal.SIGCHLD:
                self.stop()
                return 0
            ended = self.ended()
            if ended is not None:
                print(f"slipway: {ended}", file=sys.stderr)
                end(self.front, self.kind.stop_signal, self.kind.grace + EXTRA_TIME)
                end(self.uwsgi, signal.SIGINT, UWSGI_STOP)
                return 1 if self.front is not None else CANNOT_START
            if self.front is None and self.loaded.exists():
                self.front = self.start_front(json.loads(self.loaded.read_text()))
                self.kind.settings.beat()

    def ended(self):
        for name, process in (("uWSGI", self.uwsgi), (self.kind.name, self.front)):
            if process is not None and process.poll() is not None:
                return f"{name} has ended with {process.returncode}"
        return None

    def start_uwsgi(self):
        options = [
            f"--socket={self.socket_path}",
            "--chmod-socket=600",
            "--disable-logging",  # the web server writes the lines
            *slipway_uwsgi.common(self.kind.settings, patience=5),
        ]
        command = [sys.executable, HERE / "slipway_uwsgi.py", *options]
        return spawn(command, {**os.environ, "SLIPWAY_LOADED": str(self.loaded)})

    def start_front(self, facts):
        configuration = self.kind.configure(self.run, self.socket_path, facts["static"])
        words, own = self.kind.command(self.program, configuration)
        # Nothing of the application's environment, which holds secrets.
        front = spawn(words, {**{name: os.environ[name] for name in KEPT if name in os.environ}, **own})
        self.kind.open()
        return front

    def stop(self):
        """Lets the web server finish its requests, then ends uWSGI, which has none left."""
        if self.front is not None:
            self.kind.stop_accepting()
            (self.run / "stopping").touch()  # from now on, each answer is the last of its connection
            time.sleep(IDLE_WHEN_STOPPING)
        end(self.front, self.kind.stop_signal, self.kind.grace + EXTRA_TIME)
        self.kind.drain()
        end(self.uwsgi, signal.SIGINT, UWSGI_STOP)


def spawn(command, environment):
    libc = ctypes.CDLL(None) if sys.platform == "linux" else None

    def prepare():
        signal.pthread_sigmask(signal.SIG_SETMASK, ())
        if libc is not None:
            libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)  # the end of this process, however it comes, is its own

    words = [str(word) for word in command]
    return subprocess.Popen(words, env=environment, preexec_fn=prepare, close_fds=False)


def end(process, number, seconds):
    """Sends a signal, then SIGKILL when the process is still there after `seconds`."""
    if process is None:
        return
    if process.poll() is None:
        process.send_signal(number)
    deadline = time.monotonic() + seconds
    while process.poll() is None:
        if time.monotonic() > deadline:
            process.kill()
            process.wait()
            return
        time.sleep(POLL)
