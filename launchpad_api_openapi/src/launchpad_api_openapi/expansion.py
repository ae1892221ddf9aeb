"""Refusing named schemas that no validator could get to the end of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from launchpad_core.contract import Schema
from launchpad_core.errors import ContractError
from launchpad_core.positions import Position
from launchpad_core.references import referred_name

MAX_CHECKS = 10_000
MAX_NESTED = 50

_SAME_VALUE = ("allOf", "anyOf", "oneOf")
_SAME_VALUE_ONCE = ("else", "if", "not", "then")


def check_expansion(
    schemas: Mapping[str, Schema], positions: Mapping[str, Position | None]
) -> None:
    """Check that each named schema is something, and not too much.

    What counts are the schemas that one and the same value is checked by: those in
    ``allOf`` and the like, and through references. Those of its properties and items
    aren't counted, since a value has an end.

    Args:
        schemas: The named schemas.
        positions: Where each of them stands.

    Raises:
        ContractError: When a schema is checked by itself again, or by too many.
    """
    sizes: dict[str, int] = {}

    def size_of(name: str, names: tuple[str, ...]) -> int:
        if name in names:
            raise ContractError(
                f'the schema "{name}" consists of itself', where=positions.get(name)
            )
        if len(names) == MAX_NESTED:
            raise ContractError(
                f'the schema "{names[0]}" refers {MAX_NESTED} times in a row',
                where=positions.get(names[0]),
            )
        if name not in sizes:
            sizes[name] = size(schemas.get(name, {}), (*names, name))
        return sizes[name]

    def size(schema: Schema, names: tuple[str, ...]) -> int:
        found = 1 + sum(size(inner, names) for inner in _of_same_value(schema))
        referred = referred_name(schema)
        if referred is not None:
            found += size_of(referred, names)
        if found > MAX_CHECKS:
            raise ContractError(
                f'the schema "{names[0]}" checks a value {MAX_CHECKS} times',
                where=positions.get(names[0]),
            )
        return found

    for name in schemas:
        size_of(name, ())


def _of_same_value(schema: Schema) -> Iterator[Schema]:
    inner = [schema.get(key) for key in _SAME_VALUE_ONCE]
    for key in _SAME_VALUE:
        inner += schema.get(key, ())
    for one in inner:
        if isinstance(one, Mapping):
            yield one
