"""JSON Schemas of the drafts that RAML files hold, brought to the draft 2020-12.

Sources: draft-zyp-json-schema-03, draft-fge-json-schema-validation-00 (draft-04) and
the migration notes of json-schema.org.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

CURRENT = "https://json-schema.org/draft/2020-12/schema"

_OF_SCHEMAS = ("properties", "patternProperties", "definitions", "$defs")
_OF_LISTS = ("allOf", "anyOf", "oneOf")
_SINGLE = ("items", "additionalProperties", "not")


def to_2020_12(schema: Any) -> Any:
    """Return a schema of draft-03, draft-04 or 2020-12 as one of 2020-12.

    Raises:
        ValueError: When it isn't a schema.
    """
    if not isinstance(schema, dict):
        raise ValueError("it is not an object")
    if schema.get("$schema") == CURRENT:
        return {key: value for key, value in schema.items() if key != "$schema"}
    return _converted(schema)


def _converted(schema: Any) -> Any:
    if not isinstance(schema, dict):
        return schema
    converted: dict[str, Any] = {
        str(_RENAMED.get(key, key)): value
        for key, value in schema.items()
        if key not in ("$schema", "id")
    }
    if isinstance(converted.get("required"), bool):
        del converted["required"]  # draft-03 says it inside the property
    required = [
        name
        for name, value in _properties(schema)
        if isinstance(value, dict) and value.get("required") is True
    ]
    if required:
        converted["required"] = required
    for limit, exclusive in _EXCLUSIVE.items():
        says = converted.get(exclusive)
        if isinstance(says, bool):
            del converted[exclusive]
            if says and limit in converted:
                converted[exclusive] = converted.pop(limit)
    return _with_inner_converted(converted)


_RENAMED: dict[str, str] = {"divisibleBy": "multipleOf"}
_EXCLUSIVE = {"minimum": "exclusiveMinimum", "maximum": "exclusiveMaximum"}


def _properties(schema: dict[str, Any]) -> Any:
    properties = schema.get("properties")
    return properties.items() if isinstance(properties, dict) else ()


def _with_inner_converted(schema: dict[str, Any]) -> dict[str, Any]:
    for key in _OF_SCHEMAS:
        if isinstance(schema.get(key), dict):
            inner = schema[key].items()
            schema[key] = {name: _converted(value) for name, value in inner}
    for key in _OF_LISTS:
        if isinstance(schema.get(key), list):
            schema[key] = [_converted(value) for value in schema[key]]
    for key in _SINGLE:
        if key in schema:
            schema[key] = _converted(schema[key])
    return schema


def external_reference(schema: Any) -> str:
    """Return the first reference that leaves a schema, or "" if there is none."""
    if isinstance(schema, dict):
        target = schema.get("$ref")
        if isinstance(target, str) and not target.startswith("#"):
            return target
    inner = schema.values() if isinstance(schema, dict) else schema
    if isinstance(inner, str) or not isinstance(inner, Iterable):
        return ""
    return next(filter(None, map(external_reference, inner)), "")
