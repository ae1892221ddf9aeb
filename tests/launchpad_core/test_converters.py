"""From text to values: strict, and every keyword of JSON Schema enforced."""

from __future__ import annotations

from typing import Any

import pytest

from launchpad_core.errors import ContractError
from launchpad_core.requests.converters import converter, reader
from launchpad_core.schemas.faults import MOST, Unfit

INTEGERS = {"type": "array", "items": {"type": "integer"}}


@pytest.mark.parametrize(
    ("schema", "text", "value"),
    [
        ({"type": "number"}, "1", 1.0),
        ({"type": "number"}, "-1.5e3", -1500.0),
        ({"type": "number"}, ".5", 0.5),
        ({"type": "number"}, "5.", 5.0),
        ({"type": "number"}, "+007", 7.0),
        ({"type": "number", "multipleOf": 0.1}, "0.3", 0.3),
        ({"type": "integer"}, "+12", 12),
        ({"type": "integer"}, "9" * 30, int("9" * 30)),
        ({"type": "integer", "format": "int32"}, "-2147483648", -(2**31)),
        ({"type": "boolean"}, "true", True),
        ({"type": "boolean"}, "FALSE", False),
        ({"type": "string"}, "", ""),
        ({"type": "string"}, "null", "null"),
        ({"type": "string", "maxLength": 1}, "😀", "😀"),
        ({}, "text", "text"),
        (INTEGERS, ["1", "2"], [1, 2]),
        ({**INTEGERS, "prefixItems": [{}]}, ["a", "2"], ["a", 2]),
        ({"type": "array", "items": True}, ["a", "2"], ["a", "2"]),
        ({"type": "array", "items": False}, [], []),
        ({"type": "string", "pattern": "^a+$"}, "aa", "aa"),
        ({"type": "string", "pattern": r"[$]\$"}, "$$", "$$"),
        ({"type": "string", "pattern": r"^(?=a)\w$"}, "a", "a"),
        ({"type": "integer", "enum": [1, 2]}, "2", 2),
        ({"type": "number", "enum": [1, 2.5]}, "1", 1.0),
        ({"enum": ["a", 2]}, "2", 2),
        ({"const": 5}, "5", 5),
        ({"type": "integer", "not": {"const": 3}}, "4", 4),
        ({"type": "object"}, '{"a": [1, null]}', {"a": [1, None]}),
        (
            {"properties": {"a": {"type": "integer"}}, "type": "object"},
            '{"a": 1.0}',
            {"a": 1},
        ),
        ({"type": "string", "format": "date"}, "2024-02-29", "2024-02-29"),
        *(
            ({"type": "string", "format": "http-date"}, date, date)
            for date in (
                "Sun, 06 Nov 1994 08:49:37 GMT",
                "Sunday, 06-Nov-94 08:49:37 GMT",
                "Sun Nov  6 08:49:37 1994",
            )
        ),
    ],
)
def test_text_becomes_a_value(schema: dict[str, Any], text: Any, value: Any) -> None:
    converted = converter(schema, name="x")(text)

    assert repr(converted) == repr(value)


@pytest.mark.parametrize("schema", [{}, {"minimum": -9}, {"not": {"const": 7}}])
@pytest.mark.parametrize(
    "text",
    [
        *("", " 1", "1 ", "1\n", "1_0", "nan", "inf", "Infinity", "1e999", "0x10"),
        *("1,5", "one", "--1", "1e", "\u0661", "True", "1\u00a0", "\ud800"),
    ],
)
def test_numbers_are_strict(schema: dict[str, Any], text: str) -> None:
    with pytest.raises(Unfit) as told:
        converter({"type": "number", **schema}, name="x")(text)

    assert told.value.code == "type"


@pytest.mark.parametrize(
    "text", ["1.0", "1e3", "", " 1", "9" * 4301, "1_0", "\u0663", "-", "true"]
)
def test_integers_are_strict(text: str) -> None:
    with pytest.raises(Unfit):
        converter({"type": "integer"}, name="x")(text)


NULLABLE = {"type": ["number", "null"], "minimum": 0}
NUMBER_OR_TEXT = {"anyOf": [{"type": "string", "maxLength": 3}, {"type": "integer"}]}


@pytest.mark.parametrize(
    ("schema", "text", "value"),
    [
        (NULLABLE, "", None),
        (NULLABLE, "null", None),
        (NULLABLE, "1", 1.0),
        ({"type": ["string", "null"]}, "", ""),
        ({"type": ["string", "null"]}, "null", "null"),
        ({"enum": [1, None]}, "null", None),
        (NUMBER_OR_TEXT, "12", 12),
        (NUMBER_OR_TEXT, "abc", "abc"),
        ({"type": ["boolean", "string"]}, "true", True),
        ({"type": ["integer", "number"]}, "1", 1),
        ({"type": ["integer", "number"]}, "1.5", 1.5),
        ({**INTEGERS, "type": ["array", "null"]}, ["", ""], None),
    ],
)
def test_of_several_types_the_narrowest_is_read(
    schema: dict[str, Any], text: Any, value: Any
) -> None:
    if isinstance(text, list):
        text = text[:1]

    assert repr(converter(schema, name="x")(text)) == repr(value)


@pytest.mark.parametrize(
    ("separator", "texts", "value"),
    [
        (",", ["1,2"], [1, 2]),
        (",", [""], []),
        ("|", ["3"], [3]),
        (" ", ["1 2"], [1, 2]),
        ("", ["1", "2"], [1, 2]),
    ],
)
def test_arrays_are_repeated_or_separated(
    separator: str, texts: list[str], value: list[int]
) -> None:
    assert reader(INTEGERS, label="x", separator=separator)(texts) == value


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
            {"type": "number", "exclusiveMaximum": 0},
            "0",
            "exclusiveMaximum",
            "should be below 0",
        ),
        (
            {"type": "number", "multipleOf": 0.01},
            "0.125",
            "multipleOf",
            "should be a multiple of 0.01",
        ),
        (
            {"type": "integer", "format": "int32"},
            "2147483648",
            "maximum",
            "should be at most 2147483647",
        ),
        ({"minLength": 2}, "a", "minLength", "should have at least 2 characters"),
        ({"maxLength": 1}, "ab", "maxLength", "should have at most 1 character"),
        ({"enum": ["a", "b"]}, "c", "enum", "should be one of a, b"),
        ({"const": "a"}, "c", "const", "should be a"),
        ({"not": {"const": "c"}}, "c", "not", "is what the contract excludes"),
        ({"pattern": "^a$"}, "a\n", "pattern", "should match the pattern ^a$"),
        (
            {"pattern": r"^\d$"},
            "\u0661",
            "pattern",
            r"should match the pattern ^\d$",
        ),
        ({"type": "boolean"}, "yes", "type", "should be true or false, not 'yes'"),
        (NULLABLE, "x", "type", "should be a number or null, not 'x'"),
        (NULLABLE, "-1", "minimum", "should be at least 0"),
        (
            {"type": "array", "items": {"type": "number", "maximum": 1}},
            ["0", "2"],
            "maximum",
            "should be at most 1",
        ),
        (
            {**INTEGERS, "uniqueItems": True},
            ["1", "1"],
            "uniqueItems",
            "should not have the same item twice",
        ),
        (
            {**INTEGERS, "minItems": 2},
            ["1"],
            "minItems",
            "should have at least 2 items",
        ),
        (
            {"type": "object"},
            "{",
            "syntax",
            "is not JSON: input data was truncated",
        ),
        ({"type": "object"}, "3", "type", "should be an object, not 3"),
        (
            {"format": "date"},
            "2023-02-29",
            "format",
            "should be a date such as 1994-11-06, not '2023-02-29'",
        ),
        *(
            (
                {"format": "http-date"},
                text,
                "format",
                "should be a date such as Sun, 06 Nov 1994 08:49:37 GMT, not "
                + repr(text),
            )
            for text in ("yesterday", "Mon, 06 Nov 1994 08:49:37 GMT")
        ),
    ],
)
def test_constraints_are_enforced(
    schema: dict[str, Any], text: Any, code: str, detail: str
) -> None:
    with pytest.raises(Unfit) as told:
        converter(schema, name="x")(text)

    assert (told.value.code, told.value.detail) == (code, detail)


def test_no_more_items_are_read_than_are_told() -> None:
    with pytest.raises(Unfit) as told:
        converter(INTEGERS, name="x")(["a"] * 1_000_000)

    assert len(told.value.problems) == MOST


def test_all_items_are_told() -> None:
    with pytest.raises(Unfit) as told:
        converter(INTEGERS, name="x")(["a", "1", "b"])

    assert [problem.detail for problem in told.value.problems] == [
        "should be an integer, not 'a'",
        "should be an integer, not 'b'",
    ]


@pytest.mark.parametrize(
    ("format_", "pattern", "text", "detail"),
    [
        (
            *("date-time", r"^[0-9-]+T[0-9:]+Z$", "1994-11-06 8:49"),
            "should be a moment such as 1994-11-06T08:49:37Z, not '1994-11-06 8:49'",
        ),
        (
            *("date", r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", "6.11.94"),
            "should be a date such as 1994-11-06, not '6.11.94'",
        ),
        (
            *("time", r"^[0-9:]+Z$", "8.49"),
            "should be a time such as 08:49:37Z, not '8.49'",
        ),
        (
            *("http-date", r"^(Mon|Sun), [0-9]{2}", "today"),
            "should be a date such as Sun, 06 Nov 1994 08:49:37 GMT, not 'today'",
        ),
        (
            *("date", r"^19", "2024-02-29"),
            "should match the pattern ^19",
        ),
    ],
)
def test_pattern_is_not_told_beside_a_format(
    format_: str, pattern: str, text: str, detail: str
) -> None:
    schema = {"type": "string", "format": format_, "pattern": pattern}

    with pytest.raises(Unfit) as told:
        converter(schema, name="x")(text)

    assert [problem.detail for problem in told.value.problems] == [detail]


def test_pattern_of_another_value_is_told_beside_a_format() -> None:
    convert = converter(
        {
            "type": "object",
            "properties": {
                "day": {"type": "string", "format": "date"},
                "word": {"type": "string", "pattern": "^a$"},
            },
        },
        name="x",
    )

    with pytest.raises(Unfit) as told:
        convert('{"day": "today", "word": "b"}')

    assert {problem.path: problem.detail for problem in told.value.problems} == {
        ("day",): "should be a date such as 1994-11-06, not 'today'",
        ("word",): "should match the pattern ^a$",
    }


@pytest.mark.parametrize(
    ("schema", "message"),
    [
        (
            {"least": 1},
            'parameter "x": the keyword least can\'t be enforced\n  try: leave it out',
        ),
        (
            {"items": {"minlength": 1}},
            'parameter "x": the keyword minlength can\'t be enforced\n'
            '  try: did you mean "minLength"?',
        ),
        (
            {"format": "colour"},
            "parameter \"x\": the format 'colour' is not supported\n"
            "  try: leave it out, or write a pattern",
        ),
        (
            {"pattern": "("},
            "parameter \"x\": the pattern '(' is no regular expression",
        ),
        (
            {"minimum": 0},
            'parameter "x": minimum says nothing about text\n'
            "  try: state its type, such as number",
        ),
        (
            {"type": "number", "minimum": "0"},
            'parameter "x": minimum: "0" is not of type "number"',
        ),
        (
            {"type": "string", "allOf": [{"type": "integer"}]},
            'parameter "x": no value fits its schema',
        ),
    ],
)
def test_what_cannot_be_enforced_is_refused(
    schema: dict[str, Any], message: str
) -> None:
    with pytest.raises(ContractError) as told:
        converter(schema, name="x")

    assert str(told.value) == message


def test_patterns_end_in_time() -> None:
    """One that takes exponential time by backtracking is given up, and not met."""
    convert = converter({"pattern": r"^(?:(?=a)(a|aa))+$"}, name="x")

    assert convert("a" * 9) == "a" * 9
    with pytest.raises(Unfit, match="should match the pattern"):
        convert("a" * 60 + "b")
