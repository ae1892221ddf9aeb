"""Schemas that refer to nothing, as parameters have them."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import count
from typing import Any

from launchpad_api_openapi.keywords import with_inner
from launchpad_core.contract import Schema
from launchpad_core.errors import ContractError
from launchpad_core.positions import Position
from launchpad_core.references import referred_name

MAX_SCHEMAS = 5_000
MAX_NESTED = 50


def inlined(
    schema: Schema, schemas: Mapping[str, Schema], *, where: Position | None
) -> dict[str, Any]:
    """Return a schema with what it refers to in its place, as simple as it gets.

    Args:
        schema: The schema.
        schemas: The named schemas that it may refer to.
        where: Its position, for messages.

    Raises:
        ContractError: When it contains itself, or gets too large.
    """
    numbers = count()

    def convert(value: Any, names: tuple[str, ...]) -> Any:
        if not isinstance(value, Mapping):
            return value
        if next(numbers) > MAX_SCHEMAS:
            raise ContractError(
                f"this parameter consists of more than {MAX_SCHEMAS} schemas",
                where=where,
            )
        if (name := referred_name(value)) is not None:
            if name in names:
                raise ContractError(
                    f'the schema "{name}" contains itself, which a parameter can\'t',
                    where=where,
                    hint="take it as a JSON body",
                )
            if len(names) == MAX_NESTED:
                raise ContractError(
                    f"this parameter refers {MAX_NESTED} times in a row", where=where
                )
            beside = {key: item for key, item in value.items() if key != "$ref"}
            target = convert(schemas[name], (*names, name))
            members = [target, convert(beside, names)]
            merged = _merged(members)
            return {"allOf": members} if merged is None else merged
        return _simple(with_inner(value, lambda inner, _: convert(inner, names)))

    found: dict[str, Any] = convert(schema, ())
    return found


def _simple(schema: dict[str, Any]) -> dict[str, Any]:
    """Return a schema without an ``allOf`` or ``anyOf`` that isn't needed."""
    members = schema.get("allOf")
    if members:
        rest = {key: value for key, value in schema.items() if key != "allOf"}
        merged = _merged([*members, rest])
        schema = schema if merged is None else merged
    if _is_nullable(schema.get("anyOf")):
        return _with_null(schema)
    return schema


def _merged(members: list[Any]) -> dict[str, Any] | None:
    """Return one schema for all of several, or None where keywords are in the way."""
    found: dict[str, Any] = {}
    for member in members:
        if not isinstance(member, Mapping) or not _can_join(found, member):
            return None
        for key, value in member.items():
            if key == "properties":
                found[key] = {**found.get(key, {}), **value}
            elif key == "required":
                found[key] = list(dict.fromkeys([*found.get(key, ()), *value]))
            else:
                found[key] = value
    return found


_ABOUT = frozenset(("default", "deprecated", "description", "examples", "title"))
_OBJECT = frozenset(("additionalProperties", "properties"))
_ALONE = frozenset(
    (
        *("contains", "else", "if", "maxContains", "minContains", "not"),
        *("patternProperties", "prefixItems", "then", "unevaluatedItems"),
        "unevaluatedProperties",
    )
)


def _can_join(found: Mapping[str, Any], member: Mapping[str, Any]) -> bool:
    if not found:
        return True
    keys = found.keys() | member.keys()
    if keys & _ALONE and not member.keys() <= _ABOUT:
        return False
    if (
        "additionalProperties" in keys
        and found.keys() & _OBJECT
        and (member.keys() & _OBJECT)
    ):
        return False
    for key in found.keys() & member.keys():
        if key == "properties":
            if found[key].keys() & member[key].keys():
                return False
        elif key not in _ABOUT | {"required"} and found[key] != member[key]:
            return False
    return True


def _is_nullable(members: Any) -> bool:
    """Whether alternatives are one simple type, or null."""
    if not isinstance(members, list) or len(members) != 2:
        return False
    value, null = members
    is_simple = isinstance(value, Mapping) and isinstance(value.get("type"), str)
    return is_simple and null == {"type": "null"} and "const" not in value


def _with_null(schema: dict[str, Any]) -> dict[str, Any]:
    """Return the type of the one alternative as ``[type, "null"]``."""
    value = schema["anyOf"][0]
    rest = {key: item for key, item in schema.items() if key != "anyOf"}
    if not _can_join(value, rest):
        return schema
    joined = {**value, "type": [value["type"], "null"], **rest}
    if "enum" in value:
        joined["enum"] = [*value["enum"], None]
    return joined
