"""Which types a schema's values may have, however it says so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from typing import Any

from launchpad_core.contract import Schema

TYPES = ("null", "boolean", "integer", "number", "object", "array", "string")
"""The types of JSON Schema, those first that take the fewest texts."""

IN_WORDS: Mapping[str, str] = {
    "null": "null",
    "boolean": "true or false",
    "integer": "an integer",
    "number": "a number",
    "object": "an object",
    "array": "a list",
    "string": "text",
}


def in_words(types: Iterable[str]) -> str:
    """Return types as they follow "should be"."""
    return " or ".join(IN_WORDS[name] for name in sorted(types, key=_rank))


def types_of(schema: Schema | bool) -> frozenset[str] | None:
    """Return the types that a schema without references allows, or None for all."""
    if isinstance(schema, bool):
        return None
    found = [
        _own_types(schema) or _types_of_values(schema),
        *(types_of(inner) for inner in schema.get("allOf", ())),
        *(
            _any_of([types_of(inner) for inner in schema[keyword]])
            for keyword in ("anyOf", "oneOf")
            if keyword in schema
        ),
    ]
    known = [types for types in found if types is not None]
    return reduce(_both, known) if known else None


def type_of(value: Any) -> str:
    """Return the narrowest type of a value."""
    if isinstance(value, float):
        return "integer" if value.is_integer() else "number"
    return next(name for kind, name in _OF_PYTHON if isinstance(value, kind))


_OF_PYTHON: Sequence[tuple[type, str]] = (
    (bool, "boolean"),
    (int, "integer"),
    (str, "string"),
    (type(None), "null"),
    (Mapping, "object"),
    (Sequence, "array"),
)


def _rank(name: str) -> int:
    # Null is said last: "a number or null".
    return len(TYPES) if name == "null" else TYPES.index(name)


def _own_types(schema: Schema) -> frozenset[str] | None:
    written = schema.get("type")
    if written is None:
        return None
    return frozenset([written] if isinstance(written, str) else written)


def _types_of_values(schema: Schema) -> frozenset[str] | None:
    if "const" in schema:
        return frozenset([type_of(schema["const"])])
    if "enum" in schema:
        return frozenset(type_of(value) for value in schema["enum"])
    return None


def _any_of(found: Sequence[frozenset[str] | None]) -> frozenset[str] | None:
    known = [types for types in found if types is not None]
    return frozenset().union(*known) if len(known) == len(found) else None


def _both(one: frozenset[str], other: frozenset[str]) -> frozenset[str]:
    """Return what both allow: an integer is a number as well."""
    for narrow, wide in ((one, other), (other, one)):
        if "integer" in narrow and "number" in wide:
            return (one & other) | {"integer"}
    return one & other
