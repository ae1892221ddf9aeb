"""Parameters and headers: from OpenAPI to the neutral contract."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from typing import Any

from launchpad_api_openapi.document import Document
from launchpad_api_openapi.examples import examples_of
from launchpad_api_openapi.extensions import HEADER, REQUIRED, SEPARATOR
from launchpad_api_openapi.schemas import Schemas
from launchpad_api_openapi.separators import IGNORED_HEADERS, STYLES, separator_of
from launchpad_core.contract import In, Parameter
from launchpad_core.errors import ContractError
from launchpad_core.positions import Position
from launchpad_core.sections import Items, Section

logger = logging.getLogger(__name__)


def parameters_of(
    document: Document, path_item: Section, operation: Section, schemas: Schemas
) -> Iterator[Parameter]:
    """Yield an operation's parameters, with those that all of its path have.

    An operation's own parameter replaces the path's one of that name and place. What
    can't be read is left out with a warning, or noted as a fault when it is required.
    """
    found: dict[tuple[str, str], tuple[Section, Position | None]] = {}
    for holder in (path_item, operation):
        stated = holder.get("parameters") or Items([])
        for index, item in enumerate(stated):
            section, where = document.followed(item, stated.where(index))
            found[section["name"], section["in"]] = section, where
    for (name, place), (section, where) in found.items():
        if place == "header" and is_ignored(name, section):
            continue
        with schemas.faults.collected():
            if not _is_left_out(name, section, where):
                yield parameter_of(name, _LOCATIONS[place], section, where, schemas)


_LOCATIONS: Mapping[str, In] = {"query": "query", "path": "path", "header": "header"}


def headers_of(
    document: Document, response: Section, schemas: Schemas
) -> Iterator[Parameter]:
    """Yield the headers of a response."""
    headers = response.get("headers") or Section()
    for name, stated in headers.items():
        section, where = document.followed(stated, headers.where(name))
        if name.lower() == "content-type" and is_ignored(name, section):
            continue
        with schemas.faults.collected():
            if not _is_left_out(name, section, where):
                yield parameter_of(name, "header", section, where, schemas)


def is_ignored(name: str, section: Mapping[str, Any]) -> bool:
    """Whether OpenAPI has other words for a header, and ignores it as a parameter."""
    return name.lower() in IGNORED_HEADERS and not section.get(HEADER, False)


def parameter_of(
    name: str,
    location: In,
    section: Section,
    where: Position | None,
    schemas: Schemas,
) -> Parameter:
    """Return a parameter that has a schema.

    Raises:
        ContractError: When the schema can't be that of a parameter.
    """
    schema = schemas.inlined(section.get("schema", {}), section.where("schema"))
    about = schema.pop("description", "")
    inner = tuple(schema.pop("examples", ()))
    examples = (*examples_of(schemas.document, section), *inner)
    required = section.get("required", False)
    return Parameter(
        name,
        location=location,
        schema=schema,
        required=section.get(REQUIRED, required),
        description=section.get("description", about),
        examples=schemas.fitting(examples, schema, where),
        separator=section.get(SEPARATOR, separator_of(schema, section, location)),
        where=where,
    )


def _is_left_out(name: str, section: Section, where: Position | None) -> bool:
    """Whether a parameter can't be read, of which this warns.

    Raises:
        ContractError: When requests have to carry it.
    """
    reason = _unreadable(section)
    if not reason:
        return False
    if section.get("required"):
        raise ContractError(
            f'the parameter "{name}" {reason}, which launchpad can\'t read',
            where=where,
            hint="make it optional, or take it in the query with a schema",
        )
    logger.warning('%s: the parameter "%s" is left out: it %s', where, name, reason)
    return True


def _unreadable(section: Section) -> str:
    place = section.get("in")
    style = section.get("style", "form")
    if place == "cookie":
        return "is a cookie"
    if place == "querystring":
        return "is the whole query string"
    if "content" in section:
        return "is written in a media type (content:)"
    if style not in STYLES:
        return f"is written in the style {style}"
    return ""
