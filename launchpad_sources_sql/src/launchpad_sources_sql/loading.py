"""How rows get into a table: by the database's own way if it has a faster one."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from io import BytesIO
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pandas as pd
import sqlalchemy as sa

from launchpad_sources_sql.filling import quoted
from launchpad_sources_sql.values import plain_column, rows_of

if TYPE_CHECKING:
    import pyarrow as pa

ROWS_AT_A_TIME = 10_000
_ROWS_OF_COLUMNS = 100_000
_COPYING = ("psycopg", "psycopg2")


def way_of(dialect: sa.Dialect) -> str:
    """Return how rows are loaded if nothing is against it: COPY, Arrow or INSERT."""
    if not find_spec("pyarrow"):
        return "INSERT"
    if dialect.name == "postgresql" and dialect.driver in _COPYING:
        return "COPY"
    return "Arrow" if dialect.name == "duckdb" else "INSERT"


def load(
    connected: sa.Connection,
    table: sa.Table,
    frame: pd.DataFrame,
    *,
    way: str,
    rows: int | None = None,
) -> None:
    """Add a frame's rows to a table, within the connection's transaction.

    Args:
        connected: The connection.
        table: The table; it has all the frame's columns.
        frame: The frame.
        way: How, of what :func:`way_of` returns.
        rows: How many to send at a time.
    """
    if any(isinstance(table.columns[n].type, sa.ARRAY) for n in frame.columns):
        way = "INSERT"
    if way == "COPY":
        _copy(connected, table, frame, rows or _ROWS_OF_COLUMNS)
    elif way == "Arrow":
        _insert_arrow(connected, table, frame, rows or _ROWS_OF_COLUMNS)
    else:
        insert(connected, table.insert(), frame, rows)


def insert(
    connected: sa.Connection,
    statement: sa.Insert,
    frame: pd.DataFrame,
    rows: int | None = None,
) -> None:
    """Execute a statement that inserts rows, so many at a time.

    Where the driver takes tuples, they are handed to it as they are; SQLAlchemy would
    look at each value of each of them.
    """
    names = list(frame.columns)
    compiled: Any = statement.compile(dialect=connected.dialect, column_keys=names)
    for part in _parts(frame, rows or ROWS_AT_A_TIME):
        columns = {name: plain_column(part[name]) for name in names}
        if compiled.positional:
            values = [_bound(compiled, key, columns) for key in compiled.positiontup]
            connected.exec_driver_sql(str(compiled), list(zip(*values, strict=True)))
        else:
            connected.execute(statement, rows_of(columns))


def _bound(compiled: Any, key: str, columns: Mapping[str, list[Any]]) -> list[Any]:
    """Return the values of one parameter of a statement as its driver wants them."""
    parameter = compiled.binds[key]
    dialect = compiled.dialect
    process = parameter.type.dialect_impl(dialect).bind_processor(dialect)
    values = columns[parameter.key]
    return [process(value) for value in values] if process else values


def _copy(
    connected: sa.Connection, table: sa.Table, frame: pd.DataFrame, rows: int
) -> None:
    from pyarrow import csv

    options = csv.WriteOptions(include_header=False)
    statement = f"COPY {_target(connected, table, frame)} FROM STDIN WITH (FORMAT csv)"
    connection: Any = connected.connection.driver_connection
    with connection.cursor() as cursor:
        for part in _parts(frame, rows):
            written = BytesIO()
            csv.write_csv(_arrow_table(part, for_text=True), written, options)
            if connected.dialect.driver == "psycopg2":
                written.seek(0)
                cursor.copy_expert(statement, written)
            else:
                with cursor.copy(statement) as copy:
                    copy.write(written.getbuffer())


def _insert_arrow(
    connected: sa.Connection, table: sa.Table, frame: pd.DataFrame, rows: int
) -> None:
    cursor: Any = connected.connection.cursor()
    statement = f"INSERT INTO {_target(connected, table, frame)} SELECT * FROM "
    name = "launchpad_rows_to_insert"
    for part in _parts(frame, rows):
        cursor.register(name, _arrow_table(part, for_text=False))
        try:
            plain = connected.execution_options(no_parameters=True)
            plain.exec_driver_sql(statement + name)
        finally:
            cursor.unregister(name)


def _target(connected: sa.Connection, table: sa.Table, frame: pd.DataFrame) -> str:
    columns = ", ".join(quoted(connected.dialect, name) for name in frame.columns)
    return f"{quoted(connected.dialect, table)} ({columns})"


def _parts(frame: pd.DataFrame, rows: int) -> Iterator[pd.DataFrame]:
    for start in range(0, len(frame), rows):
        yield frame.iloc[start : start + rows]


def _arrow_table(frame: pd.DataFrame, *, for_text: bool) -> pa.Table:
    import pyarrow as pa

    arrays = [_arrow_array(frame[name], for_text=for_text) for name in frame.columns]
    return pa.table(arrays, names=[str(index) for index in range(len(arrays))])


def _arrow_array(column: pd.Series[Any], *, for_text: bool) -> pa.Array:
    import pyarrow as pa

    dtype = column.dtype
    types = pd.api.types
    if isinstance(dtype, pd.CategoricalDtype):
        dense = column.astype(dtype.categories.dtype)
        return _arrow_array(dense, for_text=for_text)
    if types.is_float_dtype(dtype):
        numbers = column.to_numpy("float64", na_value=float("nan"))
        return pa.array(numbers, from_pandas=True)
    if isinstance(dtype, pd.DatetimeTZDtype):
        return pa.array(column.dt.as_unit("us").dt.tz_convert("UTC"))
    if types.is_datetime64_dtype(dtype):
        return pa.array(column.dt.as_unit("us"))
    if not types.is_object_dtype(dtype):
        return pa.array(column, from_pandas=True)
    values = plain_column(column)
    if any(isinstance(value, UUID) for value in values):
        return pa.array([None if value is None else str(value) for value in values])
    if any(isinstance(value, (dict, list)) for value in values):
        return pa.array([None if v is None else json.dumps(v) for v in values])
    if for_text and any(isinstance(value, bytes) for value in values):
        return pa.array([None if v is None else f"\\x{v.hex()}" for v in values])
    return pa.array(values)
