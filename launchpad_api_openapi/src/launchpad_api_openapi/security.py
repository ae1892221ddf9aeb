"""Security schemes: between OpenAPI and the neutral contract."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from launchpad_api_openapi.document import Document
from launchpad_api_openapi.extensions import KIND, PARAMETERS, SETTINGS
from launchpad_api_openapi.faults import Faults
from launchpad_core.contract import Parameter, SecurityScheme
from launchpad_core.sections import Section, plain_values
from launchpad_core.spelling import did_you_mean

ANY_TEXT = {"type": "string"}

_KINDS = {
    "apiKey": "api_key",
    "mutualTLS": "mutual_tls",
    "oauth2": "oauth2",
    "openIdConnect": "openid",
}
_TAKEN = ("type", "scheme", "description", "name", "in")


def schemes_of(document: Document) -> Iterator[SecurityScheme]:
    """Yield the security schemes that a document names."""
    components = document.root.get("components") or Section()
    stated = components.get("securitySchemes") or Section()
    for name in stated:
        section, _ = document.followed(stated[name], stated.where(name))
        yield scheme_of(name, section)


def scheme_of(name: str, section: Mapping[str, Any]) -> SecurityScheme:
    """Return the security scheme that a Security Scheme Object states."""
    kind = _KINDS.get(section["type"]) or str(section.get("scheme", "")).lower()
    settings = {
        key: plain_values(value)
        for key, value in section.items()
        if key not in _TAKEN and not key.startswith("x-")
    }
    parameters: tuple[Parameter, ...] = ()
    place = section.get("in")
    if place == "cookie":
        settings = {"in": place, "name": section["name"], **settings}
    elif place in ("header", "query"):
        parameters = (
            Parameter(section["name"], location=place, schema=ANY_TEXT, required=True),
        )
    if PARAMETERS in section:
        parameters = tuple(_parameter(item) for item in section[PARAMETERS])
    return SecurityScheme(
        name,
        kind=section.get(KIND, kind),
        parameters=parameters,
        description=section.get("description", ""),
        settings=plain_values(section.get(SETTINGS, settings)),
    )


def _parameter(item: Mapping[str, Any]) -> Parameter:
    return Parameter(
        item["name"],
        location=item["in"],
        schema=plain_values(item.get("schema", {})),
        required=item.get("required", False),
        description=item.get("description", ""),
    )


def requirements_of(
    holder: Section, names: Mapping[str, Any], faults: Faults
) -> tuple[Mapping[str, tuple[str, ...]], ...]:
    """Return the alternatives that an operation, or the whole document, asks for."""
    stated = holder.get("security")
    if stated is None:
        return ()
    for index, alternative in enumerate(stated):
        for name in alternative:
            if name not in names:
                faults.add(
                    f'there is no security scheme "{name}"',
                    where=alternative.where(name) or stated.where(index),
                    hint=did_you_mean(name, names),
                )
    found = tuple(
        {name: tuple(scopes) for name, scopes in alternative.items()}
        for alternative in stated
    )
    return found or ({},)
