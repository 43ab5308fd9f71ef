"""Finds the Flask and Celery apps of a source tree, and the functions that make them."""

import ast

from source_tree import assignments, statements, string

FLASK, CELERY = "flask", "celery"
BASE_CLASSES = {
    "flask.Flask": FLASK,
    "flask.app.Flask": FLASK,
    "apiflask.APIFlask": FLASK,
    "flask_openapi3.OpenAPI": FLASK,
    "celery.Celery": CELERY,
    "celery.app.Celery": CELERY,
    "celery.app.base.Celery": CELERY,
}


class AppObjects:
    """Which classes, functions and top-level names of the tree are, or make, a Flask or a Celery app."""

    def __init__(self, tree):
        self.tree = tree
        self.classes = dict(BASE_CLASSES)
        self.factories = {}
        # A factory may call one of another file: go round until nothing new is found.
        known = None
        while known != (len(self.classes), len(self.factories)):
            known = len(self.classes), len(self.factories)
            for module in tree.modules.values():
                self.learn(module)

    def learn(self, module):
        for name, node in module.classes.items():
            for base in node.bases:
                kind = self.classes.get(self.tree.resolve(base, module))
                if kind:
                    self.classes[module.name + "." + name] = kind
        for name, node in module.functions.items():
            kind = self.returned_kind(node, module)
            if kind:
                self.factories[module.name + "." + name] = kind

    def returned_kind(self, function, module):
        """FLASK or CELERY if the function returns such an app, by its annotation or by its return statements."""
        annotation = function.returns
        if string(annotation):
            annotation = ast.Name(id=string(annotation).split(".")[-1])
        if annotation is not None and self.tree.resolve(annotation, module) in self.classes:
            return self.classes[self.tree.resolve(annotation, module)]
        local = {}
        for node in statements(function.body):
            for name, value in assignments(node):
                local[name] = self.kind(value, module, local)
            if isinstance(node, ast.Return) and node.value is not None:
                kind = self.kind(node.value, module, local)
                if kind:
                    return kind
        return None

    def kind(self, node, module, local):
        """FLASK or CELERY if the expression makes, or names, such an app."""
        if isinstance(node, ast.Name) and node.id in local:
            return local[node.id]
        if isinstance(node, ast.Call):
            called = self.tree.resolve(node.func, module)
            return self.classes.get(called) or self.factories.get(called)
        if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Attribute):
            # Flask's own documentation keeps the Celery app in app.extensions["celery"].
            return CELERY if node.value.attr == "extensions" and string(node.slice) == "celery" else None
        if isinstance(node, (ast.Name, ast.Attribute)):
            value, owner = self.tree.value_of(self.tree.resolve(node, module))
            return self.kind(value, owner, {}) if isinstance(value, ast.Call) else None
        return None

    def candidates(self, wanted):
        """Every `module:name` of one kind, with where it is and the `module.name` that it comes from (its origin)."""
        found = []
        for module in self.tree.modules.values():
            for name, node in module.functions.items():
                if self.factories.get(module.name + "." + name) == wanted:
                    found.append(self.candidate(module, name, node.lineno, "factory", module.name + "." + name))
            for name, (value, line) in module.values.items():
                if self.kind(value, module, {}) == wanted:
                    found.append(self.candidate(module, name, line, "app", self.origin(module, name, value)))
        known = {item["origin"]: item for item in found}
        for module in self.tree.modules.values():
            for name in sorted(module.exported_imports):
                target = self.tree.canonical(module.name + "." + name)
                if target in known and not module.defines(name):
                    found.append(self.candidate(module, name, known[target]["line"], "alias", target))
        return found

    def candidate(self, module, name, line, kind, origin):
        item = {"module": module.name, "name": name, "kind": kind, "origin": origin, "file": module.file, "line": line}
        if kind == "alias":
            item["line"] = next((n.lineno for n in ast.walk(module.tree) if imports_name(n, name)), 1)
        if kind == "factory":
            item["parameters"] = required_parameters(module.functions[name], module, self.tree)
        return item

    def origin(self, module, name, value):
        """The factory that a top-level app comes from, or itself."""
        called = self.tree.resolve(value.func, module) if isinstance(value, ast.Call) else None
        if called is None and isinstance(value, (ast.Name, ast.Attribute)):
            called = self.tree.resolve(value, module)
        return called if called and called not in self.classes else module.name + "." + name

    def calls(self):
        """Calls of Flask factories with literal arguments: how the app's own code uses them."""
        found = []
        for module in self.tree.modules.values():
            for node in ast.walk(module.tree):
                if not isinstance(node, ast.Call) or not (node.args or node.keywords):
                    continue
                called = self.tree.resolve(node.func, module)
                arguments = literal_arguments(node)
                if self.factories.get(called) == FLASK and arguments is not None:
                    found.append({"origin": called, "arguments": arguments, "file": module.file, "line": node.lineno})
        return found


def imports_name(node, name):
    return isinstance(node, (ast.Import, ast.ImportFrom)) and any((a.asname or a.name) == name for a in node.names)


def literal_arguments(call):
    values = [(None, arg) for arg in call.args] + [(keyword.arg, keyword.value) for keyword in call.keywords]
    if not all(isinstance(value, ast.Constant) for _, value in values):
        return None
    return ", ".join((name + "=" if name else "") + repr(value.value) for name, value in values)


def required_parameters(function, module, tree):
    """Parameters without a default, each with the values that the function knows: the keys of a dict it looks them up in."""
    arguments = function.args
    positional = getattr(arguments, "posonlyargs", []) + arguments.args
    required = positional[: len(positional) - len(arguments.defaults)]
    required += [arg for arg, default in zip(arguments.kwonlyargs, arguments.kw_defaults) if default is None]
    keyword_only = {arg.arg for arg in arguments.kwonlyargs}
    return [
        {"name": arg.arg, "keyword": arg.arg in keyword_only, "choices": known_values(function, arg.arg, module, tree)}
        for arg in required
    ]


def known_values(function, parameter, module, tree):
    for node in ast.walk(function):
        looked_up = None
        if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Name) and node.slice.id == parameter:
            looked_up = node.value
        elif (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == "get"
            and node.args
            and isinstance(node.args[0], ast.Name)
            and node.args[0].id == parameter
        ):
            looked_up = node.func.value
        value, _ = tree.value_of(tree.resolve(looked_up, module)) if looked_up is not None else (None, None)
        if isinstance(value, ast.Dict):
            return [string(key) for key in value.keys if string(key)]
    return []
