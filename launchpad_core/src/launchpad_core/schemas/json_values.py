"""Values of JSON as models get them: numbers as declared, and defaults filled in."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from typing import Any

from launchpad_core.contract import Schema
from launchpad_core.errors import ContractError
from launchpad_core.references import named, referred_name, resolved

Complete = Callable[[Any], Any]
Make = Callable[[], Any]


def completer(schema: Schema | bool, schemas: Mapping[str, Schema] = {}) -> Complete:
    """Return a function that completes a value that meets a schema.

    An integer becomes an ``int`` however it is spelled (``1.0``), a number a ``float``
    (unless it is an integer too large for one), and what is absent its default. The
    value may be changed in place. Only what the schema says directly counts: in
    properties, items, ``allOf`` and references, and where something may be null. What
    depends on patterns of names or on alternatives stays as it is.
    """
    return _Completers(schemas, fill=True).of(schema) or _as_it_is


def default_maker(schema: Schema, schemas: Mapping[str, Schema] = {}) -> Make:
    """Return a function that makes a fresh copy of a schema's default.

    Its numbers are as declared. Nothing is filled into it: a default may hold what
    has the same default.
    """
    convert = _Completers(schemas, fill=False).of(schema) or _as_it_is
    default = schema["default"]
    if isinstance(default, (list, dict)):
        return lambda: convert(deepcopy(default))
    value = convert(default)
    return lambda: value


class _Completers:
    def __init__(self, schemas: Mapping[str, Schema], *, fill: bool) -> None:
        self._schemas = schemas
        self._fill = fill
        self._named: dict[str, Complete | None] = {}

    def of(self, schema: Schema | bool) -> Complete | None:
        """Return what completes a schema's values, or None for nothing to do."""
        if isinstance(schema, bool):
            return None
        steps = [
            self._reference(schema),
            _number(schema.get("type")),
            self._properties(schema),
            self._further_properties(schema),
            self._items(schema),
            *(self.of(inner) for inner in schema.get("allOf", ())),
            *(self.of(inner) for inner in _only_alternative(schema)),
        ]
        return _in_turn([step for step in steps if step is not None])

    def _reference(self, schema: Schema) -> Complete | None:
        name = referred_name(schema)
        if name is None:
            return None
        if name not in self._named:
            # A schema may hold itself: what refers to it finds it when it is used.
            itself = self._named[name] = lambda value: later(value)
            later = self.of(named(name, self._schemas)) or _as_it_is
            if later is itself:
                raise ContractError(f'the schema "{name}" is nothing but itself')
            self._named[name] = None if later is _as_it_is else later
        return self._named[name]

    def _properties(self, schema: Schema) -> Complete | None:
        inner = schema.get("properties", {})
        found = {name: self.of(property_) for name, property_ in inner.items()}
        convert = {name: step for name, step in found.items() if step is not None}
        defaults = {
            name: default_maker(flat, self._schemas)
            for name, property_ in inner.items()
            if self._fill and "default" in (flat := self._flat(property_))
        }
        if not convert and not defaults:
            return None

        def complete(value: Any) -> Any:
            if isinstance(value, dict):
                for name, step in convert.items():
                    if name in value:
                        value[name] = step(value[name])
                for name, make in defaults.items():
                    if name not in value:
                        value[name] = make()
            return value

        return complete

    def _further_properties(self, schema: Schema) -> Complete | None:
        step = self.of(schema.get("additionalProperties", True))
        if step is None or "patternProperties" in schema:
            return None
        named = frozenset(schema.get("properties", ()))

        def complete(value: Any) -> Any:
            if isinstance(value, dict):
                for name in value.keys() - named:
                    value[name] = step(value[name])
            return value

        return complete

    def _flat(self, schema: Schema | bool) -> Schema:
        return {} if isinstance(schema, bool) else resolved(schema, self._schemas)

    def _items(self, schema: Schema) -> Complete | None:
        first = [self.of(inner) for inner in schema.get("prefixItems", ())]
        rest = self.of(schema.get("items", True))
        if rest is None and not any(first):
            return None

        def complete(value: Any) -> Any:
            if not isinstance(value, list):
                return value
            for index, step in enumerate(first[: len(value)]):
                if step is not None:
                    value[index] = step(value[index])
            if rest is not None:
                value[len(first) :] = map(rest, value[len(first) :])
            return value

        return complete


def _only_alternative(schema: Schema) -> Sequence[Schema]:
    """Return what a value is unless it's null, where there is only one such schema."""
    for keyword in ("anyOf", "oneOf"):
        inner = [one for one in schema.get(keyword, ()) if one != {"type": "null"}]
        if len(inner) == 1:
            return inner
    return ()


def _number(types: Any) -> Complete | None:
    kinds = {types} if isinstance(types, str) else set(types or ())
    if "integer" in kinds and "number" not in kinds:
        return _as_int
    if "number" in kinds and "integer" not in kinds:
        return _as_float
    return None


def _as_int(value: Any) -> Any:
    return int(value) if isinstance(value, float) else value


def _as_float(value: Any) -> Any:
    if type(value) is not int:
        return value
    try:
        return float(value)
    except OverflowError:
        return value


def _in_turn(steps: Sequence[Complete]) -> Complete | None:
    if len(steps) < 2:
        return steps[0] if steps else None

    def complete(value: Any) -> Any:
        for step in steps:
            value = step(value)
        return value

    return complete


def _as_it_is(value: Any) -> Any:
    return value
