"""Demo posts (author, title, tags, Markdown) from the newest to the oldest, and comments."""

POSTS = [
    (
        "ada",
        "Ship on Friday, sleep on Friday",
        "releases, operations",
        "A release that can be taken back in seconds is a release that you can make at any time.\n\n"
        "## What it takes\n\n"
        "1. Health checks that say **ready** only when the process can really serve.\n"
        "2. One process replaced after the other, never all at once.\n"
        "3. Migrations that the old code can live with, too.\n\n"
        "None of this is new. What changed is that it fits into one command.",
    ),
    (
        "demo",
        "Expand, migrate, contract",
        "databases, releases",
        "Renaming a column while two versions of the code run is easy in three steps and a bad day "
        "in one.\n\n"
        "| Step | Schema | Code |\n|---|---|---|\n"
        "| Expand | add the new column | writes both |\n"
        "| Migrate | copy the rows | reads the new one |\n"
        "| Contract | drop the old column | knows only the new one |\n\n"
        "Each step is a release of its own, and each can be rolled back.",
    ),
    (
        "ada",
        "What a health check should not do",
        "operations, health",
        "A liveness check that queries the database turns a slow database into a restart of every "
        "process, which makes the database slower.\n\n"
        "> Live: the process answers. Ready: it can serve.\n\n"
        "Keep them apart and let only the second one look at anything outside.",
    ),
    (
        "demo",
        "At least once is all you get",
        "celery, queues",
        "Every broker delivers some message twice some day. So write tasks that notice:\n\n"
        "```python\nif job.state is State.DONE:\n    return\n```\n\n"
        "Put the check and the effect into one transaction, and twice is as good as once.",
    ),
    (
        "ada",
        "The outbox, or how not to lose a mail",
        "celery, databases",
        "First store what is to be done, then tell the broker. If the broker is away, a sweep finds "
        "the row later. If the message comes twice, the row says that it is done.\n\n"
        "The broker only carries numbers; the database holds the truth.",
    ),
    (
        "demo",
        "A cache nobody notices",
        "performance, databases",
        "Two processes with a cache each will show two different pages, unless the key says which "
        "content it belongs to.\n\n"
        "A single integer, incremented in the transaction of each write, is enough. Old entries are "
        "never deleted; nobody asks for them any more.",
    ),
    (
        "ada",
        "Reading logs like a table",
        "logs, operations",
        "One JSON object a line, the id of the request in each of them, the same id in the lines of "
        "the task that the request started.\n\nThen *what happened to this user at 14:03* is one "
        "filter, not an afternoon.",
    ),
    (
        "demo",
        "Time zones are for people",
        "python",
        "Store UTC, compute in UTC, convert on the screen. `datetime.now(timezone.utc)` costs twelve "
        "more characters than the naive one and saves an October night.",
    ),
    (
        "ada",
        "Twelve factors, one that hurts",
        "operations, releases",
        "Configuration belongs into the environment. The part that hurts is a variable that is "
        "missing: find out when the process starts, name *all* that are missing, and stop.",
    ),
    (
        "demo",
        "Greenlets in one paragraph",
        "python, performance",
        "A greenlet waits without holding a thread. That is all. It does not make Python faster; it "
        "makes waiting cheap, and most of what a web application does is wait.",
    ),
    (
        "ada",
        "Forms without JavaScript",
        "web",
        "A form, a label, a button, a redirect. It works on a train, with a screen reader, and in "
        "ten years.",
    ),
    (
        "demo",
        "Hello, world",
        "web",
        "This blog has posts, comments, tags, a feed and some background work. Register, write "
        "something, and look at *Activity* to see the workers work.",
    ),
]

COMMENTS = [
    ("Ship on Friday, sleep on Friday", "demo", "We tried. We slept."),
    ("Ship on Friday, sleep on Friday", "ada", "The best review this post will ever get."),
    ("Expand, migrate, contract", "ada", "Step three is the one everybody forgets."),
    ("At least once is all you get", "ada", "And the second delivery always comes at night."),
    ("Hello, world", "ada", "Welcome!"),
]
