"""Requests from the examples that a contract shows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from launchpad_core.contract import Body, Operation, Parameter, Schema
from launchpad_core.golden.written import given_of
from launchpad_core.references import resolved
from launchpad_core.requests.given import Given
from launchpad_core.requests.shapes import shape_of


def requests_of_examples(
    operation: Operation, schemas: Mapping[str, Schema]
) -> Iterator[Given]:
    """Yield as many requests as an operation's examples are needed for.

    Each has an example of every parameter that has one; a parameter that is required
    and has none gets its default, or a value of its enum. So there is also a request
    without anything, for an operation that asks for nothing.
    """
    several = _in_rows(operation.parameters)
    bodies = [
        (body, content)
        for body in operation.bodies
        for content in _contents(body, schemas)
    ]
    for index in range(max(len(several), len(bodies))):
        values = several[index % len(several)]
        body, content = bodies[index % len(bodies)] if bodies else (None, None)
        yield given_of(operation, values, body=body, content=content, schemas=schemas)


def _in_rows(parameters: Iterable[Parameter]) -> Sequence[Mapping[str, Any]]:
    """Return as many sets of values as the parameter with the most examples has."""
    examples = {}
    for one in parameters:
        if one.location != "file":
            found = one.examples or _examples(one.schema, needed=one.required)
            if found:
                examples[one.name] = found
    number = max(map(len, examples.values()), default=1)
    return [
        {name: found[index % len(found)] for name, found in examples.items()}
        for index in range(number)
    ]


def _contents(body: Body, schemas: Mapping[str, Schema]) -> Sequence[Any]:
    if body.examples:
        return body.examples
    if body.is_form:
        return _in_rows(body.parameters)
    if body.schema is None:
        return ()
    stated = _examples(resolved(body.schema, schemas), needed=False)
    if stated:
        return stated
    shape = shape_of(body, schemas)
    if shape.kind == "value":
        return ()
    row = {
        name: found[0]
        for name, schema in shape.properties.items()
        if (found := _examples(schema, needed=name in shape.required))
    }
    if not row or not shape.required <= row.keys():
        return ()
    return ([row] if shape.kind == "rows" else row,)


def _examples(schema: Schema, *, needed: bool) -> Sequence[Any]:
    """Return a schema's examples; if a value is needed, else one that it names."""
    stated = schema.get("examples")
    if isinstance(stated, (list, tuple)) and stated:
        return stated
    if not needed:
        return ()
    for keyword in ("default", "const"):
        if keyword in schema:
            return (schema[keyword],)
    named: Sequence[Any] = schema.get("enum", ())
    return named
