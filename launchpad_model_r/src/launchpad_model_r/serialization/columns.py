"""Columns of pandas frames as vectors of R, each at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

import numpy as np
import pandas as pd

from launchpad_model_r.serialization import texts, vectors, wire
from launchpad_model_r.serialization.pieces import Pieces
from launchpad_model_r.serialization.unsendable import Place, unsendable
from launchpad_model_r.serialization.vectors import NA_INTEGER, NA_INTEGER64

NA_DOUBLE = np.array([0x7FF00000000007A2], "<u8").view("<f8")[0]

_TYPES: dict[int, Any] = {
    wire.LOGICAL: np.dtype("<i4"),
    wire.INTEGER: np.dtype("<i4"),
    wire.DOUBLE: np.dtype("<f8"),
    wire.COMPLEX: np.dtype("<c16"),
}
_MANY = 10_000
_SAMPLE = 1000
_ARROW_DATES = ("date32", "date64")
_PER_SECOND = {"s": 1, "ms": 1e3, "us": 1e6}


class WriteList(Protocol):
    """A function that writes values of any kind."""

    def __call__(
        self, pieces: Pieces, values: Sequence[Any], place: Place, depth: int, /
    ) -> None:
        """Write values as an atomic vector, if they are of one kind, or as a list."""


def write(
    pieces: Pieces, column: Any, place: Place, depth: int, write_list: WriteList
) -> None:
    """Write a column; what is missing in it becomes NA.

    Args:
        pieces: Where it is written to.
        column: The series.
        place: Where it is, for messages.
        depth: In how many lists it is nested.
        write_list: What writes a column of Python objects.

    Raises:
        Unsendable: When it holds what has no form in R.
    """
    dtype = column.dtype
    if isinstance(dtype, pd.SparseDtype):
        column = column.sparse.to_dense()
        dtype = column.dtype
    if isinstance(dtype, pd.CategoricalDtype):
        _write_factor(pieces, column, place)
    elif isinstance(dtype, pd.StringDtype) or dtype.kind == "U":
        _write_texts(pieces, column, place)
    elif dtype.kind in _BY_KIND and not str(dtype).startswith(_ARROW_DATES):
        _BY_KIND[dtype.kind](pieces, column, place)
    elif len(column) >= _MANY and pd.api.types.infer_dtype(column) == "string":
        _write_texts(pieces, column, place)
    elif len(column) == 0:
        pieces.texts([])
    else:
        write_list(pieces, _objects(column), place, depth)


def write_numbers(pieces: Pieces, kind: int, numbers: Any, flags: int = 0) -> None:
    """Write a flat array of numbers, or begin one with attributes."""
    data: Any = np.ascontiguousarray(numbers, _TYPES[kind])
    pieces.vector(kind, len(data), data.view("u1").data, flags)


def start_integers(
    pieces: Pieces, numbers: Any, missing: Any, place: Place, flags: int = 0
) -> int:
    """Write whole numbers, or begin them; return flags: with any, it isn't ended.

    Raises:
        Unsendable: When one of them is too large for R.
    """
    least, most = (numbers.min(), numbers.max()) if len(numbers) else (0, 0)
    kind = vectors.kind_of_integers(int(least), int(most), pieces.integer64, place)
    if kind is not None:
        data = numbers.astype(_TYPES[kind])
        if missing is not None:
            data[missing] = NA_INTEGER if kind == wire.INTEGER else NA_DOUBLE
        write_numbers(pieces, kind, data, flags)
        return flags
    data = numbers.astype("<i8")
    if missing is not None:
        data[missing] = NA_INTEGER64
    flags = wire.CLASSED | wire.ATTRIBUTED
    write_numbers(pieces, wire.DOUBLE, data.view("<f8"), flags)
    pieces.classes("integer64")
    return flags


def _write_texts(pieces: Pieces, column: Any, place: Place) -> None:
    if _repeats(column):
        codes, different = pd.factorize(column)
        texts.write_codes(pieces, codes, different.tolist(), place)
    elif getattr(column.dtype, "storage", None) == "pyarrow":
        content = column.array.__arrow_array__().cast("large_string")
        texts.write_arrow(pieces, content.chunks, place)
    else:
        texts.write(pieces, _objects(column), place)


def _repeats(column: Any) -> bool:
    """Return whether a sample of many texts has few different ones."""
    if len(column) < _MANY:
        return False
    sample = column.iloc[:: len(column) // _SAMPLE]
    return bool(sample.nunique() < _SAMPLE * 0.75)


def _write_integers(pieces: Pieces, column: Any, place: Place) -> None:
    target = "uint64" if column.dtype.kind == "u" else "int64"
    missing = _missing(column)
    numbers = column.to_numpy(dtype=target, na_value=0)
    if start_integers(pieces, numbers, missing, place):
        pieces.end()


def _write_logicals(pieces: Pieces, column: Any, place: Place) -> None:
    missing = _missing(column)
    numbers = column.to_numpy(dtype="bool", na_value=False).astype("<i4")
    if missing is not None:
        numbers[missing] = NA_INTEGER
    write_numbers(pieces, wire.LOGICAL, numbers)


def _write_doubles(pieces: Pieces, column: Any, place: Place) -> None:
    numbers = column.to_numpy(dtype="<f8", na_value=np.nan)
    missing = np.isnan(numbers)
    if missing.any():
        numbers = np.where(missing, NA_DOUBLE, numbers)
    write_numbers(pieces, wire.DOUBLE, numbers)


def _write_complexes(pieces: Pieces, column: Any, place: Place) -> None:
    numbers = column.to_numpy(dtype="<c16")
    missing = np.isnan(numbers)
    if missing.any():
        numbers = np.where(missing, complex(NA_DOUBLE, 0), numbers)
    write_numbers(pieces, wire.COMPLEX, numbers)


def _write_moments(pieces: Pieces, column: Any, place: Place) -> None:
    zone = column.dt.tz
    if zone is not None:
        column = column.dt.tz_convert("UTC").dt.tz_localize(None)
    seconds = _in_seconds(column.to_numpy(na_value=np.datetime64("NaT")))
    vectors.start_moments(pieces, seconds, zone)


def _write_durations(pieces: Pieces, column: Any, place: Place) -> None:
    numbers = column.to_numpy(na_value=np.timedelta64("NaT"))
    vectors.start_durations(pieces, _in_seconds(numbers))


def _in_seconds(times: Any) -> Any:
    unit, _ = np.datetime_data(times.dtype)
    if unit == "ns":
        unit, times = "us", times.astype(f"{times.dtype.kind}8[us]")
    elif unit not in _PER_SECOND:
        unit, times = "s", times.astype(f"{times.dtype.kind}8[s]")
    seconds = times.astype("i8") / _PER_SECOND[unit]
    seconds[np.isnat(times)] = NA_DOUBLE
    return np.ascontiguousarray(seconds, "<f8").view("u1").data


def _write_factor(pieces: Pieces, column: Any, place: Place) -> None:
    levels = [str(one) for one in column.cat.categories]
    if len({*levels}) < len(levels):
        what = "a category whose values are the same as text"
        raise unsendable(place, what, "rename_categories()")
    codes = texts.as_counted_in_r(column.cat.codes.to_numpy().astype("<i4"))
    write_numbers(pieces, wire.INTEGER, codes, wire.CLASSED | wire.ATTRIBUTED)
    pieces.attribute("levels")
    texts.write(pieces, levels, place)
    pieces.classes(*(["ordered"] if column.cat.ordered else []), "factor")
    pieces.end()


_BY_KIND: dict[str, Callable[[Pieces, Any, Place], None]] = {
    "i": _write_integers,
    "u": _write_integers,
    "b": _write_logicals,
    "f": _write_doubles,
    "c": _write_complexes,
    "M": _write_moments,
    "m": _write_durations,
}


def _missing(column: Any) -> Any:
    missing = column.isna().to_numpy()
    return missing if missing.any() else None


def _objects(column: Any) -> list[Any]:
    values = column.to_numpy(dtype=object)
    missing = _missing(column)
    if missing is not None:
        values = values.copy()
        values[missing] = None
    return list(values.tolist())
