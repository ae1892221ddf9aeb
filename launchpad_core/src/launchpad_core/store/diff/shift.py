"""How the data of two builds differ: column by column, the largest shifts first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import inf, log
from typing import Any

from launchpad_core.store.diff.differences import mapping
from launchpad_core.store.diff.values import percent, short

NOTABLE = 1.0
"""The weight from which on a shift is worth a line."""

_MEAN = 0.1  # standard deviations
_SPREAD = 1.25  # times
_RATE = 0.01  # of the rows
_SHARES = 0.05  # of the rows
_BEYOND = 0.5  # of the range
_OF_TIMES = 0.5
"""The weight of a range of dates: newer data are no surprise."""

_MOST_CATEGORIES = 3
_EXTENT = ("rows", "size", "sha256", "type")


@dataclass(frozen=True, slots=True)
class Shift:
    """One respect in which a column is different.

    Attributes:
        what: What is different, in a few words.
        weight: How large it is: from 1 on it is worth a line.
    """

    what: str
    weight: float


@dataclass(frozen=True, slots=True)
class ColumnShift:
    """A column that is different.

    Attributes:
        column: Its name.
        shifts: In what respects, the largest first.
    """

    column: str
    shifts: tuple[Shift, ...]

    @property
    def weight(self) -> float:
        """How large its largest shift is."""
        return self.shifts[0].weight

    def as_json(self) -> dict[str, Any]:
        """Return it as plain values; what can't be measured has no weight."""
        shifts = [
            {
                "what": one.what,
                "weight": None if one.weight == inf else round(one.weight, 3),
            }
            for one in self.shifts
        ]
        return {"column": self.column, "shifts": shifts}


@dataclass(frozen=True, slots=True)
class SourceShift:
    """A data source whose data are different.

    Attributes:
        function: What they were read for: ``train`` or ``test``.
        source: The data source's name.
        old: Its number of ``rows``; of raw data ``size`` and ``sha256``; None when it
            wasn't read.
        new: The same as it is now.
        columns: The columns that are different, the largest shifts first.
    """

    function: str
    source: str
    old: Mapping[str, Any] | None
    new: Mapping[str, Any] | None
    columns: tuple[ColumnShift, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {
            "function": self.function,
            "source": self.source,
            "old": self.old,
            "new": self.new,
            "columns": [one.as_json() for one in self.columns],
        }


def shifts(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[SourceShift, ...]:
    """Return how data differ, given what was kept of them in the metadata.

    Args:
        old: By function and data source, the rows and columns of the old build.
        new: Those of the new build. Where one of them is empty, nothing is compared.
    """
    if not old or not new:
        return ()
    found = (
        _source_shift(function, source, before, after)
        for function in ("train", "test")
        for source, before, after in _sides(
            mapping(old.get(function)), mapping(new.get(function))
        )
    )
    return tuple(one for one in found if one is not None)


def _source_shift(function: str, source: str, old: Any, new: Any) -> SourceShift | None:
    before, after = _extent(old), _extent(new)
    if before is None or after is None:
        return SourceShift(function, source, before, after)
    columns = [
        ColumnShift(column, tuple(sorted(of_column, key=lambda one: -one.weight)))
        for column, was, now in _sides(_columns(old), _columns(new))
        if (of_column := tuple(_column_shifts(was, now)))
    ]
    if not columns and before == after:
        return None
    columns.sort(key=lambda one: -one.weight)
    return SourceShift(function, source, before, after, tuple(columns))


def _extent(source: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if source is None:
        return None
    return {key: source[key] for key in _EXTENT if key in source}


def _column_shifts(old: Any, new: Any) -> Iterator[Shift]:
    """Yield in what respects a column is different."""
    if old is None:
        yield Shift(f"is new ({new.get('dtype')})", inf)
        return
    if new is None:
        yield Shift("is gone", inf)
        return
    if old.get("dtype") != new.get("dtype"):
        yield Shift(f"{old.get('dtype')} -> {new.get('dtype')}", inf)
    yield from _missing(old.get("missing"), new.get("missing"))
    yield from _infinite(old.get("infinite", 0), new.get("infinite", 0))
    yield from _mean(old, new)
    yield from _spread(old.get("std"), new.get("std"))
    yield from _range(old, new)
    if "shares" in old and "shares" in new:
        yield from _categories(old["shares"], new["shares"])
    else:
        yield from _distinct(old.get("distinct"), new.get("distinct"))


def _missing(old: float | None, new: float | None) -> Iterator[Shift]:
    if old is not None and new is not None and old != new:
        what = f"missing {percent(old)} -> {percent(new)}"
        yield Shift(what, abs(new - old) / _RATE)


def _infinite(old: int, new: int) -> Iterator[Shift]:
    if old != new:
        yield Shift(f"infinite {old} -> {new}", inf)


def _mean(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Shift]:
    was, now, deviation = old.get("mean"), new.get("mean"), old.get("std")
    if was is None or now is None or was == now:
        return
    what = f"mean {short(was, digits=4)} -> {short(now, digits=4)}"
    if deviation:
        moved = abs(now - was) / deviation
        yield Shift(f"{what}, by {moved:.2g} standard deviations", moved / _MEAN)
    else:
        yield Shift(what, inf)


def _spread(old: float | None, new: float | None) -> Iterator[Shift]:
    if old is None or new is None or old == new:
        return
    what = f"standard deviation {short(old, digits=4)} -> {short(new, digits=4)}"
    both = old > 0 and new > 0
    yield Shift(what, abs(log(new / old)) / log(_SPREAD) if both else inf)


def _range(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Shift]:
    was: tuple[Any, Any] = (old.get("min"), old.get("max"))
    now: tuple[Any, Any] = (new.get("min"), new.get("max"))
    if was == now or None in was + now:
        return
    what = f"{_between(was)} -> {_between(now)}"
    if any(isinstance(end, str) for end in was + now):
        yield Shift(what, _OF_TIMES)
        return
    beyond = max(was[0] - now[0], now[1] - was[1], 0)
    width = was[1] - was[0]
    yield Shift(what, beyond / width / _BEYOND if width else inf)


def _between(ends: tuple[Any, Any]) -> str:
    low, high = (end if isinstance(end, str) else short(end, digits=4) for end in ends)
    return f"{low} to {high}"


def _distinct(old: int | None, new: int | None) -> Iterator[Shift]:
    if old and new and old != new:
        what = f"distinct values {old} -> {new}"
        yield Shift(what, abs(log(new / old)) / log(_SPREAD))


def _categories(old: Mapping[str, float], new: Mapping[str, float]) -> Iterator[Shift]:
    added = {name: new[name] for name in new if name not in old}
    gone = {name: old[name] for name in old if name not in new}
    for word, of in (("new", added), ("gone", gone)):
        if of:
            share = sum(of.values())
            what = f"{word}: {_listed(of)} ({percent(share)})"
            yield Shift(what, max(NOTABLE, share / _SHARES))
    distance = sum(abs(new.get(n, 0) - old.get(n, 0)) for n in {**old, **new}) / 2
    if distance:
        yield Shift(f"shares differ by {percent(distance)}", distance / _SHARES)


def _listed(categories: Mapping[str, float]) -> str:
    """Return the largest categories."""
    by_share = sorted(categories, key=lambda name: -categories[name])
    listed = ", ".join(short(name) for name in by_share[:_MOST_CATEGORIES])
    left = len(by_share) - _MOST_CATEGORIES
    return f"{listed} and {left} more" if left > 0 else listed


def _sides(
    old: Mapping[str, Any], new: Mapping[str, Any]
) -> Iterator[tuple[str, Any, Any]]:
    for name in {**old, **new}:
        yield name, old.get(name), new.get(name)


def _columns(source: Mapping[str, Any]) -> dict[str, Any]:
    """Return the columns by name; a second one of a name is told from the first."""
    named: dict[str, Any] = {}
    for column in source.get("columns", ()):
        name, number = column["name"], 1
        while name in named:
            number += 1
            name = f"{column['name']} ({number})"
        named[name] = column
    return named
