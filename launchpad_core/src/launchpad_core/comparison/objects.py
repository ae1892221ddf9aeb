"""Objects compared: their fields, and what is said of further ones."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol

from launchpad_core.comparison.keywords import SchemaChange
from launchpad_core.contract import Schema

COMPARED = ("properties", "required", "additionalProperties", "patternProperties")
"""The keywords that are compared here."""

_FURTHER = "*"


class Compare(Protocol):
    """What compares the schemas of fields."""

    def changes(self, old: Any, new: Any, name: str) -> Iterator[SchemaChange]:
        """Yield what differs between two schemas, and below them."""
        ...

    def trial(self, old: Any, new: Any) -> tuple[SchemaChange, ...]:
        """Return what differs between two schemas, for now without telling it."""
        ...


def object_changes(
    old: Schema, new: Schema, name: str, compare: Compare
) -> Iterator[SchemaChange]:
    """Yield what differs between two schemas of objects.

    A field that is gone counts in both directions, also where further fields are
    allowed: whoever sends it or waits for it does so in vain. A new optional field is
    no narrowing unless the old schema said how further fields have to be.
    """
    was, now = old.get("properties", {}), new.get("properties", {})
    gone = [key for key in was if key not in now]
    added = [key for key in now if key not in was]
    renamed = _renamed(gone, added, was, now, compare)
    for key, schema in was.items():
        field = joined(name, key)
        if key in now:
            yield from compare.changes(schema, now[key], field)
        else:
            yield SchemaChange(field, f"is gone{renamed}", True, True)
    for key in added:
        yield _added(key, old, new, name, compare)
    yield from _required_changes(old, new, name, added)
    yield from _pattern_changes(old, new, name, compare)
    yield from _further_changes(old, new, name, compare)


def joined(name: str, key: str) -> str:
    """Return the name of a field of an object, or of what is in a list."""
    dot = "." if name and key and not key.startswith("[") else ""
    return f"{name}{dot}{key}"


def _renamed(
    gone: list[str], added: list[str], was: Schema, now: Schema, compare: Compare
) -> str:
    if len(gone) != 1 or len(added) != 1:
        return ""
    if compare.trial(was[gone[0]], now[added[0]]):
        return ""
    return f' (renamed to "{added[0]}"?)'


def _added(
    key: str, old: Schema, new: Schema, name: str, compare: Compare
) -> SchemaChange:
    required = key in new.get("required", ()) and key not in old.get("required", ())
    what = "is new and required" if required else "is new"
    further = _further(old)
    narrows, widens = required, False
    if further is False:
        widens = True
    elif further is not True:
        found = compare.trial(further, new["properties"][key])
        narrows |= any(change.narrows for change in found)
        widens = any(change.widens for change in found)
    if old.get("patternProperties"):
        what += "; with patterns of names it can't be compared"
        narrows = widens = True
    return SchemaChange(joined(name, key), what, narrows, widens)


def _required_changes(
    old: Schema, new: Schema, name: str, added: list[str]
) -> Iterator[SchemaChange]:
    was, now = old.get("required", ()), new.get("required", ())
    for key in now:
        if key not in was and key not in added:
            yield SchemaChange(joined(name, key), "is now required", True, False)
    gone = old.get("properties", {}).keys() - new.get("properties", {}).keys()
    for key in was:
        if key not in now and key not in gone:
            yield SchemaChange(joined(name, key), "may be absent now", False, True)


def _pattern_changes(
    old: Schema, new: Schema, name: str, compare: Compare
) -> Iterator[SchemaChange]:
    was, now = old.get("patternProperties", {}), new.get("patternProperties", {})
    for pattern in dict.fromkeys((*was, *now)):
        field = joined(name, f"/{pattern}/")
        if pattern in was and pattern in now:
            yield from compare.changes(was[pattern], now[pattern], field)
        else:
            what = "is new" if pattern in now else "is gone"
            yield SchemaChange(field, f"{what}; patterns can't be compared", True, True)


def _further_changes(
    old: Schema, new: Schema, name: str, compare: Compare
) -> Iterator[SchemaChange]:
    was, now = _further(old), _further(new)
    if not isinstance(was, bool) and not isinstance(now, bool):
        yield from compare.changes(was, now, joined(name, _FURTHER))
    elif was is not now:
        words = f"further fields are now {_ALLOWED[_width(now)]}"
        narrows = _width(now) < _width(was)
        yield SchemaChange(name, words, narrows, not narrows)


def _further(schema: Schema) -> Any:
    """Return whether further fields are allowed, or how they have to be."""
    written = schema.get("additionalProperties", True)
    return True if written == {} else written


_ALLOWED = ("refused", "restricted", "allowed")


def _width(further: Any) -> int:
    return 2 * further if isinstance(further, bool) else 1
