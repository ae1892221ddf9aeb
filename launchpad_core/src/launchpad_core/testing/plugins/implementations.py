"""What a plugin registers, imported, and looked at from outside."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, get_args

import click
from pydantic import BaseModel

from launchpad_core.base_classes import BASE_CLASSES
from launchpad_core.errors import ConfigError
from launchpad_core.plugins import Plugin
from launchpad_core.registrations import Command, Registration
from launchpad_core.registry import Provider, Registry
from launchpad_core.settings import Settings


@dataclass(frozen=True, slots=True)
class Implementation:
    """What a registration's address leads to.

    Attributes:
        registration: The registration.
        found: The class, or the command; None when it can't be used.
        fault: Why it can't be.
    """

    registration: Registration
    found: Any = None
    fault: str = ""

    @property
    def is_command(self) -> bool:
        """Whether it is a command; else it is a class."""
        return isinstance(self.registration, Command)


def implementations(plugin: Plugin) -> Iterator[Implementation]:
    """Import what a plugin registers, each on its own."""
    registry = Registry([plugin])
    for registration in plugin.registrations:
        try:
            if isinstance(registration, Command):
                found = registry.load(Provider(plugin, registration))
            else:
                kind = type(registration)
                base = BASE_CLASSES[kind]
                found = registry.implementation(kind, registration.type, base=base)
        except ConfigError as error:
            yield Implementation(registration, fault=error.message)
        else:
            yield Implementation(registration, found, _fault(registration, found))


def misplaced_settings(implementation: Implementation) -> Iterator[str]:
    """Yield what is wrong with the classes that say which keys a section may have."""
    found = implementation.found
    base = getattr(BASE_CLASSES.get(type(implementation.registration)), "Config", None)
    if base is not None and not _is_kind_of(found.Config, base):
        yield f"{found.__name__}.Config doesn't derive from {base.__qualname__}"
    connection = getattr(found, "Connection", None)
    if connection is not None and not _is_kind_of(connection, Settings):
        yield f"{found.__name__}.Connection doesn't derive from Settings"


def undocumented(implementation: Implementation) -> Iterator[str]:
    """Yield the fields of its settings, also nested ones, that have no docstring."""
    for name in ("Config", "Connection"):
        settings = getattr(implementation.found, name, None)
        if settings is not None and _is_kind_of(settings, BaseModel):
            own_name = f"{implementation.found.__name__}.{name}"
            yield from _undocumented(settings, own_name, seen=set())


def _undocumented(
    settings: type[BaseModel], name: str, *, seen: set[type[BaseModel]]
) -> Iterator[str]:
    seen.add(settings)
    for key, field in settings.model_fields.items():
        if not (field.description or "").strip():
            yield f"{name}.{key}"
        for nested in _settings_in(field.annotation):
            if nested not in seen:
                yield from _undocumented(nested, nested.__qualname__, seen=seen)


def _settings_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if _is_kind_of(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _settings_in(part)


def _fault(registration: Registration, found: Any) -> str:
    name = f'{registration.kind} "{registration.type}"'
    address = registration.implementation
    if isinstance(registration, Command):
        if isinstance(found, click.Command):
            return ""
        return f"{name} is {address}, which is no click command"
    missing = sorted(getattr(found, "__abstractmethods__", ()))
    return f"{name} is {address}, which lacks {', '.join(missing)}" if missing else ""


def _is_kind_of(found: Any, base: type[Any]) -> bool:
    return inspect.isclass(found) and issubclass(found, base)
