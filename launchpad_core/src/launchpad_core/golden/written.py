"""From values to what a request carries, as a client would write them."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from io import StringIO
from typing import Any

from launchpad_core.contract import CSV, Body, Operation, Parameter, Schema
from launchpad_core.golden.kept import Headers
from launchpad_core.requests.given import Given
from launchpad_core.requests.shapes import is_json, shape_of
from launchpad_core.schemas.types import types_of

Values = Mapping[str, Any]


def given_of(
    operation: Operation,
    values: Values,
    *,
    body: Body | None = None,
    content: Any = None,
    schemas: Mapping[str, Schema],
) -> Given:
    """Return a request that carries values.

    Args:
        operation: The operation.
        values: The values of its parameters, by name.
        body: The body to write, or None.
        content: What the body holds; the fields by name where it is a form.
        schemas: The named schemas of the contract.
    """
    places: dict[str, dict[str, list[str]]] = {}
    for one in operation.parameters:
        if one.name in values:
            place = places.setdefault(one.location, {})
            place[one.name] = _texts(values[one.name], one)
    headers = {
        name.lower(): texts[0].encode().decode("latin-1")
        for name, texts in places.get("header", {}).items()
    }
    return Given(
        path=places.get("path", {}),
        query=places.get("query", {}),
        headers=Headers(headers),
        **({} if body is None else _body(body, content, schemas)),
    )


def _texts(value: Any, parameter: Parameter) -> list[str]:
    schema = parameter.schema
    if not isinstance(value, list) or "array" not in (types_of(schema) or ("array",)):
        return [_text(value, schema)]
    items = schema.get("items")
    texts = [_text(item, items if isinstance(items, Mapping) else {}) for item in value]
    separator = parameter.separator or ("," if parameter.location == "header" else "")
    return [separator.join(texts)] if separator else texts


def _text(value: Any, schema: Schema) -> str:
    if isinstance(value, str):
        return value
    whole = isinstance(value, float) and value.is_integer()
    if (
        whole
        and "integer" in (types := types_of(schema) or ())
        and "number" not in types
    ):
        value = int(value)  # a column with a gap has floats
    return json.dumps(value, ensure_ascii=False)


def _body(body: Body, content: Any, schemas: Mapping[str, Schema]) -> dict[str, Any]:
    media_type = body.media_type.lower()
    if body.is_form:
        fields = [one for one in body.parameters if one.location == "form"]
        form = {
            one.name: _texts(content[one.name], one)
            for one in fields
            if one.name in content
        }
        return {"media_type": media_type, "form": form}
    if isinstance(content, bytes):
        return {"media_type": media_type, "content": content}
    return {"media_type": media_type, "content": _written(body, content, schemas)}


def _written(body: Body, content: Any, schemas: Mapping[str, Schema]) -> bytes:
    shape = shape_of(body, schemas)
    if isinstance(content, str) and not (
        is_json(body.media_type) and shape.kind == "value"
    ):
        return content.encode()  # it is written already
    if body.media_type == CSV and shape.kind == "rows":
        return _csv(content, shape.properties)
    properties = shape.properties if shape.kind != "value" else {}
    if shape.kind == "rows":
        content = [_fitting(row, properties) for row in content]
    elif shape.kind == "object":
        content = _fitting(content, properties)
    return json.dumps(content, ensure_ascii=False).encode()


def _csv(rows: Sequence[Values], properties: Mapping[str, Schema]) -> bytes:
    names = [name for name in properties if any(name in row for row in rows)]
    table = StringIO(newline="")
    writer = csv.writer(table)
    writer.writerow(names)
    for row in rows:
        cells = ((row.get(name), properties[name]) for name in names)
        writer.writerow(
            "" if value is None else _text(value, schema) for value, schema in cells
        )
    return table.getvalue().encode()


def _fitting(row: Values, properties: Mapping[str, Schema]) -> Values:
    """Return a row with text where the contract has text, such as for codes."""
    return {
        name: _text(value, {})
        if types_of(properties.get(name, {})) == frozenset({"string"})
        and isinstance(value, (int, float))
        else value
        for name, value in row.items()
    }
