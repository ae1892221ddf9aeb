"""Two JSON Schemas compared, by their structure: what differs, and in which direction.

Whatever can't be judged counts as a difference in both directions; so where none is
found that narrows, every value of the old schema fits the new one.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from launchpad_core.comparison.keywords import SchemaChange, keyword_changes, shown
from launchpad_core.comparison.objects import COMPARED, object_changes
from launchpad_core.comparison.variants import TYPES, Variant, variants
from launchpad_core.contract import Schema
from launchpad_core.references import bundled, resolved

ANYTHING: Schema = {}
NOTHING_SAID = object()
"""Stands for the default of a schema that has none."""

_MOST_STEPS = 20_000


def schema_changes(
    old: Schema,
    new: Schema,
    *,
    old_schemas: Mapping[str, Schema] | None = None,
    new_schemas: Mapping[str, Schema] | None = None,
) -> tuple[SchemaChange, ...]:
    """Return what differs between two schemas; nothing when they mean the same.

    Args:
        old: The one schema.
        new: The other.
        old_schemas: The named schemas that the one may refer to.
        new_schemas: The named schemas that the other may refer to.

    Raises:
        ContractError: When one of them refers to a schema that isn't there.
    """
    comparison = Comparison(old_schemas or {}, new_schemas or {})
    if comparison.same(old, new):
        return ()
    return tuple(dict.fromkeys(comparison.changes(old, new)))


class Comparison:
    """A walk through two schemas at once.

    A pair of schemas is looked at once: when references lead back to it, what is to
    be said about it is being said.
    """

    def __init__(self, old: Mapping[str, Schema], new: Mapping[str, Schema]) -> None:
        self._old = old
        self._new = new
        self._seen: set[tuple[int, int]] = set()
        self._steps = 0

    def same(self, old: Any, new: Any) -> bool:
        """Whether two schemas are spelt alike, with all that they refer to."""
        return _text(old, self._old) == _text(new, self._new)

    def changes(self, old: Any, new: Any, name: str = "") -> Iterator[SchemaChange]:
        """Yield what differs between two schemas, and below them."""
        pair = id(old), id(new)
        if pair in self._seen:
            return
        self._seen.add(pair)
        self._steps += 1
        if self._steps > _MOST_STEPS:
            if not self.same(old, new):
                yield SchemaChange(
                    name, "is too much, it can't be compared", True, True
                )
            return
        yield from self._default_changes(old, new, name)
        olds, news = variants(old, self._old), variants(new, self._new)
        yield from self._variant_changes(olds, news, name)

    def trial(self, old: Any, new: Any) -> tuple[SchemaChange, ...]:
        """Return what differs between two schemas, for now without telling it."""
        seen = self._seen.copy()
        found = tuple(self.changes(old, new))
        self._seen = seen
        return found

    def _default_changes(self, old: Any, new: Any, name: str) -> Iterator[SchemaChange]:
        was, now = _default(old, self._old), _default(new, self._new)
        if was is NOTHING_SAID and now is NOTHING_SAID:
            return
        if now is NOTHING_SAID:
            yield SchemaChange(name, f"the default {shown(was)} is gone", False, False)
        elif was is NOTHING_SAID:
            yield SchemaChange(name, f"has the default {shown(now)} now", False, False)
        elif was != now:
            what = f"the default is now {shown(now)}, was {shown(was)}"
            yield SchemaChange(name, what, False, False)

    def _variant_changes(
        self, olds: Sequence[Variant], news: Sequence[Variant], name: str
    ) -> Iterator[SchemaChange]:
        yield from _type_changes(olds, news, name)
        for kind in TYPES:
            was = [variant for variant in olds if variant.type == kind]
            now = [variant for variant in news if variant.type == kind]
            if len(was) == len(now) == 1:
                yield from self._keyword_changes(was[0], now[0], name)
            elif was and now:
                yield from self._alternative_changes(was, now, name)

    def _alternative_changes(
        self, olds: Sequence[Variant], news: Sequence[Variant], name: str
    ) -> Iterator[SchemaChange]:
        """Compare several variants of one type: each with each."""
        found = [[self._verdict(old, new) for new in news] for old in olds]
        gone = [
            index
            for index, row in enumerate(found)
            if all(narrows for narrows, _ in row)
        ]
        added = [
            index for index in range(len(news)) if all(row[index][1] for row in found)
        ]
        if len(gone) == len(added) == 1:
            old, new = olds[gone[0]], news[added[0]]
            yield from _whole_numbers(old, new, name)
            yield from self._keyword_changes(old, new, name)
            return
        kind = olds[0].type
        if gone:
            what = f"no longer takes {_counted(len(gone))} for {kind}"
            yield SchemaChange(name, what, True, False)
        if added:
            what = f"now takes {_counted(len(added))} for {kind} as well"
            yield SchemaChange(name, what, False, True)

    def _verdict(self, old: Variant, new: Variant) -> tuple[bool, bool]:
        """Return whether going from one variant to another narrows, and widens."""
        seen = self._seen.copy()
        found = [
            *_whole_numbers(old, new, ""),
            *self._keyword_changes(old, new, ""),
        ]
        self._seen = seen
        return any(one.narrows for one in found), any(one.widens for one in found)

    def _keyword_changes(
        self, old: Variant, new: Variant, name: str
    ) -> Iterator[SchemaChange]:
        compared = ("items", "prefixItems", *COMPARED)
        yield from keyword_changes(old, new, name, compared=compared, same=self.same)
        if old.type == "array":
            yield from self._item_changes(old.keywords, new.keywords, name)
        if old.type == "object":
            yield from object_changes(old.keywords, new.keywords, name, self)
        unevaluated = ("unevaluatedItems", "unevaluatedProperties")
        one_has_it = any(
            key in old.keywords or key in new.keywords for key in unevaluated
        )
        if one_has_it and not self.same(old.keywords, new.keywords):
            what = "what isn't evaluated elsewhere can't be compared"
            yield SchemaChange(name, what, True, True)

    def _item_changes(
        self, old: Schema, new: Schema, name: str
    ) -> Iterator[SchemaChange]:
        was, now = old.get("prefixItems", ()), new.get("prefixItems", ())
        if len(was) != len(now):
            what = "prefixItems of another number can't be compared"
            yield SchemaChange(name, what, True, True)
            return
        for index, (one, other) in enumerate(zip(was, now, strict=True)):
            yield from self.changes(one, other, f"{name}[{index}]")
        items = old.get("items", ANYTHING), new.get("items", ANYTHING)
        yield from self.changes(*items, f"{name}[]")


def _text(schema: Any, schemas: Mapping[str, Schema]) -> str:
    """Return a schema with what it refers to, so that equal ones are equal text."""
    whole = bundled({"it": schema}, schemas)
    return json.dumps(whole, sort_keys=True, default=str)


def _default(schema: Any, schemas: Mapping[str, Schema]) -> Any:
    if isinstance(schema, bool):
        return NOTHING_SAID
    return resolved(schema, schemas).get("default", NOTHING_SAID)


def _type_changes(
    olds: Sequence[Variant], news: Sequence[Variant], name: str
) -> Iterator[SchemaChange]:
    was, now = _types(olds), _types(news)
    gone = was - now - ({"integer"} if "number" in now else set())
    added = now - was - ({"integer"} if "number" in was else set())
    if gone or added:
        words = f"type is now {_listed(now)}, was {_listed(was)}"
        yield SchemaChange(name, words, bool(gone), bool(added))


def _types(found: Sequence[Variant]) -> set[str]:
    names = {variant.type for variant in found}
    if all(one.integer for one in found if one.type == "number") and "number" in names:
        names = names - {"number"} | {"integer"}
    return names


def _listed(types: set[str]) -> str:
    if types == {*TYPES}:
        return "anything"
    known = (*TYPES, "integer")
    return " or ".join(name for name in known if name in types) or "nothing"


def _whole_numbers(old: Variant, new: Variant, name: str) -> Iterator[SchemaChange]:
    if old.integer != new.integer:
        words = "integers only" if new.integer else "fractions as well"
        yield SchemaChange(name, f"takes {words} now", new.integer, old.integer)


def _counted(number: int) -> str:
    return "one alternative" if number == 1 else f"{number} alternatives"
