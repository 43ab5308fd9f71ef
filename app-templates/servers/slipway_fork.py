"""Starts a server written in Python, in this process or under a small parent of equal ones.

The parent restarts a process that died, passes SIGTERM on, and takes its children with it.
"""

import os
import signal
import sys
import time

import slipway_settings
from slipway_settings import CANNOT_START

MIN_LIFE = 1.0  # seconds; one that died sooner is restarted no faster than this
EXTRA_TIME = 5  # seconds after the grace period until SIGKILL

SIGNALS = {signal.SIGTERM, signal.SIGINT, signal.SIGCHLD, signal.SIGALRM}


def main(serve):
    """Calls `serve(listener, settings, parent)` in as many processes as the settings say.

    It serves until SIGTERM or SIGINT, or until `parent` (the read end of a pipe, or None) reports its end.
    """
    settings = slipway_settings.read()
    try:
        listener = settings.listener()
    except ValueError as error:
        sys.exit(f"slipway: {error}")
    if settings.processes == 1:
        serve(listener, settings)
    else:
        run(settings.processes, settings.grace, lambda parent: serve(listener, settings, parent))


def load(settings):
    """Returns the application, or ends this process with the reason."""
    from slipway_entry import EntryError, load_wsgi

    try:
        app = load_wsgi()
    except EntryError as error:
        print(f"slipway: {error}", file=sys.stderr)
        sys.exit(CANNOT_START)
    settings.beat()
    return app


def run(count, grace, work):
    """Runs `work(pipe)` in `count` processes until SIGTERM or SIGINT, then exits.

    `pipe` reports end of file when the parent is gone, however it died. `grace` is in seconds.
    """
    # Blocked and then taken by sigwait, so that none is lost and no handler interrupts anything.
    signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    signal.signal(signal.SIGCHLD, lambda *_: None)  # some systems discard it otherwise
    pipe = os.pipe()
    started = dict(_fork(pipe, work) for _ in range(count))
    failure = 0
    stopping = False
    while started:
        received = signal.sigwait(SIGNALS)
        if received == signal.SIGALRM:
            _kill(started, signal.SIGKILL)
        elif received != signal.SIGCHLD:
            stopping = _stop(started, grace)
        for code, lifetime in _reap(started):
            if code == CANNOT_START and not stopping:
                failure = code
                stopping = _stop(started, grace)
            elif not stopping:
                print(f"slipway: a server process ended with {code}; starting another", file=sys.stderr)
                time.sleep(max(0.0, MIN_LIFE - lifetime))
                started.update([_fork(pipe, work)])
    sys.exit(failure)


def _fork(pipe, work):
    pid = os.fork()
    if pid:
        return pid, time.monotonic()
    os.close(pipe[1])
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
    work(pipe[0])
    sys.exit(0)  # leaves through run(), which has nothing to undo


def _stop(started, grace):
    _kill(started, signal.SIGTERM)
    signal.alarm(grace + EXTRA_TIME)
    return True


def _kill(started, number):
    for pid in started:
        os.kill(pid, number)


def _reap(started):
    """Takes the ended processes out of `started`; yields their exit codes and how many seconds they lived."""
    while started:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if pid == 0:
            return
        if pid in started:
            code = os.WEXITSTATUS(status) if os.WIFEXITED(status) else -os.WTERMSIG(status)
            yield code, time.monotonic() - started.pop(pid)
