"""What launchpad-api-openapi provides keeps to the contracts of its kinds."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from launchpad_core.testing import ApiFormatContract, PluginContract

_OPENAPI_30 = """\
openapi: 3.0.4
info: {title: Addition, version: v0}
servers: [{url: "https://example.org/add"}]
paths:
  /sum:
    get:
      parameters:
        - {name: x1, in: query, required: true, schema: {type: number}, example: 3}
        - $ref: "#/components/parameters/x2"
      responses:
        "200":
          description: The sum
          content:
            application/json:
              schema: {$ref: "#/components/schemas/Sum"}
components:
  parameters:
    x2:
      name: x2
      in: query
      schema: {type: number, nullable: true, maximum: 99, exclusiveMaximum: true}
  schemas:
    Sum: {type: object, properties: {sum: {type: number}}, required: [sum]}
"""
_OPENAPI_31 = """\
{
  "openapi": "3.1.0",
  "info": {"title": "Addition", "version": "v0"},
  "paths": {
    "/sum": {
      "post": {
        "requestBody": {
          "required": true,
          "content": {
            "application/json": {"schema": {"$ref": "#/components/schemas/Numbers"}}
          }
        },
        "responses": {"204": {"description": "Added"}}
      }
    }
  },
  "components": {
    "schemas": {"Numbers": {"type": "array", "items": {"type": ["number", "null"]}}}
  }
}
"""


TEXTS = {"old.yaml": _OPENAPI_30, "new.json": _OPENAPI_31}


class TestOpenApi(ApiFormatContract):
    """The API format ``openapi``, which writes OpenAPI 3.1."""

    type = "openapi"

    @pytest.fixture
    def texts(self) -> Mapping[str, str]:
        """Return texts of several versions of OpenAPI, as people write them."""
        return TEXTS


class TestPlugin(PluginContract):
    """The distribution."""

    distribution = "launchpad-api-openapi"
