"""Looking at the values of one column, whatever dtype it has."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import numpy as np
import pandas as pd
from pandas.api import types

from launchpad_core.errors import DataError
from launchpad_core.generation.facts import ColumnFacts, Kind, is_writable
from launchpad_core.generation.schemas import LOCAL
from launchpad_core.plain import plain

_LOCAL = re.compile(LOCAL)
_MOMENT = re.compile(LOCAL.removesuffix("$") + r"[+-][0-9]{2}:[0-9]{2}$")
_LONGEST_EXAMPLE = 100

# What is between them has a year of four digits and an offset of whole minutes: until
# 1972, Liberia's was 44 minutes and 30 seconds.
_FIRST_YEAR, _LAST_YEAR = 1973, 9999


def facts_of(column: pd.Series[Any], name: str) -> ColumnFacts:
    """Return what a column holds.

    Args:
        column: The column.
        name: How messages name it.

    Raises:
        DataError: When it holds what has no form in JSON.
    """
    dtype: Any = column.dtype
    if isinstance(dtype, pd.SparseDtype):
        return facts_of(column.sparse.to_dense(), name)
    if isinstance(dtype, pd.CategoricalDtype):
        return _of_categories(column, name)
    if types.is_bool_dtype(dtype):
        return _of_booleans(column.dropna(), len(column))
    if types.is_integer_dtype(dtype):
        return _of_integers(column.dropna(), len(column))
    if types.is_float_dtype(dtype):
        return _of_floats(column)
    if isinstance(dtype, pd.DatetimeTZDtype) or (
        isinstance(dtype, np.dtype) and dtype.kind == "M"
    ):
        return _of_moments(column, name)
    return _of_objects(column, name)


def value_of(item: Any, name: str) -> Any:
    """Return a value as JSON has it; None when it is missing or not finite.

    Bytes become base64; a period or an interval becomes text, as pandas shows it.

    Raises:
        DataError: When it has no form in JSON.
    """
    if isinstance(item, (pd.Period, pd.Interval)):
        return str(item)
    if isinstance(item, (bytes, bytearray, memoryview)):
        return b64encode(item).decode("ascii")
    try:
        return plain(item)
    except TypeError as error:
        raise _not_sayable(item, name) from error


def _not_sayable(item: Any, name: str) -> DataError:
    return DataError(
        f"the column {name!r} holds {type(item).__name__} values, which can't be part "
        "of a request",
        hint="leave it out of the data source, or turn it into text or numbers",
    )


def _of_categories(column: pd.Series[Any], name: str) -> ColumnFacts:
    values = pd.Series(column.cat.categories)
    facts = facts_of(values, name)
    listed = tuple(value_of(item, name) for item in values)
    present = column.dropna()
    return replace(
        facts,
        missing=len(present) < len(column),
        categories=tuple(value for value in listed if value is not None),
        examples=_examples(value_of(item, name) for item in present.head(1)),
    )


def _of_booleans(present: pd.Series[Any], rows: int) -> ColumnFacts:
    return ColumnFacts(
        frozenset({"boolean"} if len(present) else ()),
        otherwise="boolean",
        missing=len(present) < rows,
        examples=tuple(bool(item) for item in present.head(1)),
    )


def _of_integers(present: pd.Series[Any], rows: int) -> ColumnFacts:
    some = len(present) > 0
    return ColumnFacts(
        frozenset({"integer"} if some else ()),
        otherwise="integer",
        missing=len(present) < rows,
        least=int(present.min()) if some else None,
        most=int(present.max()) if some else None,
        examples=tuple(int(item) for item in present.head(1)),
    )


def _of_floats(column: pd.Series[Any]) -> ColumnFacts:
    values = column.to_numpy(dtype="float64", na_value=np.nan)
    finite = values[np.isfinite(values)]
    some = len(finite) > 0
    return ColumnFacts(
        frozenset({"number"} if some else ()),
        otherwise="number",
        missing=len(finite) < len(column),
        least=float(finite.min()) if some else None,
        most=float(finite.max()) if some else None,
        examples=tuple(float(item) for item in finite[:1]),
    )


def _of_moments(column: pd.Series[Any], name: str) -> ColumnFacts:
    present = column.dropna()
    years = present.dt.year
    if not len(years) or (years.min() >= _FIRST_YEAR and years.max() <= _LAST_YEAR):
        zoned = column.dt.tz is not None
        kind: Kind = "moment" if zoned else "local"
        return ColumnFacts(
            frozenset({kind} if len(present) else ()),
            otherwise=kind,
            missing=len(present) < len(column),
            examples=_examples(value_of(item, name) for item in present.head(1)),
        )
    return _of_objects(column, name)


def _of_objects(column: pd.Series[Any], name: str) -> ColumnFacts:
    present = column.dropna()
    missing = len(present) < len(column)
    if types.infer_dtype(present) == "string":
        return ColumnFacts(
            frozenset({"text"}), missing=missing, examples=_examples(present.head(100))
        )
    kinds: set[Kind] = set()
    numbers: list[int | float] = []
    contents: list[Any] = []
    values = []
    for item in present:
        value = value_of(item, name)
        if value is None:
            continue
        values.append(value)
        kinds.add(_kind(item, value, name))
        if isinstance(value, list):
            contents.extend(item)
        elif isinstance(value, (int, float)) and not isinstance(value, bool):
            numbers.append(value)
    is_list = "list" in kinds
    return ColumnFacts(
        frozenset(kinds),
        mixed=len(kinds) > 1 and kinds != {"integer", "number"},
        missing=missing or len(values) < len(present),
        least=min(numbers, default=None),
        most=max(numbers, default=None),
        items=facts_of(pd.Series(contents, dtype=object), name) if is_list else None,
        empty_lists=[] in values,
        examples=_examples(values),
    )


def _kind(item: Any, value: Any, name: str) -> Kind:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        return "integer"
    if isinstance(value, float):
        return "number"
    if isinstance(value, list):
        return "list"
    if not isinstance(value, str):
        raise _not_sayable(item, name)
    if isinstance(item, datetime):
        if _LOCAL.match(value):
            return "local"
        return "moment" if _MOMENT.match(value) else "text"
    return "date" if isinstance(item, date) else "text"


def _examples(values: Iterable[Any]) -> tuple[Any, ...]:
    """Return the first value that is good to look at, in a tuple."""
    for value in values:
        if not isinstance(value, str):
            return (value,)
        if len(value) <= _LONGEST_EXAMPLE and is_writable(value):
            return (str(value),)
    return ()
