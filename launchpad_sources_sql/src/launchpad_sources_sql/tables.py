"""Which table holds a frame: its columns' types, in the words of each database."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

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
    "date": sa.Date(),
    "datetime": _MOMENT,
    "time": sa.Time().with_variant(mysql.TIME(fsp=6), *_MYSQL),
    "bytes": sa.LargeBinary().with_variant(mysql.LONGBLOB(), *_MYSQL),
}
_MICROSECONDS = "microseconds are the finest that databases keep"


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
        given = kind_of_type(_type_of(name, frame[name], dialect))
        wanted = kind_of_type(table.columns[name].type)
        frame[name] = _fitted(frame[name], given, wanted, f"{table.name}.{name}")
    return frame


def _fitted(
    column: pd.Series[Any], given: Kind | None, wanted: Kind | None, where: str
) -> pd.Series[Any]:
    vague = (None, Kind.OBJECT)
    if given is wanted or given in vague or wanted in vague or column.isna().all():
        return column
    if (given, wanted) in ((Kind.INTEGER, Kind.FLOAT), (Kind.BOOLEAN, Kind.INTEGER)):
        return column
    if (given, wanted) == (Kind.FLOAT, Kind.INTEGER):
        numbers = column.astype("float64")
        if (numbers.dropna() % 1 == 0).all():
            return numbers.astype("Int64")
    if (given, wanted) == (Kind.INTEGER, Kind.BOOLEAN) and column.isin([0, 1]).all():
        return column.astype("boolean")
    zones = {given, wanted} == {Kind.MOMENT, Kind.INSTANT}
    raise DataError(
        f'column "{column.name}" is of type {column.dtype}, which {where} can\'t hold',
        hint=".dt.tz_localize(...), or .dt.tz_localize(None), settles the time zone"
        if zones
        else "convert it before it is written, such as by .astype(...)",
    )


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
        raise _no_type(name, str(column.dtype), "above 2^63 - 1, as floats or texts")
    return sa.BigInteger()


def _zoned(name: str, column: pd.Series[Any], dialect: str) -> Type:
    if dialect in _WITHOUT_ZONES:
        remedy = 'column.dt.tz_convert("UTC").dt.tz_localize(None)'
        raise _no_type(name, str(column.dtype), f"in {dialect}; {remedy}")
    _check_moments(name, column)
    return sa.DateTime(timezone=True)


def _check_moments(name: str, column: pd.Series[Any]) -> None:
    if column.dt.nanosecond.fillna(0).any():
        raise _no_type(name, str(column.dtype), f'{_MICROSECONDS}; .dt.floor("us")')
    years = column.dt.year.dropna()
    if not years.between(1, 9999).all():
        raise _no_type(name, str(column.dtype), "outside of the years 1 to 9999")


def _object_type(name: str, column: pd.Series[Any], dialect: str) -> Type:
    present = column.dropna()
    inferred = pd.api.types.infer_dtype(present, skipna=False)
    if inferred == "decimal":
        return _decimal(present)
    if inferred == "datetime" and any(value.tzinfo is not None for value in present):
        return _zoned(name, pd.to_datetime(column, utc=True), dialect)
    if inferred in _OBJECTS:
        return _OBJECTS[inferred]
    if all(isinstance(value, (dict, list)) for value in present):
        return sa.JSON()
    raise _no_type(name, f"object, holding {inferred} values")


def _decimal(values: pd.Series[Any]) -> Type:
    parts = [value.as_tuple() for value in values if value.is_finite()]
    scale = max((max(0, -part.exponent) for part in parts), default=0)
    whole = max((len(p.digits) + p.exponent for p in parts), default=1)
    precise = mysql.DECIMAL(max(whole, 1) + scale, scale)
    return sa.Numeric().with_variant(precise, *_MYSQL)


def _no_type(name: str, dtype: str, remedy: str = "") -> DataError:
    return DataError(
        f'column "{name}" is of type {dtype}, which a table can\'t hold',
        hint=remedy or "convert it before it is written, such as by .astype(str)",
    )
