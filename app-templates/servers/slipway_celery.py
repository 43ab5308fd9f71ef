"""The Celery application named by SLIPWAY_CELERY, for `celery --app slipway_celery worker|beat`.

A worker touches the file SLIPWAY_HEARTBEAT every second from its event loop while it consumes from the broker, and
removes it when it stops or loses the broker: health without remote control, which not every broker offers.

SLIPWAY_SOFT_SHUTDOWN: seconds that running tasks get once the worker is asked to stop, before they are handed back.
"""

import os
import sys
from pathlib import Path

from celery import bootsteps

import slipway_broker
from slipway_entry import EntryError, load_celery

INTERVAL = 1.0  # seconds


class Heartbeat(bootsteps.StartStopStep):
    """Starts after the step that begins to consume, and stops before it."""

    requires = {"celery.worker.consumer.tasks:Tasks"}

    def __init__(self, consumer, **options):
        super().__init__(consumer, **options)
        self.file = Path(os.environ["SLIPWAY_HEARTBEAT"])
        self.file.unlink(missing_ok=True)  # left by a worker that was killed
        self.timer = None

    def start(self, consumer):
        self.timer = consumer.timer.call_repeatedly(INTERVAL, self.file.touch)

    def stop(self, consumer):
        if self.timer is not None:
            self.timer.cancel()
            self.timer = None
        self.file.unlink(missing_ok=True)

    shutdown = terminate = stop


try:
    app = load_celery()
except EntryError as error:
    sys.exit(f"slipway: {error}")
if slipway_broker.queues():
    missing = slipway_broker.consume_all(app)
    if missing:
        sys.exit(
            f"slipway: the application takes tasks from {', '.join(missing)}, and there is no such queue: the stack has "
            f"{', '.join(slipway_broker.queues())}. Name it among the broker's queues in the config."
        )
if "SLIPWAY_SOFT_SHUTDOWN" in os.environ:
    app.conf.worker_soft_shutdown_timeout = float(os.environ["SLIPWAY_SOFT_SHUTDOWN"])
    # A worker that only holds tasks whose time has not come counts as idle: it hands them back too.
    app.conf.worker_enable_soft_shutdown_on_idle = True
if "SLIPWAY_HEARTBEAT" in os.environ:
    app.steps["consumer"].add(Heartbeat)
