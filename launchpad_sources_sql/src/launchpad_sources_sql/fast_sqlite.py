"""SQLite's fast lane: ADBC, where each column's values are of one type."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy.dialects import sqlite

from launchpad_sources_sql import arrow
from launchpad_sources_sql.connection import file_of
from launchpad_sources_sql.databases import Database
from launchpad_sources_sql.fast import Arrival, Declined, Unlike, pooling_only, written
from launchpad_sources_sql.kinds import Kind, Part, as_floats, part_of
from launchpad_sources_sql.queries import Query

NAME = "ADBC"
STREAMS = False  # the first rows decide on types, which later ones may not fit
_BINDABLE = (int, float, str)
_ROWS_THAT_DECIDE = 65_536
_MOMENTS = {
    Kind.DAY: r"^\d{4}-\d\d-\d\d$",
    Kind.MOMENT: r"^\d{4}-\d\d-\d\d( \d\d:\d\d:\d\d(\.\d{6})?)?$",
}
_LIKE_A_NUMBER = r"^-?(\d+|\d\.\d{6}e[+-]\d+|inf|nan)$"
"""What ADBC makes of numbers in a column that holds texts as well."""


def reason_against(database: Database) -> str | None:
    """Return why a connection can't be taken this way, or None if it can."""
    if file_of(database.url) is None or database.url.query:
        return "the database is no plain file"
    if database.keywords.get("connect_args"):
        return "the connection says options"
    return pooling_only(database)


@contextmanager
def arrival(database: Database, query: Query, rows: int | None) -> Iterator[Arrival]:
    """Send a query, and hand on its result as it arrives."""
    from adbc_driver_sqlite.dbapi import connect

    if None in query.kinds:
        raise Declined("a column is of a type that only SQLAlchemy knows")
    compiled = query.clause.compile(dialect=sqlite.dialect())
    statement, values = written(compiled, query.values, bindable=_BINDABLE)
    if ";" in statement.rstrip().rstrip(";"):
        raise Declined("there may be several statements")
    with connect(database.url.database) as connection, connection.cursor() as cursor:
        deciding = {"adbc.sqlite.query.batch_rows": str(_ROWS_THAT_DECIDE)}
        cursor.adbc_statement.set_options(**deciding)
        cursor.execute(statement, values or None)
        table = cursor.fetch_arrow_table()
        kinds = query.kinds or [None] * table.num_columns
        _check_texts(table, lambda check: _is_true(cursor, check, statement, values))
        readings = [
            _reading(field.type, kind)
            for field, kind in zip(table.schema, kinds, strict=True)
        ]
        yield Arrival(table.to_reader(), readings)


def _check_texts(table: pa.Table, is_true: Callable[[str], bool]) -> None:
    """Check that texts were texts in the database, and not numbers or bytes among them.

    Raises:
        Declined: When a column's values are of several types.
    """
    checks = {
        column.name: check
        for column, values in zip(table.schema, table.columns, strict=True)
        if (check := _check_of(column, values))
    }
    if any(table.column_names.count(name) > 1 for name in checks):
        raise Declined("several columns have the same name")
    if checks and is_true(" OR ".join(checks.values())):
        mixed = next(name for name, check in checks.items() if is_true(check))
        raise Declined(f'column "{mixed}" holds values of several types')


def _check_of(column: pa.Field, values: Any) -> str | None:
    """Return the condition for rows that ADBC would change; None if there are none."""
    quoted = '"' + column.name.replace('"', '""') + '"'
    if pa.types.is_binary(column.type):
        return f"typeof({quoted}) NOT IN ('blob', 'null')"
    if not pa.types.is_string(column.type):
        return None
    values.validate(full=True)  # as UTF-8
    late = len(values) > _ROWS_THAT_DECIDE
    if late or pc.any(pc.match_substring_regex(values, _LIKE_A_NUMBER)).as_py():
        return f"typeof({quoted}) NOT IN ('text', 'null')"
    return None


def _is_true(cursor: Any, check: str, statement: str, values: Any) -> bool:
    """Return whether a condition holds for any row of a result."""
    wrapped = f"SELECT 1 FROM (\n{statement}\n) WHERE {check} LIMIT 1"
    cursor.execute(wrapped, values or None)
    return bool(cursor.fetch_arrow_table().num_rows)


def _reading(type_: pa.DataType, kind: Kind | None) -> arrow.Reading:
    """Return how a column is read: as a driver would, if the table tells its kind."""
    if kind in _MOMENTS and pa.types.is_string(type_):
        return partial(arrow.moments_of_texts, pattern=_MOMENTS[kind])
    if kind is Kind.OBJECT and pa.types.is_string(type_):
        return arrow.parsed_json
    if not _is_plain(type_, kind):
        return partial(_missing_only, kind=kind)
    if kind is Kind.BOOLEAN:
        return partial(_known_or_missing, plain=_truths, kind=kind)
    return partial(_known_or_missing, plain=arrow.plain_reading(type_), kind=kind)


def _is_plain(type_: pa.DataType, kind: Kind | None) -> bool:
    if kind is None or kind is Kind.TEXT:
        return True
    if kind in (Kind.INTEGER, Kind.BOOLEAN):
        return bool(pa.types.is_integer(type_))
    if kind is Kind.FLOAT:
        return bool(pa.types.is_integer(type_) or pa.types.is_floating(type_))
    return kind is Kind.OBJECT and bool(pa.types.is_binary(type_))


def _missing_only(values: Any, kind: Kind | None) -> Part:
    if values.null_count < len(values):
        raise Unlike(f"{values.type} in a column of another kind")
    return part_of([None] * len(values), declared=kind, exact=False)


def _truths(values: Any) -> Part:
    """Return integers as booleans, as SQLAlchemy does: whatever isn't 0 is true."""
    return arrow.truths(pc.not_equal(values, 0))


def _known_or_missing(values: Any, plain: arrow.Reading, kind: Kind | None) -> Part:
    """Return values as a part of a column; where all are missing, ADBC says int64."""
    if values.null_count == len(values):
        return part_of([None] * len(values), declared=kind, exact=False)
    part = plain(values)
    return as_floats(part) if kind is Kind.FLOAT else part
