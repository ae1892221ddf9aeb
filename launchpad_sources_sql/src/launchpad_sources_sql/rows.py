"""Reading through SQLAlchemy: rows of Python values become the columns of a frame."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

import pandas as pd
import sqlalchemy as sa

from launchpad_sources_sql.declared import declared_kinds
from launchpad_sources_sql.kinds import Kind, Part, column_of, part_of

_ROWS_AT_A_TIME = 10_000


Kinds = Sequence[Kind | None]


def read_frame(
    result: sa.CursorResult[Any], kinds: Kinds, *, exact: bool
) -> pd.DataFrame:
    """Return all rows of a result as a frame.

    The rows become arrays in portions, so that few of them are Python values at once.

    Args:
        result: The result of a query.
        kinds: What its columns hold; empty to ask the result itself.
        exact: Whether decimals stay decimals rather than becoming floats.
    """
    kinds = kinds or declared_kinds(result)
    return _frame(result, kinds, list(_portions(result, kinds, exact=exact)))


def read_frames(
    result: sa.CursorResult[Any], kinds: Kinds, chunksize: int, *, exact: bool
) -> Iterator[pd.DataFrame]:
    """Yield the rows of a result as frames of ``chunksize`` rows; see above.

    A result without rows is one frame without rows.
    """
    kinds = kinds or declared_kinds(result)
    per_portion = min(chunksize, _ROWS_AT_A_TIME)
    whole, rest = divmod(chunksize, per_portion)
    sizes = [per_portion] * whole + [rest] * bool(rest)
    first = True
    while True:
        portions = [
            portion
            for size in sizes
            for portion in islice(_portions(result, kinds, size, exact=exact), 1)
        ]
        if not portions and not first:
            return
        yield _frame(result, kinds, portions)
        first = False


def _portions(
    result: sa.CursorResult[Any],
    kinds: Kinds,
    size: int = _ROWS_AT_A_TIME,
    *,
    exact: bool,
) -> Iterator[list[Part]]:
    """Yield the columns of so many rows at a time."""
    while rows := result.fetchmany(size):
        yield [
            part_of(values, declared=kind, exact=exact)
            for values, kind in zip(zip(*rows, strict=True), kinds, strict=True)
        ]


def _frame(
    result: sa.CursorResult[Any], kinds: Kinds, portions: Sequence[Sequence[Part]]
) -> pd.DataFrame:
    names = list(result.keys())
    if not portions:
        empty = [part_of((), declared=k, exact=False) for k in kinds]
        portions = [empty]
    columns = [
        column_of([portion[index] for portion in portions])
        for index in range(len(names))
    ]
    return framed(names, columns)


def framed(names: Sequence[str], columns: Sequence[Any]) -> pd.DataFrame:
    """Return arrays as the columns of a frame; some may have the same name."""
    frame = pd.DataFrame(dict(enumerate(columns)), copy=False)
    frame.columns = pd.Index(names)
    return frame
