"""Prints, as JSON, the paths of the application that answer GET without an argument: `python url_map.py`.

It runs in a release, as the application does: SLIPWAY_ENTRY names it.
"""

import json
import sys

from slipway_entry import EntryError, load_wsgi


def pages(app):
    """Paths in the order of the map. What takes an argument, or serves static files, is left out."""
    rules = [rule for rule in app.url_map.iter_rules() if "GET" in rule.methods and not rule.arguments]
    return list(dict.fromkeys(rule.rule for rule in rules if not rule.endpoint.endswith("static")))


def main():
    try:
        app = load_wsgi()
    except EntryError as error:
        sys.exit(f"slipway: {error}")
    if not hasattr(app, "url_map"):
        sys.exit("slipway: the application has no URL map: it is not Flask's.")
    print(json.dumps(pages(app)))


if __name__ == "__main__":
    main()
