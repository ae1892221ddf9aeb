"""Annotations that say what RAML has no words for, written by hand."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from launchpad_api_raml.format import RamlFormat
from launchpad_core.contract import ApiContract, Parameter
from launchpad_core.errors import ContractError

HEAD = """#%RAML 1.0
title: T
annotationTypes:
  schema: object
  examples: array
  separator: string
  name: string
  bodyRequired: any
  uriParameters: any
  security: any
  settings: object
"""


pytestmark = pytest.mark.usefixtures("in_the_folder")


def read(text: str) -> ApiContract:
    Path("api.raml").write_text(HEAD + dedent(text).lstrip("\n"), encoding="utf-8")
    return RamlFormat().read(Path("api.raml"))


def test_types_inherit_the_schema_beside_their_facets() -> None:
    contract = read("""
        types:
          Ratio: {type: number, maximum: 1, (schema): {exclusiveMinimum: 0}}
          Share: {type: Ratio, maximum: 0.5}
        """)

    assert contract.schemas["Share"] == {
        "type": "number",
        "maximum": 0.5,
        "exclusiveMinimum": 0,
    }


def test_schema_beside_facets_refers_to_types_by_their_names() -> None:
    contract = read("""
        types:
          Either:
            type: any
            (schema): {oneOf: [{$ref: '#/$defs/com.acme.Row'}, {type: 'null'}]}
            example: {n: 1}
          row: {(name): com.acme.Row, properties: {n: integer}}
        """)

    assert contract.schemas == {
        "Either": {
            "oneOf": [{"$ref": "#/$defs/com.acme.Row"}, {"type": "null"}],
            "examples": [{"n": 1}],
        },
        "com.acme.Row": {
            "type": "object",
            "properties": {"n": {"type": "integer"}},
            "required": ["n"],
        },
    }


def test_example_is_checked_by_the_schema_beside_facets(
    caplog: pytest.LogCaptureFixture,
) -> None:
    contract = read("""
        types:
          Ratio: {type: number, (schema): {exclusiveMinimum: 0}, example: 0}
        """)

    assert contract.schemas["Ratio"] == {"type": "number", "exclusiveMinimum": 0}
    assert len(caplog.messages) == 1


def test_parameters_with_names_and_separators() -> None:
    operation = read("""
        /{id}:
          get:
            (uriParameters): {id: integer}
            queryParameters:
              a: {(name): (a), type: 'string[]', (separator): '|', required: false}
        """).operations[0]

    assert operation.parameters == (
        Parameter("id", location="path", schema={"type": "integer"}, required=True),
        Parameter(
            "(a)",
            location="query",
            schema={"type": "array", "items": {"type": "string"}},
            separator="|",
        ),
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "types: {A: {type: any, (schema): {$ref: '#/$defs/Nope'}}}\n",
            'api.raml:12: there is no type "Nope"',
        ),
        (
            "/x:\n  post:\n    (bodyRequired): 1\n    body: {text/plain: }\n",
            "api.raml:14: (bodyRequired) can't be this; it says: Whether a request "
            "without a body is refused.",
        ),
        (
            "/x:\n  get:\n    (security): [a]\n",
            "api.raml:14: (security) can't be this; it says: Alternatives to "
            "securedBy: security schemes to be met together, with scopes.",
        ),
        (
            "/x:\n  get:\n    (security): [{a: [read]}]\n",
            'api.raml:14: there is no security scheme "a"',
        ),
    ],
)
def test_annotation_that_makes_no_sense_is_refused(text: str, message: str) -> None:
    with pytest.raises(ContractError) as told:
        read(text)

    assert str(told.value) == message
