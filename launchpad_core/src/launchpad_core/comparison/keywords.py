"""Constraints of one type compared, as far as they hold no further schemas."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from launchpad_core.comparison.variants import BOUNDS, Variant
from launchpad_core.contract import Schema

_MOST_VALUES = 5


@dataclass(frozen=True, slots=True)
class SchemaChange:
    """One difference between two schemas.

    Attributes:
        name: The field that differs, such as ``rows[].width``; "" for the whole.
        what: What differs, as it goes on after the field's name.
        narrows: Whether values that fitted the old schema may not fit the new one.
        widens: Whether values may fit the new schema that didn't fit the old one.
    """

    name: str
    what: str
    narrows: bool
    widens: bool


SameMeaning = Callable[[Any, Any], bool]
"""Whether two values of a keyword are the same, with the schemas they refer to."""


def keyword_changes(
    old: Variant, new: Variant, name: str, *, compared: Sequence[str], same: SameMeaning
) -> Iterator[SchemaChange]:
    """Yield the differences in keywords, but for those that are compared elsewhere."""
    yield from _enum_changes(old.keywords, new.keywords, name)
    for what, sign in zip(_BOUND_WORDS.get(old.type, ()), (1, -1), strict=False):
        was, now = _bound(old, what, sign), _bound(new, what, sign)
        if was != now:
            yield _bound_change(name, what, was, now, sign)
    yield from _step_changes(old.keywords, new.keywords, name)
    done = {"enum", "multipleOf", *BOUNDS.get(old.type, ()), *compared}
    for key in dict.fromkeys((*old.keywords, *new.keywords)):
        if key not in done:
            yield from _other_changes(key, old.keywords, new.keywords, name, same)


def shown(value: Any) -> str:
    """Return a value as JSON, shortened."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else text[:57] + "..."


def _enum_changes(old: Schema, new: Schema, name: str) -> Iterator[SchemaChange]:
    was, now = old.get("enum"), new.get("enum")
    if was is None and now is None:
        return
    if was is None or now is None:
        is_new = was is None
        listed: Sequence[Any] = new["enum"] if is_new else old["enum"]
        values = _listed(listed)
        what = f"now takes only {values}" if is_new else f"took only {values} so far"
        yield SchemaChange(name, what, narrows=is_new, widens=not is_new)
        return
    before, after = ({_identity(item) for item in one} for one in (was, now))
    gone = [item for item in was if _identity(item) not in after]
    added = [item for item in now if _identity(item) not in before]
    if gone:
        yield SchemaChange(name, f"no longer takes {_listed(gone)}", True, False)
    if added:
        yield SchemaChange(name, f"now takes {_listed(added)} as well", False, True)


def _identity(value: Any) -> Any:
    """Return what is equal for equal values of one type, and can be in a set."""
    if isinstance(value, (dict, list)):
        return json.dumps(value, sort_keys=True)
    return value


def _listed(values: Sequence[Any]) -> str:
    few = ", ".join(shown(value) for value in values[:_MOST_VALUES])
    return few + (", ..." if len(values) > _MOST_VALUES else "")


_Bound = tuple[Any, bool]
"""A limit, and whether it is beyond what fits."""

_BOUND_WORDS = {kind: keywords[:2] for kind, keywords in BOUNDS.items()}


def _bound(variant: Variant, keyword: str, sign: int) -> _Bound | None:
    """Return the strictest limit on one side, or None when there is none."""
    exclusive = f"exclusive{keyword.capitalize()}"
    found: list[_Bound] = [
        (variant.keywords[key], key == exclusive)
        for key in (keyword, exclusive)
        if key in variant.keywords
    ]
    if variant.integer:
        found = [(_whole_bound(*bound, sign), False) for bound in found]
    return max(found, key=lambda bound: _strictness(bound, sign), default=None)


def _whole_bound(limit: float, beyond: bool, sign: int) -> int:
    """Return the first integer that fits, seen from outside."""
    if sign > 0:
        return math.floor(limit) + 1 if beyond else math.ceil(limit)
    return math.ceil(limit) - 1 if beyond else math.floor(limit)


def _strictness(bound: _Bound, sign: int) -> tuple[Any, bool]:
    limit, beyond = bound
    return limit * sign, beyond


def _bound_change(
    name: str, what: str, was: _Bound | None, now: _Bound | None, sign: int
) -> SchemaChange:
    if was is None or now is None:
        bound, is_new = (now, True) if was is None else (was, False)
        words = f"{what} {_shown_bound(bound)} is {'new' if is_new else 'gone'}"
        return SchemaChange(name, words, narrows=is_new, widens=not is_new)
    narrows = _strictness(now, sign) > _strictness(was, sign)
    words = f"{what} is now {_shown_bound(now)}, was {_shown_bound(was)}"
    return SchemaChange(name, words, narrows=narrows, widens=not narrows)


def _shown_bound(bound: _Bound | None) -> str:
    assert bound is not None
    limit, beyond = bound
    return f"{shown(limit)} (exclusive)" if beyond else shown(limit)


def _step_changes(old: Schema, new: Schema, name: str) -> Iterator[SchemaChange]:
    was, now = old.get("multipleOf"), new.get("multipleOf")
    if was == now:
        return
    if was is None or now is None:
        step, is_new = (now, True) if was is None else (was, False)
        words = f"multipleOf {shown(step)} is {'new' if is_new else 'gone'}"
        yield SchemaChange(name, words, narrows=is_new, widens=not is_new)
        return
    yield SchemaChange(
        name,
        f"multipleOf is now {shown(now)}, was {shown(was)}",
        narrows=not _divides(now, was),
        widens=not _divides(was, now),
    )


def _divides(step: Any, number: Any) -> bool:
    return (Fraction(str(number)) / Fraction(str(step))).denominator == 1


def _other_changes(
    key: str, old: Schema, new: Schema, name: str, same: SameMeaning
) -> Iterator[SchemaChange]:
    if key not in old or key not in new:
        value, is_new = (new[key], True) if key in new else (old[key], False)
        if key == "uniqueItems" and value is False:
            return
        words = f"{key} {shown(value)} is {'new' if is_new else 'gone'}"
        yield SchemaChange(name, words, narrows=is_new, widens=not is_new)
        return
    if same(old[key], new[key]):
        return
    if key == "uniqueItems":
        words = f"uniqueItems is now {shown(new[key])}"
        yield SchemaChange(name, words, narrows=new[key], widens=not new[key])
        return
    words = f"{key} is now {shown(new[key])}, was {shown(old[key])}"
    yield SchemaChange(name, f"{words}: they can't be compared", True, True)
