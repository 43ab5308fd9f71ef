"""Tells Celery what its broker is like where the broker's URL cannot: `install()`, before the application is imported.

SQS: an application says `broker_url = "sqs://"` and nothing of where its queues are; kombu would then list all queues of
the account and make its own. SLIPWAY_SQS_1, SLIPWAY_SQS_2 and so on hold name and URL of each that is there.

RabbitMQ: SLIPWAY_QUEUE_TYPE is the type of its queues, where that is not Celery's own choice.

Both hold for every Celery application of the process: whoever sends a task finds the same queues as whoever takes it.
"""

import itertools
import os

WAIT = 20  # seconds, the most that SQS allows: an empty queue costs three requests a minute
# Seconds until a worker whose slots were all taken looks again for a free one, before it asks SQS. By kombu's own second, a
# process that takes one task at a time does no more than one in a second, however short they are.
POLL = 0.05


def queues():
    """The URLs of the queues in SQS by name; the first is the default one. Empty where the broker is not SQS."""
    named = (os.environ.get(f"SLIPWAY_SQS_{number}") for number in itertools.count(1))
    return dict(text.split(" ", 1) for text in itertools.takewhile(bool, named))


def install():
    if queues():
        _install_sqs()
    if "SLIPWAY_QUEUE_TYPE" in os.environ:
        from celery.app import defaults

        defaults.DEFAULTS["task_default_queue_type"] = os.environ["SLIPWAY_QUEUE_TYPE"]


def _install_sqs():
    from celery.app import defaults
    from kombu.transport import SQS

    region = os.environ["SLIPWAY_SQS_REGION"]
    options = {
        "region": region,
        "predefined_queues": {name: {"url": url, "region": region} for name, url in queues().items()},
        "visibility_timeout": int(os.environ["SLIPWAY_SQS_VISIBILITY"]),
        "wait_time_seconds": WAIT,
    }

    class Channel(SQS.Channel):
        @property
        def transport_options(self):
            return {**self.connection.client.transport_options, **options}

    SQS.Transport.Channel = Channel
    SQS.Transport.polling_interval = POLL
    # Defaults: an application that says otherwise is heard.
    defaults.DEFAULTS["task_default_queue"] = next(iter(queues()))
    # SQS carries no broadcasts, and nobody may make the queues that commands would need.
    defaults.DEFAULTS["worker_enable_remote_control"] = False


def consume_all(app):
    """Lets the workers of `app` take from every queue in SQS, unless it names its queues itself.

    Returns the names of those that are not there.
    """
    from kombu import Queue

    if not app.conf.task_queues:
        app.conf.task_queues = [Queue(name, routing_key=name) for name in queues()]
    names = [queue if isinstance(queue, str) else queue.name for queue in app.conf.task_queues]
    return [name for name in names if name not in queues()]
