"""Differences between two mappings of plain values, such as metrics or packages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

MISSING = object()
"""What stands in place of a value that one side doesn't have."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A value that isn't the same in two builds.

    Attributes:
        name: What it is called, such as ``model.offset`` or ``numpy``.
        old: Its old value; ``MISSING`` when it is new.
        new: Its new value; ``MISSING`` when it is gone.
    """

    name: str
    old: Any
    new: Any

    @property
    def change(self) -> float | None:
        """By how much a number went up, as people count; None for all else."""
        if not (_is_number(self.old) and _is_number(self.new)):
            return None
        return float(Decimal(repr(self.new)) - Decimal(repr(self.old)))

    def as_json(self) -> dict[str, Any]:
        """Return it as plain values; a side that is missing is left out."""
        sides = {"old": self.old, "new": self.new, "change": self.change}
        there = {key: sides[key] for key in sides if sides[key] is not MISSING}
        if self.change is None:
            del there["change"]
        return {"name": self.name, **there}


def differences(
    old: Mapping[str, Any], new: Mapping[str, Any]
) -> tuple[Difference, ...]:
    """Return what differs in two mappings: new names after those that were there."""
    sides = (
        Difference(name, old.get(name, MISSING), new.get(name, MISSING))
        for name in {**old, **new}
    )
    return tuple(one for one in sides if not _same(one.old, one.new))


def flat(values: Any, prefix: str = "") -> dict[str, Any]:
    """Return what is inside of nested mappings by dotted paths."""
    return dict(_leaves(values, prefix))


def mapping(value: Any) -> Mapping[str, Any]:
    """Return a mapping as it is, and nothing in place of anything else.

    Metadata of other origin may hold anything; what is of no use isn't compared.
    """
    return value if isinstance(value, Mapping) else {}


def _leaves(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    if not isinstance(value, Mapping) or (path and not value):
        yield path, value
        return
    for key, item in value.items():
        yield from _leaves(item, f"{path}.{key}" if path else str(key))


def _same(old: Any, new: Any) -> bool:
    return bool(old == new) and isinstance(old, bool) == isinstance(new, bool)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
