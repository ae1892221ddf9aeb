"""The page on Python: what ``launchpad_core`` exports, for plugins and projects."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator, Mapping
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from textwrap import dedent
from types import FunctionType
from typing import Any

from reference_pages.docstrings import as_markdown, documentation, summary
from reference_pages.markdown import blocks, fence, table
from reference_pages.signatures import definition_of

import launchpad_core
from launchpad_core.errors import LaunchpadError

_INTRODUCTION = """\
# Python: `launchpad_core`

Each name is imported on first use, so that a table of contents that takes some of them
from `launchpad_core` stays light. They are [public](../explanation/stability.md); the
modules that define them aren't."""

_SHOWN = (property, classmethod, staticmethod, FunctionType)
_STUB = Path(launchpad_core.__file__).with_suffix(".pyi")


def exported() -> Mapping[str, Any]:
    """Return what is exported, by name."""
    return {name: getattr(launchpad_core, name) for name in launchpad_core.__all__}


def alias_texts() -> Mapping[str, str]:
    """Return what is said about exported names of types, where they are assigned."""
    texts = {}
    for node in ast.parse(_STUB.read_text("utf-8")).body:
        if isinstance(node, ast.ImportFrom) and node.level:
            module = import_module(f"launchpad_core.{node.module}")
            said = _assigned(ast.parse(inspect.getsource(module)).body)
            texts.update({one.name: said.get(one.name, "") for one in node.names})
    aliases = [name for name, value in exported().items() if _is_alias(value)]
    return {name: texts[name] for name in aliases}


def page() -> str:
    """Return the page."""
    functions = {k: v for k, v in exported().items() if inspect.isfunction(v)}
    classes = {k: v for k, v in exported().items() if isinstance(v, type)}
    others = {k: v for k, v in classes.items() if not _is_error(v)}
    errors = [k for k, v in classes.items() if _is_error(v)]
    return blocks(
        _INTRODUCTION,
        "## Classes",
        *(_class(name, one) for name, one in others.items()),
        "## Functions",
        *(_function(name, one) for name, one in functions.items()),
        "## Types",
        "\n".join(f"- `{name}`: {as_markdown(t)}" for name, t in alias_texts().items()),
        "## Errors",
        "\n".join(f"- [{name}](errors.md#{name.lower()})" for name in errors),
        *_marker(),
    )


def _is_error(value: type[Any]) -> bool:
    return issubclass(value, LaunchpadError)


def _is_alias(value: Any) -> bool:
    known = isinstance(value, type) or inspect.isfunction(value)
    return not known and value is not launchpad_core.hookimpl


def _marker() -> Iterator[str]:
    yield "## hookimpl"
    yield "The decorator of functions that implement a [hook](hooks.md)."


def _class(name: str, one: type[Any]) -> str:
    methods = dict(_methods(one))
    properties = {k: v for k, v in methods.items() if isinstance(v, property)}
    functions = {k: v for k, v in methods.items() if k not in properties}
    attributes = [(f"`{k}`", as_markdown(v)) for k, v in _attributes(one).items()]
    attributes += [(f"`{k}`", summary(v)) for k, v in properties.items()]
    return blocks(
        f"### {name}",
        *(documentation(base) for base in _own_classes(one)),
        table(("attribute", ""), attributes),
        *(_function(f"{name}.{k}", v, depth=4) for k, v in functions.items()),
    )


def _methods(one: type[Any]) -> Iterator[tuple[str, Any]]:
    """Yield what users of a class call, also from bases that aren't exported."""
    seen: dict[str, Any] = {}
    for base in reversed(_own_classes(one)):
        for name, value in vars(base).items():
            if not name.startswith("_") and isinstance(value, _SHOWN):
                seen[name] = value
    yield from seen.items()


def _attributes(one: type[Any]) -> Mapping[str, str]:
    """Return what is said under a class's attributes."""
    texts: dict[str, str] = {}
    for base in reversed(_own_classes(one)):
        (node,) = ast.parse(dedent(inspect.getsource(base))).body
        assert isinstance(node, ast.ClassDef)
        texts.update(_assigned(node.body))
    return texts


def _own_classes(one: type[Any]) -> list[type[Any]]:
    others = [value for value in exported().values() if value is not one]
    return [
        base
        for base in one.__mro__
        if base.__module__.startswith("launchpad_core") and base not in others
    ]


def _assigned(body: list[ast.stmt]) -> dict[str, str]:
    """Return the texts that stand under assignments, by the names assigned to."""
    texts = {}
    for node, below in pairwise(body):
        is_text = isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant)
        if isinstance(node, ast.AnnAssign):
            target: ast.expr = node.target
        elif isinstance(node, ast.Assign):
            target = node.targets[0]
        else:
            continue
        if is_text and isinstance(target, ast.Name):
            texts[target.id] = inspect.cleandoc(str(below.value.value))
    return texts


def _function(name: str, function: Any, *, depth: int = 3) -> str:
    bound = isinstance(function, (classmethod, staticmethod))
    decorator = type(function).__name__ if bound else ""
    function = getattr(function, "__func__", function) if bound else function
    return blocks(
        f"{'#' * depth} {name}",
        fence(definition_of(function, decorator=decorator), "python"),
        documentation(function),
    )
