"""DuckDB's fast lane: its own driver, which thinks in columns anyway."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from launchpad_sources_sql import arrow
from launchpad_sources_sql.databases import Database
from launchpad_sources_sql.fast import Arrival, Declined, Unlike
from launchpad_sources_sql.queries import Query

NAME = "Arrow"
STREAMS = True
_BATCH = 100_000

_READINGS: Mapping[str, arrow.Reading] = {
    "DECIMAL": arrow.floats_as_written,
    "JSON": arrow.parsed_json,
}
_PLAIN = frozenset(
    (
        *("BOOLEAN", "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT"),
        *("USMALLINT", "UINTEGER", "UBIGINT", "FLOAT", "DOUBLE", "VARCHAR", "ENUM"),
        *("BLOB", "DATE", "TIME", "TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS"),
        *("TIMESTAMP_NS", "TIMESTAMP WITH TIME ZONE"),
    )
)


def reason_against(database: Database) -> str | None:
    """Return why a connection can't be taken this way: it always can."""
    return None


@contextmanager
def arrival(database: Database, query: Query, rows: int | None) -> Iterator[Arrival]:
    """Send a query, and hand on its result as it arrives."""
    with database.engine.connect() as connected:
        cursor = connected.execute(query.clause, query.values).cursor
        if not cursor.description:
            raise Declined("it returns no rows")
        told = [str(column[1]) for column in cursor.description]
        readers = ("to_arrow_reader", "fetch_record_batch")
        name = next(name for name in readers if hasattr(cursor, name))
        reader = getattr(cursor, name)(rows or _BATCH)
        readings = [
            _reading(type_, column)
            for type_, column in zip(told, reader.schema, strict=True)
        ]
        yield Arrival(reader, readings)


def _reading(told: str, column: Any) -> arrow.Reading:
    name = told.partition("(")[0]
    if name in _READINGS and not told.endswith("]"):
        return _READINGS[name]
    if name in _PLAIN and not told.endswith("]"):
        return arrow.plain_reading(column.type)
    raise Unlike(f"columns of type {told}")
