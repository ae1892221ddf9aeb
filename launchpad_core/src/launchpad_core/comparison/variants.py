"""JSON Schemas taken apart: for each type of value, what is asked of it.

``{"type": ["string", "null"], "minLength": 1}`` is two variants: text of a length, and
null. Spelling the same in another way gives the same variants, which makes schemas
comparable keyword by keyword.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from launchpad_core.contract import Schema
from launchpad_core.errors import ContractError
from launchpad_core.references import referred_name
from launchpad_core.schemas.keywords import ANNOTATIONS

Type = str
"""``null``, ``boolean``, ``number``, ``string``, ``array`` or ``object``."""

TYPES: tuple[Type, ...] = ("string", "number", "boolean", "array", "object", "null")

BOUNDS: Mapping[str, tuple[str, ...]] = {
    "number": ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"),
    "string": ("minLength", "maxLength"),
    "array": ("minItems", "maxItems"),
    "object": ("minProperties", "maxProperties"),
}
_OWN: Mapping[str, tuple[str, ...]] = {
    "number": ("multipleOf", *BOUNDS["number"]),
    "string": (
        *("pattern", "contentEncoding", "contentMediaType", "contentSchema"),
        *BOUNDS["string"],
    ),
    "array": (
        *("items", "prefixItems", "uniqueItems", "contains", "minContains"),
        *("maxContains", "unevaluatedItems", *BOUNDS["array"]),
    ),
    "object": (
        *("properties", "required", "additionalProperties", "patternProperties"),
        *("propertyNames", "dependentRequired", "dependentSchemas"),
        *("unevaluatedProperties", *BOUNDS["object"]),
    ),
}
_TYPE_OF = {keyword: kind for kind, keywords in _OWN.items() for keyword in keywords}
_SAYING_NOTHING = ANNOTATIONS | {"$defs", "$schema", "$id", "$anchor"}


@dataclass(frozen=True, slots=True)
class Variant:
    """What a schema asks of values of one type.

    Attributes:
        type: The type.
        integer: Whether numbers have to be integers.
        keywords: The constraints, by keyword; those for other types are left out.
    """

    type: Type
    integer: bool
    keywords: Schema


def variants(schema: Any, schemas: Mapping[str, Schema]) -> tuple[Variant, ...]:
    """Return what a schema takes, type by type; nothing when it takes no value.

    Args:
        schema: The schema; a boolean is one as well.
        schemas: The named schemas that it may refer to.

    Raises:
        ContractError: When it refers to a schema that isn't there, or to itself.
    """
    alternatives = _Flattening(schemas).alternatives(schema)
    return tuple(found for flat in alternatives for found in _by_type(flat))


class _Conflict(Exception):
    """Two schemas that can't be written as one."""


class _Flattening:
    """Writes references, ``allOf`` and ``anyOf`` out."""

    def __init__(self, schemas: Mapping[str, Schema]) -> None:
        self._schemas = schemas
        self._under_way: list[str] = []

    def alternatives(self, schema: Any) -> list[dict[str, Any]]:
        """Return schemas without these keywords; a value has to fit one of them."""
        if isinstance(schema, bool):
            return [{}] if schema else []
        base = {
            key: value
            for key, value in schema.items()
            if key not in ("$ref", "allOf", "anyOf", *_SAYING_NOTHING)
            and not key.startswith("x-")
        }
        found = [base]
        if "$ref" in schema:
            found = self._with_reference(found, schema)
        for part in schema.get("allOf", ()):
            found = _both(found, self.alternatives(part), {"allOf": schema["allOf"]})
        if "anyOf" in schema:
            members = [
                one for part in schema["anyOf"] for one in self.alternatives(part)
            ]
            found = _both(found, members, {"anyOf": schema["anyOf"]})
        return found

    def _with_reference(
        self, found: list[dict[str, Any]], schema: Schema
    ) -> list[dict[str, Any]]:
        name = referred_name(schema)
        if name is None or name not in self._schemas:
            raise ContractError(f"there is no schema {schema['$ref']!r}")
        if name in self._under_way:
            raise ContractError(f'the schema "{name}" is nothing but itself')
        self._under_way.append(name)
        target = self.alternatives(self._schemas[name])
        self._under_way.pop()
        return _both(found, target, {"$ref": schema["$ref"]})


def _both(
    ones: Sequence[Mapping[str, Any]],
    others: Sequence[Mapping[str, Any]],
    as_written: Mapping[str, Any],
) -> list[dict[str, Any]]:
    """Return alternatives for what fits one of each.

    What can't be put together stays as it is written: then it is only known whether
    it is the same.
    """
    try:
        return [_merged(one, other) for one in ones for other in others]
    except _Conflict:
        return [{**one, **as_written} for one in ones]


def _merged(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    if _closes(one, other) or _closes(other, one):
        raise _Conflict
    merged = {**other, **one}
    for key in one.keys() & other.keys():
        if one[key] == other[key] and type(one[key]) is type(other[key]):
            continue
        if key not in _MERGING:
            raise _Conflict
        merged[key] = _MERGING[key](one[key], other[key])
    return merged


def _closes(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether what one says of the rest is about what the other has by name."""
    if "items" in one and "prefixItems" in {*other} - {*one}:
        return True
    if one.get("additionalProperties", True) is True:
        return False
    known = one.get("properties", {}).keys()
    named = other.get("properties", {}).keys()
    return "patternProperties" in {*other} - {*one} or not named <= known


def _merged_types(one: Any, other: Any) -> list[str]:
    ones, others = _type_names(one), _type_names(other)
    common = [name for name in ones if name in others]
    if "number" in ones and "integer" in others and "integer" not in common:
        common.append("integer")
    if "integer" in ones and "number" in others and "integer" not in common:
        common.append("integer")
    return common


def _merged_properties(one: Any, other: Any) -> dict[str, Any]:
    if any(one[name] != other[name] for name in one.keys() & other.keys()):
        raise _Conflict
    return {**other, **one}


_MERGING: Mapping[str, Any] = {
    "type": _merged_types,
    "properties": _merged_properties,
    "required": lambda one, other: [*dict.fromkeys([*one, *other])],
    "enum": lambda one, other: [item for item in one if item in other],
    **dict.fromkeys(
        ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"), max
    ),
    **dict.fromkeys(
        ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"), min
    ),
}


def _type_names(written: Any) -> list[str]:
    return [written] if isinstance(written, str) else list(written)


def _by_type(flat: Mapping[str, Any]) -> Iterator[Variant]:
    names = _type_names(flat.get("type", TYPES))
    for kind in dict.fromkeys("number" if n == "integer" else n for n in names):
        integer = kind == "number" and "number" not in names
        keywords = {
            key: value
            for key, value in flat.items()
            if key not in ("type", "const", "enum")
            and _TYPE_OF.get(key, kind) == kind
            and not (key == "format" and kind not in ("string", "number"))
        }
        allowed = _allowed(flat, kind, integer)
        if allowed == []:
            continue
        if allowed is not None and not _is_everything(allowed, kind):
            keywords["enum"] = allowed
        yield Variant(kind, integer, keywords)


def _allowed(flat: Mapping[str, Any], kind: Type, integer: bool) -> list[Any] | None:
    """Return the values of a type that are listed, or None when none are."""
    listed: Iterable[Any] | None = flat.get("enum")
    if "const" in flat:
        only = flat["const"]
        listed = [only] if listed is None or only in [*listed] else []
    if listed is None:
        return None
    return [
        item
        for item in listed
        if type_of(item) == kind and not (integer and not _is_whole(item))
    ]


def _is_everything(allowed: Sequence[Any], kind: Type) -> bool:
    return kind == "null" or (kind == "boolean" and {*allowed} == {True, False})


def type_of(value: Any) -> Type:
    """Return the type of a plain value."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, (int, float)):
        return "number"
    if isinstance(value, str):
        return "string"
    return "object" if isinstance(value, Mapping) else "array"


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) or math.floor(value) == value
