"""A Celery application that notes each task it has run. AT_LEAST_ONCE=1 gives it the settings that the blog has."""

import os
import time

from celery import Celery

celery = Celery("queue_work", broker=os.environ["CELERY_BROKER_URL"])
if celery.conf.broker_url.startswith("redis:"):
    # For both: what a killed worker had taken comes back after some seconds, not after an hour: after the first, when one
    # looks for it every ten seconds, not every hundred.
    celery.conf.broker_transport_options = {"visibility_timeout": 5, "unacked_restore_throttle": 1}
if os.environ.get("AT_LEAST_ONCE") == "1":
    celery.conf.update(
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        worker_prefetch_multiplier=1,
        worker_cancel_long_running_tasks_on_connection_loss=True,
    )


@celery.task(ignore_result=True)
def note(number, file, seconds):
    time.sleep(seconds)
    # One write of one line: processes do not mix theirs.
    with open(file, "a") as lines:
        lines.write(f"{number} {time.time()}\n")
