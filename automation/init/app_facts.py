"""Finds what an app reads and offers: environment variables, routes, blueprints, beat schedules, migrations, commands."""

import ast

from source_tree import is_main_guard, string

BEAT_NAMES = {"beat_schedule", "CELERYBEAT_SCHEDULE", "CELERY_BEAT_SCHEDULE"}
SETTINGS_CLASSES = {"environs.Env", "environs.FlaskEnv", "decouple.Config", "decouple.AutoConfig"}
TASK_DECORATORS = {"celery.shared_task", "celery.task"}


class ModuleFacts(ast.NodeVisitor):
    """Collects the facts of one module. `context` names what a value is given to: a variable, keyword or dict key."""

    def __init__(self, tree, module, readers, facts):
        self.tree, self.module, self.readers, self.facts = tree, module, readers, facts
        self.context, self.optional, self.guarded = None, False, set()
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Compare) and len(node.ops) == 1 and isinstance(node.ops[0], (ast.In, ast.NotIn)):
                if self.resolve(node.comparators[0]) == "os.environ" and string(node.left):
                    self.guarded.add(string(node.left))

    def resolve(self, node):
        return self.tree.resolve(node, self.module)

    def add(self, kind, node, **values):
        self.facts[kind].append(dict(values, file=self.module.file, line=node.lineno))

    def within(self, nodes, context=None, optional=None):
        before = self.context, self.optional
        self.context = self.context if context is None else context
        self.optional = self.optional if optional is None else optional
        for node in nodes:
            self.visit(node)
        self.context, self.optional = before

    # What a value is given to ---------------------------------------------------------------------------------------

    def visit_Assign(self, node):
        names = [last_name(target) for target in node.targets]
        self.note_beat(names, node, node.value)
        self.within(node.targets)
        self.within([node.value], context=next((name for name in names if name), None))

    def visit_AnnAssign(self, node):
        if node.value is not None:
            self.note_beat([last_name(node.target)], node, node.value)
            self.within([node.value], context=last_name(node.target))

    def visit_keyword(self, node):
        self.note_beat([node.arg], node.value, node.value)
        self.within([node.value], context=node.arg)

    def visit_Dict(self, node):
        for key, value in zip(node.keys, node.values):
            self.note_beat([string(key)], value, value)
            self.within([value], context=string(key))

    def visit_If(self, node):
        # `if __name__ == "__main__"` never runs behind a server: what it reads is not needed there.
        self.within([node.test])
        self.within(node.body, optional=True if is_main_guard(node) else None)
        self.within(node.orelse)

    def visit_Try(self, node):
        self.within(node.body, optional=True if node.handlers else None)
        self.within(node.handlers + node.orelse + node.finalbody)

    # Environment variables ------------------------------------------------------------------------------------------

    def visit_Subscript(self, node):
        if self.resolve(node.value) == "os.environ" and isinstance(node.ctx, ast.Load):
            self.add_variable(node, node.slice, True)
        self.generic_visit(node)

    def add_variable(self, node, key, required):
        name = self.constant(key)
        if name:
            required = required and not self.optional and name not in self.guarded
            self.add("variables", node, name=name, required=required, context=self.context)

    def constant(self, node):
        if string(node) is not None:
            return string(node)
        value, _ = self.tree.value_of(self.resolve(node))
        return string(value)

    def visit_Call(self, node):
        called = self.resolve(node.func)
        if node.args:
            required = self.read_requires(node, called)
            if required is not None:
                self.add_variable(node, node.args[0], required)
        self.note_call(node, called)
        before = self.context
        if node.args and last_name(node.func) in ("create_engine", "from_url"):
            self.context = last_name(node.func)
        self.generic_visit(node)
        self.context = before

    def read_requires(self, node, called):
        """Whether the call must find its variable (True or False), or None if it reads no environment variable."""
        if called in ("os.environ.get", "os.getenv", "os.environ.pop", "os.environ.setdefault"):
            return False
        has_default = len(node.args) > 1 or any(keyword.arg == "default" for keyword in node.keywords)
        if called in self.readers:
            return self.readers[called] and not has_default
        owner = self.resolve(node.func.value) if isinstance(node.func, ast.Attribute) else None
        if called == "decouple.config" or self.is_settings(called) or self.is_settings(owner):
            return not has_default if last_name(node.func) != "read_env" else None
        return None

    def is_settings(self, dotted):
        value, owner = self.tree.value_of(dotted)
        return isinstance(value, ast.Call) and self.tree.resolve(value.func, owner) in SETTINGS_CLASSES

    # Everything else ------------------------------------------------------------------------------------------------

    def note_beat(self, names, node, value):
        empty = isinstance(value, ast.Dict) and not value.keys
        if BEAT_NAMES.intersection(names) and not empty:
            self.add("beat", node)

    def note_call(self, node, called):
        name = last_name(node.func)
        if called == "celery.schedules.crontab" or name == "add_periodic_task":
            self.add("beat", node)
        elif name in ("add_url_rule", "add_resource"):
            for argument in node.args[0 if name == "add_url_rule" else 1 :]:
                self.add_route(node, node.func.value if isinstance(node.func, ast.Attribute) else None, argument)
        elif name == "register_blueprint" and node.args and isinstance(node.func, ast.Attribute):
            self.add(
                "blueprints",
                node,
                blueprint=self.resolve(node.args[0]),
                parent=self.resolve(node.func.value),
                prefix=keyword_string(node, "url_prefix"),
            )
        elif name == "create_all":
            self.add("createAll", node)
        elif name == "from_prefixed_env":
            self.add("prefixedEnv", node, prefix=string(node.args[0]) if node.args else "FLASK")
        elif called == "flask_migrate.Migrate":
            self.add("migrate", node, directory=keyword_string(node, "directory"))

    def visit_FunctionDef(self, node):
        for decorator in node.decorator_list:
            self.note_decorator(node, decorator)
        self.generic_visit(node)

    visit_AsyncFunctionDef = visit_FunctionDef

    def note_decorator(self, node, decorator):
        call = decorator if isinstance(decorator, ast.Call) else None
        func = call.func if call else decorator
        if self.resolve(func) in TASK_DECORATORS:
            self.add("sharedTasks", node, name=node.name)
        if last_name(func) == "connect" and isinstance(func, ast.Attribute):
            if last_name(func.value) in ("on_after_configure", "on_after_finalize"):
                self.add("beat", node)
        if call and isinstance(func, ast.Attribute) and func.attr in ("route", "get") and call.args:
            self.add_route(call, func.value, call.args[0])
        if call and last_name(func) == "command":
            # `@app.cli.command()` or `@click.command()`: named after the function unless a name is given.
            if self.resolve(func) == "click.command" or last_name(getattr(func, "value", None)) == "cli":
                name = string(call.args[0]) if call.args else node.name.replace("_", "-")
                self.add("commands", node, name=name)

    def add_route(self, call, owner, path):
        methods = next((k.value for k in call.keywords if k.arg == "methods"), None)
        listed = [string(item) for item in getattr(methods, "elts", [])]
        if (
            string(path)
            and string(path).startswith("/")
            and "<" not in string(path)
            and (not listed or "GET" in listed)
        ):
            self.add("routes", call, path=string(path), owner=owner is not None and self.resolve(owner) or None)


def last_name(node):
    """The last part of `a.b.c`, and the key of `config["c"]`."""
    if isinstance(node, ast.Subscript):
        return string(node.slice)
    return getattr(node, "attr", None) or getattr(node, "id", None)


def keyword_string(call, name):
    return next((string(keyword.value) for keyword in call.keywords if keyword.arg == name), None)


def environment_readers(tree):
    """The app's own helpers, such as `def env(name): return os.environ[name]`: dotted name -> whether one must be set."""
    readers = {}
    for module in tree.modules.values():
        for name, function in module.functions.items():
            parameters = [arg.arg for arg in function.args.args[:1]]
            for node in ast.walk(function):
                key = None
                if isinstance(node, ast.Subscript) and tree.resolve(node.value, module) == "os.environ":
                    key, required = node.slice, not function.args.defaults
                elif isinstance(node, ast.Call) and node.args:
                    key, required = node.args[0], False
                    if tree.resolve(node.func, module) not in ("os.environ.get", "os.getenv"):
                        continue
                if isinstance(key, ast.Name) and key.id in parameters:
                    readers[module.name + "." + name] = required
                    break
    return readers


def blueprint_prefixes(tree):
    """Dotted name of each top-level blueprint -> the url_prefix it was made with."""
    prefixes = {}
    for module in tree.modules.values():
        for name, (value, _) in module.values.items():
            if isinstance(value, ast.Call) and (tree.resolve(value.func, module) or "").endswith("Blueprint"):
                prefixes[module.name + "." + name] = keyword_string(value, "url_prefix") or ""
    return prefixes


def alembic_environments(tree):
    """Alembic's env.py files; those of Flask-Migrate use the app's context."""
    return [
        {"file": module.file, "line": 1, "flask": module.imports.get("current_app") == "flask.current_app"}
        for module in tree.modules.values()
        if module.imports.get("context") == "alembic.context"
    ]
