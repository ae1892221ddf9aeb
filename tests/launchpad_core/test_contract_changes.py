"""Contracts compared: what breaks the clients of the old one."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import Any

import pytest
from contract_strategies import contracts
from hypothesis import HealthCheck, given, settings

from launchpad_core import contract_changes
from launchpad_core.contract import (
    ApiContract,
    Body,
    Operation,
    Parameter,
    Response,
)
from launchpad_core.positions import Position

EXAMPLES = int(os.environ.get("LAUNCHPAD_EXAMPLES", "100"))

INTEGER, NUMBER, TEXT = {"type": "integer"}, {"type": "number"}, {"type": "string"}


def api(*operations: Operation, **more: Any) -> ApiContract:
    return ApiContract("Sums", version="v1", operations=operations, **more)


def get(*parameters: Parameter, path: str = "/sums", **more: Any) -> Operation:
    return Operation("GET", path=path, parameters=parameters, **more)


def post(*bodies: Body, **more: Any) -> Operation:
    return Operation("POST", path="/sums", bodies=bodies, **more)


def query(name: str, schema: Any = INTEGER, **more: Any) -> Parameter:
    return Parameter(name, location="query", schema=schema, **more)


def answers(*responses: Response) -> Operation:
    return get(responses=responses)


def answer(schema: Any, status: int = 200, **more: Any) -> Response:
    media_type = "application/json"
    return Response(status, media_type=media_type, schema=schema, **more)


def header(name: str, schema: Any = TEXT, **more: Any) -> Parameter:
    return Parameter(name, location="header", schema=schema, **more)


def json(schema: Any) -> Body:
    return Body("application/json", schema=schema)


def upload(*media_types: str) -> Body:
    file = Parameter("f", location="file", schema={}, media_types=media_types)
    return Body("multipart/form-data", parameters=(file,))


def row(*required: str, **properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": [*required]}


CASES: dict[str, tuple[Operation | None, Operation | None, list[str]]] = {
    "operation gone": (
        get(),
        None,
        ["! GET /sums is gone, and its path with it"],
    ),
    "operation new": (None, get(), ["  GET /sums is new"]),
    "path renamed": (
        get(),
        get(path="/totals"),
        ["! GET /sums is gone, and its path with it", "  GET /totals is new"],
    ),
    "name in the path": (
        get(Parameter("id", location="path", schema=TEXT), path="/a/{id}"),
        get(Parameter("name", location="path", schema=INTEGER), path="/a/{name}"),
        [
            '  GET /a/{name}: path parameter "id" is now called "name"',
            '! GET /a/{name}: path parameter "name" type is now integer, was string',
        ],
    ),
    "parameter gone": (
        get(query("a"), query("b")),
        get(query("a")),
        ['! GET /sums: query parameter "b" is gone'],
    ),
    "parameter renamed": (
        get(query("a")),
        get(query("b")),
        [
            '! GET /sums: query parameter "a" is gone (renamed to "b"?)',
            '  GET /sums: query parameter "b" is new',
        ],
    ),
    "parameter of another kind": (
        get(query("a")),
        get(query("b", TEXT)),
        [
            '! GET /sums: query parameter "a" is gone',
            '  GET /sums: query parameter "b" is new',
        ],
    ),
    "parameter new and required": (
        get(),
        get(query("a", required=True)),
        ['! GET /sums: query parameter "a" is new and required'],
    ),
    "parameter required": (
        get(query("a")),
        get(query("a", required=True)),
        ['! GET /sums: query parameter "a" is now required'],
    ),
    "parameter optional": (
        get(query("a", required=True)),
        get(query("a", {**INTEGER, "default": 1})),
        [
            '  GET /sums: query parameter "a" is no longer required',
            '  GET /sums: query parameter "a" has the default 1 now',
        ],
    ),
    "parameter narrowed": (
        get(query("a")),
        get(query("a", {**INTEGER, "maximum": 9})),
        ['! GET /sums: query parameter "a" maximum 9 is new'],
    ),
    "parameter widened": (
        get(query("a")),
        get(query("a", NUMBER)),
        ['  GET /sums: query parameter "a" type is now number, was integer'],
    ),
    "separator": (
        get(query("a", {"type": "array"}, separator=",")),
        get(query("a", {"type": "array"})),
        [
            '! GET /sums: query parameter "a" takes its items separated by repeating '
            "the name now"
        ],
    ),
    "headers in another case": (get(header("ETag")), get(header("etag")), []),
    "fewer media types of a file": (
        post(upload("image/*", "text/csv")),
        post(upload("image/png", "text/csv")),
        ['! POST /sums: file "f" takes image/png, text/csv now'],
    ),
    "more media types of a file": (
        post(upload("image/png")),
        post(upload("image/*")),
        ['  POST /sums: file "f" takes image/* now'],
    ),
    "body gone": (
        post(json(INTEGER), Body("text/csv")),
        post(json(INTEGER)),
        ["! POST /sums: body text/csv is gone"],
    ),
    "body new": (
        post(),
        post(json(INTEGER)),
        ["  POST /sums: body application/json is new"],
    ),
    "body required": (
        post(json(INTEGER)),
        post(json(INTEGER), body_required=True),
        ["! POST /sums: body is now required"],
    ),
    "body narrowed": (
        post(json(row(a=NUMBER))),
        post(json(row("b", a=INTEGER, b=TEXT))),
        [
            '! POST /sums: body application/json "a" type is now integer, was number',
            '! POST /sums: body application/json "b" is new and required',
        ],
    ),
    "rows widened": (
        post(json({"type": "array", "items": row("a", a=INTEGER)})),
        post(json({"type": "array", "items": row(a=INTEGER, b=TEXT)})),
        [
            '  POST /sums: body application/json "[].b" is new',
            '  POST /sums: body application/json "[].a" may be absent now',
        ],
    ),
    "body of which nothing is said": (
        post(Body("application/json")),
        post(json(row())),
        ["! POST /sums: body application/json type is now object, was anything"],
    ),
    "answer gone": (
        answers(answer(TEXT), answer(TEXT, 404)),
        answers(answer(TEXT, 201)),
        [
            "! GET /sums: response 200 application/json is gone",
            "  GET /sums: response 404 application/json is gone",
            "  GET /sums: response 201 application/json is new",
        ],
    ),
    "answer's field gone": (
        answers(answer(row(a=TEXT))),
        answers(answer(row(b=INTEGER))),
        [
            '! GET /sums: response 200 application/json "a" is gone',
            '  GET /sums: response 200 application/json "b" is new',
        ],
    ),
    "answer's field that may be absent": (
        answers(answer(row("a", a=TEXT))),
        answers(answer(row(a=TEXT))),
        ['! GET /sums: response 200 application/json "a" may be absent now'],
    ),
    "answer widened": (
        answers(answer(row(a={**TEXT, "enum": ["x"]}))),
        answers(answer(row(a={**TEXT, "enum": ["x", "y"]}))),
        ['! GET /sums: response 200 application/json "a" now takes "y" as well'],
    ),
    "answer narrowed": (
        answers(answer(NUMBER)),
        answers(answer(INTEGER)),
        ["  GET /sums: response 200 application/json type is now integer, was number"],
    ),
    "answer's headers": (
        answers(answer(TEXT, headers=(header("A", required=True), header("B")))),
        answers(answer(TEXT, headers=(header("A", {}), header("C")))),
        [
            '! GET /sums: response 200 application/json header "A" may be absent now',
            '! GET /sums: response 200 application/json header "A" type is now '
            "anything, was string",
            '! GET /sums: response 200 application/json header "B" is gone',
            '  GET /sums: response 200 application/json header "C" is new',
        ],
    ),
    "security": (
        get(security=({"key": ()}, {"basic": (), "key": ()})),
        get(security=({"basic": ()}, {"oauth": ("read",)})),
        [
            '! GET /sums: security no longer admits {"key": []}',
            '  GET /sums: security admits as well now {"basic": []}',
            '  GET /sums: security admits as well now {"oauth": ["read"]}',
        ],
    ),
    "security where anybody was admitted": (
        get(),
        get(security=({"key": ()},)),
        ["! GET /sums: security no longer admits anybody"],
    ),
    "words for people": (
        get(query("a"), description="A"),
        get(query("a", {**INTEGER, "title": "B"}, examples=(1,)), title="C"),
        [],
    ),
}


@pytest.mark.parametrize(("old", "new", "expected"), CASES.values(), ids=CASES)
def test_change(
    old: Operation | None, new: Operation | None, expected: list[str]
) -> None:
    """A ``!`` says that the change breaks."""
    before, after = (api(*[one] if one else []) for one in (old, new))

    found = contract_changes(before, after)

    assert [f"{'!' if one.breaking else ' '} {one}" for one in found] == expected


def test_change_says_where_both_contracts_state_it() -> None:
    old = query("a", where=Position("old.raml", 7))
    new = query("a", NUMBER, where=Position("new.raml", 8))

    (change,) = contract_changes(api(get(old)), api(get(new)))

    assert (str(change.old), str(change.new)) == ("old.raml:7", "new.raml:8")
    assert (change.operation, change.place, change.name) == ("GET /sums", "query", "a")


def test_named_schemas_are_followed() -> None:
    operation = post(json({"$ref": "#/$defs/Row"}))

    (change,) = contract_changes(
        api(operation, schemas={"Row": row(a=NUMBER)}),
        api(operation, schemas={"Row": row(a=INTEGER)}),
    )

    assert str(change) == (
        'POST /sums: body application/json "a" type is now integer, was number'
    )


def test_new_version_is_told() -> None:
    (change,) = contract_changes(api(), replace(api(), version="v2"))

    assert (str(change), change.breaking) == (
        'the version is now "v2", was "v1"',
        False,
    )


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(contracts())
def test_contract_does_not_differ_from_itself(contract: ApiContract) -> None:
    assert contract_changes(contract, contract) == ()
