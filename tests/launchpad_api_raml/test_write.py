"""Writing RAML 1.0: reading gives the same contract back."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from contract_strategies import contracts
from hypothesis import HealthCheck, given, settings

from launchpad_api_raml.format import RamlFormat
from launchpad_api_raml.writer import text_of
from launchpad_core.contract import (
    CSV,
    FORM,
    JSON,
    MULTIPART,
    ApiContract,
    Body,
    Operation,
    Parameter,
    Response,
    Schema,
    SecurityScheme,
)
from launchpad_core.errors import ContractError
from launchpad_core.references import reference_to
from launchpad_core.yaml12 import Yaml12Loader

EXAMPLES = int(os.environ.get("LAUNCHPAD_EXAMPLES", "150"))


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(contract=contracts())
def test_what_is_written_is_read(contract: ApiContract, tmp_path: Path) -> None:
    path = tmp_path / "api.raml"

    path.write_text(RamlFormat().write(contract), encoding="utf-8")

    assert RamlFormat().read(path) == contract


ROW = reference_to("Row")
IRIS = ApiContract(
    "Iris",
    version="1.0",
    description="Flowers.\n\nOf three kinds.",
    base_uri="https://example.org/iris",
    schemas={
        "Row": {
            "type": "object",
            "properties": {
                "sepal.length": {
                    "type": "number",
                    "minimum": 0,
                    "description": "In cm",
                },
                "colour": {
                    "type": "string",
                    "enum": ["blue", "violet"],
                    "default": "blue",
                },
                "parent": ROW,
            },
            "required": ["sepal.length"],
        },
        "Rows": {"type": "array", "items": ROW},
        "Ratio": {"type": "number", "exclusiveMinimum": 0, "maximum": 1},
        "Answer": {
            "type": "object",
            "properties": {
                "variety": {"type": "string"},
                "ratio": reference_to("Ratio"),
                "note": {"type": ["string", "null"]},
            },
            "required": ["variety", "ratio"],
            "additionalProperties": False,
        },
    },
    security_schemes=(
        SecurityScheme(
            "key",
            kind="api_key",
            parameters=(
                Parameter(
                    "X-Api-Key",
                    location="header",
                    schema={"type": "string"},
                    required=True,
                ),
            ),
        ),
    ),
    operations=(
        Operation(
            "GET",
            path="/varieties/{id}",
            title="One variety",
            security=({"key": ()},),
            parameters=(
                Parameter(
                    "id",
                    location="path",
                    schema={"type": "integer", "minimum": 1},
                    required=True,
                ),
                Parameter(
                    "sepal.length",
                    location="query",
                    schema={"type": "number", "minimum": 0},
                    required=True,
                    examples=(5.1,),
                ),
                Parameter(
                    "tags",
                    location="query",
                    schema={"type": "array", "items": {"type": "string"}},
                    separator=",",
                ),
            ),
            responses=(
                Response(
                    200,
                    media_type=JSON,
                    schema=reference_to("Answer"),
                    description="Fine",
                    examples=({"variety": "Setosa", "ratio": 0.5},),
                ),
                Response(404, description="No such flower"),
            ),
        ),
        Operation(
            "POST",
            path="/varieties",
            security=({"key": ()},),
            body_required=True,
            bodies=(
                Body(JSON, schema=reference_to("Rows"), description="All flowers"),
                Body(CSV, schema={"type": "array", "items": ROW}),
                Body(
                    MULTIPART,
                    parameters=(
                        Parameter(
                            "photo",
                            location="file",
                            schema={"maxLength": 1000000},
                            media_types=("image/*",),
                            required=True,
                        ),
                        Parameter("note", location="form", schema={"type": "string"}),
                    ),
                ),
            ),
        ),
    ),
)
IRIS_TEXT = """#%RAML 1.0
title: Iris
description: |-
  Flowers.

  Of three kinds.
version: '1.0'
baseUri: https://example.org/iris
annotationTypes:
  schema:
    type: object
    description: JSON Schema for what RAML has no facets for; it holds beside them.
    allowedTargets: TypeDeclaration
  separator:
    type: string
    description: What stands between the items of an array that is given as one value.
    allowedTargets: TypeDeclaration
securitySchemes:
  key:
    type: x-api-key
    describedBy:
      headers:
        X-Api-Key: string
securedBy: [key]
types:
  Row:
    type: object
    properties:
      sepal.length: {description: In cm, type: number, minimum: 0}
      colour: {type: string, enum: [blue, violet], default: blue, required: false}
      parent: {type: Row, required: false}
  Rows: Row[]
  Ratio: {type: number, maximum: 1, (schema): {exclusiveMinimum: 0}}
  Answer:
    type: object
    properties:
      variety: string
      ratio: Ratio
      note: {type: 'string?', required: false}
    additionalProperties: false
/varieties/{id}:
  uriParameters:
    id: {type: integer, minimum: 1}
  get:
    displayName: One variety
    queryParameters:
      sepal.length: {type: number, minimum: 0, example: 5.1}
      tags: {type: 'string[]', (separator): ',', required: false}
    responses:
      200:
        description: Fine
        body:
          application/json: {type: Answer, example: {variety: Setosa, ratio: 0.5}}
      404: {description: No such flower}
/varieties:
  post:
    body:
      application/json: {description: All flowers, type: Rows}
      text/csv: Row[]
      multipart/form-data:
        properties:
          photo: {type: file, fileTypes: [image/*], maxLength: 1000000}
          note: {type: string, required: false}
"""


def test_written_for_a_person_to_go_on_with() -> None:
    assert text_of(IRIS) == IRIS_TEXT


def written(schemas: dict[str, Schema]) -> Any:
    text = text_of(ApiContract("T", version="", schemas=schemas))
    return yaml.load(text, Loader=Yaml12Loader)["types"]


@pytest.mark.parametrize(
    ("schema", "declaration"),
    [
        ({}, "any"),
        ({"type": "null"}, "nil"),
        ({"type": "array", "items": {"type": "array", "items": {}}}, "any[][]"),
        ({"type": "array"}, "array"),
        (
            {"type": "array", "items": {"type": ["integer", "null"]}},
            {"type": "array", "items": "integer?"},
        ),
        ({"anyOf": [{"type": "string"}, {"type": "number"}]}, "string | number"),
        ({"anyOf": [reference_to("A"), {"type": "null"}]}, "A | nil"),
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, "string | nil"),
        (
            {"type": ["string", "null"], "minLength": 2},
            {"type": "string?", "minLength": 2},
        ),
        ({"type": "integer", "multipleOf": 5}, {"type": "integer", "multipleOf": 5}),
        (
            {"type": "object", "additionalProperties": {"type": "number"}},
            {"type": "object", "properties": {"//": "number"}},
        ),
        (
            {"type": "object", "patternProperties": {"^x-": {}}},
            {"type": "object", "properties": {"/^x-/": "any"}},
        ),
        (
            {
                "type": "object",
                "properties": {"x?": {"type": "string"}},
                "required": ["x?"],
            },
            {
                "type": "object",
                "properties": {"x?": {"type": "string", "required": True}},
            },
        ),
        (
            {"type": "string", "title": "010", "examples": ["a", "b"]},
            {
                "displayName": "010",
                "type": "string",
                "examples": {"example1": "a", "example2": "b"},
            },
        ),
        (
            {"type": "object", "examples": [{"value": 1}]},
            {"type": "object", "example": {"value": {"value": 1}}},
        ),
    ],
)
def test_schema_as_a_type(schema: Schema, declaration: Any) -> None:
    assert written({"A": {"type": "object"}, "B": schema})["B"] == declaration


@pytest.mark.parametrize(
    ("schema", "declaration"),
    [
        (
            {"type": "number", "exclusiveMinimum": 0, "maximum": 1},
            {"type": "number", "maximum": 1, "(schema)": {"exclusiveMinimum": 0}},
        ),
        (
            {"type": "string", "format": "time"},
            {"type": "string", "(schema)": {"format": "time"}},
        ),
        ({"const": 1}, {"type": "any", "(schema)": {"const": 1}}),
        (
            {"type": "string", "default": None, "examples": ["<a/>"]},
            {"type": "string", "(schema)": {"default": None, "examples": ["<a/>"]}},
        ),
        (
            {"type": "integer", "minimum": 2, "maximum": 1},
            {"type": "integer", "(schema)": {"minimum": 2, "maximum": 1}},
        ),
        (
            {
                "type": "object",
                "properties": {"(a)": {}, "/x/": {}},
                "required": ["(a)"],
                "maxProperties": 2,
            },
            {
                "type": "object",
                "maxProperties": 2,
                "(schema)": {
                    "properties": {"(a)": {}, "/x/": {}},
                    "required": ["(a)"],
                },
            },
        ),
        (
            {"type": "object", "properties": {"a": {}}, "required": ["b"]},
            {
                "type": "object",
                "properties": {"a": {"type": "any", "required": False}},
                "(schema)": {"required": ["b"]},
            },
        ),
        (
            {
                "type": "object",
                "properties": {"x-a": {}},
                "patternProperties": {"^x-": {}},
            },
            {
                "type": "object",
                "properties": {"x-a": {"type": "any", "required": False}},
                "(schema)": {"patternProperties": {"^x-": {}}},
            },
        ),
    ],
)
def test_what_raml_has_no_facets_for_is_json_schema_beside_them(
    schema: Schema, declaration: Any
) -> None:
    assert written({"A": schema})["A"] == declaration


def with_body(schema: Schema) -> str:
    contract = ApiContract(
        "T",
        version="",
        schemas={"A": {"type": "object"}},
        operations=(
            Operation(
                "POST",
                path="/",
                body_required=True,
                bodies=(Body(JSON, schema=schema),),
            ),
        ),
    )
    return text_of(contract).partition("\n  A: object\n")[2]


def test_body_that_raml_cannot_describe_is_json_schema() -> None:
    assert with_body({"oneOf": [{"type": "string"}, {"type": "null"}]}) == (
        """/:
  post:
    body:
      application/json: |
        {
          "$schema": "https://json-schema.org/draft/2020-12/schema",
          "oneOf": [{"type": "string"}, {"type": "null"}]
        }
"""
    )


def test_body_that_raml_cannot_describe_may_refer_to_types() -> None:
    assert with_body({"allOf": [reference_to("A")]}) == (
        """/:
  post:
    body:
      application/json: {type: any, (schema): {allOf: [{$ref: '#/$defs/A'}]}}
"""
    )


def test_types_with_names_that_raml_would_misread() -> None:
    assert written({"com.acme.Row": {}, "string": reference_to("com.acme.Row")}) == {
        "com_acme_Row": {"(name)": "com.acme.Row", "type": "any"},
        "string_": {"(name)": "string", "type": "com_acme_Row"},
    }


def test_what_needs_annotations() -> None:
    def one_of(method: str, schema: Schema) -> Operation:
        return Operation(
            method,
            path="/{id}",
            parameters=(
                Parameter("id", location="path", schema=schema, required=True),
                Parameter("(a)", location="query", schema={"type": "string"}),
            ),
            bodies=(Body(FORM),),
            security=({"a": (), "b": ("read",)}, {}),
        )

    contract = ApiContract(
        "T",
        version="",
        operations=(
            one_of("PUT", {"type": "string"}),
            one_of("POST", {"type": "integer"}),
        ),
        security_schemes=(
            SecurityScheme("a", kind="basic", settings={"realm": "R"}),
            SecurityScheme("b", kind="oauth2", settings={"scopes": ["read"]}),
            SecurityScheme("c", kind="oauth1", settings={"signatures": ["PLAINTEXT"]}),
        ),
    )

    text = text_of(contract)

    assert text.partition("\nsecuritySchemes:\n")[2] == (
        """  a:
    type: Basic Authentication
    (settings): {realm: R}
  b:
    type: OAuth 2.0
    (settings): {scopes: [read]}
  c:
    type: x-oauth1
    (settings): {signatures: [PLAINTEXT]}
/{id}:
  put:
    securedBy: [a, {b: {scopes: [read]}}, null]
    (security): [{a: [], b: [read]}, {}]
    queryParameters:
      a: {(name): (a), type: string, required: false}
    (bodyRequired): false
    body:
      application/x-www-form-urlencoded:
  post:
    securedBy: [a, {b: {scopes: [read]}}, null]
    (security): [{a: [], b: [read]}, {}]
    (uriParameters): {id: integer}
    queryParameters:
      a: {(name): (a), type: string, required: false}
    (bodyRequired): false
    body:
      application/x-www-form-urlencoded:
"""
    )


@pytest.mark.parametrize(
    ("schema", "declaration"),
    [
        ({}, "file"),
        ({"type": "array", "items": {}}, "file[]"),
        ({"title": "T", "maxLength": 9}, "{displayName: T, type: file, maxLength: 9}"),
        (
            {"type": "array", "items": {"maxLength": 9}, "default": []},
            "{type: array, items: {type: file, maxLength: 9}, (schema): {default: []}}",
        ),
    ],
)
def test_file(schema: Schema, declaration: str, tmp_path: Path) -> None:
    photo = Parameter("photo", location="file", schema=schema, required=True)
    body = Body(MULTIPART, parameters=(photo,))
    put = Operation("PUT", path="/x", bodies=(body,))
    contract = ApiContract("T", version="", operations=(put,))

    text = text_of(contract)

    properties = yaml.load(text, Loader=Yaml12Loader)["/x"]["put"]["body"][MULTIPART]
    expected = yaml.load(declaration, Loader=Yaml12Loader)
    assert properties == {"properties": {"photo": expected}}
    (tmp_path / "api.raml").write_text(text, encoding="utf-8")
    assert RamlFormat().read(tmp_path / "api.raml") == contract


def test_examples_that_are_text_of_a_table(tmp_path: Path) -> None:
    body = Body(
        CSV, schema={"type": "array", "items": {"type": "object"}}, examples=("a\n1\n",)
    )
    post = Operation("POST", path="/x", bodies=(body,), body_required=True)
    contract = ApiContract("T", version="", operations=(post,))

    (tmp_path / "api.raml").write_text(text_of(contract), encoding="utf-8")

    assert RamlFormat().read(tmp_path / "api.raml") == contract


ID = Parameter("id", location="path", schema={}, required=True)
QUERY = Parameter("x", location="query", schema={})
SLASH = {"type": "string", "enum": ["a", "b/c"]}
TWO_FIELDS = (replace(QUERY, location="form"), replace(QUERY, location="file"))


@pytest.mark.parametrize(
    ("operations", "message"),
    [
        (
            [Operation("GET", path="/x"), Operation("GET", path="/x")],
            "GET /x: RAML 1.0 can't say it twice",
        ),
        (
            [Operation("TRACE", path="/x")],
            "TRACE /x: RAML 1.0 can't say TRACE",
        ),
        (
            [
                Operation(
                    "GET",
                    path="/x",
                    responses=(
                        Response(200, media_type=JSON, description="a"),
                        Response(200, media_type=CSV, description="b"),
                    ),
                )
            ],
            "GET /x: RAML 1.0 can't say several descriptions or headers of answers 200",
        ),
        (
            [Operation("GET", path="/x", parameters=(QUERY, QUERY))],
            'GET /x: RAML 1.0 can\'t say two parameters "x" in the query',
        ),
        (
            [Operation("PUT", path="/x", bodies=(Body(CSV), Body(CSV)))],
            "PUT /x: RAML 1.0 can't say two bodies of text/csv",
        ),
        (
            [
                Operation(
                    "PUT", path="/x", bodies=(Body(MULTIPART, parameters=TWO_FIELDS),)
                )
            ],
            'PUT /x: RAML 1.0 can\'t say two fields "x" of multipart/form-data',
        ),
        (
            [Operation("PUT", path="/x", body_required=True)],
            "PUT /x: RAML 1.0 can't say a body of no media type",
        ),
        (
            [Operation("GET", path="/x", responses=(Response(204), Response(204)))],
            "GET /x: RAML 1.0 can't say two answers 204 of no media type",
        ),
        (
            [Operation("GET", path="/x", responses=(Response(600),))],
            "GET /x: RAML 1.0 can't say the status 600",
        ),
        (
            [Operation("GET", path="/x/{id}")],
            "GET /x/{id}: RAML 1.0 can't say what {id} is",
        ),
        (
            [Operation("GET", path="/x", parameters=(ID,))],
            'GET /x: RAML 1.0 can\'t say the parameter "id", which is not in the path',
        ),
        (
            [
                Operation(
                    "GET", path="/{my id}", parameters=(replace(ID, name="my id"),)
                )
            ],
            'GET /{my id}: RAML 1.0 can\'t say the parameter "my id" of a path: it has '
            "a space",
        ),
        (
            [Operation("GET", path="/{id}", parameters=(replace(ID, schema=SLASH),))],
            'GET /{id}: RAML 1.0 can\'t say the parameter "id" of a path: a value has '
            "a slash",
        ),
    ],
)
def test_what_raml_cannot_say_is_refused(
    operations: list[Operation], message: str
) -> None:
    with pytest.raises(ContractError) as told:
        text_of(ApiContract("T", version="v0", operations=tuple(operations)))

    assert str(told.value) == message
