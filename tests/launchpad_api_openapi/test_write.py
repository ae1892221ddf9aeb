"""Contracts are written for people, for tools, and so that they are read back."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator, OpenAPIV32SpecValidator

from launchpad_api_openapi.format import OpenApiFormat
from launchpad_core.contract import (
    CSV,
    JSON,
    MULTIPART,
    ApiContract,
    Body,
    Operation,
    Parameter,
    Response,
    SecurityScheme,
)
from launchpad_core.errors import ContractError

NUMBER = {"type": "number"}


def contract_of(*operations: Operation, **about: Any) -> ApiContract:
    return ApiContract("Iris", version="v0", operations=operations, **about)


def operation_written(operation: Operation) -> Any:
    document = OpenApiFormat().document(contract_of(operation))
    return document["paths"][operation.path][operation.method.lower()]


def read_back(contract: ApiContract, tmp_path: Path) -> ApiContract:
    path = tmp_path / "api.yaml"
    path.write_text(OpenApiFormat().write(contract), encoding="utf-8")
    return OpenApiFormat().read(path)


IRIS = contract_of(
    Operation(
        "GET",
        path="/varieties",
        title="Name a flower",
        description="The variety of a flower.\n\nLengths are in cm.",
        parameters=(
            Parameter(
                "sepal.length",
                location="query",
                schema={"type": "number", "exclusiveMinimum": 0},
                required=True,
                description="Length of a sepal",
                examples=(5.1,),
            ),
        ),
        responses=(
            Response(
                200,
                media_type=JSON,
                schema={"$ref": "#/$defs/Answer"},
                description="The variety",
                examples=({"variety": "Setosa"},),
            ),
            Response(503, description="Later"),
        ),
    ),
    base_uri="https://example.org/iris/v0",
    schemas={
        "Answer": {
            "type": "object",
            "properties": {"variety": {"type": "string"}},
            "required": ["variety"],
        }
    },
)


def test_written_for_a_person_to_read() -> None:
    assert (
        OpenApiFormat().write(IRIS)
        == """\
openapi: 3.1.0
info:
  title: Iris
  version: v0
servers:
- url: https://example.org/iris/v0
paths:
  /varieties:
    get:
      summary: Name a flower
      description: |-
        The variety of a flower.

        Lengths are in cm.
      operationId: get_varieties
      parameters:
      - name: sepal.length
        in: query
        required: true
        description: Length of a sepal
        schema:
          type: number
          exclusiveMinimum: 0
        example: 5.1
      responses:
        '200':
          description: The variety
          content:
            application/json:
              schema:
                $ref: '#/components/schemas/Answer'
              example:
                variety: Setosa
        '503':
          description: Later
components:
  schemas:
    Answer:
      type: object
      properties:
        variety:
          type: string
      required:
      - variety
"""
    )


def test_forms() -> None:
    form = Body(
        MULTIPART,
        description="Photos",
        parameters=(
            Parameter("photo", location="file", schema={"maxLength": 9}, required=True),
            Parameter(
                "scans",
                location="file",
                schema={"type": "array", "items": {}, "maxItems": 2},
                description="Several",
                media_types=("image/png", "image/jpeg"),
            ),
            Parameter("note", location="form", schema={}, examples=("a", "b")),
            Parameter(
                "sizes",
                location="form",
                schema={"type": "array", "items": NUMBER},
                separator="|",
            ),
        ),
    )

    written = operation_written(
        Operation("POST", path="/x", bodies=(form,), body_required=True)
    )

    file = {"type": "string", "contentMediaType": "application/octet-stream"}
    assert written == {
        "operationId": "post_x",
        "requestBody": {
            "description": "Photos",
            "required": True,
            "content": {
                MULTIPART: {
                    "schema": {
                        "type": "object",
                        "properties": {
                            "photo": {**file, "maxLength": 9},
                            "scans": {
                                "type": "array",
                                "items": file,
                                "maxItems": 2,
                                "description": "Several",
                            },
                            "note": {"examples": ["a", "b"]},
                            "sizes": {"type": "array", "items": NUMBER},
                        },
                        "required": ["photo"],
                    },
                    "encoding": {
                        "scans": {"contentType": "image/png, image/jpeg"},
                        "sizes": {"style": "pipeDelimited", "explode": False},
                    },
                }
            },
        },
    }


NUMBERS = {"type": "array", "items": NUMBER}


@pytest.mark.parametrize(
    ("parameter", "written"),
    [
        (
            Parameter("a", location="query", schema=NUMBERS, separator=","),
            {"style": "form", "explode": False},
        ),
        (
            Parameter("a", location="query", schema=NUMBERS, separator=";"),
            {"x-launchpad-separator": ";"},
        ),
        (
            Parameter("a", location="header", schema=NUMBERS),
            {"x-launchpad-separator": ""},
        ),
        (
            Parameter("Accept", location="header", schema={}),
            {"x-launchpad-header": True},
        ),
        (
            Parameter("id", location="path", schema={}),
            {"required": True, "x-launchpad-required": False},
        ),
        (
            Parameter("a", location="query", schema={}, examples=(None,)),
            {"example": None},
        ),
        (
            Parameter("a", location="query", schema={}, examples=(1, "b")),
            {"examples": {"1": {"value": 1}, "2": {"value": "b"}}},
        ),
    ],
)
def test_parameters(parameter: Parameter, written: Any, tmp_path: Path) -> None:
    path = "/x/{id}" if parameter.location == "path" else "/x"
    operation = Operation("GET", path=path, parameters=(parameter,))

    (found,) = operation_written(operation)["parameters"]

    assert found == {
        "name": parameter.name,
        "in": parameter.location,
        "schema": parameter.schema,
        **written,
    }
    assert read_back(contract_of(operation), tmp_path) == contract_of(operation)


@pytest.mark.parametrize(
    ("scheme", "written"),
    [
        (SecurityScheme("a", kind="basic"), {"type": "http", "scheme": "basic"}),
        (SecurityScheme("a", kind="digest"), {"type": "http", "scheme": "digest"}),
        (
            SecurityScheme("a", kind="bearer", settings={"bearerFormat": "JWT"}),
            {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
        ),
        (
            SecurityScheme(
                "a",
                kind="api_key",
                parameters=(
                    Parameter(
                        "k", location="query", schema={"type": "string"}, required=True
                    ),
                ),
            ),
            {"type": "apiKey", "name": "k", "in": "query"},
        ),
        (
            SecurityScheme("a", kind="api_key", settings={"in": "cookie", "name": "k"}),
            {"type": "apiKey", "name": "k", "in": "cookie"},
        ),
        (SecurityScheme("a", kind="mutual_tls"), {"type": "mutualTLS"}),
        (
            SecurityScheme("a", kind="openid", settings={"openIdConnectUrl": "b"}),
            {"type": "openIdConnect", "openIdConnectUrl": "b"},
        ),
        (
            SecurityScheme("a", kind="openid", description="None yet"),
            {
                "type": "openIdConnect",
                "openIdConnectUrl": "about:blank",
                "description": "None yet",
                "x-launchpad-settings": {},
            },
        ),
        (
            SecurityScheme("a", kind="oauth1", settings={"requestTokenUri": "b"}),
            {
                "type": "http",
                "scheme": "oauth",
                "x-launchpad-kind": "oauth1",
                "x-launchpad-settings": {"requestTokenUri": "b"},
            },
        ),
        (
            SecurityScheme(
                "a",
                kind="oauth2",
                settings={
                    "authorizationUri": "b",
                    "accessTokenUri": "c",
                    "authorizationGrants": ["authorization_code", "token", "other"],
                    "scopes": ["read"],
                },
            ),
            {
                "type": "oauth2",
                "flows": {
                    "authorizationCode": {
                        "authorizationUrl": "b",
                        "tokenUrl": "c",
                        "scopes": {"read": ""},
                    },
                    "implicit": {"authorizationUrl": "b", "scopes": {"read": ""}},
                },
                "x-launchpad-settings": {
                    "authorizationUri": "b",
                    "accessTokenUri": "c",
                    "authorizationGrants": ["authorization_code", "token", "other"],
                    "scopes": ["read"],
                },
            },
        ),
        (
            SecurityScheme(
                "a",
                kind="pass_through",
                parameters=(
                    Parameter("b", location="header", schema={}, description="B"),
                    Parameter("c", location="query", schema=NUMBER, required=True),
                ),
            ),
            {
                "type": "apiKey",
                "name": "b",
                "in": "header",
                "x-launchpad-kind": "pass_through",
                "x-launchpad-parameters": [
                    {"name": "b", "in": "header", "description": "B", "schema": {}},
                    {"name": "c", "in": "query", "required": True, "schema": NUMBER},
                ],
            },
        ),
    ],
)
def test_security_schemes(scheme: SecurityScheme, written: Any, tmp_path: Path) -> None:
    contract = contract_of(
        Operation("GET", path="/x", security=({"a": ("b",)}, {})),
        security_schemes=(scheme,),
    )

    document = OpenApiFormat().document(contract)

    assert document["components"]["securitySchemes"] == {"a": written}
    assert document["paths"]["/x"]["get"]["security"] == [{"a": ["b"]}, {}]
    assert read_back(contract, tmp_path) == contract


def test_names_that_openapi_does_not_take(tmp_path: Path) -> None:
    contract = contract_of(
        Operation(
            "GET",
            path="/x",
            responses=(
                Response(200, media_type=JSON, schema={"$ref": "#/$defs/a b"}),
                Response(200, media_type=CSV, schema={"$ref": "#/$defs/a~1b"}),
            ),
        ),
        schemas={
            "a_b": {},
            "a b": {"items": {"$ref": "#/$defs/a_b"}},
            "a/b": {"examples": [{"$ref": "#/$defs/a_b"}]},
        },
    )

    document = OpenApiFormat().document(contract)

    assert document["components"] == {
        "schemas": {
            "a_b": {},
            "a_b_2": {"items": {"$ref": "#/components/schemas/a_b"}},
            "a_b_3": {"examples": [{"$ref": "#/$defs/a_b"}]},
        },
        "x-launchpad-names": {"a_b_2": "a b", "a_b_3": "a/b"},
    }
    assert read_back(contract, tmp_path) == contract


def test_operation_ids_are_unique() -> None:
    paths = ("/a/b", "/a.b", "/a_b", "/")
    contract = contract_of(*(Operation("GET", path=path) for path in paths))

    written = OpenApiFormat().document(contract)["paths"]

    assert [written[path]["get"]["operationId"] for path in paths] == [
        "get_a_b",
        "get_a_b_2",
        "get_a_b_3",
        "get",
    ]


def test_variables_of_the_base_uri() -> None:
    contract = contract_of(base_uri="https://{host}.example.org/{version}")

    assert OpenApiFormat().document(contract)["servers"] == [
        {
            "url": "https://{host}.example.org/{version}",
            "variables": {"host": {"default": "host"}, "version": {"default": "v0"}},
            "x-launchpad-base-uri": "https://{host}.example.org/{version}",
        }
    ]


def test_descriptions_of_each_media_type() -> None:
    contract = contract_of(
        Operation(
            "POST",
            path="/x",
            bodies=(Body(JSON, description="A"), Body(CSV, description="B")),
            responses=(
                Response(200, media_type=JSON),
                Response(200, media_type=CSV, description="C"),
            ),
        )
    )

    assert operation_written(contract.operations[0]) == {
        "operationId": "post_x",
        "requestBody": {
            "description": "A",
            "content": {JSON: {}, CSV: {"x-launchpad-description": "B"}},
        },
        "responses": {
            "200": {
                "description": "",
                "content": {JSON: {}, CSV: {"x-launchpad-description": "C"}},
            }
        },
    }


def test_other_methods_need_3_2(tmp_path: Path) -> None:
    contract = contract_of(
        Operation("QUERY", path="/x"), Operation("COPY", path="/x", title="Copy")
    )

    document = OpenApiFormat().document(contract)

    assert document == {
        "openapi": "3.2.0",
        "info": {"title": "Iris", "version": "v0"},
        "paths": {
            "/x": {
                "query": {"operationId": "query_x"},
                "additionalOperations": {
                    "COPY": {"summary": "Copy", "operationId": "copy_x"}
                },
            }
        },
    }
    assert [*OpenAPIV32SpecValidator(document).iter_errors()] == []
    assert read_back(contract, tmp_path) == contract


def test_document_is_of_plain_values() -> None:
    document = OpenApiFormat().document(IRIS)

    def types(value: Any) -> set[type]:
        inner = value.values() if isinstance(value, dict) else value
        if isinstance(value, (dict, list)):
            return {type(value)}.union(*map(types, inner))
        return {type(value)}

    assert types(document) <= {dict, list, str, int, float, bool}
    assert [*OpenAPIV31SpecValidator(document).iter_errors()] == []


ID = Parameter("id", location="path", schema={}, required=True)
HEADER = (Parameter("X-Rate", location="header", schema={}),)


@pytest.mark.parametrize(
    ("operations", "message"),
    [
        (
            [Operation("GET", path="/x"), Operation("GET", path="/x")],
            "GET /x: OpenAPI can't say the same operation twice",
        ),
        (
            [Operation("PUT", path="/x", bodies=(Body(CSV), Body(CSV)))],
            "PUT /x: OpenAPI can't say two bodies of text/csv",
        ),
        (
            [
                Operation(
                    "GET", path="/x", responses=(Response(200, media_type=CSV),) * 2
                )
            ],
            "GET /x: OpenAPI can't say two answers 200 of text/csv",
        ),
        (
            [
                Operation(
                    "GET",
                    path="/x",
                    responses=(Response(200), Response(200, media_type=CSV)),
                )
            ],
            "GET /x: OpenAPI can't say 200 with and without a body",
        ),
        (
            [
                Operation(
                    "GET",
                    path="/x",
                    responses=(
                        Response(200, media_type=JSON),
                        Response(200, media_type=CSV, headers=HEADER),
                    ),
                )
            ],
            "GET /x: OpenAPI can't say headers of 200 that depend on the media type",
        ),
        (
            [Operation("GET", path="/x", responses=(Response(600),))],
            "GET /x: OpenAPI can't say the status 600",
        ),
        (
            [Operation("GET", path="/x", parameters=HEADER * 2)],
            'GET /x: OpenAPI can\'t say two parameters "X-Rate" in the header',
        ),
        (
            [Operation("GET", path="/x/{id}")],
            "GET /x/{id}: OpenAPI can't say what {id} is",
        ),
        (
            [Operation("GET", path="/x", parameters=(ID,))],
            'GET /x: OpenAPI can\'t say the parameter "id", which is not in the path',
        ),
        (
            [Operation("GET", path="/{1:2}", parameters=(replace(ID, name="1:2"),))],
            'GET /{1:2}: OpenAPI can\'t say "1:2" as the name of a part of the path',
        ),
    ],
)
def test_what_openapi_cannot_say_is_refused(
    operations: list[Operation], message: str
) -> None:
    with pytest.raises(ContractError) as told:
        OpenApiFormat().document(contract_of(*operations))

    assert str(told.value) == message


def test_security_scheme_whose_name_openapi_cannot_say_is_refused() -> None:
    scheme = SecurityScheme("my login", kind="basic")

    with pytest.raises(ContractError) as told:
        OpenApiFormat().document(contract_of(security_schemes=(scheme,)))

    assert str(told.value) == (
        'OpenAPI can\'t say the name of the security scheme "my login"\n'
        "  try: letters from a to z, digits, and . _ -"
    )


def test_who_only_writes_imports_no_validator() -> None:
    code = (
        "import sys\n"
        "from launchpad_api_openapi.format import OpenApiFormat\n"
        "from launchpad_core.contract import ApiContract\n"
        "OpenApiFormat().write(ApiContract('T', version='v1'))\n"
        "assert 'openapi_spec_validator' not in sys.modules\n"
        "assert 'jsonschema_rs' not in sys.modules\n"
    )

    subprocess.run([sys.executable, "-W", "error", "-c", code], check=True)
