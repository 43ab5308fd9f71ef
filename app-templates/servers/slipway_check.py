"""Checks, before anything is started, that the application can be loaded: `python .slipway/slipway_check.py web|celery`.

Exits with 0 and says what was found, or with 1, one line that says what is wrong, and the traceback.
"""

import sys
from pathlib import Path


def web():
    if (Path(__file__).parent / "serve_gevent.py").exists():
        from gevent import monkey

        monkey.patch_all()  # as that one does
    from slipway_entry import load_wsgi

    app = load_wsgi()
    print(f"web: {type(app).__name__} {getattr(app, 'name', '')}".rstrip())


def celery():
    from slipway_entry import load_celery

    app = load_celery()
    app.loader.import_default_modules()
    tasks = sorted(name for name in app.tasks if not name.startswith("celery."))
    print(f"celery: {len(tasks)} task{'s' if len(tasks) != 1 else ''}", *tasks, sep="\n")


CHECKS = {"web": web, "celery": celery}


def main():
    if len(sys.argv) != 2 or sys.argv[1] not in CHECKS:
        sys.exit(f"usage: slipway_check.py {'|'.join(CHECKS)}")
    from slipway_entry import EntryError

    try:
        CHECKS[sys.argv[1]]()
    except EntryError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
