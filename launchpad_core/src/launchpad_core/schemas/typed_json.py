"""Types for msgspec's JSON decoder that accept only what a schema accepts."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any, Literal, Union

import msgspec

from launchpad_core.contract import Schema
from launchpad_core.references import named, referred_name, resolved
from launchpad_core.schemas.json_values import default_maker
from launchpad_core.schemas.keywords import enforceable

# From here on, an integer of JSON and its neighbour can be the same float.
_INEXACT = 2**53
_LEAST_INT64, _MOST_INT64 = -(2**63), 2**63 - 1
_BOUNDS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
_LENGTHS = {"minLength": "min_length", "maxLength": "max_length"}
_NUMBERS_OF_ITEMS = {"minItems": "min_length", "maxItems": "max_length"}


class Inexpressible(Exception):
    """A schema that says what no type of msgspec can say."""


def typed(
    schema: Schema, schemas: Mapping[str, Schema] = {}, *, complete: bool = False
) -> Any:
    """Return a type for a JSON decoder.

    What the decoder accepts meets the schema; what it refuses may still do so. As
    plain values (:func:`msgspec.to_builtins`), what it accepts is just what
    :func:`launchpad_core.schemas.json_values.completer` makes of it.

    Args:
        schema: The schema.
        schemas: The named schemas that it refers to.
        complete: Whether the outermost objects get None for what is absent.

    Raises:
        Inexpressible: When there is no such type.
    """
    return _Types(schemas).of(schema, (), complete=complete)


class _Types:
    def __init__(self, schemas: Mapping[str, Schema]) -> None:
        self._schemas = schemas

    def of(
        self, schema: Schema | bool, above: Sequence[str], *, complete: bool = False
    ) -> Any:
        """Return the type of a schema that stands within these named ones."""
        if isinstance(schema, bool):
            return _unless(not schema, Any)
        said = enforceable(schema)
        name = referred_name(schema)
        if name is not None:
            _unless(name in above)  # it holds itself
            _unless(len(said) > 1)  # a value has to meet both
            return self.of(
                named(name, self._schemas), (*above, name), complete=complete
            )
        types = said.pop("type", None)
        if isinstance(types, list):
            _unless(len(types) != 2 or "null" not in types)
            (types,) = (type_ for type_ in types if type_ != "null")
            _unless(bool({"enum", "const"} & said.keys()))
            return _or_null(self._of_type(types, schema, said, above))
        if types is None:
            return self._of_any_type(schema, said, above)
        return self._of_type(types, schema, said, above, complete=complete)

    def _of_any_type(
        self, schema: Schema, said: Mapping[str, Any], above: Sequence[str]
    ) -> Any:
        if not said:
            return Any
        if said.keys() <= {"enum"}:
            return _one_of(said["enum"], str)
        _only(said, ("anyOf",))
        one = [inner for inner in schema["anyOf"] if inner != {"type": "null"}]
        _unless(len(one) != 1 or len(schema["anyOf"]) != 2)
        return _or_null(self.of(one[0], above))

    def _of_type(
        self,
        type_: str,
        schema: Schema,
        said: Mapping[str, Any],
        above: Sequence[str],
        *,
        complete: bool = False,
    ) -> Any:
        if type_ == "array":
            _only(said, ("items", *_NUMBERS_OF_ITEMS))
            items: Any = self.of(schema.get("items", True), above, complete=complete)
            return _with(list[items], said, _NUMBERS_OF_ITEMS)
        if type_ == "object":
            _only(said, ("properties", "required", "additionalProperties"))
            return self._object(schema, above, complete=complete)
        return _scalar(type_, said)

    def _object(self, schema: Schema, above: Sequence[str], *, complete: bool) -> Any:
        properties = schema.get("properties", {})
        required = schema.get("required", ())
        _unless(not set(required) <= set(properties))
        if not properties:
            return dict[str, self.of(schema.get("additionalProperties", True), above)]  # type: ignore[misc]
        _unless(any(_has_special(name) for name in properties))
        fields = [
            self._field(index, name, inner, name in required, above, complete)
            for index, (name, inner) in enumerate(properties.items())
        ]
        return msgspec.defstruct(
            "Object",
            fields,
            kw_only=True,  # else what is required has to come first
            forbid_unknown_fields=True,
            gc=False,
        )

    def _field(
        self,
        index: int,
        name: str,
        schema: Schema | bool,
        required: bool,
        above: Sequence[str],
        complete: bool,
    ) -> Any:
        label, type_ = f"field_{index}", self.of(schema, above)
        if required:
            return label, type_, msgspec.field(name=name)
        said = {} if isinstance(schema, bool) else resolved(schema, self._schemas)
        if "default" in said:
            make = default_maker(said, self._schemas)
            return label, type_, msgspec.field(name=name, default_factory=make)
        if complete:
            return label, type_, msgspec.field(name=name, default=None)
        return label, _or_absent(type_), msgspec.field(name=name, default=msgspec.UNSET)


def _unless(is_inexpressible: bool, type_: Any = None) -> Any:
    if is_inexpressible:
        raise Inexpressible
    return type_


def _only(said: Iterable[str], expressible: Iterable[str]) -> None:
    _unless(not set(said) <= set(expressible))


def _or_null(type_: Any) -> Any:
    return Union[type_, None]  # noqa: UP007 - a type isn't always a class


def _or_absent(type_: Any) -> Any:
    return Union[type_, msgspec.UnsetType]  # noqa: UP007


def _has_special(name: str) -> bool:
    """Whether msgspec can't compare a name: it doesn't decode what is escaped."""
    return any(character in '"\\' or character < " " for character in name)


def _scalar(type_: str, said: Mapping[str, Any]) -> Any:
    if "enum" in said:
        _only(said, ("enum",))
        _unless(type_ not in ("string", "integer"))
        return _one_of(said["enum"], str if type_ == "string" else int)
    if type_ == "string":
        _only(said, _LENGTHS)
        return _with(str, said, _LENGTHS)
    if type_ == "integer":
        _only(said, _BOUNDS)
        return _with_meta(int, _whole_bounds(said))
    if type_ == "number":
        _only(said, _BOUNDS)
        return _with_meta(float, _float_bounds(said))
    _only(said, ())
    return _unless(
        type_ not in ("boolean", "null"), bool if type_ == "boolean" else None
    )


def _one_of(values: Sequence[Any], kind: type) -> Any:
    whole = all(type(value) is kind for value in values)
    _unless(not values or not whole)
    if kind is int:
        _unless(not all(_LEAST_INT64 <= value <= _MOST_INT64 for value in values))
    return Literal[tuple(values)]


def _with(type_: Any, said: Mapping[str, Any], names: Mapping[str, str]) -> Any:
    return _with_meta(
        type_,
        {names[keyword]: int(said[keyword]) for keyword in names if keyword in said},
    )


def _with_meta(type_: Any, constraints: Mapping[str, Any]) -> Any:
    return Annotated[type_, msgspec.Meta(**constraints)] if constraints else type_


def _whole_bounds(said: Mapping[str, Any]) -> Mapping[str, int]:
    least = [math.ceil(said["minimum"])] if "minimum" in said else []
    most = [math.floor(said["maximum"])] if "maximum" in said else []
    if "exclusiveMinimum" in said:
        least.append(math.floor(said["exclusiveMinimum"]) + 1)
    if "exclusiveMaximum" in said:
        most.append(math.ceil(said["exclusiveMaximum"]) - 1)
    bounds = {"ge": max(least)} if least else {}
    bounds |= {"le": min(most)} if most else {}
    _unless(not all(_LEAST_INT64 <= bound <= _MOST_INT64 for bound in bounds.values()))
    return bounds


def _float_bounds(said: Mapping[str, Any]) -> Mapping[str, float]:
    _unless(not all(abs(said[keyword]) < _INEXACT for keyword in said))
    least = [(said[k], k) for k in ("minimum", "exclusiveMinimum") if k in said]
    most = [(said[k], k) for k in ("exclusiveMaximum", "maximum") if k in said]
    bounds = {}
    if least:
        # Of two equal ones, the exclusive bound is the narrower.
        bound, keyword = max(least, key=lambda one: (one[0], "exclusive" in one[1]))
        bounds["gt" if "exclusive" in keyword else "ge"] = float(bound)
    if most:
        bound, keyword = min(most, key=lambda one: (one[0], "exclusive" not in one[1]))
        bounds["lt" if "exclusive" in keyword else "le"] = float(bound)
    return bounds
