"""The page on hooks: signatures, examples, and what a hook returns."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from reference_pages.docstrings import (
    documentation,
    inline,
    own_docstring,
    summary,
)
from reference_pages.markdown import blocks, fence, link, table
from reference_pages.signatures import definition_of, signature_of

from launchpad_core import hookspecs
from launchpad_core.registrations import Registration

_INTRODUCTION = """\
# Hooks

A plugin is a module that implements some of these hooks, each marked with `hookimpl`.
An installed distribution names the module as an entry point of the group `launchpad`; a
project lists its own modules under `plugins:` in the config. A hook takes no arguments
and returns [registrations](#registrations): names, and the addresses of what is
imported once a config uses it. [Write a plugin](../how-to/write-a-plugin.md) goes
through it step by step."""

_REGISTRATIONS = """\
## Registrations

All of them are frozen dataclasses with the same fields, and are imported from
`launchpad_core`. A registration that breaks the rules is an
[InvalidRegistration](errors.md#invalidregistration), and its plugin broken."""


def hooks() -> Mapping[str, Callable[..., Any]]:
    """Return all hooks by name, in the order in which they are written."""
    return {
        name: value
        for name, value in vars(hookspecs).items()
        if hasattr(value, f"{hookspecs.PROJECT}_spec")
    }


def registration_classes() -> Iterable[type[Registration]]:
    """Return the classes of registrations that a hook may return."""
    return Registration.__subclasses__()


def field_texts(registration: type[Registration]) -> Mapping[str, str]:
    """Return what is said about the fields of a registration, where it is defined."""
    texts: dict[str, str] = {}
    for base in reversed(registration.__mro__):
        attributes = own_docstring(base).partition("Attributes:\n")[2]
        texts.update(re.findall(r"(?m)^ {4}(\w+): ((?:.|\n(?= {8}))+)", attributes))
    return texts


def page() -> str:
    """Return the page."""
    return blocks(
        _INTRODUCTION,
        *(_hook(name, hook) for name, hook in hooks().items()),
        _REGISTRATIONS,
        *(_registration(one) for one in registration_classes()),
    )


def _hook(name: str, hook: Callable[..., Any]) -> str:
    returned = re.findall(r"\w+", signature_of(hook))[-1]
    return blocks(
        f"## {name}",
        fence(definition_of(hook), "python"),
        documentation(hook),
        f"Returns registrations of the class {link(returned)}.",
    )


def _registration(registration: type[Registration]) -> str:
    texts = field_texts(registration)
    rows = [
        (f"`{field.name}`", _type(field), inline(texts[field.name]))
        for field in dataclasses.fields(registration)
    ]
    return blocks(
        f"### {registration.__name__}",
        fence(signature_of(registration, returns=False), "text"),
        summary(registration),
        table(("field", "type", "what it is"), rows),
    )


def _type(field: dataclasses.Field[Any]) -> str:
    return f"`{field.type}`, by keyword" if field.kw_only else f"`{field.type}`"
