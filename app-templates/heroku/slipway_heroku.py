"""Runs a command of the application on a dyno: `python .slipway/slipway_heroku.py celery --app slipway_celery worker`.

Heroku and its add-ons say where things are in variables of their own, and in forms of their own. The application expects
them under the names of slipway:app.variables, and in the forms that SQLAlchemy and Celery take. heroku.json, beside this
file, says which is which; the values stay at Heroku.

DYNO stands for {instance} in the words of the command.
"""

import json
import os
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
DATA = "/tmp/slipway"  # what {data} stands for; gone with the dyno
RESULTS_BY_MESSAGE = "rpc://"


def main():
    if len(sys.argv) < 2:
        sys.exit("usage: python .slipway/slipway_heroku.py <command> [<word> ...]")
    facts = json.loads((HERE / "heroku.json").read_text())
    environ = dict(os.environ)
    environ.update(bound(facts["variables"], environ))
    environ["PYTHONPATH"] = os.pathsep.join(str(HERE.parent / folder) for folder in facts["path"])
    os.makedirs(DATA, exist_ok=True)
    words = [
        word.replace("{instance}", environ.get("DYNO", "process")).replace("{data}", DATA) for word in sys.argv[1:]
    ]
    sys.stdout.flush()
    try:
        os.execvpe(words[0], words, environ)
    except OSError as error:
        sys.exit(f"slipway: {words[0]} cannot be run: {error.strerror}.")


def bound(variables, environ):
    """The application's variables, from the first of Heroku's that is set. One that is set otherwise stays."""
    found = {}
    for name, rule in variables.items():
        source = next((environ[source] for source in rule["from"] if environ.get(source)), None)
        if source is not None and (name in rule["from"] or name not in environ):
            found[name] = FORMS[rule["form"]](source, rule)
    return found


def database(url, rule):
    """Heroku writes postgres://, which SQLAlchemy does not know, and names no driver."""
    scheme, separator, rest = url.partition("://")
    return f"{rule['scheme']}://{rest}" if separator and scheme in ("postgres", "postgresql") else url


def broker(url, rule):
    return unproven(url, "CERT_NONE")


def results(url, rule):
    """A Redis keeps results as well as tasks; any other broker sends them back as messages."""
    return unproven(url, "CERT_NONE") if url.startswith("redis") else RESULTS_BY_MESSAGE


def cache(url, rule):
    return unproven(url, "none")


def unproven(url, word):
    """Heroku Key-Value Store signs its certificates itself: the connection is encrypted, the server not proven."""
    if not url.startswith("rediss://") or "ssl_cert_reqs" in url:
        return url
    return f"{url}{'&' if '?' in url else '?'}ssl_cert_reqs={word}"


FORMS = {"database": database, "broker": broker, "results": results, "cache": cache}

if __name__ == "__main__":
    main()
