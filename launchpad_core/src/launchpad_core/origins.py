"""Where each value of a section comes from: a line, an include or a default."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic_core import to_jsonable_python

from launchpad_core.masking import SUFFIX, without_secrets
from launchpad_core.sections import Section, plain_values
from launchpad_core.settings import Settings, keys_of

DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class Origin:
    """A value of a section, and where it comes from.

    Attributes:
        key: The key, with those of the sections around it: ``options.sep``.
        value: The value, with secrets masked.
        source: Such as ``cfg.yml:12``, or ``default``.
    """

    key: str
    value: Any
    source: str


def origins(
    section: Section, settings: type[Settings] | None, *, via: str = ""
) -> Iterator[Origin]:
    """Yield what a section says, and then what it leaves to defaults.

    Args:
        section: The section as it was written.
        settings: What knows the defaults, if there are any.
        via: From where the section's file is included, if it is.
    """
    yield from _written(section, plain_values(without_secrets(section)), via)
    for key, value in _defaults(section, settings):
        yield Origin(key, value, DEFAULT)


def via_of(parent: Section, key: str, via: str = "") -> str:
    """Return from where a key's value is included: '' if it stands in the config.

    Args:
        parent: The section that holds the key.
        key: The key.
        via: From where the parent's file is included.
    """
    if key in parent.includes:
        return f", included at {parent.where(key)}{via}"
    return via


def _written(
    section: Section, masked: Mapping[str, Any], via: str, prefix: str = ""
) -> Iterator[Origin]:
    for key, value in section.items():
        inner_via = via_of(section, key, via)
        if isinstance(value, Section) and value:
            yield from _written(value, masked[key], inner_via, f"{prefix}{key}.")
            continue
        source = f"{section.where(key) or 'Python'}{via}"
        if key in section.includes:
            source = f"{section.includes[key]}{inner_via}"
        if key.endswith(SUFFIX) and isinstance(value, str):
            state = "set" if value in os.environ else "not set"
            source += f"; the environment variable {value} is {state}"
        yield Origin(f"{prefix}{key}", masked[key], source)


def _defaults(
    section: Section, settings: type[Settings] | None
) -> Iterator[tuple[str, Any]]:
    for name, field in (settings.model_fields if settings else {}).items():
        keys = keys_of(name, field)
        if field.is_required() or not section.keys().isdisjoint(keys):
            continue
        value = field.get_default(call_default_factory=True)
        if value is not None:
            yield keys[0], to_jsonable_python(value, fallback=str)
