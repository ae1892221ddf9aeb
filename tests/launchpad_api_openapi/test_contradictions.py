"""Schemas that ask for what no value can meet."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from launchpad_core.contract import ApiContract

Read = Callable[..., ApiContract]
Refusal = Callable[..., str]

HEAD = "openapi: {}\ninfo: {{title: T, version: v1}}\n"


@pytest.mark.parametrize("version", ["3.0.4", "3.1.0", "3.2.0"])
@pytest.mark.parametrize(
    ("least", "most"),
    [
        ("minimum", "maximum"),
        ("minLength", "maxLength"),
        ("minItems", "maxItems"),
        ("minProperties", "maxProperties"),
    ],
)
def test_least_above_most(
    least: str, most: str, version: str, refusal: Refusal
) -> None:
    text = f"""paths:
  /x:
    get:
      parameters:
        - name: a
          in: query
          schema:
            {least}: 999
            {most}: 10
      responses: {{'200': {{description: Fine}}}}
components:
  schemas:
    Row:
      properties:
        a:
          {most}: 1
          {least}: 2
    Fine: {{{least}: 2, {most}: 2}}
"""

    components = f"api.yaml:18: {least} is above {most}"
    parameter = f"api.yaml:11: {least} is above {most}"
    assert refusal(HEAD.format(version) + text) == components
    valid = text.replace(f"{most}: 1\n", f"{most}: 2\n")
    assert refusal(HEAD.format(version) + valid) == parameter


@pytest.mark.parametrize(
    ("version", "schema", "message"),
    [
        (
            "3.1.0",
            "{exclusiveMinimum: 3, exclusiveMaximum: 2}",
            "exclusiveMinimum is above exclusiveMaximum",
        ),
        (
            "3.1.0",
            "{exclusiveMinimum: 2, maximum: 2}",
            "exclusiveMinimum is not below maximum",
        ),
        (
            "3.1.0",
            "{minimum: 2.5, exclusiveMaximum: 2}",
            "minimum is above exclusiveMaximum",
        ),
        (
            "3.1.0",
            "{minContains: 2, maxContains: 1}",
            "minContains is above maxContains",
        ),
        (
            "3.0.4",
            "{minimum: 3, exclusiveMinimum: true, maximum: 2}",
            "minimum is above maximum",
        ),
        (
            "3.0.4",
            "{minimum: 2, maximum: 2, exclusiveMaximum: true}",
            "minimum is not below maximum",
        ),
    ],
)
def test_further_limits(
    version: str, schema: str, message: str, refusal: Refusal
) -> None:
    text = f"paths: {{}}\ncomponents: {{schemas: {{X: {schema}}}}}\n"

    assert refusal(HEAD.format(version) + text) == f"api.yaml:4: {message}"


@pytest.mark.parametrize("version", ["3.0.4", "3.1.0", "3.2.0"])
def test_required_property_that_no_schema_admits(
    version: str, read: Read, caplog: pytest.LogCaptureFixture
) -> None:
    read(
        """
        paths: {}
        components:
          schemas:
            Flower:
              type: object
              required:
                - sepal.width
                - sepal.lenght
                - colour
              properties: {sepal.length: {}, sepal.width: {}}
              additionalProperties: false
            Open: {required: [colour], properties: {a: {}}}
        """,
        version=version,
    )

    reason = (
        "is required, but is none of the properties, and additionalProperties: false "
        "admits no others"
    )
    assert caplog.messages == [
        f'api.yaml:10: no value fits: "sepal.lenght" {reason}; did you mean '
        '"sepal.length"?',
        f'api.yaml:11: no value fits: "colour" {reason}',
    ]
