"""A diff of two builds as lines for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from launchpad_core.comparison.changes import Change
from launchpad_core.plain import as_json
from launchpad_core.store.diff.builds import BuildDiff
from launchpad_core.store.diff.differences import MISSING, Difference
from launchpad_core.store.diff.shift import NOTABLE, ColumnShift, SourceShift
from launchpad_core.store.diff.values import cut, extent, short


def diff_lines(
    diff: BuildDiff, *, small: bool = False, most: int | None = None
) -> Iterator[str]:
    """Yield the lines that tell what differs; none when nothing does.

    Args:
        diff: What differs.
        small: Whether to tell small shifts of data as well.
        most: How many lines there may be of each kind; None for all.
    """
    yield from _section("metrics", _aligned(diff.metrics, changes=True), most)
    for source in diff.data:
        heading = f"data of {source.source} for {source.function}: {_extents(source)}"
        lines = _column_lines(source.columns, small=small)
        if lines or source.old != source.new:
            yield heading
            yield from _limited(lines, most)
    yield from _section("code", _aligned(diff.code), most)
    yield from _section("config", _aligned(diff.config), most)
    yield from _section("packages", _aligned(diff.packages), most)
    yield from _section("system", _aligned(diff.system), most)
    yield from _section("contract", _contract_lines(diff.contract), most)


def _section(heading: str, lines: Sequence[str], most: int | None) -> Iterator[str]:
    if lines:
        yield heading
        yield from _limited(lines, most)


def _limited(lines: Sequence[str], most: int | None) -> Iterator[str]:
    shown = lines if most is None or len(lines) <= most + 1 else lines[:most]
    yield from (f"  {line}" for line in shown)
    if len(shown) < len(lines):
        yield f"  and {len(lines) - len(shown)} more"


def _aligned(found: Sequence[Difference], *, changes: bool = False) -> list[str]:
    cells = [
        (one.name, *_sides(one), _signed(one.change) if changes else "")
        for one in found
    ]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return [
        "  ".join(
            text.ljust(width) for text, width in zip(row, widths, strict=True)
        ).rstrip()
        for row in cells
    ]


def _sides(one: Difference) -> tuple[str, str]:
    """Return the old and the new value; of two alike in short, all digits."""
    old, new = _shown(one.old), _shown(one.new)
    if old == new:
        old, new = str(one.old), str(one.new)
    return old, f"-> {new}"


def _shown(value: object) -> str:
    """Return a value in short; what is text anyway needs no quotes."""
    if value is MISSING:
        return "(none)"
    if isinstance(value, str) and value:
        return cut(as_json(value)[1:-1])
    return short(value)


def _signed(change: float | None) -> str:
    return "" if change is None else f"{change:+.4g}"


def _extents(source: SourceShift) -> str:
    if source.old is None:
        return f"is read now, {extent(source.new or {})}"
    if source.new is None:
        return "is not read any more"
    old, new = extent(source.old), extent(source.new)
    if "rows" in source.old and "rows" in source.new and old != new:
        return f"{source.old['rows']} -> {new}"
    if old != new:
        return f"{old} -> {new}"
    return old if source.old == source.new else f"other content, {old}"


def _column_lines(columns: Sequence[ColumnShift], *, small: bool) -> list[str]:
    told = [
        (
            one.column,
            "; ".join(s.what for s in one.shifts if small or s.weight >= NOTABLE),
        )
        for one in columns
        if small or one.weight >= NOTABLE
    ]
    width = max((len(column) for column, _ in told), default=0)
    return [f"{column.ljust(width)}  {what}" for column, what in told]


def _contract_lines(changes: Sequence[Change]) -> list[str]:
    ordered = sorted(changes, key=lambda change: not change.breaking)
    return [
        f"{'breaking  ' if one.breaking else 'compatible'}  {one}" for one in ordered
    ]
