"""Writing RAML 0.8: reading gives the same contract back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from launchpad_api_raml.format import RamlFormat
from launchpad_core.contract import ApiContract, Operation, Parameter, Response
from launchpad_core.errors import ContractError

AWKWARD = [
    *("yes", "no", "on", "~", "null", "010", "0o17", "1e3", "1.5", "-", "#", "<<", ""),
    *("a: b", "{x}", "[y]", "*z", "&z", "!z", "%", "@", "`", "'", '"', "\\", "|", "> "),
    *("a\nb", " lead", "tail ", "Größe", "日本", "a,b", "?", "? a", "- a", "=", "true"),
    *("a\x85\u2028b", "a\rb", "a\tb", "<<resourcePath>>"),
]
TEXTS = st.sampled_from(AWKWARD) | st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs",)), max_size=8
)
NAMES = TEXTS.filter(bool)
NUMBERS = st.integers(-1000, 1000) | st.floats(
    -1e9, 1e9, allow_nan=False, allow_infinity=False
)


@st.composite
def facets(draw: st.DrawFn) -> dict[str, Any]:
    """Return what a parameter has beside its name and its place."""
    kind = draw(st.sampled_from(["string", "number", "integer", "boolean", "date"]))
    values: Any = TEXTS
    schema: dict[str, Any] = {"type": kind}
    if kind == "date":
        schema = {"type": "string", "format": "http-date"}
        values = st.just("Sun, 06 Nov 1994 08:49:37 GMT")
    elif kind == "boolean":
        values = st.booleans()
    elif kind == "string":
        if draw(st.booleans()):
            schema["minLength"] = 0
            schema["maxLength"] = draw(st.integers(16, 20))
        if draw(st.booleans()):
            schema["pattern"] = draw(st.sampled_from(["", "(?s).*", "#: '\"|^a*"]))
    else:
        values = st.integers(-1000, 1000) if kind == "integer" else NUMBERS
        if draw(st.booleans()):
            schema["minimum"] = draw(st.integers(-2_000_000_000, -1_000_000_000))
            schema["maximum"] = 1e9
    if kind in ("string", "number", "integer") and draw(st.booleans()):
        schema["enum"] = draw(st.lists(values, min_size=1, max_size=3, unique=True))
        values = st.sampled_from(schema["enum"])
    if draw(st.booleans()):
        schema = {"type": "array", "items": schema}
        values = st.lists(values, max_size=2)
    if draw(st.booleans()):
        schema["default"] = draw(values)
    if draw(st.booleans()):
        schema["title"] = draw(NAMES)
    return {
        "schema": schema,
        "required": draw(st.booleans()),
        "description": draw(TEXTS),
        "example": draw(st.none() | values),
    }


@st.composite
def operations(draw: st.DrawFn) -> tuple[Operation, ...]:
    names = draw(st.lists(NAMES, max_size=4, unique=True))
    query = tuple(Parameter(name, location="query", **draw(facets())) for name in names)
    get = Operation(
        "GET",
        path="/things",
        parameters=query,
        description=draw(TEXTS),
        responses=(
            Response(
                200,
                media_type="application/json",
                schema={"type": "object", "properties": {draw(NAMES): {}}},
                example={draw(NAMES): draw(TEXTS | NUMBERS)},
            ),
            Response(200, media_type="text/csv", example=draw(TEXTS)),
            Response(100, description=draw(NAMES)),
        ),
    )
    upload = Operation(
        "POST",
        path="/things/{id}/photos",
        body="multipart/form-data",
        parameters=(
            Parameter("id", location="path", schema={"type": "integer"}, required=True),
            Parameter("photo", location="file", schema={}, required=True),
            Parameter("note", location="form", **draw(facets())),
        ),
    )
    return get, upload


@settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(title=NAMES, about=TEXTS, operations=operations())
def test_what_is_written_is_read(
    title: str, about: str, operations: tuple[Operation, ...], tmp_path: Path
) -> None:
    contract = ApiContract(
        title, version="v0", description=about, operations=operations
    )
    path = tmp_path / "api.raml"

    path.write_text(RamlFormat().write(contract), encoding="utf-8")

    assert RamlFormat().read(path) == contract


def test_written_for_a_person_to_go_on_with() -> None:
    contract = ApiContract(
        "Iris",
        version="v0",
        operations=(
            Operation(
                "GET",
                path="/varieties",
                parameters=(
                    Parameter(
                        "sepal.length",
                        location="query",
                        schema={"type": "number"},
                        required=True,
                        description="What it means",
                        example=5.1,
                    ),
                ),
                responses=(
                    Response(
                        200,
                        media_type="application/json",
                        schema={"type": "object"},
                        example={"variety": "Setosa"},
                    ),
                ),
            ),
        ),
    )

    assert RamlFormat().write(contract) == (
        """#%RAML 0.8
---
title: Iris
version: v0
/varieties:
  get:
    queryParameters:
      sepal.length:
        description: What it means
        type: number
        required: true
        example: 5.1
    responses:
      200:
        body:
          application/json:
            schema: |
              {
                "$schema": "https://json-schema.org/draft/2020-12/schema",
                "type": "object"
              }
            example: |
              {
                "variety": "Setosa"
              }

# Before this is published:
# - correct the resource's name, titles and descriptions;
# - check that the examples show nothing that must stay secret;
# - add minimum:, maximum:, minLength:, maxLength:, pattern:, default: where they help.
"""
    )


def test_what_was_read_can_be_written(tmp_path: Path) -> None:
    path = tmp_path / "api.raml"
    path.write_text(
        "#%RAML 0.8\ntitle: T\n/x:\n  get:\n    queryParameters:\n"
        "      a: {enum: [no, yes], repeat: true, default: [no]}\n"
    )
    contract = RamlFormat().read(path)

    path.write_text(RamlFormat().write(contract))

    assert RamlFormat().read(path) == contract


def query(schema: dict[str, Any]) -> Operation:
    return Operation(
        "GET", path="/x", parameters=(Parameter("a", location="query", schema=schema),)
    )


def path_parameter(method: str, kind: str) -> Operation:
    parameter = Parameter("a", location="path", schema={"type": kind}, required=True)
    return Operation(method, path="/x/{a}", parameters=(parameter,))


@pytest.mark.parametrize(
    ("operations", "message"),
    [
        (
            [query({"type": "number", "exclusiveMinimum": 0})],
            'parameter "a": RAML 0.8 can\'t say exclusiveMinimum',
        ),
        (
            [query({"type": "array", "items": {"type": "string"}, "maxItems": 2})],
            'parameter "a": RAML 0.8 can\'t say maxItems',
        ),
        (
            [query({"type": "boolean", "enum": [True]})],
            'parameter "a": RAML 0.8 can\'t say enum',
        ),
        (
            [query({"type": "object"})],
            'parameter "a": RAML 0.8 can\'t say the type object',
        ),
        (
            [path_parameter("GET", "string"), path_parameter("PUT", "integer")],
            "PUT /x/{a}: RAML 0.8 can't say other path parameters than for the other "
            "methods",
        ),
        (
            [Operation("GET", path="/x"), Operation("GET", path="/x")],
            "GET /x: RAML 0.8 can't say the same operation twice",
        ),
        (
            [Operation("PUT", path="/x", body="application/json")],
            "PUT /x: RAML 0.8 can't say a body of application/json yet",
        ),
    ],
)
def test_what_raml_cannot_say_is_refused(
    operations: list[Operation], message: str
) -> None:
    with pytest.raises(ContractError) as told:
        RamlFormat().write(ApiContract("T", version="v0", operations=tuple(operations)))

    assert str(told.value) == message
