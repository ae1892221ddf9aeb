"""Requests for any operation: those that fit are accepted, one mistake is named."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO, StringIO
from typing import Any

from contract_strategies import instances, operations
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from schema_strategies import named_schemas
from werkzeug.datastructures import FileStorage

from launchpad_core.contract import CSV, Body, Operation, Parameter, Schema
from launchpad_core.errors import ContractError
from launchpad_core.requests.shapes import Shape, is_json, shape_of
from launchpad_core.requests.validation import (
    Given,
    InvalidRequest,
    Validate,
    validator,
)
from launchpad_core.schemas.faults import Fault

EXAMPLES = int(os.environ.get("LAUNCHPAD_EXAMPLES", "200"))

Named = Mapping[str, Schema]


@dataclass
class Request:
    """A request in the making, and what predict should get for it."""

    texts: dict[str, dict[str, list[Any]]] = field(
        default_factory=lambda: {
            place: {} for place in ("path", "query", "header", "form", "file")
        }
    )
    body: Body | None = None
    content: bytes = b""
    expected: dict[str, Any] = field(default_factory=dict)

    def given(self) -> Given:
        return Given(
            path=self.texts["path"],
            query=self.texts["query"],
            headers={
                name: as_sent(text) for name, (text,) in self.texts["header"].items()
            },
            media_type=self.body.media_type if self.body else "",
            content=self.content,
            form=self.texts["form"],
            files=self.texts["file"],
        )


@st.composite
def served(draw: st.DrawFn) -> tuple[Operation, Named, Validate]:
    """Operations that launchpad can serve, with their validators."""
    named = draw(named_schemas())
    operation = draw(operations("POST", "/x/{id}", named))
    try:
        return operation, named, validator(operation, schemas=named)
    except ContractError as error:
        assume("inputs with the name" not in error.message)
        assume("can't be checked" not in error.message)  # CSV without columns
        raise


@st.composite
def requests(draw: st.DrawFn, operation: Operation, named: Named) -> Request:
    """Requests that fit an operation."""
    request = Request()
    for parameter in operation.parameters:
        draw(fill(request, parameter))
    if operation.bodies and (operation.body_required or draw(st.booleans())):
        request.body = draw(st.sampled_from(operation.bodies))
        for parameter in request.body.parameters:
            draw(fill(request, parameter))
        if not request.body.is_form:
            request.content = draw(contents(request.body, named))
            assume(request.content)
    return request


@st.composite
def fill(draw: st.DrawFn, request: Request, parameter: Parameter) -> None:
    if not parameter.required and draw(st.booleans()):
        default = parameter.schema.get("default")
        request.expected[parameter.name] = as_declared(default, parameter.schema)
        return
    place = request.texts[parameter.location]
    if parameter.location == "file":
        place[parameter.name] = draw(files(parameter))
        return
    value = draw(instances(parameter.schema))
    place[parameter.name] = texts_of(value, parameter)
    request.expected[parameter.name] = as_declared(value, parameter.schema)


def texts_of(value: Any, parameter: Parameter) -> list[str]:
    """Return how a client writes a value."""
    if not isinstance(value, list):
        # A client can't say what isn't text in a place for text.
        assume(not (value is None and "string" in parameter.schema["type"]))
        return [text_of(value)]
    texts = [text_of(item) for item in value]
    separator = parameter.separator or ("," if parameter.location == "header" else "")
    if not separator:
        assume(texts)
        return texts
    assume(not any(separator in text for text in texts) and texts != [""])
    if parameter.location == "header":
        assume(all(text == text.strip(" \t") for text in texts))
    return [separator.join(texts)]


def text_of(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def as_sent(text: str) -> str:
    """Return the text of a header with a character for each byte (PEP 3333)."""
    return text.encode().decode("latin-1")


def as_declared(value: Any, schema: Schema) -> Any:
    types = schema.get("type", ())
    if isinstance(value, list):
        return [as_declared(item, schema["items"]) for item in value]
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return float(value) if is_number and "number" in types else value


@st.composite
def files(draw: st.DrawFn, parameter: Parameter) -> list[FileStorage]:
    schema = parameter.schema
    is_list = schema.get("type") == "array"
    one = schema["items"] if is_list else schema
    number = draw(st.integers(1, schema.get("maxItems", 3))) if is_list else 1
    size = draw(st.integers(one.get("minLength", 0), one.get("maxLength", 20)))
    kind = parameter.media_types[0] if parameter.media_types else "text/plain"
    media_type = kind.replace("*/*", "a/b").replace("*", "png")
    return [upload(b"x" * size, media_type) for _ in range(number)]


def upload(content: bytes, media_type: str) -> FileStorage:
    return FileStorage(BytesIO(content), filename="f", content_type=media_type)


@st.composite
def contents(draw: st.DrawFn, body: Body, named: Named) -> bytes:
    value = draw(instances(body.schema or {}, named))
    if body.schema is None or is_json(body.media_type):
        return json.dumps(value).encode()
    if body.media_type != CSV:
        return str(value).encode()
    shape = shape_of(body, named)
    assume(shape.kind == "rows")
    return csv_of(value, shape)


def csv_of(rows: Sequence[Mapping[str, Any]], shape: Shape) -> bytes:
    """Return rows as CSV, where that can say what they are."""
    names = list(shape.properties)
    for row in rows:
        assume(row.keys() <= set(names))
        for name, value in row.items():
            types = shape.properties[name].get("type", "string")
            assume(isinstance(value, (int, float, bool)) or "string" in types)
            assume(value not in ("", None))
            assume(isinstance(value, str) or "string" not in types)
    text = StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(names)
    writer.writerows([[text_of(row.get(name, "")) for name in names] for row in rows])
    return text.getvalue().encode()


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_requests_that_fit_are_accepted_and_converted(data: st.DataObject) -> None:
    operation, named, validate = data.draw(served())
    request = data.draw(requests(operation, named))

    arguments = validate(request.given())

    for record in arguments.records:
        assert repr({name: record[name] for name in request.expected}) == repr(
            request.expected
        )


@st.composite
def mistakes(
    draw: st.DrawFn, request: Request, operation: Operation
) -> tuple[str, str, str]:
    """Make one mistake in a request that fits; return where, in what, and its code."""
    form = request.body.parameters if request.body else ()
    parameters = [*operation.parameters, *form]
    options: list[tuple[str, Parameter | None]] = [("unknown", None)]
    for parameter in parameters:
        is_given = parameter.name in request.texts[parameter.location]
        options += [("missing", parameter)] * (parameter.required)
        if parameter.location in ("query", "form"):
            is_single = parameter.schema["type"] != "array" or parameter.separator
            options += [("repeated", parameter)] * bool(is_single and is_given)
        if parameter.location != "file":
            options += [
                (key, parameter)
                for key, limit in parameter.schema.items()
                if key in BREAKING and limit not in MET_BY_ALL
            ]
            options += [("type", parameter)] * (not allows_text(parameter.schema))
        elif parameter.schema.get("maxLength"):
            options += [("maxLength", parameter)]
    code, chosen = draw(st.sampled_from(options))
    if chosen is None:
        assume("unheard-of" not in {parameter.name for parameter in parameters})
        request.texts["query"]["unheard-of"] = ["1"]
        return "query", "unheard-of", code
    place = request.texts[chosen.location]
    if code == "missing":
        place.pop(chosen.name, None)
    elif code == "repeated":
        place[chosen.name] = [*place[chosen.name], *place[chosen.name]]
    elif chosen.location == "file":
        large = b"x" * (chosen.schema["maxLength"] + 1)
        kind = place[chosen.name][0].mimetype if chosen.name in place else "image/png"
        assume(not chosen.media_types or chosen.name in place)
        place[chosen.name] = [upload(large, kind)]
    else:
        place[chosen.name] = [
            BREAKING.get(code, lambda limit: "x:y")(chosen.schema.get(code))
        ]
    return chosen.location, chosen.name, code


MET_BY_ALL = ("", "#: '\"|^a*")
BREAKING: Mapping[str, Any] = {
    "minimum": lambda limit: repr(limit - 1),
    "maximum": lambda limit: repr(limit + 1),
    "exclusiveMinimum": repr,
    "exclusiveMaximum": repr,
    "maxLength": lambda limit: "a" * (limit + 1),
    "pattern": lambda pattern: {"^[a-z]+$": "A", "^[0-9]{2,4}$": "1"}.get(pattern, "?"),
    "format": lambda name: "neither date nor time",
}


def allows_text(schema: Schema) -> bool:
    inner = schema["items"] if schema["type"] == "array" else schema
    return "string" in inner["type"]


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_mistake_is_refused_and_named(data: st.DataObject) -> None:
    operation, named, validate = data.draw(served())
    request = data.draw(requests(operation, named))
    location, name, code = data.draw(mistakes(request, operation))

    faults = faults_of(validate, request.given())

    assert {(fault.location, fault.name) for fault in faults} == {(location, name)}
    assert code in {fault.code for fault in faults}


def faults_of(validate: Validate, given: Given) -> Sequence[Fault]:
    try:
        validate(given)
    except InvalidRequest as refused:
        return refused.faults
    return ()
