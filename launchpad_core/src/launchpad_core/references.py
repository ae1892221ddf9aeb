"""Named schemas of a contract: following references to them, and taking them along."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from launchpad_core.contract import Schema
from launchpad_core.errors import ContractError

PREFIX = "#/$defs/"


def reference_to(name: str) -> Schema:
    """Return a schema that stands for a named schema."""
    return {"$ref": PREFIX + name.replace("~", "~0").replace("/", "~1")}


def referred_name(schema: Any) -> str | None:
    """Return the name of the schema that one refers to, or None when it doesn't."""
    reference = schema.get("$ref") if isinstance(schema, Mapping) else None
    if not isinstance(reference, str) or not reference.startswith(PREFIX):
        return None
    return reference.removeprefix(PREFIX).replace("~1", "/").replace("~0", "~")


def named(name: str, schemas: Mapping[str, Schema]) -> Schema:
    """Return the schema of a name, which may itself be a reference.

    Raises:
        ContractError: When there is none.
    """
    if name not in schemas:
        raise ContractError(f'there is no schema "{name}"')
    return schemas[name]


def resolved(schema: Schema, schemas: Mapping[str, Schema]) -> Schema:
    """Return a schema that isn't itself a reference; what is in it may be.

    What stands beside a reference, such as a description, is kept.

    Raises:
        ContractError: When it refers to itself, or to a name that isn't there.
    """
    seen: list[str] = []
    while (name := referred_name(schema)) is not None:
        if name in seen:
            raise ContractError(f'the schema "{name}" is nothing but itself')
        seen.append(name)
        beside = {key: value for key, value in schema.items() if key != "$ref"}
        schema = {**named(name, schemas), **beside}
    return schema


def bundled(schema: Schema, schemas: Mapping[str, Schema]) -> Schema:
    """Return a schema with all that it refers to in ``$defs``, for a validator."""
    needed: dict[str, Schema] = {}
    pending = [*_names(schema)]
    while pending:
        name = pending.pop()
        if name not in needed and name in schemas:
            needed[name] = schemas[name]
            pending += _names(schemas[name])
    if not needed:
        return schema
    return {**schema, "$defs": {name: needed[name] for name in sorted(needed)}}


def _names(value: Any) -> Iterator[str]:
    name = referred_name(value)
    if name is not None:
        yield name
    inner = value.values() if isinstance(value, Mapping) else value
    if isinstance(value, (Mapping, list, tuple)):
        for item in inner:
            yield from _names(item)
