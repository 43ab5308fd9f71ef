"""Finds the objects that SLIPWAY_ENTRY (web) and SLIPWAY_CELERY (worker, beat) name.

The forms are those of `flask --app`: `module:name`, `module:factory` and `module:factory('argument', key=1)`.
"""

import ast
import importlib
import inspect
import os
import sys
import traceback


class EntryError(Exception):
    """An entry cannot be loaded. The first line says why; a traceback of the application's own code may follow."""


def load_wsgi():
    """Returns the WSGI application named by SLIPWAY_ENTRY. Raises EntryError."""
    app = _load("SLIPWAY_ENTRY", "webapp:create_app", is_factory=_takes_no_request)
    if not callable(app):
        raise EntryError(f"SLIPWAY_ENTRY={os.environ['SLIPWAY_ENTRY']}: got {app!r}, which is not a WSGI application.")
    return app


def load_celery():
    """Returns the Celery application named by SLIPWAY_CELERY. Raises EntryError."""
    from celery import Celery

    app = _load("SLIPWAY_CELERY", "celery_runner:celery", is_factory=lambda value: True)
    if not isinstance(app, Celery):
        raise EntryError(f"SLIPWAY_CELERY={os.environ['SLIPWAY_CELERY']}: got {app!r}, which is not a Celery application.")
    return app


def _load(variable, example, is_factory):
    entry = os.environ.get(variable, "")
    module_name, separator, expression = entry.partition(":")
    if not (module_name and separator and expression):
        raise EntryError(f"{variable} must be module:name, such as {example}; it is {entry!r}.")
    name, args, kwargs = _parse(variable, entry, expression)
    value = _attribute(variable, entry, _import(variable, entry, module_name), name)
    if args is None and not (inspect.isfunction(value) and is_factory(value)):
        return value
    return _call(variable, entry, value, args or [], kwargs)


def _parse(variable, entry, expression):
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
    raise EntryError(f"{variable}={entry}: {expression!r} is neither a name nor a call with literal arguments.")


def _import(variable, entry, module_name):
    if os.getcwd() not in sys.path:
        sys.path.insert(0, os.getcwd())
    try:
        return importlib.import_module(module_name)
    except Exception as error:
        missing = getattr(error, "name", None)
        if isinstance(error, ModuleNotFoundError) and f"{module_name}.".startswith(f"{missing}."):
            raise EntryError(f"{variable}={entry}: there is no module {missing!r} in {os.getcwd()}.") from None
        raise EntryError(f"{variable}={entry}: importing {module_name} failed: {_describe(error)}") from None


def _attribute(variable, entry, module, name):
    if hasattr(module, name):
        return getattr(module, name)
    offered = [
        key
        for key, value in vars(module).items()
        if not key.startswith("_") and not inspect.isclass(value) and callable(value)
    ]
    choice = f"it offers {', '.join(sorted(offered))}" if offered else "it offers nothing that could be called"
    raise EntryError(f"{variable}={entry}: module {module.__name__} has no {name!r}; {choice}.")


def _call(variable, entry, factory, args, kwargs):
    if not callable(factory):
        raise EntryError(f"{variable}={entry}: {factory!r} cannot be called.")
    try:
        inspect.signature(factory).bind(*args, **kwargs)
    except TypeError as error:
        wanted = f"{factory.__name__}{inspect.signature(factory)}"
        raise EntryError(f"{variable}={entry}: {wanted} cannot be called like that: {error}.") from None
    try:
        return factory(*args, **kwargs)
    except Exception as error:
        raise EntryError(f"{variable}={entry}: {factory.__name__}() raised {_describe(error)}") from None


def _takes_no_request(function):
    """Tells a factory from a WSGI application that is a function: that one takes (environ, start_response)."""
    required = [
        parameter
        for parameter in inspect.signature(function).parameters.values()
        if parameter.default is parameter.empty and parameter.kind is parameter.POSITIONAL_OR_KEYWORD
    ]
    return len(required) != 2


def _describe(error):
    """One line, then the traceback below the frames of this file and of importlib."""
    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if frame.filename != __file__ and "importlib" not in frame.filename
    ]
    trace = "".join(traceback.format_list(frames) + traceback.format_exception_only(type(error), error))
    return f"{type(error).__name__}: {error}".splitlines()[0] + f"\n\n{trace}"
