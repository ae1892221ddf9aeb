"""The security schemes of a RAML 0.8 document, and what they are asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from launchpad_api_raml.named_parameters import named
from launchpad_api_raml.security import kind_of
from launchpad_core.contract import SecurityScheme
from launchpad_core.errors import ContractError
from launchpad_core.positions import Position
from launchpad_core.sections import Section, plain_values
from launchpad_core.spelling import did_you_mean

Alternatives = tuple[Mapping[str, tuple[str, ...]], ...]


def schemes_of(document: Section) -> tuple[SecurityScheme, ...]:
    """Return the security schemes that a document declares."""
    return tuple(
        _scheme(name, scheme)
        for group in _groups(document)
        for name, scheme in group.items()
    )


def security_of(document: Section, *owners: Section) -> Alternatives:
    """Return what an operation asks for: what its nearest owner states counts.

    Raises:
        ContractError: When it names a scheme that isn't declared.
    """
    for owner in owners:
        if owner.get("securedBy") is not None:
            return tuple(_alternatives(owner, _names(document)))
    return ()


def _alternatives(
    owner: Section, known: set[str]
) -> Iterator[Mapping[str, tuple[str, ...]]]:
    stated, where = owner["securedBy"], owner.where("securedBy")
    if not isinstance(stated, list):
        raise ContractError(
            "securedBy: must be a list of security schemes",
            where=where,
            hint="securedBy: [name]",
        )
    for item in stated:
        if item is None:
            yield {}
            continue
        name, scopes = _reference(item, where)
        if name not in known:
            raise ContractError(
                f'there is no security scheme "{name}"',
                where=where,
                hint=did_you_mean(name, known) or "add it to securitySchemes:",
            )
        yield {name: scopes}


def _reference(item: Any, where: Position | None) -> tuple[str, tuple[str, ...]]:
    if isinstance(item, str):
        return item, ()
    if isinstance(item, Section) and len(item) == 1:
        ((name, arguments),) = item.items()
        given = arguments or {}
        if isinstance(given, Mapping) and {*given} <= {"scopes"}:
            scopes = given.get("scopes", [])
            if isinstance(scopes, list):
                return name, tuple(str(scope) for scope in scopes)
    raise ContractError(
        "this is no security scheme's name",
        where=where,
        hint="name, or {name: {scopes: [...]}}",
    )


def _scheme(name: str, scheme: Section) -> SecurityScheme:
    described = scheme.get("describedBy") or Section()
    return SecurityScheme(
        name,
        kind=kind_of(scheme["type"]),
        parameters=(
            *named(described, "headers", "header"),
            *named(described, "queryParameters", "query"),
        ),
        description=scheme.get("description") or "",
        settings=plain_values(scheme.get("settings") or {}),
    )


def _groups(document: Section) -> list[Section]:
    stated = document.get("securitySchemes") or []
    return stated if isinstance(stated, list) else [stated]


def _names(document: Section) -> set[str]:
    return {name for group in _groups(document) for name in group}
