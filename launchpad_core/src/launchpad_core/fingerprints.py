"""What a frame looks like, so that later ones can be compared with it."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal, localcontext
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from launchpad_core.profiles import FEW, Booleans, Moments, Numbers, Values

MOST_COLUMNS = 1000
"""How many columns are described at most, so that metadata stay small."""

_A_LOOK = 1000
"""How many rows show that a column has more than a few distinct values."""

_ARROW_OBJECTS = (str, Decimal, date, pd.CategoricalDtype.type)
_NUMBERS = ("integer", "floating", "mixed-integer-float", "decimal")


def fingerprint_of(frame: pd.DataFrame) -> dict[str, Any]:
    """Return what a frame looks like, as plain values.

    ``rows`` is the number of rows, ``columns`` a list in the frame's order. Each column
    has ``name``, ``dtype`` and ``missing``, the share of rows without a value, and

    - numbers and durations (in seconds) ``min``, ``max``, ``mean``, ``std`` and
      ``quartiles``, of what is finite, and the number of ``infinite`` ones;
    - dates ``min`` and ``max``;
    - categories and text the number of ``distinct`` values, and if they are few, short
      and repeat themselves, the ``shares`` of each; free text isn't kept;
    - truth values the ``shares`` of ``true`` and ``false``.

    Of other values, such as lists, only the first three are known. Of a frame with more
    than ``MOST_COLUMNS`` columns, the first ones are described, and ``left_out`` is the
    number of the others.
    """
    fingerprint = Fingerprint()
    fingerprint.add(frame)
    return fingerprint.as_plain()


class Fingerprint:
    """What several frames look like as if they were one, such as chunks.

    A column whose dtype isn't the same in all of them has all of their names. Threads
    may share one.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rows = 0
        self._columns: dict[tuple[str, int], _Column] = {}
        self._left_out: set[tuple[str, int]] = set()

    def add(self, frame: pd.DataFrame) -> None:
        """Add the rows of a frame."""
        with self._lock, localcontext() as decimals:
            decimals.clear_traps()  # comparing a signaling NaN raises
            self._rows += len(frame)
            for position, key in enumerate(_keys(frame)):
                column = self._column(key)
                if column is not None:
                    column.add(frame.iloc[:, position])

    def as_plain(self) -> dict[str, Any]:
        """Return what they look like, as :func:`fingerprint_of` says."""
        with self._lock:
            columns = [column.as_plain() for column in self._columns.values()]
            left_out = {"left_out": len(self._left_out)} if self._left_out else {}
            return {"rows": self._rows, "columns": columns, **left_out}

    def _column(self, key: tuple[str, int]) -> _Column | None:
        if key in self._columns:
            return self._columns[key]
        if len(self._columns) == MOST_COLUMNS:
            self._left_out.add(key)
            return None
        self._columns[key] = column = _Column(key[0])
        return column


class _Column:
    def __init__(self, name: str) -> None:
        self._name = name
        self._dtypes: list[str] = []
        self._rows = 0
        self._missing = 0
        self._numbers = Numbers()
        self._moments = Moments()
        self._values = Values()
        self._booleans = Booleans()

    def add(self, column: pd.Series[Any]) -> None:
        dtype = str(column.dtype)
        if dtype not in self._dtypes:
            self._dtypes.append(dtype)
        present = column[column.notna().to_numpy()]
        self._rows += len(column)
        self._missing += len(column) - len(present)
        if len(present) and _is_known(column.dtype):
            self._add_by_dtype(present)

    def as_plain(self) -> dict[str, Any]:
        return {
            "name": self._name,
            "dtype": " | ".join(self._dtypes),
            "missing": self._missing / self._rows if self._rows else 0.0,
            **self._moments.as_plain(),
            **self._numbers.as_plain(),
            **self._booleans.as_plain(),
            **self._values.as_plain(),
        }

    def _add_by_dtype(self, present: pd.Series[Any]) -> None:
        dtype: Any = present.dtype
        if isinstance(dtype, pd.CategoricalDtype):
            self._values.add_counts(_counts_of_categories(present))
        elif isinstance(dtype, pd.StringDtype):
            self._add_texts(present)
        elif dtype.kind == "b":
            self._booleans.add(present.to_numpy(dtype=bool))
        elif dtype.kind in "iu":
            self._numbers.add(present.to_numpy(dtype=f"{dtype.kind}8"))
        elif dtype.kind == "f":
            self._add_floats(present.to_numpy(dtype="f8"))
        elif dtype.kind == "m":
            self._numbers.add(_as(present, "m8[us]").astype("i8") / 1e6)
        elif dtype.kind == "M":
            self._moments.add(_as(present, "M8[us]"), in_utc=_has_zone(dtype))
        elif pd.api.types.is_object_dtype(dtype) or _holds_objects(dtype):
            self._add_objects(present.astype(object))

    def _add_floats(self, values: npt.NDArray[Any]) -> None:
        missing = np.isnan(values)
        self._missing += int(missing.sum())
        self._numbers.add(values[~missing])

    def _add_objects(self, present: pd.Series[Any]) -> None:
        kind = pd.api.types.infer_dtype(present, skipna=False)
        if kind == "string":
            self._add_texts(present)
        elif kind == "boolean":
            self._booleans.add(present.to_numpy(dtype=bool))
        elif kind in _NUMBERS:
            self._add_floats(np.array([_as_float(one) for one in present]))
        elif kind in ("date", "datetime"):
            moments = np.array([_in_utc(one) for one in present], dtype="M8[us]")
            in_utc = any(getattr(one, "tzinfo", None) for one in present)
            self._moments.add(moments, in_utc=in_utc)
        elif all(isinstance(one, (str, bool, int, float)) for one in present):
            self._add_texts(present.map(_text))

    def _add_texts(self, present: pd.Series[Any]) -> None:
        if present.iloc[:_A_LOOK].nunique() > FEW:
            texts = present.to_numpy(dtype=object)
            self._values.add_many(texts, count=len(texts))
            return
        counts = present.value_counts(sort=False)
        by_text = zip(map(str, counts.index), counts.tolist(), strict=True)
        self._values.add_counts(dict(by_text))


def _keys(frame: pd.DataFrame) -> Iterator[tuple[str, int]]:
    """Yield the columns' names, each with the number of earlier ones of that name."""
    seen: Counter[str] = Counter()
    for name in map(str, frame.columns):
        yield name, seen[name]
        seen[name] += 1


def _counts_of_categories(present: pd.Series[Any]) -> dict[str, int]:
    numbers = np.bincount(present.cat.codes)
    counts: Counter[str] = Counter()
    for code in np.flatnonzero(numbers):
        counts[_text(present.cat.categories[code])] += int(numbers[code])
    return counts


def _is_known(dtype: Any) -> bool:
    """Whether it isn't an extension's own, which may promise more than it does."""
    return type(dtype).__module__.partition(".")[0] in ("numpy", "pandas")


def _holds_objects(dtype: Any) -> bool:
    return isinstance(dtype, pd.ArrowDtype) and dtype.type in _ARROW_OBJECTS


def _as(times: pd.Series[Any], dtype: str) -> npt.NDArray[Any]:
    if isinstance(times.dtype, pd.ArrowDtype):  # not all of pandas 2 can do zones
        array: Any = times.array
        in_utc: npt.NDArray[Any] = array.__arrow_array__().to_numpy()
        return in_utc.astype(dtype)
    values: npt.NDArray[Any] = times.to_numpy(dtype=dtype)
    return values


def _has_zone(dtype: Any) -> bool:
    of_arrow = isinstance(dtype, pd.ArrowDtype)
    return getattr(dtype.pyarrow_dtype if of_arrow else dtype, "tz", None) is not None


def _text(value: Any) -> str:
    is_long = isinstance(value, int) and value.bit_length() > 64
    return hex(value) if is_long else str(value)  # Python refuses very long decimals


def _as_float(number: Any) -> float:
    try:
        return float(number)
    except OverflowError:
        return float("inf") if number > 0 else float("-inf")


def _in_utc(moment: date) -> np.datetime64:
    """Return a day, or a moment in UTC, which may be beyond what datetime can hold."""
    if not isinstance(moment, datetime):
        return np.datetime64(moment, "us")
    offset = moment.utcoffset() or timedelta()
    clock = moment.replace(tzinfo=None)
    return np.datetime64(clock, "us") - np.timedelta64(offset, "us")
