"""SQLite's fast lane: ADBC, where each column's values are of one type."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy.dialects import sqlite

from launchpad_sources_sql import arrow
from launchpad_sources_sql.databases import Database
from launchpad_sources_sql.fast import Arrival, Declined, pooling_only
from launchpad_sources_sql.kinds import Kind, Part, as_floats, part_of
from launchpad_sources_sql.queries import Query

NAME = "ADBC"
STREAMS = False  # the first rows decide on types, which later ones may not fit
_BINDABLE = (int, float, str)
_ROWS_THAT_DECIDE = 65_536
_LIKE_A_NUMBER = r"^-?(\d+|\d\.\d{6}e[+-]\d+|inf|nan)$"
"""What ADBC makes of numbers in a column that holds texts as well."""


def reason_against(database: Database) -> str | None:
    """Return why a connection can't be taken this way, or None if it can."""
    path = database.url.database
    if not path or path.startswith((":memory:", "file:")) or database.url.query:
        return "the database is no plain file"
    if database.keywords.get("connect_args"):
        return "the connection says options"
    return pooling_only(database)


@contextmanager
def arrival(database: Database, query: Query, rows: int | None) -> Iterator[Arrival]:
    """Send a query, and hand on its result as it arrives."""
    from adbc_driver_sqlite.dbapi import connect

    statement, values = _written(query)
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


def _written(query: Query) -> tuple[str, tuple[Any, ...]]:
    compiled = query.clause.compile(dialect=sqlite.dialect())
    state = compiled.construct_expanded_state(query.values)
    values = tuple(state.positional_parameters)
    if unlike := [value for value in values if type(value) not in _BINDABLE]:
        raise Declined(f"parameters of type {type(unlike[0]).__name__}")
    return state.statement, values


def _check_texts(table: pa.Table, is_true: Any) -> None:
    """Check that texts were texts in the database, and not numbers among texts.

    Raises:
        Declined: When a column's values are of several types.
    """
    for column, values in zip(table.schema, table.columns, strict=True):
        if pa.types.is_string(column.type):
            values.validate(full=True)  # as UTF-8
            alike = pc.any(pc.match_substring_regex(values, _LIKE_A_NUMBER)).as_py()
            types = "('text', 'null')"
        else:
            alike = pa.types.is_binary(column.type)
            types = "('blob', 'null')"
        if not alike:
            continue
        quoted = '"' + column.name.replace('"', '""') + '"'
        twice = table.column_names.count(column.name) > 1
        if twice or is_true(f"typeof({quoted}) NOT IN {types}"):
            raise Declined(f'column "{column.name}" holds values of several types')


def _is_true(cursor: Any, check: str, statement: str, values: Any) -> bool:
    """Return whether a condition holds for any row of a result."""
    wrapped = f"SELECT 1 FROM (\n{statement}\n) WHERE {check} LIMIT 1"
    cursor.execute(wrapped, values or None)
    return bool(cursor.fetch_arrow_table().num_rows)


def _reading(type_: pa.DataType, kind: Kind | None) -> arrow.Reading:
    if kind is Kind.BOOLEAN and pa.types.is_integer(type_):
        return arrow.truths_of_integers
    if kind is Kind.MOMENT and pa.types.is_string(type_):
        return arrow.moments_of_texts
    if kind is Kind.OBJECT and pa.types.is_string(type_):
        return arrow.parsed_json
    plain = arrow.plain_reading(type_)
    return lambda values: _known_or_missing(values, plain, kind)


def _known_or_missing(values: Any, plain: arrow.Reading, kind: Kind | None) -> Part:
    """Return values as a part of a column; where all are missing, ADBC says int64."""
    if values.null_count == len(values):
        return part_of([None] * len(values), declared=kind, exact=False)
    part = plain(values)
    if kind is Kind.FLOAT and part.kind is Kind.INTEGER:
        return as_floats(part)
    return part
