"""Where a config uses a type: the section that its contract is tried with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from launchpad_core.registrations import (
    DataSinkType,
    DataSourceType,
    ModelStoreType,
    ModelType,
    Registration,
)
from launchpad_core.sections import Section, plain_values

_NAMED = {DataSourceType: "datasources", DataSinkType: "datasinks"}
_SINGLE = {ModelType: "model", ModelStoreType: "model_store"}


@dataclass(frozen=True, slots=True)
class Use:
    """A section that names a type.

    Attributes:
        section: What it says, but for its type and its tags.
        connection: What the section of ``dbms`` says that it refers to.
        yaml: The section as a config has it.
    """

    section: Mapping[str, Any]
    connection: Mapping[str, Any] | None = None
    yaml: str = ""


def use_of(registration: Registration, config: Section) -> Use | None:
    """Return the first section of a config that uses a type; None without one."""
    return next(_uses(registration, plain_values(config)), None)


def _uses(registration: Registration, config: dict[str, Any]) -> Iterator[Use]:
    if key := _SINGLE.get(type(registration)):
        section = config.get(key)
        if isinstance(section, dict) and section.get("type") == registration.type:
            yield Use(_told(section), yaml=_yaml({key: section}))
    if key := _NAMED.get(type(registration)):
        for name, section in _sections(config, key):
            full, connection = _full_type(section, config)
            if full == registration.type:
                yield Use(
                    _told(section), connection, yaml=_yaml({key: {name: section}})
                )


def _full_type(
    section: dict[str, Any], config: dict[str, Any]
) -> tuple[str, dict[str, Any] | None]:
    kind, _, name = str(section.get("type")).partition(".")
    connection = dict(_sections(config, kind)).get(name) if name else None
    if connection is None:
        return kind, None
    return f"{kind}.{connection.get('type')}", connection


def _sections(config: dict[str, Any], key: str) -> Iterator[tuple[str, dict[str, Any]]]:
    sections = config.get(key)
    if isinstance(sections, dict):
        for name, section in sections.items():
            if isinstance(section, dict):
                yield name, section


def _told(section: dict[str, Any]) -> dict[str, Any]:
    return {key: section[key] for key in section if key not in ("type", "tags")}


def _yaml(values: dict[str, Any]) -> str:
    return yaml.safe_dump(values, sort_keys=False, allow_unicode=True).rstrip()
