"""Columns of R's data frames as columns of pandas, each at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from launchpad_model_r.serialization import atoms, wire
from launchpad_model_r.serialization.atoms import classes, length, texts
from launchpad_model_r.serialization.wire import Unreadable, Vector

__all__ = ["length", "read", "texts"]

TEXT = "str" if int(pd.__version__.split(".")[0]) >= 3 else "object"


def read(vector: Vector, rows: int, value_of: Callable[[Vector], Any]) -> Any:
    """Return a column as an array or a series.

    Raises:
        Unreadable: When it is damaged, or holds what has no form in pandas.
    """
    if length(vector) != rows or "dim" in vector.attributes:
        raise Unreadable("a data frame whose columns aren't vectors of one length")
    found = atoms.text_of(vector)
    if found is not None:
        return pd.Series(found, dtype=TEXT)
    kinds = classes(vector)
    if "factor" in kinds:
        return _categories(vector, ordered="ordered" in kinds)
    if "Date" in kinds:
        return pd.Series(atoms.checked(atoms.days(vector).tolist()), dtype=object)
    if "POSIXct" in kinds:
        moments = pd.Series(atoms.moments(vector))
        zone = atoms.zone(vector)
        return (
            moments
            if zone is None
            else moments.dt.tz_localize("UTC").dt.tz_convert(zone)
        )
    if "difftime" in kinds:
        return pd.Series(atoms.durations(vector))
    if "integer64" in kinds:
        return _whole(atoms.integers64(vector), atoms.NA_INTEGER64)
    if vector.kind == wire.INTEGER:
        return _whole(atoms.integers(vector), atoms.NA_INTEGER)
    if vector.kind == wire.LOGICAL:
        return _truths(atoms.integers(vector))
    if vector.kind == wire.DOUBLE:
        return atoms.without_na(atoms.doubles(vector))
    if vector.kind == wire.COMPLEX:
        return atoms.without_na(atoms.complexes(vector))
    if vector.kind == wire.RAW:
        return pd.Series([bytes([one]) for one in vector.data], dtype=object)
    return pd.Series([value_of(one) for one in vector.data], dtype=object)


def _whole(numbers: Any, na: int) -> Any:
    missing = numbers == na
    wide = numbers.astype("int64")
    if not missing.any():
        return wide
    wide[missing] = 0
    return pd.arrays.IntegerArray(wide, missing)


def _truths(numbers: Any) -> Any:
    missing = numbers == atoms.NA_INTEGER
    if not missing.any():
        return numbers != 0
    return pd.arrays.BooleanArray((numbers != 0) & ~missing, missing)


def _categories(vector: Vector, *, ordered: bool) -> Any:
    codes, levels = atoms.factor(vector)
    found = pd.Index(levels, dtype=TEXT)
    if not found.is_unique or None in levels:
        raise Unreadable("a factor with levels that are missing or the same")
    return pd.Categorical.from_codes(codes, found, ordered=ordered)
