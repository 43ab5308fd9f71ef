"""Reads the Python files of a folder as syntax trees. Nothing of the folder is imported or run."""

import ast
import os
import stat
import time
import warnings

MAX_FILES = 4000
MAX_FILE_BYTES = 1000 * 1000
MAX_TOTAL_BYTES = 8 * 1000 * 1000
MAX_SECONDS = 20

SKIPPED_FOLDERS = {"node_modules", "site-packages", "venv", "env", "build", "dist", "tests", "test", "docs", "versions"}
SKIPPED_FILES = {"conftest.py", "setup.py", "noxfile.py", "fabfile.py", "tests.py"}


def is_skipped_folder(parent, name):
    if name.startswith((".", "__")) or name.endswith(".egg-info"):
        return True
    # `env` and `versions` are also ordinary package names: only a virtualenv and Alembic's revisions are meant.
    path = os.path.join(parent, name)
    if name == "env":
        return os.path.exists(os.path.join(path, "pyvenv.cfg")) or os.path.isdir(os.path.join(path, "bin"))
    if name == "versions":
        return os.path.exists(os.path.join(parent, "env.py"))
    return name in SKIPPED_FOLDERS or os.path.exists(os.path.join(path, "pyvenv.cfg"))


def is_skipped_file(name):
    return (
        not name.endswith(".py")
        or name in SKIPPED_FILES
        or name.startswith(("test_", "."))
        or name.endswith("_test.py")
    )


def python_files(root):
    """Relative paths of the app's Python files, in a stable order."""
    for parent, folders, files in os.walk(root):
        folders[:] = sorted(name for name in folders if not is_skipped_folder(parent, name))
        for name in sorted(files):
            if not is_skipped_file(name):
                yield os.path.relpath(os.path.join(parent, name), root)


def read_bounded(root, file):
    """The file's bytes, or None for what is no regular file inside the folder (a pipe would block for ever)."""
    path = os.path.realpath(os.path.join(root, file))
    if os.path.commonpath([root, path]) != root or not stat.S_ISREG(os.stat(path).st_mode):
        return None
    with open(path, "rb") as stream:
        return stream.read(MAX_FILE_BYTES + 1)


def is_main_guard(node):
    return (
        isinstance(node, ast.If)
        and isinstance(node.test, ast.Compare)
        and isinstance(node.test.left, ast.Name)
        and node.test.left.id == "__name__"
    )


def statements(body):
    """The statements that run when the block does: also those inside `if`, `try` and `with`, not those of functions."""
    for node in body:
        if is_main_guard(node):
            continue
        yield node
        for part in ("body", "orelse", "finalbody"):
            if isinstance(node, (ast.If, ast.Try, ast.With, ast.For)):
                for inner in statements(getattr(node, part, [])):
                    yield inner
        for handler in getattr(node, "handlers", []):
            for inner in statements(handler.body):
                yield inner


def string(node):
    """The text of a string literal, else None."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


class Module:
    """One file: its imports, top-level functions, classes and values."""

    def __init__(self, name, file, tree):
        self.name, self.file, self.tree = name, file, tree
        self.is_package = os.path.basename(file) == "__init__.py"
        self.imports, self.stars, self.functions, self.classes, self.values = {}, [], {}, {}, {}
        for node in ast.walk(tree):
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                self.add_import(node)
        self.exported_imports = set()
        for node in statements(tree.body):
            self.add_statement(node)

    def add_import(self, node):
        if isinstance(node, ast.Import):
            for alias in node.names:
                local = alias.asname or alias.name.split(".")[0]
                self.imports[local] = alias.name if alias.asname else local
            return
        origin = node.module or ""
        if node.level:
            parts = self.name.split(".")
            parts = parts[: len(parts) - node.level + (1 if self.is_package else 0)]
            origin = ".".join(parts + ([node.module] if node.module else []))
        for alias in node.names:
            if alias.name == "*":
                self.stars.append(origin)
            else:
                self.imports[alias.asname or alias.name] = origin + "." + alias.name

    def add_statement(self, node):
        if isinstance(node, ast.FunctionDef):
            self.functions[node.name] = node
        elif isinstance(node, ast.ClassDef):
            self.classes[node.name] = node
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            self.exported_imports.update(alias.asname or alias.name for alias in node.names)
        for name, value in assignments(node):
            self.values[name] = (value, node.lineno)

    def defines(self, name):
        return name in self.functions or name in self.classes or name in self.values


def assignments(node):
    """(name, value) of `name = value`, `a = b = value` and `name: type = value`."""
    if isinstance(node, ast.Assign):
        targets = node.targets
    elif isinstance(node, ast.AnnAssign) and node.value is not None:
        targets = [node.target]
    else:
        return []
    return [(target.id, node.value) for target in targets if isinstance(target, ast.Name)]


class SourceTree:
    """All modules of the folder, and what could not be read."""

    def __init__(self, root):
        self.root = os.path.realpath(root)
        self.modules, self.unreadable, self.unimportable, self.truncated = {}, [], [], None
        self.parse_files()

    def parse_files(self):
        warnings.simplefilter("ignore")
        deadline, total, parsed = time.monotonic() + MAX_SECONDS, 0, []
        for count, file in enumerate(python_files(self.root)):
            if count >= MAX_FILES or total > MAX_TOTAL_BYTES or time.monotonic() > deadline:
                self.truncated = {"file": file, "files": count}
                break
            source, tree = self.parse(file)
            if tree is not None:
                total += len(source)
                parsed.append((file, tree))
        # Only the imports tell whether `src` is a place to import from or a package of its own.
        src_is_package = any(names_src(tree) for _, tree in parsed)
        for file, tree in parsed:
            self.add_module(file, tree, src_is_package)

    def parse(self, file):
        try:
            source = read_bounded(self.root, file)
            if source is None:
                return None, None
            if len(source) > MAX_FILE_BYTES:
                self.unreadable.append({"file": file, "line": 1, "message": "larger than 1 MB"})
                return None, None
            return source, ast.parse(source)
        except (SyntaxError, ValueError, LookupError, RecursionError, MemoryError, OSError) as error:
            message = getattr(error, "msg", None) or type(error).__name__
            self.unreadable.append({"file": file, "line": getattr(error, "lineno", None) or 1, "message": str(message)})
            return None, None

    def add_module(self, file, tree, src_is_package):
        parts = file[: -len(".py")].split(os.sep)
        if parts[0] == "src" and len(parts) > 1 and not src_is_package:
            parts = parts[1:]
        if parts[-1] == "__init__":
            parts = parts[:-1]
        if not parts or not all(part.isidentifier() for part in parts):
            self.unimportable.append(file)
            return
        name = ".".join(parts)
        try:
            self.modules.setdefault(name, Module(name, file, tree))
        except RecursionError:
            self.unreadable.append({"file": file, "line": 1, "message": "nested too deeply"})

    def resolve(self, node, module):
        """The full dotted name that an expression such as `flask.Flask` or `create_app` stands for, else None."""
        if isinstance(node, ast.Name):
            if node.id in module.imports and not module.defines(node.id):
                return self.canonical(module.imports[node.id])
            return self.canonical(module.name + "." + node.id)
        if isinstance(node, ast.Attribute):
            base = self.resolve(node.value, module)
            return base and self.canonical(base + "." + node.attr)
        return None

    def canonical(self, dotted):
        """Follows re-exports (`from .factory import create_app` in a package) to where a name is defined."""
        for _ in range(8):
            module_name, _, name = dotted.rpartition(".")
            module = self.modules.get(module_name)
            if module is None or module.defines(name) or dotted in self.modules:
                return dotted
            star = next((s for s in module.stars if s in self.modules and self.modules[s].defines(name)), None)
            target = module.imports.get(name) or (star and star + "." + name)
            if target is None or target == dotted:
                return dotted
            dotted = target
        return dotted

    def definition(self, dotted):
        """(module, name) of a canonical dotted name that one of the files defines, else (None, None)."""
        module_name, _, name = (dotted or "").rpartition(".")
        module = self.modules.get(module_name)
        return (module, name) if module is not None and module.defines(name) else (None, None)

    def value_of(self, dotted):
        """The expression that a top-level name was given, with its module, else (None, None)."""
        module, name = self.definition(dotted)
        return (module.values[name][0], module) if module is not None and name in module.values else (None, None)


def names_src(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and not node.level and (node.module or "").split(".")[0] == "src":
            return True
        if isinstance(node, ast.Import) and any(alias.name.split(".")[0] == "src" for alias in node.names):
            return True
    return False
