"""Schemas of OpenAPI become schemas of JSON Schema 2020-12."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from launchpad_core.contract import ApiContract, Parameter

Read = Callable[..., ApiContract]


def in_components(schema: str) -> str:
    return f"paths: {{}}\ncomponents: {{schemas: {{X: {schema}, Row: {{}}}}}}\n"


@pytest.mark.parametrize(
    ("stated", "read_as"),
    [
        ("{type: string, nullable: true}", {"type": ["string", "null"]}),
        ("{type: string, nullable: false}", {"type": "string"}),
        (
            "{type: string, enum: [a], nullable: true}",
            {"type": ["string", "null"], "enum": ["a", None]},
        ),
        (
            "{type: string, enum: [a, null], nullable: true}",
            {"type": ["string", "null"], "enum": ["a", None]},
        ),
        (
            '{$ref: "#/components/schemas/Row", nullable: true, description: A row}',
            {"$ref": "#/$defs/Row"},
        ),
        (
            '{allOf: [{$ref: "#/components/schemas/Row"}], nullable: true, title: R}',
            {
                "anyOf": [{"allOf": [{"$ref": "#/$defs/Row"}]}, {"type": "null"}],
                "title": "R",
            },
        ),
        (
            "{type: number, minimum: 1, exclusiveMinimum: true, maximum: 2, "
            "exclusiveMaximum: false}",
            {"type": "number", "exclusiveMinimum": 1, "maximum": 2},
        ),
        ("{exclusiveMaximum: true}", {}),
        ("{type: string, example: a}", {"type": "string", "examples": ["a"]}),
        (
            "{type: string, format: byte}",
            {"type": "string", "contentEncoding": "base64"},
        ),
        (
            "{type: string, format: binary}",
            {"type": "string", "contentMediaType": "application/octet-stream"},
        ),
        (
            "{type: integer, format: int32, deprecated: true}",
            {"type": "integer", "format": "int32", "deprecated": True},
        ),
        (
            "{oneOf: [{type: string}], discriminator: {propertyName: a}, "
            "xml: {name: b}, externalDocs: {url: c}, x-d: e}",
            {"oneOf": [{"type": "string"}]},
        ),
        (
            "{properties: {nullable: {nullable: true, type: boolean}}}",
            {"properties": {"nullable": {"type": ["boolean", "null"]}}},
        ),
    ],
)
def test_schemas_of_3_0(stated: str, read_as: Mapping[str, Any], read: Read) -> None:
    contract = read(in_components(stated), version="3.0.4")

    assert contract.schemas["X"] == read_as


@pytest.mark.parametrize(
    ("stated", "read_as"),
    [
        ("{type: [string, 'null']}", {"type": ["string", "null"]}),
        (
            '{$ref: "#/components/schemas/Row", description: A row}',
            {"$ref": "#/$defs/Row", "description": "A row"},
        ),
        ("{example: a, examples: [b]}", {"examples": ["b"]}),
        ("{example: {$ref: nowhere}}", {"examples": [{"$ref": "nowhere"}]}),
        ("{$id: 'https://example.org/x', type: string}", {"type": "string"}),
        ("true", {}),
        ("false", {"not": {}}),
        ("{additionalProperties: false}", {"additionalProperties": False}),
        (
            "{properties: {$ref: {type: string}, example: {const: 1}}}",
            {"properties": {"$ref": {"type": "string"}, "example": {"const": 1}}},
        ),
        (
            "{$schema: 'https://spec.openapis.org/oas/3.1/dialect/base', "
            "if: {minLength: 1}, then: {}, prefixItems: [{}], x-a: b}",
            {"if": {"minLength": 1}, "then": {}, "prefixItems": [{}]},
        ),
        (
            '{items: {$ref: "#/components/schemas/X"}}',
            {"items": {"$ref": "#/$defs/X"}},
        ),
    ],
)
def test_schemas_of_3_1(stated: str, read_as: Mapping[str, Any], read: Read) -> None:
    assert read(in_components(stated)).schemas["X"] == read_as


def test_reference_into_a_schema_gets_a_name(read: Read) -> None:
    contract = read("""
        paths: {}
        components:
          schemas:
            Row: {properties: {a/b: {type: string}, Row: {type: integer}}}
            X:
              items: {$ref: "#/components/schemas/Row/properties/a~1b"}
              contains: {$ref: "#/components/schemas/Row/properties/Row"}
        """)

    assert contract.schemas == {
        "Row": {"properties": {"a/b": {"type": "string"}, "Row": {"type": "integer"}}},
        "Row2": {"type": "integer"},
        "a~1b": {"type": "string"},
        "X": {"items": {"$ref": "#/$defs/a~01b"}, "contains": {"$ref": "#/$defs/Row2"}},
    }


@pytest.mark.parametrize(
    ("keyword", "hint"),
    [
        ("minimun", '; did you mean "minimum"?'),
        ("nullable", '; since OpenAPI 3.1, it is type: [..., "null"]'),
        ("colour", ""),
    ],
)
def test_unknown_keyword_is_a_warning(
    keyword: str, hint: str, read: Read, caplog: pytest.LogCaptureFixture
) -> None:
    contract = read(in_components(f"{{{keyword}: 3}}"))

    assert contract.schemas["X"] == {}
    assert caplog.messages == [
        f"api.yaml:4: the keyword {keyword} is unknown and left out{hint}"
    ]


def parameter(schema: str) -> str:
    return f"""
paths:
  /x:
    get:
      parameters: [{{name: a, in: query, schema: {schema}}}]
      responses: {{"200": {{description: Fine}}}}
components:
  schemas:
    Colour: {{type: string, enum: [red], title: Colour}}
    Base: {{type: object, required: [a], properties: {{a: {{}}}}}}
    Rest: {{type: object, required: [b], properties: {{b: {{}}}}}}
"""


@pytest.mark.parametrize(
    ("stated", "read_as"),
    [
        (
            '{$ref: "#/components/schemas/Colour", default: red, title: C}',
            {"type": "string", "enum": ["red"], "title": "C", "default": "red"},
        ),
        (
            '{allOf: [{$ref: "#/components/schemas/Colour"}], default: red}',
            {"type": "string", "enum": ["red"], "title": "Colour", "default": "red"},
        ),
        (
            '{items: {$ref: "#/components/schemas/Colour"}, type: array}',
            {
                "type": "array",
                "items": {"type": "string", "enum": ["red"], "title": "Colour"},
            },
        ),
        (
            '{anyOf: [{$ref: "#/components/schemas/Colour"}, {type: "null"}]}',
            {"type": ["string", "null"], "enum": ["red", None], "title": "Colour"},
        ),
        (
            '{anyOf: [{type: integer}, {type: string}, {type: "null"}]}',
            {"anyOf": [{"type": "integer"}, {"type": "string"}, {"type": "null"}]},
        ),
        (
            '{allOf: [{$ref: "#/components/schemas/Base"}, '
            '{$ref: "#/components/schemas/Rest"}]}',
            {
                "type": "object",
                "required": ["a", "b"],
                "properties": {"a": {}, "b": {}},
            },
        ),
        (
            "{allOf: [{type: integer, minimum: 1}, {minimum: 2}]}",
            {"allOf": [{"type": "integer", "minimum": 1}, {"minimum": 2}]},
        ),
        (
            "{allOf: [{additionalProperties: false}, {properties: {a: {}}}]}",
            {"allOf": [{"additionalProperties": False}, {"properties": {"a": {}}}]},
        ),
    ],
)
def test_schemas_of_parameters(
    stated: str, read_as: Mapping[str, Any], read: Read
) -> None:
    (operation,) = read(parameter(stated)).operations

    assert operation.parameters == (Parameter("a", location="query", schema=read_as),)
