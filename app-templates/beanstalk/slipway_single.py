"""Runs a process on one instance at a time: `python .slipway/slipway_single.py beat celery … beat`.

Every instance starts it; the one that gets the lock runs the process, the others stand by, and one of them takes over
when the lock is free: when the process, its instance or its connection to the database is gone. An instance that loses
its connection ends the process at once.

SLIPWAY_DATABASE_VARIABLE  environment variable that holds the database's URL
"""

import signal
import subprocess
import sys
import time

import slipway_shared

PAUSE = 5.0  # seconds between two looks at the lock and at what is held
STOP = 10.0  # seconds that the process gets to end


class Stopped(Exception):
    """This process was asked to stop."""


def main():
    name, *words = sys.argv[1:]
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    shared = slipway_shared.connect()
    process = None
    try:
        said = False
        while not shared.try_lock(name):
            if not said:
                print(f"slipway: {name}: another instance runs it; standing by", flush=True)
                said = True
            time.sleep(PAUSE)
            if not shared.alive():
                sys.exit(f"slipway: {name}: the connection to the database has broken")
        print(f"slipway: {name}: this instance runs it", flush=True)
        process = subprocess.Popen(words)
        watch(name, process, shared)
    except Stopped:
        pass
    finally:
        end(process)
        shared.close()


def watch(name, process, shared):
    """Returns never: leaves with the process's own exit code, or when the lock is lost."""
    while True:
        try:
            sys.exit(process.wait(PAUSE))
        except subprocess.TimeoutExpired:
            pass
        if not shared.alive():
            sys.exit(f"slipway: {name}: the connection to the database has broken, and with it the lock")


def stop(number, frame):
    raise Stopped


def end(process):
    if process is None or process.poll() is not None:
        return
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
