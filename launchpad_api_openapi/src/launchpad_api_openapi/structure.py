"""Which parts of a document are which of OpenAPI's objects, and which are data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from launchpad_api_openapi.keywords import LISTS, MAPS, SINGLE
from launchpad_core.sections import Items, Section

METHODS = frozenset(
    ("delete", "get", "head", "options", "patch", "post", "put", "query", "trace")
)

Shape = Literal["one", "list", "map"]
SCHEMA = "schema"

_EXAMPLES: dict[str, tuple[str, Shape]] = {"examples": ("example", "map")}
_CONTENT: dict[str, tuple[str, Shape]] = {"content": ("media type", "map")}
_HEADERS: dict[str, tuple[str, Shape]] = {"headers": ("header", "map")}
_OF_SCHEMA: dict[str, tuple[str, Shape]] = {"schema": (SCHEMA, "one")}
_PARAMETERS: dict[str, tuple[str, Shape]] = {"parameters": ("parameter", "list")}
_PARTS: dict[str, dict[str, tuple[str, Shape]]] = {
    "document": {
        "components": ("components", "one"),
        "paths": ("path", "map"),
        "servers": ("server", "list"),
    },
    "components": {
        "examples": ("example", "map"),
        "headers": ("header", "map"),
        "mediaTypes": ("media type", "map"),
        "parameters": ("parameter", "map"),
        "pathItems": ("path", "map"),
        "requestBodies": ("request body", "map"),
        "responses": ("response", "map"),
        "schemas": (SCHEMA, "map"),
        "securitySchemes": ("security scheme", "map"),
    },
    "path": {
        **_PARAMETERS,
        **dict.fromkeys(METHODS, ("operation", "one")),
        "additionalOperations": ("operation", "map"),
    },
    "operation": {
        **_PARAMETERS,
        "requestBody": ("request body", "one"),
        "responses": ("response", "map"),
    },
    "parameter": {**_OF_SCHEMA, **_EXAMPLES, **_CONTENT},
    "header": {**_OF_SCHEMA, **_EXAMPLES, **_CONTENT},
    "request body": _CONTENT,
    "response": {**_HEADERS, **_CONTENT},
    "media type": {
        **_OF_SCHEMA,
        **_EXAMPLES,
        "encoding": ("encoding", "map"),
        "itemSchema": (SCHEMA, "one"),
    },
    "encoding": _HEADERS,
    SCHEMA: {
        **dict.fromkeys(SINGLE, (SCHEMA, "one")),
        **dict.fromkeys(LISTS, (SCHEMA, "list")),
        **dict.fromkeys(MAPS, (SCHEMA, "map")),
    },
}


@dataclass(frozen=True, slots=True)
class Part:
    """One object of OpenAPI in a document.

    Attributes:
        kind: What it is, such as ``parameter``.
        section: What it holds.
    """

    kind: str
    section: Section


def parts_of(value: Any, kind: str = "document") -> Iterator[Part]:
    """Yield a part of a document, and the parts that it consists of.

    Examples and other data aren't looked into, nor what launchpad has no use for.
    """
    if not isinstance(value, Section):
        return
    yield Part(kind, value)
    for key, (inner, shape) in _PARTS.get(kind, {}).items():
        item = value.get(key)
        if shape == "one":
            yield from parts_of(item, inner)
        elif shape == "list" and isinstance(item, Items):
            for one in item:
                yield from parts_of(one, inner)
        elif shape == "map" and isinstance(item, Section):
            for one in item.values():
                yield from parts_of(one, inner)
