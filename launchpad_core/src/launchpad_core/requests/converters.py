"""From the texts of a parameter to its value, as a JSON Schema asks for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from launchpad_core.contract import Schema
from launchpad_core.errors import ContractError
from launchpad_core.positions import Position
from launchpad_core.requests.quick_numbers import quick_number_reader
from launchpad_core.requests.text_values import READERS
from launchpad_core.schemas.checks import Check
from launchpad_core.schemas.faults import MOST, Problem, Unfit
from launchpad_core.schemas.json_values import completer
from launchpad_core.schemas.types import TYPES, types_of
from launchpad_core.schemas.words import type_problem

__all__ = ["Convert", "Read", "Unfit", "cell_reader", "converter", "reader"]

Convert = Callable[[Any], Any]
Read = Callable[[Sequence[str]], Any]
"""From all texts that are given under a name to the value."""

_JSON = frozenset(("object", "array"))


def converter(schema: Schema, *, name: str) -> Convert:
    """Return a function that converts text and checks it, compiled from a schema.

    For a schema of type ``array`` it takes a list of texts.

    Args:
        schema: Type and constraints, without references.
        name: How messages name the parameter.

    Raises:
        ContractError: When the schema has something that can't be checked.
    """
    read = reader(schema, label=f'parameter "{name}"')
    if "array" in (types_of(schema) or ()):
        return read
    return lambda text: read([text])


def reader(
    schema: Schema,
    *,
    label: str,
    where: Position | None = None,
    separator: str = "",
) -> Read:
    """Return a function from the texts of one parameter to its checked value.

    A text that several types could read is of the narrowest one that the schema has:
    null, true or false, integer, number, object (as JSON), array, text. Null is
    written as nothing or as ``null``, and only where text isn't a possible value.

    Args:
        schema: Type and constraints, without references.
        label: How messages name the parameter.
        where: Where the contract states it.
        separator: What stands between the items of an array; "" when each item is
            given under the parameter's name.

    Raises:
        ContractError: When the schema has something that can't be checked.
    """
    check = Check(schema, label=label, where=where)
    types = _types(schema, label=label, where=where)
    readings = [
        _array_reader(schema, label=label, where=where, separator=separator)
        if type_ == "array"
        else _once(READERS[type_])
        for type_ in types
    ]
    if len(readings) > 1:
        read = _narrowest(readings, types, check)
    elif _says_more_than_type(schema):
        read = _checked(readings[0], check)
    else:
        read = readings[0]
    if _JSON & set(types):
        return _completed(read, completer(schema))
    if types in (["number"], ["integer"]):
        return quick_number_reader(schema, read)
    return read


def cell_reader(
    schema: Schema, *, label: str, where: Position | None = None
) -> Callable[[str], Any]:
    """Return a function from one text to a value of the type that the schema asks for.

    Arrays are JSON. Unless there are several types to choose from, nothing but the
    type is checked.

    Raises:
        ContractError: When the schema has something that can't be checked.
    """
    types = _types(schema, label=label, where=where)
    if len(types) == 1:
        return READERS[types[0]]
    check = Check(schema, label=label, where=where)
    read = _narrowest([_once(READERS[type_]) for type_ in types], types, check)
    return lambda text: read([text])


def _types(schema: Schema, *, label: str, where: Position | None) -> Sequence[str]:
    """Return the types to try for a text; those first that take the fewest."""
    found = types_of(schema)
    if found is None:
        meant = [keyword for keyword in schema if keyword in _NEED_TYPE]
        if meant:
            raise ContractError(
                f"{label}: {meant[0]} says nothing about text",
                where=where,
                hint=f"state its type, such as {_NEED_TYPE[meant[0]]}",
            )
        return ("string",)
    possible = found - {"null"} if "string" in found else found
    if not possible:
        raise ContractError(f"{label}: no value fits its schema", where=where)
    return [type_ for type_ in TYPES if type_ in possible]


_NEED_TYPE = {
    **dict.fromkeys(("minimum", "maximum", "multipleOf"), "number"),
    **dict.fromkeys(("exclusiveMinimum", "exclusiveMaximum"), "number"),
    **dict.fromkeys(("items", "minItems", "maxItems", "uniqueItems"), "array"),
    **dict.fromkeys(("contains", "prefixItems"), "array"),
    **dict.fromkeys(("properties", "required", "patternProperties"), "object"),
}


def _says_more_than_type(schema: Schema) -> bool:
    items = schema.get("items", {})
    return not (
        set(schema) <= {"type", "title", "description", "default", "examples"}
        or (
            set(schema) <= {"type", "items"}
            and isinstance(items, Mapping)
            and set(items) <= {"type"}
        )
    )


def _once(convert: Callable[[str], Any]) -> Read:
    def read(texts: Sequence[str]) -> Any:
        if len(texts) != 1:
            raise Unfit(Problem("repeated", f"is given {len(texts)} times, not once"))
        return convert(texts[0])

    return read


def _checked(read: Read, check: Check) -> Read:
    is_valid = check.is_valid

    def read_and_check(texts: Sequence[str]) -> Any:
        value = read(texts)
        if is_valid(value):
            return value
        raise Unfit(*check.problems(value))

    return read_and_check


def _narrowest(readings: Sequence[Read], types: Sequence[str], check: Check) -> Read:
    def read(texts: Sequence[str]) -> Any:
        unfit: Unfit | None = None
        for one in readings:
            try:
                value = one(texts)
            except Unfit as reason:
                unfit = unfit or (reason if reason.code == "repeated" else None)
                continue
            if check.is_valid(value):
                return value
            unfit = unfit or Unfit(*check.problems(value))
        raise unfit or Unfit(type_problem(types, texts[0]))

    return read


def _completed(read: Read, complete: Callable[[Any], Any]) -> Read:
    return lambda texts: complete(read(texts))


def _array_reader(
    schema: Schema, *, label: str, where: Position | None, separator: str
) -> Read:
    """Return a function from texts to the items of an array; only types are checked."""
    first, rest = _item_schemas(schema)
    heads = [cell_reader(item, label=label, where=where) for item in first]
    tail = cell_reader(rest, label=label, where=where)

    def items(texts: Sequence[str]) -> list[Any]:
        converts = [*heads[: len(texts)], *[tail] * (len(texts) - len(heads))]
        values: list[Any] = []
        problems: list[Problem] = []
        for convert, text in zip(converts, texts, strict=True):
            if len(problems) >= MOST:
                break
            try:
                values.append(convert(text))
            except Unfit as unfit:
                problems += unfit.problems
        if problems:
            raise Unfit(*problems)
        return values

    if not separator:
        return items

    def separated(texts: Sequence[str]) -> list[Any]:
        if len(texts) != 1:
            raise Unfit(Problem("repeated", f"is given {len(texts)} times, not once"))
        return items(texts[0].split(separator)) if texts[0] else []

    return separated


def _item_schemas(schema: Schema) -> tuple[Sequence[Schema], Schema]:
    """Return the schemas of an array's first items, and that of all others."""
    for part in _parts(schema):
        if "items" in part or "prefixItems" in part:
            first = [_as_schema(item) for item in part.get("prefixItems", ())]
            return first, _as_schema(part.get("items", {}))
    return (), {}


def _parts(schema: Any) -> Iterator[Schema]:
    if isinstance(schema, Mapping):
        yield schema
        for keyword in ("allOf", "anyOf", "oneOf"):
            for inner in schema.get(keyword, ()):
                yield from _parts(inner)


def _as_schema(schema: Any) -> Schema:
    return schema if isinstance(schema, Mapping) else {}
