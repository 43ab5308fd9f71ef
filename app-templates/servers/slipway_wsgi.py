"""The application as uWSGI loads it, in each of its processes: `module = slipway_wsgi`.

Tells serve_nginx-uwsgi.py, by the file SLIPWAY_LOADED, that it is loaded and which static files nginx can serve.
"""

import json
import os
import sys
from pathlib import Path

from slipway_entry import EntryError, load_wsgi


def static_folders(app):
    """Folders that the application itself would serve as they are: its own and those of its blueprints."""
    rules = getattr(getattr(app, "url_map", None), "iter_rules", list)()
    found = []
    for rule in rules:
        owner, _, endpoint = rule.endpoint.rpartition(".")
        scaffold = app.blueprints.get(owner) if owner else app
        folder = getattr(scaffold, "static_folder", None)
        url, _, rest = rule.rule.partition("/<path:filename>")
        if endpoint != "static" or rest or "<" in url or rule.host or rule.subdomain or not folder:
            continue
        if os.path.isdir(folder):
            found.append({"url": url, "folder": folder, "max_age": max_age(app)})
    return found


def max_age(app):
    """Seconds for which a browser may keep a file without asking, as the application is set up."""
    value = app.config.get("SEND_FILE_MAX_AGE_DEFAULT")
    return int(getattr(value, "total_seconds", lambda: value)()) if value is not None else None


def report(file, facts):
    partial = Path(f"{file}.{os.getpid()}")
    partial.write_text(json.dumps(facts))
    partial.replace(file)


try:
    application = load_wsgi()
except EntryError as error:
    print(f"slipway: {error}", file=sys.stderr, flush=True)
    # Any other end of this process would make uWSGI start another one, again and again.
    sys.tracebacklimit = 0
    raise ImportError("the application cannot be loaded") from None
if "SLIPWAY_LOADED" in os.environ:
    report(os.environ["SLIPWAY_LOADED"], {"static": static_folders(application)})
