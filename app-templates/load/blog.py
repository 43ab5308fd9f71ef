"""Load of the blog: readers, and two writers who log in, post and comment. `slipway load` runs it.

What writers write stays: this is for a stack whose data may go.
"""

import random
import re
import uuid

from locust import FastHttpUser, between, task

WRITERS = 2  # however many readers there are; registrations of one address are limited
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
POST = re.compile(r'href="(/posts/\d+/[^"#?]*)"')
TAG = re.compile(r'href="(/tags/[^"#?]+)"')


class Reader(FastHttpUser):
    """Reads the front page and follows what it links to."""

    wait_time = between(0.5, 2)

    def on_start(self):
        self.posts = []
        self.tags = []

    @task(5)
    def home(self):
        with self.client.get("/", catch_response=True) as response:
            self.posts = POST.findall(response.text or "") or self.posts
            self.tags = TAG.findall(response.text or "") or self.tags
            if response.status_code == 200 and "</html>" not in response.text:
                response.failure("the page is not whole")

    @task(6)
    def post(self):
        if self.posts:
            self.client.get(random.choice(self.posts), name="/posts/ID")

    @task(2)
    def tag(self):
        if self.tags:
            self.client.get(self.tags[0], name="/tags/NAME")

    @task(1)
    def search(self):
        self.client.get("/search?q=the", name="/search")

    @task(1)
    def feed(self):
        self.client.get("/feed.xml")

    @task(2)
    def api(self):
        self.client.get("/api/posts")


class Writer(FastHttpUser):
    """Registers, then posts, comments and asks for reminders."""

    wait_time = between(1, 3)
    fixed_count = WRITERS

    def on_start(self):
        name = f"load-{uuid.uuid4().hex[:12]}"
        self.place = None
        account = {"username": name, "email": f"{name}@example.org", "password": uuid.uuid4().hex}
        self.submit("/register", "/register", account, "/register")

    @task(2)
    def write(self):
        fields = {"title": "Under load", "body": "A foot of *wire*.", "tags": "load"}
        found = self.submit("/posts/new", "/posts/new", fields, "/posts/new")
        self.place = re.search(r"/posts/\d+", found.url or "")

    @task(3)
    def comment(self):
        if self.place:
            post = self.place[0]
            self.submit(post, f"{post}/comments", {"body": "As long as a hand."}, "/posts/ID/comments")

    @task(1)
    def remind(self):
        fields = {"text": "Water the plants", "amount": "5", "unit": "seconds"}
        self.submit("/activity", "/activity/reminders", fields, "/activity/reminders")

    def submit(self, page, action, fields, name):
        """Opens a page and sends a form of it, whose token goes along."""
        opened = self.client.get(page, name=f"{name} (form)")
        token = TOKEN.search(opened.text or "")
        return self.client.post(action, data={"csrf_token": token[1] if token else "", **fields}, name=name)
