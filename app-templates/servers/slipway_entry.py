"""Finds the objects that SLIPWAY_ENTRY (web) and SLIPWAY_CELERY (worker, beat) name.

The forms are those of `flask --app`: `module:name`, `module:factory` and `module:factory('argument', key=1)`.
"""

import ast
import importlib
import inspect
import os
import sys
import traceback

import slipway_broker


class EntryError(Exception):
    """An entry cannot be loaded. The first line says why; a traceback of the application's own code may follow."""


def load_wsgi():
    """Returns the WSGI application named by SLIPWAY_ENTRY. Raises EntryError."""
    return _load("SLIPWAY_ENTRY", "webapp:create_app", "a WSGI application", callable)


def load_celery():
    """Returns the Celery application named by SLIPWAY_CELERY. Raises EntryError."""
    from celery import Celery

    return _load("SLIPWAY_CELERY", "celery_runner:celery", "a Celery application", lambda app: isinstance(app, Celery))


def _load(variable, example, kind, fits):
    slipway_broker.install()
    entry = os.environ.get(variable, "")
    module_name, separator, expression = entry.partition(":")
    if not (module_name and separator and expression):
        raise EntryError(f"{variable} must be module:name, such as {example}; it is {entry!r}.")
    try:
        name, args, kwargs = _parse(expression)
        app = _attribute(_import(module_name), name)
        if args is not None or _is_factory(app):
            app = _call(app, args or [], kwargs)
    except EntryError as error:
        raise EntryError(f"{variable}={entry}: {error}") from None
    if not fits(app):
        raise EntryError(f"{variable}={entry}: got {app!r}, which is not {kind}.")
    return app


def _parse(expression):
    """Splits `name` or `name(literals)`; args is None where nothing is called."""
    try:
        node = ast.parse(expression.strip(), mode="eval").body
        if isinstance(node, ast.Name):
            return node.id, None, {}
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            args = [ast.literal_eval(arg) for arg in node.args]
            return node.func.id, args, {keyword.arg: ast.literal_eval(keyword.value) for keyword in node.keywords}
    except (SyntaxError, ValueError):
        pass
    raise EntryError(f"{expression!r} is neither a name nor a call with literal arguments.")


def _import(module_name):
    if os.getcwd() not in sys.path:
        sys.path.insert(0, os.getcwd())
    try:
        return importlib.import_module(module_name)
    except Exception as error:
        # The module itself or a package above it, not one that it imports.
        if isinstance(error, ModuleNotFoundError) and f"{module_name}.".startswith(f"{error.name}."):
            raise EntryError(f"there is no module {error.name!r} in {os.getcwd()}.") from None
        raise EntryError(f"importing {module_name} raised {_describe(error)}") from None


def _attribute(module, name):
    if hasattr(module, name):
        return getattr(module, name)
    offered = sorted(key for key, value in vars(module).items() if _may_be_app(module, value))
    choice = f"it offers {', '.join(offered)}" if offered else "nor anything like an application"
    raise EntryError(f"module {module.__name__} has no {name!r}, {choice}.")


def _may_be_app(module, value):
    """A function of the module itself, or an instance of Flask, Celery or one of their subclasses."""
    if inspect.isfunction(value):
        return value.__module__ == module.__name__
    return hasattr(type(value), "wsgi_app") or hasattr(type(value), "worker_main")


def _is_factory(value):
    """True for a function, unless it takes (environ, start_response): that one is a WSGI application itself."""
    if not inspect.isfunction(value):
        return False
    parameters = inspect.signature(value).parameters.values()
    required = [p for p in parameters if p.default is p.empty and p.kind is p.POSITIONAL_OR_KEYWORD]
    return len(required) != 2


def _call(factory, args, kwargs):
    if not callable(factory):
        raise EntryError(f"{factory!r} cannot be called.")
    try:
        inspect.signature(factory).bind(*args, **kwargs)
    except TypeError as error:
        signature = f"{factory.__name__}{inspect.signature(factory)}"
        raise EntryError(f"{signature} cannot be called like that: {error}.") from None
    try:
        return factory(*args, **kwargs)
    except Exception as error:
        raise EntryError(f"{factory.__name__}() raised {_describe(error)}") from None


def _describe(error):
    """One line, then the traceback without the frames of this file and of importlib."""
    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if frame.filename != __file__ and "importlib" not in frame.filename
    ]
    trace = "".join(traceback.format_list(frames) + traceback.format_exception_only(type(error), error))
    return f"{type(error).__name__}: {error}".splitlines()[0] + f"\n\n{trace}"
