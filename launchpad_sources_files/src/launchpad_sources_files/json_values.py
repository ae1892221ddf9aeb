"""Values of frames as JSON texts and back, exactly."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from itertools import repeat
from json.encoder import encode_basestring
from typing import Any

import numpy as np
import pandas as pd
from pandas.api.types import is_object_dtype

from launchpad_sources_files.column_types import ColumnType
from launchpad_sources_files.conversion import converted
from launchpad_sources_files.faults import Refusal
from launchpad_sources_files.parsing import PANDAS_2, is_text

_EXACT = 2**53
_NULL = "null"
_OBJECTS = ("bool objects", "int objects", "float objects")
_NATIVE_CATEGORIES = ("int64", "float64", "bool")
_MISFITS = (ValueError, TypeError, OverflowError, KeyError)


def records(frame: pd.DataFrame) -> Iterable[str]:
    """Return a frame's rows as JSON objects.

    Raises:
        Refusal: When a name or a value can't be in JSON.
    """
    names = list(frame.columns)
    for name in names:
        if not isinstance(name, str):
            raise Refusal(
                f"the frame has a column {name!r}, whose name is no text",
                hint="frame.columns = frame.columns.map(str)",
            )
    if len(set(names)) < len(names):
        double = next(name for name in names if names.count(name) > 1)
        raise Refusal(
            f"the frame has several columns of one name: {double}", hint="rename them"
        )
    if not names:
        return repeat("{}", len(frame))
    columns = [texts_of(name, frame.iloc[:, i]) for i, name in enumerate(names)]
    keys = (encode_basestring(name).replace("%", "%%") for name in names)
    template = "{" + ",".join(f"{key}:%s" for key in keys) + "}"
    return map(template.__mod__, zip(*columns, strict=True))


def check_objects(frame: pd.DataFrame) -> None:
    """Check that the objects of a frame come back as they are.

    Raises:
        Refusal: When some would become text, or have different missing values.
    """
    for position, name in enumerate(frame.columns):
        column = frame.iloc[:, position]
        if isinstance(column.dtype, pd.CategoricalDtype):
            column = pd.Series(column.cat.categories)
        if not is_object_dtype(column.dtype):
            continue
        marks = {str(value) for value in column[column.isna()]}
        kind = pd.api.types.infer_dtype(column, skipna=True)
        if marks - {"None", "nan"} or len(marks) > 1:
            problem = f"different missing values: {', '.join(sorted(marks))}"
        elif kind not in ("string", "empty", "boolean", "integer", "floating"):
            problem = f"{kind} objects, which JSON can't keep exactly"
        else:
            continue
        raise Refusal(
            f'column "{name}" holds {problem}',
            hint="convert it before it is written, such as by .astype(str)",
        )


def texts_of(name: str, column: pd.Series[Any]) -> list[str]:
    """Return a column's values as JSON.

    Raises:
        Refusal: When JSON doesn't know one of them.
    """
    dtype = column.dtype
    if isinstance(dtype, pd.CategoricalDtype):
        known = [*texts_of(name, pd.Series(dtype.categories)), _NULL]
        return [known[code] for code in column.cat.codes]
    gone = column.isna().to_numpy()
    if is_object_dtype(dtype):
        texts = [_text_of(name, value) for value in column.where(~gone, None)]
    elif pd.api.types.is_bool_dtype(dtype):
        texts = ["true" if value else "false" for value in _filled(column, gone, False)]
    elif pd.api.types.is_integer_dtype(dtype):
        texts = list(map(str, _filled(column, gone, 0)))
    elif pd.api.types.is_float_dtype(dtype):
        values = _filled(column, gone, 0.0)
        if not all(map(math.isfinite, values)):
            raise _infinite(name)
        texts = list(map(float.__repr__, values))
    elif isinstance(dtype, pd.StringDtype):
        texts = [encode_basestring(v) for v in column.astype(object).where(~gone, "")]
    else:
        texts = [f'"{text}"' for text in _as_texts(name, column)]
    if gone.any():
        for place in np.flatnonzero(gone):
            texts[place] = _NULL
    return texts


def inferred(values: list[Any]) -> Any:
    """Return values of JSON as what a column of them is, without changing one.

    Whole numbers of which some are missing become floats, as in a CSV, if they are
    exact as such; else ``Int64``.
    """
    kinds = set(map(type, values))
    if kinds <= {float, type(None)} or kinds <= {str, type(None)}:
        return (
            pd.Series(values)
            if kinds != {type(None)}
            else pd.Series(values, dtype=object)
        )
    if kinds == {int}:
        return pd.Series(values)
    if kinds <= {int, float, type(None)}:
        whole = [value for value in values if type(value) is int]
        if all(-_EXACT <= value <= _EXACT for value in whole):
            return pd.Series(values, dtype="float64")
        if float not in kinds and all(-(2**63) <= v < 2**63 for v in whole):
            return pd.Series(values, dtype="Int64")
    if kinds == {bool}:
        return pd.Series(values)
    objects = np.empty(len(values), dtype=object)
    objects[:] = values
    return pd.Series(objects)


def typed(values: list[Any], column: ColumnType) -> pd.Series[Any]:
    """Return values of JSON as a column of a type.

    Raises:
        ValueError: When one doesn't fit; the error's ``row`` is its row.
    """
    try:
        return _typed(values, column)
    except _MISFITS as error:
        row = _first_misfit(values, column)
        misfit = ValueError(
            f'column "{column.name}" has a value that is no {column.dtype}: '
            f"{json.dumps(values[row], ensure_ascii=False)} in row {row + 1}"
        )
        raise misfit from error


def _typed(values: list[Any], column: ColumnType) -> pd.Series[Any]:
    dtype, details = column.dtype, column.details
    kind = details.of or dtype
    if dtype == "category":
        texts = [None if value is None else _category(value) for value in values]
        return converted(pd.Series(texts, dtype=object), column, {})
    if is_text(dtype) and kind in _OBJECTS:
        return _objects(values, kind, none=details.none)
    if is_text(kind):
        _check(values, str)
        return converted(pd.Series(values, dtype=object), column, {})
    if dtype in ("bool", "boolean"):
        _check(values, bool, missing=dtype == "boolean")
        return pd.Series(values, dtype=dtype)
    if "int" in dtype.lower() and "[" not in dtype:
        _check(values, int, missing=dtype[0] in "IU")
        known = [value or 0 for value in values]
        room = np.iinfo(dtype.lower())
        if known and not room.min <= min(known) <= max(known) <= room.max:
            raise ValueError(f"a value is not between {room.min} and {room.max}")
        array = np.array(known, dtype=dtype.lower())
        if dtype[0] not in "IU":
            return pd.Series(array)
        gone = np.array([value is None for value in values], dtype=bool)
        return pd.Series(pd.arrays.IntegerArray(array, gone))
    if "loat" in dtype:
        _check(values, float, int)
        if dtype[0] == "F":
            return pd.Series(
                [v if v is None else float(v) for v in values], dtype=dtype
            )
        numbers = [math.nan if value is None else float(value) for value in values]
        return pd.Series(np.array(numbers, dtype="float64").astype(dtype))
    _check(values, str)
    texts = pd.Series(values, dtype=object if PANDAS_2 else "str")
    return converted(texts, column, {})


def _objects(values: list[Any], kind: str, *, none: bool) -> pd.Series[Any]:
    _check(values, {"bool": bool, "int": int, "float": float}[kind.split()[0]])
    objects = np.empty(len(values), dtype=object)
    objects[:] = values
    if not none:
        objects[[value is None for value in values]] = np.nan
    return pd.Series(objects)


def _check(values: Sequence[Any], *types: type, missing: bool = True) -> None:
    kinds = set(map(type, values))
    wrong = kinds - set(types) - ({type(None)} if missing else set())
    if wrong:
        raise ValueError(f"a value is of another type: {wrong}")


def _category(value: Any) -> str:
    return value if isinstance(value, str) else str(value)


def _first_misfit(values: list[Any], column: ColumnType) -> int:
    for row, value in enumerate(values):
        try:
            _typed([value], column)
        except _MISFITS:
            return row
    return 0


def _filled(column: pd.Series[Any], gone: Any, value: Any) -> list[Any]:
    if isinstance(column.dtype, np.dtype) and not gone.any():
        known: list[Any] = column.to_list()
        return known
    values = column.astype(object).where(~gone, value)
    return [v.item() if isinstance(v, np.generic) else v for v in values]


def _text_of(name: str, value: Any) -> str:
    if isinstance(value, str):
        return encode_basestring(value)
    if isinstance(value, np.generic):
        value = value.item()
    try:
        return json.dumps(value, ensure_ascii=False, allow_nan=False)
    except ValueError as error:
        raise _infinite(name) from error
    except TypeError as error:
        raise Refusal(
            f'column "{name}" holds a {type(value).__name__}, which JSON doesn\'t know',
            hint="convert it before it is written, such as by .astype(str)",
        ) from error


def _infinite(name: str) -> Refusal:
    return Refusal(
        f'column "{name}" holds infinity, which JSON doesn\'t know',
        hint=f'frame["{name}"].replace([inf, -inf], ...)',
    )


def _as_texts(name: str, column: pd.Series[Any]) -> Iterable[str]:
    dtype = column.dtype
    if isinstance(dtype, pd.DatetimeTZDtype):
        utc = column.dt.tz_convert("UTC").dt.tz_localize(None)
        return (f"{text}+00:00" for text in _as_texts(name, utc))
    if isinstance(dtype, np.dtype) and dtype.kind == "M":
        iso: list[str] = np.datetime_as_string(column.to_numpy()).tolist()
        return iso
    if isinstance(dtype, np.dtype) and dtype.kind == "m":
        return map(str, column)
    raise Refusal(
        f'column "{name}" has the type {dtype}, which JSON doesn\'t know',
        hint="convert it before it is written, such as by .astype(str)",
    )
