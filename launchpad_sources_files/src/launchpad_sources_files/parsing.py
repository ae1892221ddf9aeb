"""From the texts of a CSV column to values of a type."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

CATEGORY = "category"
DATE = "datetime"  # as mllaunchpad writes it
OBJECT = "object"
DEFAULT_UNIT = "ns"
PANDAS_2 = int(pd.__version__.split(".")[0]) < 3

_NUMBER = re.compile(
    r"u?int(8|16|32|64)|float(16|32|64)|U?Int(8|16|32|64)|Float(32|64)"
)
_TRUTH = ("bool", "boolean")
_TEXT = ("str", OBJECT, "string")
_MOMENT = re.compile(r"(datetime64\[(s|ms|us|ns)(, .+)?\])")
_SPAN = re.compile(r"timedelta64\[(s|ms|us|ns)\]")

_DIGITS: dict[str, int] = {"s": 0, "ms": 3, "us": 6, "ns": 9}
_ISO = r"[+-]?\d+-\d\d-\d\d([ T]\d\d:\d\d(:\d\d(\.\d{{0,{digits}}}0*)?)?)?"
_DAYS = re.compile(r"(-?\d+) days(?: \+?(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?)?")
_OBJECTS: dict[str, Callable[[str], Any]] = {
    "bool objects": {"True": True, "False": False}.__getitem__,
    "int objects": int,
    "float objects": float,
}


def is_text(dtype: str) -> bool:
    """Whether a dtype, by its name, is one of text."""
    return dtype in _TEXT


def is_moment(dtype: str) -> bool:
    """Whether a dtype, by its name, is one of moments."""
    return _MOMENT.fullmatch(dtype) is not None


def is_kept(dtype: str) -> bool:
    """Whether a CSV can keep a dtype, by its name; categories are another matter."""
    if not (is_text(dtype) or is_moment(dtype) or _is_plain(dtype)):
        return _SPAN.fullmatch(dtype) is not None
    try:
        pd.api.types.pandas_dtype(dtype)
    except (TypeError, ValueError, AttributeError):  # a time zone without a name
        return False
    return True


def parser_dtype(dtype: str) -> str:
    """Return what ``pandas.read_csv`` should make of a column on the way to a dtype.

    In pandas 2, its own narrow and unsigned integers overflow silently, and its
    nullable floats know no decimal comma.
    """
    if dtype in _TRUTH:
        return dtype
    if not _is_plain(dtype) or (PANDAS_2 and dtype.lower() == "uint64"):
        return "str"
    if dtype == "float16":
        return "float64"
    if "loat" in dtype:
        return dtype.lower()
    if dtype.lower() == "uint64":
        return dtype
    return "Int64" if "I" in dtype else "int64"


def narrowed(values: pd.Series[Any], dtype: str) -> pd.Series[Any]:
    """Return values that were read as ``parser_dtype`` says, as a plain dtype.

    Raises:
        ValueError: When an integer is too large or too small for it.
    """
    if "int" in dtype.lower() and str(values.dtype) != dtype:
        room = np.iinfo(dtype.lower())
        if not values.dropna().between(room.min, room.max).all():
            raise ValueError(f"a value is not between {room.min} and {room.max}")
    return values.astype(dtype)


def parsed(
    texts: pd.Series[Any],
    dtype: str,
    *,
    none: bool = False,
    date_format: str | None = None,
    dayfirst: bool = False,
) -> pd.Series[Any]:
    """Return a column of texts, some of them missing, as a column of a type.

    Args:
        texts: The texts.
        dtype: The name of the type.
        none: Whether missing values become None (type ``object``).
        date_format: How moments are written; ISO 8601 if None.
        dayfirst: Whether 1/2 is in February, where the type is mllaunchpad's.

    Raises:
        ValueError: When a text is no value of the type.
    """
    if is_text(dtype):
        return _as_text(texts, dtype, none=none)
    if dtype == DATE:
        return _as_date(texts, date_format, dayfirst=dayfirst)
    if is_moment(dtype):
        return _as_moment(texts, dtype, date_format)
    if _SPAN.fullmatch(dtype):
        return _as_span(texts, dtype)
    values = texts.astype(OBJECT)
    if dtype in _OBJECTS:
        found = [_OBJECTS[dtype](text) for text in values.dropna()]
        filled = values.where(values.notna(), None if none else np.nan)
        filled[values.notna()] = found
        return filled
    if dtype.lower().startswith("uint") and any(
        int(text) < 0 for text in values.dropna() if str(text).startswith("-")
    ):  # before version 2, numpy would take them
        raise ValueError("a value is below 0")
    if dtype in _TRUTH:
        values = values.map({"True": True, "False": False}.__getitem__, "ignore")
    return values.where(values.notna(), None).astype(dtype)


def _is_plain(dtype: str) -> bool:
    return dtype in _TRUTH or _NUMBER.fullmatch(dtype) is not None


def _as_text(texts: pd.Series[Any], dtype: str, *, none: bool) -> pd.Series[Any]:
    if dtype != OBJECT:
        return texts.astype(OBJECT if PANDAS_2 and dtype == "str" else dtype)
    values = texts.astype(OBJECT)
    return values.where(values.notna(), None if none else np.nan)


def _as_date(
    texts: pd.Series[Any], date_format: str | None, *, dayfirst: bool
) -> pd.Series[Any]:
    try:
        moments = pd.to_datetime(texts, format=date_format or "ISO8601")
    except ValueError:
        moments = pd.to_datetime(texts, format=date_format, dayfirst=dayfirst)
    return moments.dt.as_unit(DEFAULT_UNIT)


def _as_moment(
    texts: pd.Series[Any], dtype: str, date_format: str | None
) -> pd.Series[Any]:
    wanted = pd.api.types.pandas_dtype(dtype)
    if not isinstance(wanted, pd.DatetimeTZDtype):
        if date_format:
            return pd.to_datetime(texts, format=date_format).astype(dtype)
        return _as_numpy_moment(texts, dtype)
    if date_format:
        moments = pd.to_datetime(texts, format=date_format, utc=True)
    elif texts.dropna().str.endswith("+00:00").all():
        naive = _as_numpy_moment(texts.str.removesuffix("+00:00"), f"M8[{wanted.unit}]")
        moments = naive.dt.tz_localize("UTC")
    else:
        moments = pd.to_datetime(texts, format="ISO8601", utc=True)
    return moments.dt.tz_convert(wanted.tz).astype(dtype)


def _as_numpy_moment(texts: pd.Series[Any], dtype: str) -> pd.Series[Any]:
    """Return moments by Arrow if it can, else by numpy, which reads any year.

    numpy would also read "today", and drop digits that the unit has no room for.
    """
    unit = np.datetime_data(np.dtype(dtype))[0]
    try:
        array = pa.array(texts, type=pa.large_string(), from_pandas=True)
        found = pc.cast(array, pa.timestamp(unit)).to_numpy(zero_copy_only=False)
        return pd.Series(found, index=texts.index, name=texts.name)
    except pa.ArrowInvalid:  # years of five digits, or no moment at all
        pass
    present = texts.dropna().astype(OBJECT)
    iso = _match(present, _ISO.format(digits=_DIGITS[unit]))
    if not iso.all():
        raise ValueError(f"{present[~iso].iloc[0]!r} is no moment")
    values = texts.astype(OBJECT).where(texts.notna(), "NaT")
    moments = np.array(values.to_list(), dtype=f"M8[{unit}]")
    return pd.Series(moments, index=texts.index, name=texts.name)


def _match(texts: pd.Series[Any], pattern: str) -> np.ndarray[Any, Any]:
    array = pa.array(texts, type=pa.large_string())
    matches = pc.match_substring_regex(array, rf"\A(?:{pattern})\z")
    found: np.ndarray[Any, Any] = matches.to_numpy(zero_copy_only=False)
    return found


def _as_span(texts: pd.Series[Any], dtype: str) -> pd.Series[Any]:
    try:
        return pd.to_timedelta(texts.astype(OBJECT)).astype(dtype)
    except (ValueError, OverflowError):  # longer than 292 years, or no time span
        unit = np.datetime_data(np.dtype(dtype))[0]
        spans = [
            "NaT" if missing else _ticks(text, _DIGITS[unit])
            for text, missing in zip(texts, texts.isna(), strict=True)
        ]
        values = np.array(spans, dtype=f"m8[{unit}]")
        return pd.Series(values, index=texts.index, name=texts.name)


def _ticks(text: str, digits: int) -> int:
    """Return a time span as pandas writes it, in units of 10 to the -digits seconds."""
    found = _DAYS.fullmatch(text)
    if not found:
        raise ValueError(f"{text!r} is no time span")
    days, hours, minutes, seconds, fraction = (part or "0" for part in found.groups())
    whole = (int(days) * 24 + int(hours)) * 3600 + int(minutes) * 60 + int(seconds)
    below = int(fraction.ljust(9, "0")[:digits] or 0)
    return whole * int(10**digits) + below
