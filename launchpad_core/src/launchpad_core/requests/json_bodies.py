"""Bodies in JSON: decoded and checked in one step where that is possible."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec

from launchpad_core.contract import Schema
from launchpad_core.positions import Position
from launchpad_core.requests.body_checks import BodyCheck, Records
from launchpad_core.requests.shapes import BODY, Shape
from launchpad_core.requests.text_values import json_of
from launchpad_core.schemas.typed_json import Inexpressible, typed

ReadBody = Callable[[bytes], Records]
"""From a body to the records that predict gets."""


def json_reader(
    shape: Shape,
    schemas: Mapping[str, Schema],
    *,
    label: str,
    where: Position | None = None,
) -> ReadBody:
    """Return a function that decodes and checks a JSON body.

    What the typed decoder refuses is looked at again, thoroughly: it may be right all
    the same, such as ``1.0`` for an integer, and if not, all of its faults are told.

    Args:
        shape: What the body gives to predict.
        schemas: The named schemas of the contract.
        label: How messages name the body.
        where: Where the contract states it.

    Raises:
        ContractError: When the schema has something that can't be checked.
    """
    check = BodyCheck(shape, schemas, label=label, where=where)

    def read_thoroughly(content: bytes) -> Records:
        return check.records(json_of(content))

    try:
        type_ = typed(shape.schema, schemas, complete=shape.kind != "value")
    except Inexpressible:
        return read_thoroughly
    decode = msgspec.json.Decoder(type_).decode
    to_builtins = msgspec.to_builtins

    def read_record(content: bytes) -> Records:
        try:
            return [to_builtins(decode(content))]
        except _NOT_DECODED:
            return read_thoroughly(content)

    def read_rows(content: bytes) -> Records:
        try:
            return to_builtins(decode(content))  # type: ignore[no-any-return]
        except _NOT_DECODED:
            return read_thoroughly(content)

    def read_value(content: bytes) -> Records:
        try:
            return [{BODY: to_builtins(decode(content))}]
        except _NOT_DECODED:
            return read_thoroughly(content)

    return {"object": read_record, "rows": read_rows, "value": read_value}[shape.kind]


_NOT_DECODED = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
