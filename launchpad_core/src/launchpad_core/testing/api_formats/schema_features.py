"""What schemas say in contracts, feature by feature: types, constraints, structure."""

from __future__ import annotations

from typing import Any

from launchpad_core.contract import Schema
from launchpad_core.references import reference_to
from launchpad_core.testing.api_formats.feature import (
    TEXT,
    Feature,
    of_named_schemas,
    of_schemas,
)

_NUMBER: Schema = {"type": "number"}
_TEXTS: Schema = {"type": "array", "items": TEXT}
_DAY: Schema = {"type": "object", "properties": {"day": TEXT}, "required": ["day"]}
_TREE: Schema = {
    "type": "object",
    "properties": {
        "parent": reference_to("Tree"),
        "children": {"type": "array", "items": reference_to("Tree")},
    },
}


def _of_values(type_: str, **keywords: Any) -> tuple[Feature, ...]:
    """Return a feature for each keyword of a type that parameters have as well."""
    return tuple(
        of_schemas(name, {"type": type_, name: value}, type_, values=True)
        for name, value in keywords.items()
    )


def _of_arrays(**keywords: Any) -> tuple[Feature, ...]:
    return tuple(
        of_schemas(name, {**_TEXTS, name: value}, "array", values=True)
        for name, value in keywords.items()
    )


def _of_content(**keywords: Any) -> tuple[Feature, ...]:
    """Return a feature for each keyword that stands alone, in bodies and answers."""
    return tuple(of_schemas(name, {name: value}) for name, value in keywords.items())


def _of_objects(**keywords: Any) -> tuple[Feature, ...]:
    return tuple(
        of_schemas(name, {"type": "object", name: value}, "object")
        for name, value in keywords.items()
    )


_TYPES = (
    *(
        of_schemas(type_, {"type": type_}, values=True)
        for type_ in ("string", "number", "integer", "boolean")
    ),
    of_schemas("array", _TEXTS, values=True),
    of_schemas("object", {"type": "object"}),
    of_schemas("null", {"type": "null"}),
    of_schemas("anything", {}),
    of_schemas("string or null", {"type": ["string", "null"]}, values=True),
    of_schemas("several types", {"type": ["integer", "string"]}),
)
_VALUES = (
    *_of_values("number", minimum=0.5, maximum=9, multipleOf=0.5),
    *_of_values("integer", exclusiveMinimum=0, exclusiveMaximum=10),
    *_of_values("string", minLength=1, maxLength=9, pattern="^[a-z]+$"),
    *_of_values("string", format="date", enum=["b", "a"], const="a"),
    *_of_values("string", title="Word", default="a", deprecated=True),
    *_of_arrays(minItems=1, maxItems=3, uniqueItems=True),
    of_schemas(
        "enum of numbers", {"type": "integer", "enum": [3, 1]}, "integer", values=True
    ),
    of_schemas(
        "constraints of items",
        {"type": "array", "items": {"type": "integer", "minimum": 1}},
        *("array", "integer", "minimum"),
        values=True,
    ),
)
_OBJECTS = (
    of_schemas("properties", {"type": "object", "properties": {"b": TEXT, "a": TEXT}}),
    of_schemas("required", _DAY, "properties"),
    of_schemas("closed objects", {**_DAY, "additionalProperties": False}, "required"),
    *_of_objects(
        additionalProperties=_NUMBER,
        patternProperties={"^x-": _NUMBER},
        propertyNames={"maxLength": 9},
        minProperties=1,
        maxProperties=9,
        dependentRequired={"b": ["a"]},
        dependentSchemas={"b": {"required": ["a"]}},
        unevaluatedProperties=False,
    ),
    of_schemas("nested objects", {"type": "object", "properties": {"of": _DAY}}),
    of_schemas("nested arrays", {"type": "array", "items": _TEXTS}, "array"),
    of_schemas("arrays of objects", {"type": "array", "items": _DAY}, "array"),
    of_schemas(
        "described properties",
        {
            "type": "object",
            "properties": {
                "a": {
                    **TEXT,
                    "title": "A",
                    "description": "The first",
                    "default": "b",
                    "examples": ["b", "c"],
                }
            },
        },
        "properties",
    ),
)
_CONTENT = (
    *_of_content(
        description="A number",
        examples=[1, {"a": None}],
        anyOf=[TEXT, _NUMBER],
        oneOf=[TEXT, _NUMBER],
        allOf=[TEXT, {"maxLength": 9}],
    ),
    of_schemas("not", {"not": TEXT}),
    of_schemas("if", {"if": TEXT, "then": {"maxLength": 3}, "else": _NUMBER}),
    of_schemas(
        "prefixItems",
        {
            "type": "array",
            "prefixItems": [TEXT, _NUMBER],
            "unevaluatedItems": False,
        },
    ),
    of_schemas(
        "contains",
        {"type": "array", "contains": TEXT, "minContains": 1, "maxContains": 2},
    ),
    of_schemas("enum of anything", {"enum": ["a", 1, None, {"b": [True]}]}),
    *_of_content(
        readOnly=True,
        writeOnly=True,
        contentEncoding="base64",
        contentMediaType="image/png",
        contentSchema=TEXT,
    ),
    of_schemas("$comment", {**TEXT, "$comment": "For those who go on"}),
)
_NAMED = (
    of_named_schemas("named schemas", {"Word": TEXT}),
    of_named_schemas(
        "references",
        {
            "Day": _DAY,
            "Days": {"type": "array", "items": reference_to("Day")},
            "Month": {"type": "object", "properties": {"days": reference_to("Days")}},
        },
        "named schemas",
    ),
    of_named_schemas("recursive schemas", {"Tree": _TREE}, "references"),
    of_named_schemas(
        "optional references",
        {"Last": _DAY, "End": {"anyOf": [reference_to("Last"), {"type": "null"}]}},
        *("references", "anyOf"),
    ),
)

SCHEMA_FEATURES = (*_TYPES, *_VALUES, *_OBJECTS, *_CONTENT, *_NAMED)
