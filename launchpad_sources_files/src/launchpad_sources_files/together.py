"""Several files as one frame, if they belong together."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing
from typing import Any

import numpy as np
import pandas as pd

from launchpad_core.errors import DataError

Named = tuple[str, pd.DataFrame]
_EXACT = 2**53


def together(parts: Sequence[Named]) -> pd.DataFrame:
    """Return the frames of files as one, in their order.

    Columns are put together by name. A column that holds nothing in one file takes
    the type that it has in the others.

    Raises:
        DataError: When columns differ, or types that would become another one.
    """
    if len(parts) == 1:
        return parts[0][1]
    first, names = parts[0][1], [name for name, _ in parts]
    for part in parts[1:]:
        _check_names(parts[0], part)
    frames = [frame[first.columns] for _, frame in parts]
    for index in range(first.shape[1]):
        _harmonize(frames, names, index)
    plain = all(isinstance(frame.index, pd.RangeIndex) for frame in frames)
    return pd.concat(frames, ignore_index=plain)


def one_after_the_other(
    parts: Iterable[tuple[str, Generator[pd.DataFrame, None, None]]],
) -> Iterator[pd.DataFrame]:
    """Yield the frames of files, in their order.

    Raises:
        DataError: When columns differ, or their types between the first ones.
    """
    first: Named | None = None
    for name, chunks in parts:
        begins = True
        with closing(chunks):
            for chunk in chunks:
                if first is None:
                    first = (name, chunk.head(1000))
                elif begins and name != first[0]:
                    _check_chunk(first, (name, chunk))
                begins = False
                yield chunk if name == first[0] else chunk[first[1].columns]


def _check_chunk(first: Named, other: Named) -> None:
    _check_names(first, other)
    for index in range(first[1].shape[1]):
        two = [first[1], other[1][first[1].columns]]
        _harmonize(two, [first[0], other[0]], index)


def _check_names(one: Named, other: Named) -> None:
    known, found = list(one[1].columns), list(other[1].columns)
    if sorted(map(str, known)) == sorted(map(str, found)) and set(known) == set(found):
        if len(set(known)) < len(known) and known != found:
            raise DataError(f"{one[0]} and {other[0]} have columns of the same name")
        return
    lacking = [str(name) for name in known if name not in found]
    more = [str(name) for name in found if name not in known]
    told = [f"has no column {', '.join(lacking)}"] if lacking else []
    told += [f"has a column {', '.join(more)} more"] if more else []
    raise DataError(
        f"the files don't have the same columns: {other[0]} {' and '.join(told)}, "
        f"unlike {one[0]}",
        hint="columns: [...], which reads only some",
    )


def _harmonize(frames: list[pd.DataFrame], names: Sequence[str], index: int) -> None:
    """Give a column the same type in all frames, where that changes no value."""
    columns = [frame.iloc[:, index] for frame in frames]
    if len({str(c.dtype) for c in columns}) == 1 and all(
        column.dtype == columns[0].dtype for column in columns
    ):
        return
    holding = [i for i, column in enumerate(columns) if not column.isna().all()]
    if not holding:
        return
    wanted = columns[holding[0]].dtype
    for i in holding[1:]:
        common = _common([columns[holding[0]], columns[i]], wanted)
        if common is None:
            raise DataError(
                f'the files don\'t have the same types: column "{columns[0].name}" is '
                f"{columns[holding[0]].dtype} in {names[holding[0]]}, "
                f"{columns[i].dtype} in {names[i]}",
                hint="make the types the same in all files",
            )
        wanted = common
    for i, column in enumerate(columns):
        if i not in holding:
            frames[i] = _with(frames[i], index, _empty(column, wanted))


def _common(columns: Sequence[pd.Series[Any]], so_far: Any) -> Any:
    """Return what two types can become without changing a value; None if nothing."""
    dtypes = [so_far, columns[1].dtype]
    if dtypes[0] == dtypes[1]:
        return so_far
    if all(_is_number(dtype) for dtype in dtypes):
        parts = [pd.Series([], dtype=dtype) for dtype in dtypes]
        common = pd.concat(parts).dtype
        exact = all(_fits(column, common) for column in columns)
        return common if exact and common.kind != "O" else None
    if all(isinstance(dtype, np.dtype) and dtype.kind == "M" for dtype in dtypes):
        return pd.concat([pd.Series([], dtype=dtype) for dtype in dtypes]).dtype
    return None


def _is_number(dtype: Any) -> bool:
    return bool(
        pd.api.types.is_numeric_dtype(dtype) and not pd.api.types.is_bool_dtype(dtype)
    )


def _fits(column: pd.Series[Any], common: Any) -> bool:
    whole = pd.api.types.is_integer_dtype(column.dtype)
    if not whole or not pd.api.types.is_float_dtype(common):
        return True
    known = column.dropna()
    return bool(known.between(-_EXACT, _EXACT).all())


def _empty(column: pd.Series[Any], dtype: Any) -> pd.Series[Any]:
    """Return a column without values as one of a type, or as floats for integers."""
    if len(column) and isinstance(dtype, np.dtype) and dtype.kind in "iu":
        dtype = np.dtype("float64")
    if len(column) and pd.api.types.is_bool_dtype(dtype):
        dtype = np.dtype(object)
    missing = column.astype(object).where(column.notna(), np.nan)
    return missing.astype(dtype)


def _with(frame: pd.DataFrame, index: int, column: pd.Series[Any]) -> pd.DataFrame:
    frame = frame.copy(deep=False)
    frame.isetitem(index, column)
    return frame
