"""Runs the Celery application named by SLIPWAY_CELERY: `python .slipway/slipway_celery.py worker|beat [options]`.

Takes the arguments of the `celery` command. A worker touches the file SLIPWAY_HEARTBEAT every second from its event
loop while it consumes from the broker, and removes it when it stops or loses the broker: health without remote
control, which not every broker offers.
"""

import os
import sys
from pathlib import Path

from slipway_entry import EntryError, load_celery

INTERVAL = 1.0  # seconds


def main():
    try:
        app = load_celery()
    except EntryError as error:
        sys.exit(f"slipway: {error}")
    if "SLIPWAY_HEARTBEAT" in os.environ:
        app.steps["consumer"].add(heartbeat(Path(os.environ["SLIPWAY_HEARTBEAT"])))
    sys.exit(app.start(sys.argv[1:]))


def heartbeat(path):
    from celery import bootsteps

    path.unlink(missing_ok=True)  # left by a worker that was killed

    class Heartbeat(bootsteps.StartStopStep):
        """Starts after the step that begins to consume, and stops before it."""

        requires = {"celery.worker.consumer.tasks:Tasks"}
        timer = None

        def start(self, consumer):
            self.timer = consumer.timer.call_repeatedly(INTERVAL, path.touch)

        def stop(self, consumer):
            if self.timer is not None:
                self.timer.cancel()
                self.timer = None
            path.unlink(missing_ok=True)

        terminate = stop

    return Heartbeat


if __name__ == "__main__":
    main()
