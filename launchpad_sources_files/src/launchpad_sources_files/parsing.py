"""From the texts of a CSV column to values of a type."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pandas as pd

_NATIVE = re.compile(
    r"u?int(8|16|32|64)|float(32|64)|bool|U?Int(8|16|32|64)|Float(32|64)|boolean"
)
_TEXT = ("str", "object", "string")
_MOMENTS = ("datetime64[", "timedelta64[")


def is_native(dtype: str) -> bool:
    """Whether ``pandas.read_csv`` itself gives exactly this type, by its name."""
    return _NATIVE.fullmatch(dtype) is not None


def is_kept(dtype: str) -> bool:
    """Whether a CSV can keep a type, by its name; categories are another matter."""
    return is_native(dtype) or dtype in _TEXT or dtype.startswith(_MOMENTS)


def parsed(texts: pd.Series[Any], dtype: str, *, none: bool = False) -> pd.Series[Any]:
    """Return a column of texts, some of them missing, as a column of a type.

    Args:
        texts: The texts.
        dtype: The name of the type.
        none: Whether missing values become None (type ``object``).

    Raises:
        ValueError: When a text is no value of the type.
    """
    if dtype in _TEXT:
        return _as_text(texts, dtype, none=none)
    if dtype.startswith("datetime64"):
        return _as_datetime(texts, dtype)
    if dtype.startswith("timedelta64"):
        return pd.to_timedelta(texts.astype(object)).astype(dtype)
    if dtype in ("bool", "boolean"):
        return _as_bool(texts, dtype)
    if is_native(dtype):
        return _as_number(texts, dtype)
    raise ValueError(f"there is no type {dtype}")


def _as_text(texts: pd.Series[Any], dtype: str, *, none: bool) -> pd.Series[Any]:
    if dtype != "object":
        return texts.astype(dtype)
    values = texts.astype(object)
    return values.where(values.notna(), None if none else np.nan)


def _as_datetime(texts: pd.Series[Any], dtype: str) -> pd.Series[Any]:
    wanted = pd.api.types.pandas_dtype(dtype)
    if isinstance(wanted, pd.DatetimeTZDtype):
        moments = pd.to_datetime(texts, format="ISO8601", utc=True)
        return moments.dt.tz_convert(wanted.tz).astype(dtype)
    values = texts.astype(object).where(texts.notna(), "NaT")
    moments = np.array(
        values.to_list(), dtype=f"datetime64[{np.datetime_data(wanted)[0]}]"
    )
    return pd.Series(moments, index=texts.index, name=texts.name).astype(dtype)


def _as_bool(texts: pd.Series[Any], dtype: str) -> pd.Series[Any]:
    values = texts.astype(object).map({"True": True, "False": False})
    return values.astype(dtype)


def _as_number(texts: pd.Series[Any], dtype: str) -> pd.Series[Any]:
    return texts.astype(object).where(texts.notna(), None).astype(dtype)
