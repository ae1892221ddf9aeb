"""Requests against the contract: what predict gets, and all faults at once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from werkzeug.datastructures import FileStorage

from launchpad_core.contract import FORM, JSON, Body, Operation, Parameter
from launchpad_core.errors import ContractError
from launchpad_core.positions import Position
from launchpad_core.requests.validation import (
    Arguments,
    Fault,
    Given,
    InvalidRequest,
    validator,
)

NUMBER = {"type": "number", "minimum": 0}
OPERATION = Operation(
    "POST",
    path="/x/{id}",
    parameters=(
        Parameter("id", location="path", schema={"type": "integer"}, required=True),
        Parameter("a", location="query", schema=NUMBER, required=True),
        Parameter("b", location="query", schema={**NUMBER, "default": 3}),
        Parameter("c", location="query", schema={"type": "array", "items": NUMBER}),
        Parameter("X-D", location="header", schema={"type": "integer"}),
        Parameter(
            "X-E",
            location="header",
            schema={"type": "array", "items": {"type": "string"}},
        ),
    ),
    bodies=(
        Body(
            FORM,
            parameters=(
                Parameter("f", location="form", schema={"type": "string"}),
                Parameter("g", location="form", schema=NUMBER, required=True),
            ),
        ),
    ),
    body_required=True,
)


def test_arguments_are_converted_and_complete() -> None:
    arguments = validator(OPERATION)(
        Given(
            path={"id": ["7"]},
            query={"c": ["1", "2"], "a": ["0"]},
            headers={"X-E": "u , v", "X-Other": "ignored"},
            media_type=FORM,
            form={"g": ["1.5"]},
        )
    )

    assert arguments == Arguments(
        [
            {
                **{"id": 7, "a": 0.0, "b": 3.0, "c": [1.0, 2.0], "X-D": None},
                **{"X-E": ["u", "v"], "f": None, "g": 1.5},
            }
        ],
        many=False,
    )


def test_all_faults_are_told_at_once() -> None:
    given = Given(
        path={"id": ["x"]},
        query={"b": ["-1"], "c": ["1", "z", "z"], "d": ["1"]},
        headers={"X-D": "1.5"},
        media_type=FORM,
        form={"f": ["1", "2"], "e": ["1"]},
        files={"h": [FileStorage(filename="a.png")]},
    )

    with pytest.raises(InvalidRequest) as told:
        validator(OPERATION)(given)

    assert told.value.faults == (
        Fault("path", "id", "type", "should be an integer, not 'x'"),
        Fault("query", "a", "missing", "is required"),
        Fault("query", "b", "minimum", "should be at least 0"),
        Fault("query", "c", "type", "should be a number, not 'z'"),
        Fault("query", "d", "unknown", "is not a parameter here"),
        Fault("header", "X-D", "type", "should be an integer, not '1.5'"),
        Fault("form", "f", "repeated", "is given 2 times, not once"),
        Fault("form", "g", "missing", "is required"),
        Fault("form", "e", "unknown", "is not a parameter here"),
        Fault("file", "h", "unknown", "is not a parameter here"),
    )
    assert str(told.value).startswith(
        "the request does not fit the contract: id should be an integer, not 'x'; a is"
    )


def parameter(name: str, schema: dict[str, Any], **more: Any) -> Parameter:
    return Parameter(name, location="query", schema=schema, **more)


def test_unknown_parameters_are_refused_unless_ignored_or_admitted() -> None:
    operation = Operation("GET", path="/", parameters=(parameter("a", NUMBER),))
    given = Given(query={"a": ["1"], "key": ["secret"], "z": ["1"]})

    ignoring = validator(operation, ignore_unknown=True)(given)
    with pytest.raises(InvalidRequest) as told:
        validator(operation, admitted=[("query", "key")])(given)

    assert ignoring.records == [{"a": 1.0}]
    assert [fault.name for fault in told.value.faults] == ["z"]


def test_defaults_are_fresh() -> None:
    tags = {"type": "array", "items": {"type": "string"}, "default": ["new"]}
    validate = validator(Operation("GET", path="/", parameters=(parameter("a", tags),)))

    validate(Given()).records[0]["a"].append("changed")

    assert validate(Given()).records == [{"a": ["new"]}]


def test_each_row_has_its_own_defaults() -> None:
    tags = {"type": "array", "items": {"type": "string"}, "default": ["new"]}
    options = {"type": "object", "default": {"unit": ["cm"]}}
    rows = {"type": "array", "items": {"type": "object", "properties": {"n": NUMBER}}}
    operation = Operation(
        "POST",
        path="/",
        parameters=(parameter("tags", tags), parameter("options", options)),
        bodies=(Body(JSON, schema=rows),),
    )
    given = Given(media_type=JSON, content=b'[{"n": 1}, {"n": 2}, {"n": 3}]')

    first, second, third = validator(operation)(given).records
    first["tags"].append("changed")
    second["options"]["unit"].append("changed")

    assert [first, second, third] == [
        {"n": 1.0, "tags": ["new", "changed"], "options": {"unit": ["cm"]}},
        {"n": 2.0, "tags": ["new"], "options": {"unit": ["cm", "changed"]}},
        {"n": 3.0, "tags": ["new"], "options": {"unit": ["cm"]}},
    ]


def test_headers_are_utf_8() -> None:
    word = {"type": "string", "maxLength": 4}
    words = {"type": "array", "items": word}
    validate = validator(
        Operation(
            "GET",
            path="/",
            parameters=(
                Parameter("X-Word", location="header", schema=word),
                Parameter("X-Words", location="header", schema=words),
            ),
        )
    )
    written = "zoë , 한".encode()

    records = validate(
        Given(
            headers={"X-Word": "bl\u00c3\u00a5", "X-Words": written.decode("latin-1")}
        )
    ).records
    with pytest.raises(InvalidRequest) as told:
        validate(Given(headers={"X-Word": "bl\u00e5"}))

    assert records == [{"X-Word": "blå", "X-Words": ["zoë", "한"]}]
    assert told.value.faults == (Fault("header", "X-Word", "syntax", "is not UTF-8"),)


@pytest.mark.parametrize(
    ("operation", "message"),
    [
        (
            Operation("GET", path="/", parameters=(parameter("a", {"least": 1}),)),
            'api.raml:7: parameter "a": the keyword least can\'t be enforced',
        ),
        (
            Operation(
                "GET", path="/", parameters=(parameter("a", {**NUMBER, "default": -1}),)
            ),
            'api.raml:7: parameter "a": the default should be at least 0',
        ),
        (
            Operation(
                "GET",
                path="/x",
                parameters=(
                    parameter("a", NUMBER),
                    Parameter("a", location="header", schema=NUMBER),
                ),
            ),
            'api.raml:7: GET /x has two inputs with the name "a"',
        ),
        (
            Operation(
                "POST",
                path="/x",
                parameters=(parameter("a", NUMBER),),
                bodies=(
                    Body(JSON, schema={"type": "object", "properties": {"a": NUMBER}}),
                ),
            ),
            'api.raml:7: POST /x has two inputs with the name "a"',
        ),
        (
            Operation(
                "POST", path="/", bodies=(Body("application/xml", schema=NUMBER),)
            ),
            "api.raml:7: the body in application/xml has a schema that can't be "
            "checked",
        ),
        (
            Operation(
                "POST", path="/", bodies=(Body(JSON, schema={"$ref": "#/$defs/Row"}),)
            ),
            'api.raml:7: the body in application/json: there is no schema "Row"',
        ),
    ],
)
def test_contracts_that_cannot_be_served_are_refused(
    operation: Operation, message: str
) -> None:
    with pytest.raises(ContractError) as told:
        validator(placed(operation))

    assert str(told.value).partition("\n")[0] == message


def placed(operation: Operation) -> Operation:
    """Return an operation whose last input is stated in line 7."""
    here = Position("api.raml", 7)
    *others, last = [*operation.parameters] or [None]
    return replace(
        operation,
        parameters=tuple([*others, replace(last, where=here)] if last else ()),
        bodies=tuple(replace(body, where=here) for body in operation.bodies),
    )
