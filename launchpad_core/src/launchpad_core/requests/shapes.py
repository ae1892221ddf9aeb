"""What a body gives to predict: its properties, one record a row, or itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from launchpad_core.contract import CSV, JSON, Body, Schema
from launchpad_core.errors import ContractError
from launchpad_core.references import named, referred_name, resolved

BODY = "body"
"""The name of the argument that holds a body which is neither object nor rows."""

_ALTERNATIVES = ("anyOf", "oneOf")


@dataclass(frozen=True, slots=True)
class Shape:
    """What a body gives to predict.

    Attributes:
        kind: ``object``: its properties are arguments; ``rows``: it is a list of such
            objects, each of them one call or one row; ``value``: it is one argument.
        schema: The schema of the body, which says its type.
        row: The schema of the object, or of each row.
        properties: The arguments and their schemas, in the contract's order.
        required: Those that are always there.
        has_more: Whether the contract describes further properties, without names.
    """

    kind: Literal["object", "rows", "value"]
    schema: Schema
    row: Schema
    properties: Mapping[str, Schema]
    required: frozenset[str] = frozenset()
    has_more: bool = False


def shape_of(body: Body, schemas: Mapping[str, Schema]) -> Shape:
    """Return what a body gives to predict.

    Raises:
        ContractError: When its schema refers to what isn't there.
    """
    try:
        return _shape_of(body, schemas)
    except ContractError as error:
        raise ContractError(
            f"the body in {body.media_type}: {error.message}",
            where=body.where,
            hint=error.hint,
        ) from error


def is_json(media_type: str) -> bool:
    """Whether a media type stands for JSON."""
    return media_type in (JSON, "text/json") or media_type.endswith("+json")


def _shape_of(body: Body, schemas: Mapping[str, Schema]) -> Shape:
    if body.schema is None or not (is_json(body.media_type) or body.media_type == CSV):
        return _value({} if body.schema is None else body.schema)
    kind = _kind(body.schema, schemas)
    if kind == "object" and is_json(body.media_type):
        stated = _with_type("object", body.schema, schemas)
        return _shape("object", stated, body.schema, schemas)
    flat = resolved(body.schema, schemas)
    items = flat.get("items")
    if kind == "array" and _kind(items, schemas) == "object":
        assert isinstance(items, Mapping)
        return _shape("rows", {"type": "array", **flat}, items, schemas)
    return _value(body.schema)


class Input(NamedTuple):
    """One argument that a request gives to predict.

    Attributes:
        name: Its name.
        schema: Its schema.
        required: Whether a request that has the body has it.
    """

    name: str
    schema: Schema
    required: bool


def inputs_of(body: Body, schemas: Mapping[str, Schema]) -> tuple[Input, ...]:
    """Return the arguments that a body gives to predict.

    Raises:
        ContractError: When its schema refers to what isn't there.
    """
    if body.is_form:
        fields = body.parameters
        return tuple(Input(one.name, one.schema, one.required) for one in fields)
    shape = shape_of(body, schemas)
    return tuple(
        Input(name, schema, name in shape.required)
        for name, schema in shape.properties.items()
    )


def _value(schema: Schema) -> Shape:
    return Shape("value", schema, schema, {BODY: schema}, frozenset([BODY]))


def _shape(
    kind: Literal["object", "rows"],
    schema: Schema,
    row: Schema,
    schemas: Mapping[str, Schema],
) -> Shape:
    parts = list(_parts(row, schemas))
    properties: dict[str, Schema] = {}
    for part, _ in parts:
        for name, inner in part.get("properties", {}).items():
            flat = resolved(inner, schemas) if isinstance(inner, Mapping) else {}
            properties.setdefault(name, flat)
    if not properties:
        return _value(schema)
    return Shape(
        kind,
        schema,
        _with_type("object", row, schemas),
        properties,
        frozenset(
            name
            for part, always in parts
            if always
            for name in part.get("required", ())
        ),
        any(_describes_more(part) for part, _ in parts),
    )


def _with_type(kind: str, schema: Schema, schemas: Mapping[str, Schema]) -> Schema:
    """Return a schema that says its type, itself or by what it refers to."""
    says_it = "type" in resolved(schema, schemas)
    return schema if says_it else {"type": kind, **schema}


def _kind(
    schema: Any, schemas: Mapping[str, Schema], seen: frozenset[str] = frozenset()
) -> str | None:
    """Return the one type that a schema's values have, or None when it isn't known.

    A schema with properties and without a type means an object.
    """
    name = referred_name(schema)
    if not isinstance(schema, Mapping) or name in seen:
        return None
    seen |= {name} if name else set()
    flat = resolved(schema, schemas)
    types = flat.get("type")
    if types is not None:
        (first, *others) = [types] if isinstance(types, str) else types
        return None if others else first
    branches = {
        keyword: {_kind(inner, schemas, seen) for inner in flat.get(keyword, ())}
        for keyword in ("allOf", *_ALTERNATIVES)
    }
    branches["allOf"].discard(None)
    known = next((kinds for kinds in branches.values() if len(kinds) == 1), {None})
    return next(iter(known)) or ("object" if "properties" in flat else None)


def _parts(
    schema: Any,
    schemas: Mapping[str, Schema],
    seen: frozenset[str] = frozenset(),
    *,
    always: bool = True,
) -> Iterator[tuple[Schema, bool]]:
    """Yield the schemas that an object has to meet, and whether it always has to."""
    name = referred_name(schema)
    if not isinstance(schema, Mapping) or name in seen:
        return
    if name is not None:
        seen |= {name}
        yield from _parts(named(name, schemas), schemas, seen, always=always)
    yield schema, always
    for inner in schema.get("allOf", ()):
        yield from _parts(inner, schemas, seen, always=always)
    for inner in (
        *(branch for keyword in _ALTERNATIVES for branch in schema.get(keyword, ())),
        *(schema[keyword] for keyword in ("then", "else") if keyword in schema),
        *schema.get("dependentSchemas", {}).values(),
    ):
        yield from _parts(inner, schemas, seen, always=False)


def _describes_more(schema: Schema) -> bool:
    more = schema.get("additionalProperties")
    return bool("patternProperties" in schema or (more and more is not True))
