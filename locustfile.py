"""Load of an application: visitors who open its pages one after another. Made from its URL map by `slipway load`.

Change it as you like, keep it, and name it in the stack's config as `load.scenario`.
"""

import random

from locust import FastHttpUser, between, task

# What answers GET without an argument.
PAGES = [
    "/",
    "/items",
    "/healthz"
]


class Visitor(FastHttpUser):
    wait_time = between(0.5, 2)

    @task
    def page(self):
        self.client.get(random.choice(PAGES))
