"""PostgreSQL's fast lane: ADBC, which copies results in binary."""

from __future__ import annotations

import datetime
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql.base import PGDialect

from launchpad_sources_sql import arrow
from launchpad_sources_sql.databases import Database
from launchpad_sources_sql.fast import Arrival, Declined, Unlike, pooling_only, written
from launchpad_sources_sql.queries import Query

NAME = "ADBC"
STREAMS = True
_DIALECT: Any = PGDialect
_DRIVERS = ("psycopg", "psycopg2")
_BINDABLE = (bool, int, float, datetime.date, datetime.datetime)

_SIZES = {"pool_size": 5, "max_overflow": 10}  # as SQLAlchemy's
_making_pools = threading.Lock()

_READINGS: Mapping[str, arrow.Reading] = {
    "float4": arrow.floats_as_written,
    "numeric": arrow.floats_of_texts,
    "json": arrow.parsed_json,
    "jsonb": arrow.parsed_json,
    "uuid": arrow.objects,
}
_PLAIN = frozenset(
    (
        *("int2", "int4", "int8", "float8", "bool", "text", "varchar", "bpchar"),
        *("name", "date", "timestamp", "timestamptz", "time", "bytea"),
    )
)


def reason_against(database: Database) -> str | None:
    """Return why a connection can't be taken this way, or None if it can."""
    driver = database.engine.dialect.driver
    if driver not in _DRIVERS:
        return f"the connection's driver is {driver}, not {' or '.join(_DRIVERS)}"
    return pooling_only(database)


@contextmanager
def arrival(database: Database, query: Query, rows: int | None) -> Iterator[Arrival]:
    """Send a query, and hand on its result as it arrives."""
    compiled = _compiled(query.clause)
    statement, values = written(compiled, query.values, bindable=_BINDABLE)
    connection: Any = _pool(database).connect()
    try:
        with connection.cursor() as cursor:
            schema = cursor.adbc_execute_schema(statement)  # which doesn't execute it
            readings = [_reading(column) for column in schema]
            if not readings:
                raise Declined("it returns no rows")
            cursor.execute(statement, values or None)
            yield Arrival(cursor.fetch_record_batch(), readings)
    except (Declined, Unlike):
        raise
    except BaseException:
        connection.invalidate()
        raise
    finally:
        connection.close()


@lru_cache(maxsize=256)
def _compiled(clause: sa.ClauseElement) -> Any:
    return clause.compile(dialect=_DIALECT(paramstyle="numeric_dollar"))


def _reading(column: Any) -> arrow.Reading:
    name = (column.metadata or {}).get(b"POSTGRESQL:type", b"").decode()
    if name in _READINGS:
        return _READINGS[name]
    if name in _PLAIN:
        return arrow.plain_reading(column.type)
    if not name:
        raise Unlike("adbc-driver-postgresql tells no types before its 1.13")
    raise Unlike(f"columns of type {name}")


def _pool(database: Database) -> sa.Pool:
    """Return the pool of ADBC's connections; it opens them as they are asked for."""
    from adbc_driver_postgresql.dbapi import connect

    with _making_pools:
        if NAME not in database.pools:
            target = _conninfo(database)
            sizes = {name: database.keywords.get(name, n) for name, n in _SIZES.items()}
            pool = sa.QueuePool(lambda: connect(target), **sizes)
            if database.keywords.get("pool_pre_ping"):
                sa.event.listen(pool, "checkout", _ping)
            database.pools[NAME] = pool
        return database.pools[NAME]


def _conninfo(database: Database) -> str:
    """Return where SQLAlchemy connects to, in the words of libpq."""
    _, keywords = database.engine.dialect.create_connect_args(database.url)
    keywords.update(database.keywords.get("connect_args", {}))
    keywords.pop("context", None)  # how SQLAlchemy wants psycopg to adapt values
    if database.engine.dialect.driver == "psycopg2":
        from psycopg2.extensions import make_dsn

        return str(make_dsn(**keywords))
    from psycopg.conninfo import make_conninfo

    return str(make_conninfo(**keywords))


def _ping(connection: Any, *_: Any) -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            cursor.fetchall()
    except Exception as error:
        raise sa.exc.DisconnectionError from error
