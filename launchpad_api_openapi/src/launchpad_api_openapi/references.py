"""Looking at all references of a document, before any of them is followed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from launchpad_api_openapi.document import Document
from launchpad_api_openapi.faults import Faults
from launchpad_core.sections import Items, Section

_VALUES = frozenset(
    ("const", "dataValue", "default", "enum", "example", "value", "mapping")
)
_IGNORED = frozenset(("callbacks", "externalDocs", "links", "webhooks"))
_NAMES = frozenset(
    (
        *("$defs", "additionalOperations", "content", "definitions"),
        *("dependentSchemas", "encoding", "examples", "headers", "mediaTypes"),
        *("parameters", "pathItems", "paths", "patternProperties", "properties"),
        *("requestBodies", "responses", "schemas", "securitySchemes"),
    )
)
_UNKNOWN = ("$anchor", "$dynamicAnchor", "$dynamicRef", "$id")


def check_references(document: Document, faults: Faults) -> None:
    """Note each reference that leads out of the file, to nothing, or in a circle."""
    for section in sections(document.root):
        for keyword in _UNKNOWN:
            if isinstance(section.get(keyword), str):
                faults.add(
                    f"{keyword} is not supported",
                    where=section.where(keyword),
                    hint="remove it, and refer with #/components/schemas/NAME",
                )
        if isinstance(section.get("$ref"), str):
            with faults.collected():
                document.followed(section, section.position)


def sections(value: Any, *, names: bool = False) -> Iterator[Section]:
    """Yield the sections that are no data, such as an example or a default.

    Args:
        value: Where to look.
        names: Whether the keys of the value are names, and not OpenAPI's words.
    """
    if isinstance(value, Items):
        for item in value:
            yield from sections(item)
    if not isinstance(value, Section):
        return
    if not names:
        yield value
    for key, item in value.items():
        is_list = isinstance(item, Items)
        if names:
            yield from sections(item)
        elif key == "examples" and is_list:
            continue
        elif key not in _VALUES | _IGNORED and not key.startswith("x-"):
            yield from sections(item, names=key in _NAMES and not is_list)
