"""Where a prediction differs from the one that was kept, if it does."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from launchpad_core.plain import as_json

_LONGEST = 100


class _Absent:
    def __repr__(self) -> str:
        return "nothing"


ABSENT = _Absent()
"""What stands where only one of two values has something."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Two values that aren't the same.

    Attributes:
        place: The names and indexes that lead to them.
        kept: The one that was kept, or ``ABSENT``.
        now: The one that came now, or ``ABSENT``.
    """

    place: tuple[str | int, ...]
    kept: Any
    now: Any

    def __str__(self) -> str:
        return f"{_named(self.place)} is {_shown(self.now)}, was {_shown(self.kept)}"


def first_difference(kept: Any, now: Any, *, tolerance: float) -> Difference | None:
    """Return the first difference between plain values, or None.

    A float may be as far from another number as ``math.isclose`` allows, with the
    tolerance for both relative and absolute; everything else has to be equal. The order
    of names doesn't matter.
    """
    return next(_differences(kept, now, tolerance, ()), None)


def _differences(
    kept: Any, now: Any, tolerance: float, place: tuple[str | int, ...]
) -> Iterator[Difference]:
    if isinstance(kept, dict) and isinstance(now, dict):
        for name in dict.fromkeys((*kept, *now)):
            one, other = kept.get(name, ABSENT), now.get(name, ABSENT)
            yield from _differences(one, other, tolerance, (*place, name))
    elif isinstance(kept, list) and isinstance(now, list):
        for index in range(max(len(kept), len(now))):
            one, other = _item(kept, index), _item(now, index)
            yield from _differences(one, other, tolerance, (*place, index))
    elif not _same(kept, now, tolerance):
        yield Difference(place, kept, now)


def _item(values: list[Any], index: int) -> Any:
    return values[index] if index < len(values) else ABSENT


def _same(kept: Any, now: Any, tolerance: float) -> bool:
    kinds = {type(kept), type(now)}
    if float in kinds and kinds <= {int, float}:
        return _close(kept, now, tolerance)
    return len(kinds) == 1 and bool(kept == now)


def _close(one: float, other: float, tolerance: float) -> bool:
    try:
        return math.isclose(one, other, rel_tol=tolerance, abs_tol=tolerance)
    except OverflowError:  # an integer that no float is near to
        return False


def _named(place: tuple[str | int, ...]) -> str:
    name = ""
    for part in place:
        if isinstance(part, int):
            name += f"[{part}]"
        else:
            name += f".{part}" if name else part
    return name or "the prediction"


def _shown(value: Any) -> str:
    text = repr(value) if value is ABSENT else as_json(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
