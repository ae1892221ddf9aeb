"""Which table holds a frame: its columns' types, in the words of each database."""

from __future__ import annotations

import datetime
import sys
from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

import numpy as np
import pandas as pd
import sqlalchemy as sa
from sqlalchemy.dialects import mysql

from launchpad_core.errors import DataError
from launchpad_core.spelling import meant_or_known
from launchpad_sources_sql.declared import kind_of_type
from launchpad_sources_sql.kinds import Kind

Type = sa.types.TypeEngine[Any]

_MYSQL = ("mysql", "mariadb")
_WITHOUT_ZONES = ("sqlite", *_MYSQL)
_LONGEST = {"postgresql": 63}  # bytes of a name; others refuse longer ones
_TEXT = sa.Text().with_variant(mysql.LONGTEXT(), *_MYSQL)
_KEY_TEXT = sa.Text().with_variant(mysql.VARCHAR(255), *_MYSQL)
_MOMENT = sa.DateTime().with_variant(mysql.DATETIME(fsp=6), *_MYSQL)
_OBJECTS: Mapping[str, Type] = {  # by what pandas infers
    "string": _TEXT,
    "empty": _TEXT,
    "boolean": sa.Boolean(),
    "integer": sa.BigInteger(),
    "floating": sa.Double(),
    "mixed-integer-float": sa.Double(),
    "datetime": _MOMENT,
    "time": sa.Time().with_variant(mysql.TIME(fsp=6), *_MYSQL),
    "bytes": sa.LargeBinary().with_variant(mysql.LONGBLOB(), *_MYSQL),
}
_MICROSECONDS = '.dt.floor("us"), since databases keep microseconds at most'


def new_table(
    frame: pd.DataFrame,
    name: str,
    *,
    schema: str | None,
    key: Collection[str],
    dialect: str,
) -> sa.Table:
    """Return the table that holds a frame.

    Args:
        frame: The frame.
        name: The table's name.
        schema: The schema that it is in.
        key: The columns that are the primary key.
        dialect: The name of the database's dialect.

    Raises:
        DataError: When a column is of a type that the database has no type for.
    """
    longest = _LONGEST.get(dialect, sys.maxsize)
    if long := [n for n in (name, *frame.columns) if len(n.encode()) > longest]:
        raise DataError(f'the name "{long[0]}" is too long: {dialect} would cut it off')
    columns = [
        sa.Column(
            column,
            _type_of(column, frame[column], dialect, in_key=column in key),
            primary_key=column in key,
            autoincrement=False,
        )
        for column in frame.columns
    ]
    return sa.Table(name, sa.MetaData(), *columns, schema=schema)


def fitted(frame: pd.DataFrame, table: sa.Table, dialect: str) -> pd.DataFrame:
    """Return a frame as it goes into a table that there is already.

    Whole numbers that pandas keeps as floats, for the sake of missing ones, become
    integers if the table wants them.

    Raises:
        DataError: When a column isn't in the table, or is of another kind there.
    """
    frame = frame.copy(deep=False)
    for name in frame.columns:
        if name not in table.columns:
            raise DataError(
                f'the table {table.name} has no column "{name}"',
                hint=meant_or_known(name, list(table.columns.keys())),
            )
        target = table.columns[name]
        if target.computed is not None or _is_text_into_json(frame[name], target):
            raise _unfit(frame[name], target)
        given = kind_of_type(_type_of(name, frame[name], dialect))
        frame[name] = _fitted(frame[name], given, target)
    return frame


def _fitted(
    column: pd.Series[Any], given: Kind | None, target: sa.Column[Any]
) -> pd.Series[Any]:
    wanted = kind_of_type(target.type)
    vague = (None, Kind.OBJECT)
    if column.isna().all() or given in vague or wanted in vague:
        return column
    if given is Kind.INTEGER and wanted is Kind.FLOAT:
        if all(int(float(value)) == value for value in column.dropna()):
            return column
    elif given is Kind.FLOAT and wanted is Kind.INTEGER:
        if all(value == int(value) for value in column.dropna()):
            return _whole(column)
    elif given is Kind.INTEGER and wanted is Kind.BOOLEAN:
        if column.dropna().isin([0, 1]).all():
            return column.astype("boolean")
    elif given is Kind.MOMENT and wanted is Kind.DAY:
        moments = pd.to_datetime(column)
        if (moments.dropna() == moments.dropna().dt.normalize()).all():
            return column
    elif given is wanted or (given, wanted) in _WIDER:
        return column
    raise _unfit(column, target, zones={given, wanted} == {Kind.MOMENT, Kind.INSTANT})


_WIDER = ((Kind.BOOLEAN, Kind.INTEGER), (Kind.DAY, Kind.MOMENT))


def _whole(column: pd.Series[Any]) -> pd.Series[Any]:
    """Return whole numbers, which are floats or decimals, as integers."""
    values = [None if pd.isna(value) else int(value) for value in column]
    return pd.Series(pd.array(values, dtype="Int64"), column.index, name=column.name)


def _is_text_into_json(column: pd.Series[Any], target: sa.Column[Any]) -> bool:
    present = column.dropna()
    return isinstance(target.type, sa.JSON) and any(
        isinstance(value, str) for value in present
    )


def _unfit(
    column: pd.Series[Any], target: sa.Column[Any], *, zones: bool = False
) -> DataError:
    where = f"{target.table}.{target.name}"
    return DataError(
        f'column "{column.name}" is of type {column.dtype}, which {where} can\'t hold',
        hint=".dt.tz_localize(...), or .dt.tz_localize(None), settles the time zone"
        if zones
        else "convert it before it is written, such as by .astype(...)",
    )


def without_arrow_types(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame whose columns of Arrow's own types are those of pandas."""
    frame = frame.copy(deep=False)
    for name in frame.columns:
        dtype = frame[name].dtype
        if isinstance(dtype, pd.ArrowDtype) and dtype.kind not in "iufb":
            frame[name] = _from_arrow(frame[name])
    return frame


def _from_arrow(column: pd.Series[Any]) -> pd.Series[Any]:
    values = column.array.__arrow_array__().to_pandas()
    values.index = column.index
    return values.rename(column.name)


def _type_of(
    name: str, column: pd.Series[Any], dialect: str, *, in_key: bool = False
) -> Type:
    dtype = column.dtype
    if isinstance(dtype, pd.CategoricalDtype):
        column = column.astype(dtype.categories.dtype)
        return _type_of(name, column, dialect, in_key=in_key)
    if isinstance(dtype, pd.DatetimeTZDtype):
        return _zoned(name, column, dialect)
    types = pd.api.types
    if types.is_bool_dtype(dtype):
        return sa.Boolean()
    if types.is_integer_dtype(dtype):
        return _integer(name, column)
    if types.is_float_dtype(dtype):
        return sa.Double()
    if types.is_datetime64_dtype(dtype):
        _check_moments(name, column)
        return _MOMENT
    if isinstance(dtype, pd.StringDtype):
        return _KEY_TEXT if in_key else _TEXT
    if types.is_object_dtype(dtype):
        found = _object_type(name, column, dialect)
        return _KEY_TEXT if in_key and found is _TEXT else found
    raise _no_type(name, str(dtype))


def _integer(name: str, column: pd.Series[Any]) -> Type:
    if column.notna().any() and column.max() > np.iinfo("int64").max:
        remedy = "write what is above 2^63 - 1 as floats or as texts"
        raise _no_type(name, str(column.dtype), remedy)
    return sa.BigInteger()


def _zoned(name: str, column: pd.Series[Any], dialect: str) -> Type:
    if dialect in _WITHOUT_ZONES:
        remedy = '.dt.tz_convert("UTC").dt.tz_localize(None)'
        raise _no_type(name, str(column.dtype), remedy)
    _check_moments(name, column)
    return sa.DateTime(timezone=True)


def _check_moments(name: str, column: pd.Series[Any]) -> None:
    if column.dt.nanosecond.fillna(0).any():
        raise _no_type(name, str(column.dtype), _MICROSECONDS)
    years = column.dt.year.dropna()
    if not years.between(1, 9999).all():
        remedy = "databases keep the years 1 to 9999"
        raise _no_type(name, str(column.dtype), remedy)


def _object_type(name: str, column: pd.Series[Any], dialect: str) -> Type:
    present = column.dropna()
    inferred = pd.api.types.infer_dtype(present, skipna=False)
    if inferred == "decimal":
        return _decimal(present)
    if inferred == "date":
        plain = all(type(value) is datetime.date for value in present)
        return sa.Date() if plain else _MOMENT
    if inferred == "datetime" and any(value.tzinfo is not None for value in present):
        return _zoned(name, pd.to_datetime(column, utc=True), dialect)
    if inferred in _OBJECTS:
        return _OBJECTS[inferred]
    if all(isinstance(value, (dict, list)) for value in present):
        return sa.JSON(none_as_null=True)
    if all(isinstance(value, UUID) for value in present):
        return sa.Uuid()
    raise _no_type(name, f"object, holding {inferred} values")


def _decimal(values: pd.Series[Any]) -> Type:
    parts = [value.as_tuple() for value in values if value.is_finite()]
    scale = max((max(0, -part.exponent) for part in parts), default=0)
    whole = max((len(p.digits) + p.exponent for p in parts), default=1)
    precise = sa.Numeric(max(whole, 1) + scale, scale)
    return sa.Numeric().with_variant(precise, "duckdb", *_MYSQL)


def _no_type(name: str, dtype: str, remedy: str = "") -> DataError:
    return DataError(
        f'column "{name}" is of type {dtype}, which a table can\'t hold',
        hint=remedy or "convert it before it is written, such as by .astype(str)",
    )
