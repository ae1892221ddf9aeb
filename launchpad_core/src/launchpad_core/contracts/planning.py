"""Where an API's contract comes from, as the section ``api`` says."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from launchpad_core.api_format import ApiFormat
from launchpad_core.config_sections import ApiSettings
from launchpad_core.errors import ConfigError
from launchpad_core.positions import Position
from launchpad_core.registrations import ApiFormatType
from launchpad_core.registry import Registry
from launchpad_core.sections import Section
from launchpad_core.settings import ConfigPath, Settings, validate
from launchpad_core.spelling import did_you_mean

_RESOURCE = re.compile(r"[A-Za-z0-9_.~-]+(/[A-Za-z0-9_.~-]+)*")
_OF_DERIVING = ("target", "resource")


@dataclass(frozen=True, slots=True)
class PlannedContract:
    """A contract file, what reads it, and where the config names it."""

    format: type[ApiFormat]
    path: Path
    where: Position | None


@dataclass(frozen=True, slots=True)
class PlannedDerivation:
    """A contract that each training derives from the rows of a data source.

    Attributes:
        source: The data source's name.
        target: The column that is predicted, or None when the config doesn't say.
        resource: The path of the operations, without a leading slash.
        where: Where the config names the source.
        where_target: Where it names the column.
    """

    source: str
    target: str | None
    resource: str
    where: Position | None
    where_target: Position | None


def planned_contract(
    section: Section, registry: Registry, sources: Mapping[str, Any]
) -> PlannedContract | PlannedDerivation | None:
    """Return where the contract comes from; None when the section is told elsewhere.

    Args:
        section: The section ``api``.
        registry: The plugins.
        sources: The section ``datasources``.

    Raises:
        ConfigError: When it names none, several, or one that nobody can read.
    """
    own = {*ApiSettings.keys(), "version"}
    formats = [key for key in section if key not in own]
    for key in formats:
        if key == "type":
            raise ConfigError(
                'api: unknown key "type": a format is a key itself',
                where=section.where(key),
                hint=f"{section[key]}: FILE",
            )
        if near := did_you_mean(key, own):
            raise ConfigError(
                f'api: unknown key "{key}"', where=section.where(key), hint=near
            )
    if "from" in section:
        if formats:
            raise ConfigError(
                f"the api section names a contract and derives one: {formats[0]} "
                "and from",
                where=section.where("from"),
                hint="keep one of them",
            )
        return _derivation(section, sources)
    for key in _OF_DERIVING:
        if key in section:
            raise ConfigError(
                f'api: "{key}" is for a contract that is derived from data',
                where=section.where(key),
                hint=f"add from: SOURCE, or remove {key}:",
            )
    if not formats:
        raise ConfigError(
            "the api section names no contract",
            where=section.position,
            hint="add raml: FILE, or from: SOURCE to derive it from data",
        )
    planned = [_file(section, key, registry) for key in formats]
    if len(planned) > 1:
        raise ConfigError(
            f"the api section names {len(planned)} contracts: {' and '.join(formats)}",
            where=section.where(formats[1]),
            hint="keep one of them",
        )
    return planned[0]


def is_resource(name: str) -> bool:
    """Whether a name can be a resource's: words of a URL, with slashes between them."""
    return _RESOURCE.fullmatch(name) is not None


def _derivation(
    section: Section, sources: Mapping[str, Any]
) -> PlannedDerivation | None:
    source, target = section["from"], section.get("target")
    resource = section.get("resource", ApiSettings.model_fields["resource"].default)
    told_elsewhere = not isinstance(target, str) and target is not None
    if told_elsewhere or not (isinstance(source, str) and isinstance(resource, str)):
        return None
    if source not in sources:
        raise ConfigError(
            f'api: from: there is no data source "{source}"',
            where=section.where("from"),
            hint=did_you_mean(source, sources)
            or ", ".join(sources)
            or "add one to the section datasources:",
        )
    if not is_resource(resource):
        raise ConfigError(
            f'api: "resource": {resource!r} can\'t be part of a path',
            where=section.where("resource"),
            hint="a plural of what is predicted, such as flowers",
        )
    where = section.where("target")
    return PlannedDerivation(source, target, resource, section.where("from"), where)


class _ContractPath(Settings):
    path: ConfigPath


def _file(section: Section, key: str, registry: Registry) -> PlannedContract:
    where = section.where(key)
    implementation = registry.implementation(
        ApiFormatType, key, base=ApiFormat, where=where
    )
    named = Section({"path": section[key]}, folder=section.folder, position=where)
    path = validate(named, _ContractPath, label=f"api: {key}").path
    return PlannedContract(implementation, path, where)
