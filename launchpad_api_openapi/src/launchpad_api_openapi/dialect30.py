"""Schemas of OpenAPI 3.0, which has a JSON Schema of its own, brought to 2020-12.

Source: OpenAPI 3.0.4, "Schema Object".
"""

from __future__ import annotations

from typing import Any

from launchpad_core.sections import Section

_LIMITS = {"minimum": "exclusiveMinimum", "maximum": "exclusiveMaximum"}
_COMBINING = frozenset(("allOf", "anyOf", "not", "oneOf"))
_ABOUT = ("title", "description", "default", "example", "deprecated")


def to_2020_12(schema: Section) -> dict[str, Any]:
    """Return a schema in the words of 2020-12; what is inside it stays as it is.

    ``nullable: true`` admits null wherever it stands: people write it beside ``enum``
    and ``allOf`` as well, where the letter of the specification gives it no effect.
    """
    if "$ref" in schema:
        return {"$ref": schema["$ref"]}
    found = dict(schema)
    nullable = found.pop("nullable", False)
    for limit, exclusive in _LIMITS.items():
        excluded = found.pop(exclusive, False)
        if excluded is True and limit in found:
            found[exclusive] = found.pop(limit)
    if found.get("format") == "byte":
        del found["format"]
        found["contentEncoding"] = "base64"
    elif found.get("format") == "binary":
        del found["format"]
        found["contentMediaType"] = "application/octet-stream"
    return _nullable(found, schema) if nullable else found


def _nullable(schema: dict[str, Any], origin: Section) -> dict[str, Any]:
    if schema.keys() & _COMBINING:
        about = {key: schema.pop(key) for key in _ABOUT if key in schema}
        value = Section(schema, position=origin.position, positions=origin.positions)
        return {"anyOf": [value, {"type": "null"}], **about}
    if "type" in schema:
        schema["type"] = [schema["type"], "null"]
    if "enum" in schema and None not in schema["enum"]:
        schema["enum"] = [*schema["enum"], None]
    return schema
