"""Prints, as JSON, what can be read from the Python files of a Flask app: `inspect_app.py <folder>`.

Standard library only; the app is neither imported nor run. Start it with `python3 -I -S`, so that
nothing of the caller's environment (PYTHONPATH, sitecustomize) runs either.
"""

import json
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))  # -I leaves it out

if sys.version_info < (3, 9):
    sys.exit("Python 3.9 or newer is needed, this is %d.%d" % sys.version_info[:2])

from app_facts import ModuleFacts, alembic_environments, blueprint_prefixes, environment_readers  # noqa: E402
from app_objects import CELERY, FLASK, AppObjects  # noqa: E402
from source_tree import SourceTree  # noqa: E402

KINDS = ("variables", "routes", "blueprints", "beat", "sharedTasks", "commands", "createAll", "migrate", "prefixedEnv")
MAX_ITEMS = 2000


def inspect(folder):
    tree = SourceTree(folder)
    objects, readers = AppObjects(tree), environment_readers(tree)
    facts = {kind: [] for kind in KINDS}
    for module in tree.modules.values():
        try:
            ModuleFacts(tree, module, readers, facts).visit(module.tree)
        except RecursionError:
            tree.unreadable.append({"file": module.file, "line": 1, "message": "nested too deeply"})
    facts = {kind: items[:MAX_ITEMS] for kind, items in facts.items()}
    return dict(
        facts,
        python="%d.%d.%d" % sys.version_info[:3],
        modules={name: module.file for name, module in tree.modules.items()},
        unreadable=tree.unreadable,
        unimportable=tree.unimportable,
        truncated=tree.truncated,
        entries=objects.candidates(FLASK),
        entryCalls=objects.calls(),
        celery=objects.candidates(CELERY),
        blueprintPrefixes=blueprint_prefixes(tree),
        alembic=alembic_environments(tree),
    )


if __name__ == "__main__":
    json.dump(inspect(sys.argv[1]), sys.stdout)
