"""Runs a process on one instance at a time: `python .slipway/slipway_single.py beat celery … beat`.

Every instance starts it; the one that gets the lock runs the process, the others stand by, and one of them takes over
when the lock is free: when the process, its instance or its connection to the database is gone. An instance that loses
its connection ends the process at once.

SLIPWAY_DATABASE_VARIABLE  environment variable that holds the database's URL
"""

import signal
import subprocess
import sys

import slipway_shared

PAUSE = 5.0  # seconds between two looks at the lock and at what is held
STOP = 10.0  # seconds that the process gets to end
ASKED = {signal.SIGTERM, signal.SIGINT}
SIGNALS = {*ASKED, signal.SIGCHLD}


def main():
    name, *words = sys.argv[1:]
    # Blocked and then waited for, so that none comes between the start of the process and its being known.
    signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    shared = slipway_shared.connect()
    try:
        if stand_by(name, shared):
            sys.exit(run(name, words, shared))
    finally:
        shared.close()


def stand_by(name, shared):
    """Waits for the lock; False when this process was asked to stop before."""
    said = False
    while not shared.try_lock(name):
        if not said:
            print(f"slipway: {name}: another instance runs it; standing by", flush=True)
            said = True
        if asked():
            return False
        if not shared.alive():
            sys.exit(f"slipway: {name}: the connection to the database has broken")
    return True


def run(name, words, shared):
    """Runs the process for as long as the lock is held; returns what to exit with."""
    print(f"slipway: {name}: this instance runs it", flush=True)
    unblock = lambda: signal.pthread_sigmask(signal.SIG_SETMASK, ())  # noqa: E731
    process = subprocess.Popen(words, preexec_fn=unblock)
    while True:
        if asked():
            end(process)
            return 0
        code = process.poll()
        if code is not None:
            return code
        if not shared.alive():
            end(process)
            return f"slipway: {name}: the connection to the database has broken, and with it the lock"


def asked():
    """Waits until it is time for another look; True when this process was asked to stop."""
    received = signal.sigtimedwait(SIGNALS, PAUSE)
    return received is not None and received.si_signo in ASKED


def end(process):
    process.terminate()
    try:
        process.wait(STOP)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


if __name__ == "__main__":
    try:
        main()
    except slipway_shared.NotKnown as error:
        sys.exit(f"slipway: {error}")
