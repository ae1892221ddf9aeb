"""What the files in documents/ say."""

from __future__ import annotations

from pathlib import Path

import pytest

from launchpad_api_openapi.format import OpenApiFormat
from launchpad_core.contract import (
    ApiContract,
    Body,
    Operation,
    Parameter,
    Response,
    SecurityScheme,
)

DOCUMENTS = Path(__file__).parent / "documents"

NURSERY = ApiContract(
    "Plant nursery",
    version="v1",
    operations=(
        Operation(
            "GET",
            path="/plants",
            parameters=(
                Parameter(
                    "X-Trace",
                    location="header",
                    schema={"type": "string", "pattern": "^[0-9a-f]{8}$"},
                    required=True,
                ),
                Parameter(
                    "limit",
                    location="query",
                    schema={
                        "type": "integer",
                        "format": "int32",
                        "maximum": 100,
                        "default": 20,
                        "exclusiveMinimum": 0,
                    },
                    description="How many are returned",
                    examples=(10,),
                ),
                Parameter(
                    "colours",
                    location="query",
                    schema={
                        "type": "array",
                        "items": {
                            "type": ["string", "null"],
                            "enum": ["red", "white", None],
                        },
                    },
                    separator=",",
                ),
                Parameter(
                    "bed",
                    location="query",
                    schema={"type": "array", "items": {"type": "integer"}},
                    separator="|",
                ),
            ),
            responses=(
                Response(
                    200,
                    media_type="application/json",
                    schema={"type": "array", "items": {"$ref": "#/$defs/Plant"}},
                    description="The plants",
                    headers=(
                        Parameter(
                            "X-Next",
                            location="header",
                            schema={"type": "string", "format": "uri"},
                            description="A link to the next page",
                        ),
                    ),
                    examples=([{"kind": "plant", "name": "Rosa"}],),
                ),
            ),
            title="Look around",
            description="Plants, the cheapest first",
            security=({},),
        ),
        Operation(
            "POST",
            path="/plants",
            parameters=(
                Parameter(
                    "X-Trace",
                    location="header",
                    schema={"type": "string", "pattern": "^[0-9a-f]{8}$"},
                    required=True,
                ),
                Parameter(
                    "limit",
                    location="query",
                    schema={"type": "integer"},
                ),
            ),
            bodies=(
                Body(
                    "application/json",
                    schema={"$ref": "#/$defs/Plant"},
                    description="What to plant",
                    examples=({"kind": "plant", "name": "Salvia"},),
                ),
            ),
            body_required=True,
            responses=(
                Response(
                    201,
                    description="It is in the ground",
                ),
                Response(
                    409,
                    media_type="application/json",
                    schema={"$ref": "#/$defs/Error"},
                    description="It went wrong",
                ),
            ),
            title="Plant something",
            security=(
                {
                    "login": (
                        "plants:write",
                        "plants:read",
                    )
                },
                {"key": (), "login": ()},
            ),
        ),
        Operation(
            "PUT",
            path="/plants/{id}/photo",
            parameters=(
                Parameter(
                    "id",
                    location="path",
                    schema={"type": "integer", "format": "int64"},
                    required=True,
                ),
            ),
            bodies=(
                Body(
                    "multipart/form-data",
                    parameters=(
                        Parameter(
                            "photo",
                            location="file",
                            schema={"maxLength": 100000},
                            required=True,
                            description="One photo",
                            media_types=(
                                "image/png",
                                "image/jpeg",
                            ),
                        ),
                        Parameter(
                            "details",
                            location="file",
                            schema={"type": "array", "items": {}, "maxItems": 3},
                        ),
                        Parameter(
                            "note",
                            location="form",
                            schema={"type": ["string", "null"], "maxLength": 80},
                            examples=("In full bloom",),
                        ),
                        Parameter(
                            "sizes",
                            location="form",
                            schema={"type": "array", "items": {"type": "number"}},
                        ),
                    ),
                ),
                Body(
                    "application/x-www-form-urlencoded",
                    parameters=(
                        Parameter(
                            "url",
                            location="form",
                            schema={"type": "string", "format": "uri"},
                            required=True,
                        ),
                        Parameter(
                            "labels",
                            location="form",
                            schema={"type": "array", "items": {"type": "string"}},
                            separator=" ",
                        ),
                    ),
                ),
                Body(
                    "image/png",
                ),
            ),
            body_required=True,
            responses=(
                Response(
                    204,
                    description="Kept",
                ),
            ),
            title="Photos",
            security=({"key": ()},),
        ),
    ),
    description="What grows in the nursery, and its price.\n\nPrices are in euro.\n",
    base_uri="https://erfurt.nursery.example/api/v1",
    schemas={
        "Colour": {"type": ["string", "null"], "enum": ["red", "white", None]},
        "Thing": {
            "type": "object",
            "required": ["kind"],
            "properties": {"kind": {"type": "string"}},
        },
        "Plant": {
            "allOf": [
                {"$ref": "#/$defs/Thing"},
                {
                    "type": "object",
                    "required": ["name"],
                    "properties": {
                        "name": {"type": "string", "examples": ["Rosa"]},
                        "price": {"type": ["number", "null"], "exclusiveMinimum": 0},
                        "colour": {"$ref": "#/$defs/Colour"},
                        "parent": {
                            "anyOf": [
                                {"allOf": [{"$ref": "#/$defs/Plant"}]},
                                {"type": "null"},
                            ],
                            "description": "What it was cut from",
                        },
                        "seal": {"type": "string", "contentEncoding": "base64"},
                        "planted": {
                            "type": "string",
                            "format": "date",
                            "readOnly": True,
                        },
                    },
                },
            ]
        },
        "Link": {
            "type": "object",
            "required": ["url"],
            "properties": {
                "url": {"type": "string", "format": "uri"},
                "labels": {"type": "array", "items": {"type": "string"}},
            },
        },
        "Error": {"type": "object", "properties": {"message": {"type": "string"}}},
    },
    security_schemes=(
        SecurityScheme(
            "key",
            kind="api_key",
            parameters=(
                Parameter(
                    "X-Key",
                    location="header",
                    schema={"type": "string"},
                    required=True,
                ),
            ),
            description="Ask the gardener",
        ),
        SecurityScheme(
            "login",
            kind="oauth2",
            settings={
                "flows": {
                    "authorizationCode": {
                        "authorizationUrl": "https://id.nursery.example/authorize",
                        "tokenUrl": "https://id.nursery.example/token",
                        "scopes": {"plants:read": "look", "plants:write": "plant"},
                    }
                }
            },
        ),
    ),
)


FASTAPI = ApiContract(
    "FastAPI",
    version="0.1.0",
    operations=(
        Operation(
            "POST",
            path="/predict",
            bodies=(
                Body(
                    "application/json",
                    schema={"$ref": "#/$defs/Flower"},
                ),
            ),
            body_required=True,
            responses=(
                Response(
                    200,
                    media_type="application/json",
                    schema={"$ref": "#/$defs/Prediction"},
                    description="Successful Response",
                ),
                Response(
                    422,
                    media_type="application/json",
                    schema={"$ref": "#/$defs/HTTPValidationError"},
                    description="Validation Error",
                ),
            ),
            title="Predict",
        ),
        Operation(
            "GET",
            path="/flowers/{flower_id}",
            parameters=(
                Parameter(
                    "flower_id",
                    location="path",
                    schema={"type": "integer", "minimum": 1, "title": "Flower Id"},
                    required=True,
                ),
                Parameter(
                    "q",
                    location="query",
                    schema={"type": ["string", "null"], "maxLength": 50, "title": "Q"},
                ),
                Parameter(
                    "kind",
                    location="query",
                    schema={
                        "type": "string",
                        "enum": ["iris", "rosa"],
                        "title": "Kind",
                        "default": "iris",
                    },
                    description="Which family",
                ),
                Parameter(
                    "tags",
                    location="query",
                    schema={
                        "type": "array",
                        "items": {"type": "string"},
                        "default": [],
                        "title": "Tags",
                    },
                ),
            ),
            responses=(
                Response(
                    200,
                    media_type="application/json",
                    schema={},
                    description="Successful Response",
                ),
            ),
            title="Read Flower",
            description="One flower 🌷 of many",
        ),
        Operation(
            "POST",
            path="/upload",
            bodies=(
                Body(
                    "multipart/form-data",
                    parameters=(
                        Parameter(
                            "file",
                            location="file",
                            schema={"title": "File"},
                            required=True,
                        ),
                        Parameter(
                            "more",
                            location="file",
                            schema={
                                "items": {},
                                "type": "array",
                                "title": "More",
                                "default": [],
                            },
                        ),
                        Parameter(
                            "label",
                            location="form",
                            schema={"type": ["string", "null"], "title": "Label"},
                        ),
                    ),
                ),
            ),
            body_required=True,
            responses=(
                Response(
                    200,
                    media_type="application/json",
                    schema={},
                    description="Successful Response",
                ),
            ),
            title="Upload",
        ),
    ),
    schemas={
        "Body_upload_upload_post": {
            "properties": {
                "file": {"type": "string", "format": "binary", "title": "File"},
                "more": {
                    "items": {
                        "type": "string",
                        "contentMediaType": "application/octet-stream",
                    },
                    "type": "array",
                    "title": "More",
                    "default": [],
                },
                "label": {
                    "anyOf": [{"type": "string"}, {"type": "null"}],
                    "title": "Label",
                },
            },
            "type": "object",
            "required": ["file"],
            "title": "Body_upload_upload_post",
        },
        "Flower": {
            "properties": {
                "sepal_length": {
                    "type": "number",
                    "exclusiveMinimum": 0.0,
                    "title": "Sepal Length",
                    "examples": [5.1],
                },
                "note": {
                    "anyOf": [{"type": "string"}, {"type": "null"}],
                    "title": "Note",
                },
            },
            "type": "object",
            "required": ["sepal_length"],
            "title": "Flower",
        },
        "HTTPValidationError": {
            "properties": {
                "detail": {
                    "items": {"$ref": "#/$defs/ValidationError"},
                    "type": "array",
                    "title": "Detail",
                }
            },
            "type": "object",
            "title": "HTTPValidationError",
        },
        "Kind": {"type": "string", "enum": ["iris", "rosa"], "title": "Kind"},
        "Prediction": {
            "properties": {"variety": {"type": "string", "title": "Variety"}},
            "type": "object",
            "required": ["variety"],
            "title": "Prediction",
        },
        "ValidationError": {
            "properties": {
                "loc": {
                    "items": {"anyOf": [{"type": "string"}, {"type": "integer"}]},
                    "type": "array",
                    "title": "Location",
                },
                "msg": {"type": "string", "title": "Message"},
                "type": {"type": "string", "title": "Error Type"},
            },
            "type": "object",
            "required": ["loc", "msg", "type"],
            "title": "ValidationError",
        },
    },
)


WEATHER = ApiContract(
    "Weather",
    version="2.0",
    operations=(
        Operation(
            "POST",
            path="/readings",
            bodies=(
                Body(
                    "application/json",
                    schema={"type": "array", "items": {"$ref": "#/$defs/Reading"}},
                ),
                Body(
                    "text/csv",
                    schema={"type": "array", "items": {"$ref": "#/$defs/Reading"}},
                    examples=("at,celsius\n2024-05-01,12.5\n",),
                ),
                Body(
                    "multipart/form-data",
                    parameters=(
                        Parameter(
                            "scan",
                            location="file",
                            schema={},
                            media_types=("image/png",),
                        ),
                        Parameter(
                            "anything",
                            location="file",
                            schema={},
                            media_types=("application/pdf",),
                        ),
                        Parameter(
                            "reading",
                            location="form",
                            schema={"type": ["number", "null"], "minimum": -90},
                        ),
                    ),
                ),
            ),
            responses=(
                Response(
                    200,
                    media_type="application/json",
                    schema={"type": "object", "properties": {"count": {"const": 1}}},
                    description="As it was kept",
                    headers=(
                        Parameter(
                            "X-Count",
                            location="header",
                            schema={"type": "integer"},
                            required=True,
                        ),
                    ),
                ),
            ),
            security=({"machine": ()},),
        ),
    ),
    schemas={
        "Reading": {
            "type": "object",
            "properties": {
                "at": {"type": "string", "format": "date"},
                "celsius": {"type": ["number", "null"], "minimum": -90},
                "tree": {"$ref": "#/$defs/Tree"},
            },
            "required": ["at"],
            "unevaluatedProperties": False,
        },
        "Tree": {
            "type": "object",
            "description": "Stations below stations",
            "additionalProperties": {"$ref": "#/$defs/Tree"},
        },
    },
    security_schemes=(
        SecurityScheme(
            "machine",
            kind="mutual_tls",
        ),
        SecurityScheme(
            "basic",
            kind="basic",
        ),
        SecurityScheme(
            "token",
            kind="bearer",
            settings={"bearerFormat": "JWT"},
        ),
        SecurityScheme(
            "openid",
            kind="openid",
            settings={
                "openIdConnectUrl": "https://id.example.org/.well-known/openid-configuration"
            },
        ),
        SecurityScheme(
            "session",
            kind="api_key",
            settings={"in": "cookie", "name": "SESSION"},
        ),
    ),
)


SEARCH = ApiContract(
    "Search",
    version="v3",
    operations=(
        Operation(
            "QUERY",
            path="/things",
            bodies=(
                Body(
                    "application/json",
                    schema={
                        "type": "object",
                        "properties": {"text": {"type": "string"}},
                    },
                    examples=({"text": "rose"},),
                ),
            ),
            body_required=True,
            responses=(
                Response(
                    200,
                    media_type="application/jsonl",
                    schema={"type": "array", "items": {"$ref": "#/$defs/Thing"}},
                    description="What was found",
                ),
            ),
            title="Search",
        ),
        Operation(
            "COPY",
            path="/things",
            parameters=(
                Parameter(
                    "to",
                    location="header",
                    schema={"type": "string"},
                    required=True,
                    examples=("/elsewhere",),
                ),
            ),
            responses=(
                Response(
                    204,
                    description="Copied",
                ),
            ),
        ),
    ),
    schemas={"Thing": {"type": "object"}},
)


@pytest.mark.parametrize(
    ("name", "contract"),
    [
        ("nursery-3.0.yaml", NURSERY),
        ("fastapi-3.1.json", FASTAPI),
        ("weather-3.1.yaml", WEATHER),
        ("search-3.2.yaml", SEARCH),
    ],
)
def test_document_is_read(name: str, contract: ApiContract) -> None:
    assert OpenApiFormat().read(DOCUMENTS / name) == contract
