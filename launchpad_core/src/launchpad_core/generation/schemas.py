"""From what is known of a column to the schema of its values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from launchpad_core.contract import Schema
from launchpad_core.generation.facts import ColumnFacts, Kind

LOCAL = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?$"
"""The pattern of a date and time without a zone."""

_OF_KIND: Mapping[Kind, Schema] = {
    "boolean": {"type": "boolean"},
    "integer": {"type": "integer"},
    "number": {"type": "number"},
    "text": {"type": "string"},
    "date": {"type": "string", "format": "date"},
    "moment": {"type": "string", "format": "date-time"},
    "local": {"type": "string", "pattern": LOCAL},
}


def schema_of(facts: ColumnFacts, *, bounds: bool = False) -> Schema:
    """Return the schema of a column's values, where they aren't missing.

    Args:
        facts: What is known of the column.
        bounds: Whether its numbers are to be between the least and the greatest one.
    """
    kinds = facts.told_kinds()
    alternatives = {
        str(schema["type"]): schema
        for schema in (_of_kind(kind, facts) for kind in sorted(kinds))
    }
    if "string" in alternatives and len(kinds & _TEXTS) > 1:
        alternatives["string"] = _OF_KIND["text"]
    if len(alternatives) > 1:
        if facts.categories:
            return {"enum": [*facts.categories]}
        return {"anyOf": [*alternatives.values()]}
    ((kind, schema),) = alternatives.items()
    if facts.categories:
        return _listed(kind, facts.categories)
    if bounds and kind in ("integer", "number") and facts.least is not None:
        return {**schema, "minimum": facts.least, "maximum": facts.most}
    return schema


def nullable(schema: Schema) -> Schema:
    """Return a schema that takes null as well."""
    if "anyOf" in schema:
        return {"anyOf": [*schema["anyOf"], {"type": "null"}]}
    types = {"type": [schema["type"], "null"]} if "type" in schema else {}
    values = {"enum": [*schema["enum"], None]} if "enum" in schema else {}
    return {**schema, **types, **values}


_TEXTS: frozenset[Kind] = frozenset(("text", "date", "moment", "local"))


def _of_kind(kind: Kind, facts: ColumnFacts) -> Schema:
    if kind != "list":
        return _OF_KIND[kind]
    assert facts.items is not None
    items = schema_of(facts.items)
    return {"type": "array", "items": nullable(items) if facts.items.missing else items}


def _listed(kind: str, categories: tuple[Any, ...]) -> Schema:
    if {*categories} == {True, False} and kind == "boolean":
        return {"type": kind}
    return {"type": kind, "enum": [*categories]}
