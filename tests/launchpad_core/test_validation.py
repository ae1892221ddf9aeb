"""Requests against the contract: every constraint, and all faults at once."""

from __future__ import annotations

from typing import Any

import pytest

from launchpad_core.contract import Operation, Parameter
from launchpad_core.converters import Unfit, converter
from launchpad_core.errors import ContractError
from launchpad_core.validation import Fault, InvalidRequest, validator


@pytest.mark.parametrize(
    ("schema", "text", "value"),
    [
        ({"type": "number"}, "1", 1.0),
        ({"type": "number"}, "-1.5e3", -1500.0),
        ({"type": "number"}, ".5", 0.5),
        ({"type": "integer"}, "+12", 12),
        ({"type": "integer"}, "9" * 30, int("9" * 30)),
        ({"type": "boolean"}, "true", True),
        ({"type": "boolean"}, "FALSE", False),
        ({"type": "string"}, "", ""),
        ({}, "text", "text"),
        ({"type": "array", "items": {"type": "integer"}}, ["1", "2"], [1, 2]),
        ({"type": "string", "pattern": "^a+$"}, "aa", "aa"),
        ({"type": "string", "pattern": r"[$]\$"}, "$$", "$$"),
        ({"type": "integer", "enum": [1, 2]}, "2", 2),
        (
            {"type": "string", "format": "http-date"},
            "Sun, 06 Nov 1994 08:49:37 GMT",
            "Sun, 06 Nov 1994 08:49:37 GMT",
        ),
    ],
)
def test_text_becomes_a_value(schema: dict[str, Any], text: Any, value: Any) -> None:
    converted = converter(schema, name="x")(text)

    assert converted == value
    assert type(converted) is type(value)


@pytest.mark.parametrize(
    "text",
    [
        *("", " 1", "1 ", "1_0", "nan", "inf", "Infinity", "1e999", "0x10", "1,5"),
        *("one", "--1", "1e", "\u0661", "1\n", "True"),
    ],
)
def test_numbers_are_strict(text: str) -> None:
    with pytest.raises(Unfit) as told:
        converter({"type": "number"}, name="x")(text)

    assert told.value.code == "type"


@pytest.mark.parametrize("text", ["1.0", "1e3", "", "9" * 401, "1_0", "\u0663"])
def test_integers_are_strict(text: str) -> None:
    with pytest.raises(Unfit):
        converter({"type": "integer"}, name="x")(text)


@pytest.mark.parametrize(
    ("schema", "text", "code", "detail"),
    [
        ({"type": "number", "minimum": 0}, "-1", "minimum", "should be at least 0"),
        ({"type": "number", "maximum": 9}, "9.5", "maximum", "should be at most 9"),
        (
            {"type": "number", "exclusiveMinimum": 0},
            "0",
            "exclusiveMinimum",
            "should be above 0",
        ),
        (
            {"minLength": 2},
            "a",
            "minLength",
            "should have at least 2 characters",
        ),
        ({"maxLength": 2}, "abc", "maxLength", "should have at most 2 characters"),
        ({"enum": ["a", "b"]}, "c", "enum", "should be one of a, b"),
        ({"pattern": "^a$"}, "a\n", "pattern", "should match the pattern ^a$"),
        (
            {"type": "boolean"},
            "yes",
            "type",
            "should be true or false, not 'yes'",
        ),
        (
            {"type": "array", "items": {"type": "number", "maximum": 1}},
            ["0", "2"],
            "maximum",
            "should be at most 1",
        ),
        (
            {"format": "http-date"},
            "yesterday",
            "format",
            "should be a date such as Sun, 06 Nov 1994 08:49:37 GMT, not 'yesterday'",
        ),
    ],
)
def test_constraints_are_enforced(
    schema: dict[str, Any], text: Any, code: str, detail: str
) -> None:
    with pytest.raises(Unfit) as told:
        converter(schema, name="x")(text)

    assert (told.value.code, told.value.detail) == (code, detail)


@pytest.mark.parametrize(
    ("schema", "message"),
    [
        ({"type": "object"}, "parameter \"x\": the type 'object' is not supported"),
        ({"not": {}}, 'parameter "x": the constraint not is not supported'),
        ({"format": "email"}, "parameter \"x\": the format 'email' is not supported"),
        (
            {"pattern": "("},
            "parameter \"x\": the pattern '(' is no regular expression: missing ), "
            "unterminated subpattern at position 0",
        ),
    ],
)
def test_what_cannot_be_enforced_is_refused(
    schema: dict[str, Any], message: str
) -> None:
    with pytest.raises(ContractError) as told:
        converter(schema, name="x")

    assert str(told.value) == message


NUMBER = {"type": "number", "minimum": 0}
OPERATION = Operation(
    "POST",
    path="/x/{id}",
    parameters=(
        Parameter("id", location="path", schema={"type": "integer"}, required=True),
        Parameter("a", location="query", schema=NUMBER, required=True),
        Parameter("b", location="query", schema={**NUMBER, "default": 3}),
        Parameter("c", location="query", schema={"type": "array", "items": NUMBER}),
        Parameter("d", location="form", schema={"type": "string"}),
    ),
)
NOTHING: dict[str, Any] = {"path": {}, "query": {}, "form": {}, "file": {}}


def test_arguments_are_in_the_contracts_order_and_complete() -> None:
    args = validator(OPERATION)(
        {**NOTHING, "query": {"c": ["1", "2"], "a": ["0"]}, "path": {"id": ["7"]}}
    )

    assert list(args.items()) == [
        ("id", 7),
        ("a", 0.0),
        ("b", 3),
        ("c", [1.0, 2.0]),
        ("d", None),
    ]


def test_all_faults_are_told_at_once() -> None:
    given = {
        "path": {"id": ["x"]},
        "query": {"b": ["-1"], "c": ["1", "z"], "d": ["1"]},
        "form": {"d": ["1", "2"], "e": ["1"]},
        "file": {"f": [object()]},
    }

    with pytest.raises(InvalidRequest) as told:
        validator(OPERATION)(given)  # type: ignore[arg-type]

    assert set(told.value.faults) == {
        Fault("path", "id", "type", "should be an integer, not 'x'"),
        Fault("query", "a", "missing", "is required"),
        Fault("query", "b", "minimum", "should be at least 0"),
        Fault("query", "c", "type", "should be a number, not 'z'"),
        Fault("form", "d", "repeated", "is given 2 times, not once"),
        Fault("query", "d", "unknown", "is not a parameter here"),
        Fault("form", "e", "unknown", "is not a parameter here"),
        Fault("file", "f", "unknown", "is not a parameter here"),
    }
