"""From the columns of a frame to values as drivers take them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date, datetime, timezone
from typing import Any

import pandas as pd


def rows_of(columns: Mapping[str, list[Any]]) -> list[dict[str, Any]]:
    """Return columns of values as rows."""
    rows = zip(*columns.values(), strict=True)
    return [dict(zip(columns, row, strict=True)) for row in rows]


def plain_column(column: pd.Series[Any]) -> list[Any]:
    """Return a column as Python values; missing ones are None."""
    dtype = column.dtype
    if isinstance(dtype, pd.CategoricalDtype):
        return plain_column(column.astype(dtype.categories.dtype))
    if isinstance(dtype, pd.DatetimeTZDtype):
        naive = plain_column(column.dt.tz_convert("UTC").dt.tz_localize(None))
        return [value and value.replace(tzinfo=timezone.utc) for value in naive]
    if pd.api.types.is_datetime64_dtype(dtype):
        return list(column.to_numpy("datetime64[us]").tolist())
    values: list[Any] = column.to_list()
    if _mixes_dates_and_moments(values):
        values = [_moment(value) for value in values]
    if not column.isna().any():
        return values
    return [None if _is_missing(value) else value for value in values]


def _mixes_dates_and_moments(values: list[Any]) -> bool:
    kinds = {type(value) for value in values}
    return date in kinds and any(issubclass(kind, datetime) for kind in kinds)


def _moment(value: Any) -> Any:
    return datetime(*value.timetuple()[:3]) if type(value) is date else value


def _is_missing(value: Any) -> bool:
    if value is None or value is pd.NA or value is pd.NaT:
        return True
    return isinstance(value, float) and math.isnan(value)
