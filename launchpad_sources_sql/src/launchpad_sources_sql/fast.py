"""The fast lane: results that arrive as Arrow's columns rather than as rows.

It gives the same frames as SQLAlchemy, or none at all: whatever it can't do, a wrong
query included, is left to SQLAlchemy.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Protocol

import pandas as pd

from launchpad_sources_sql.databases import Database
from launchpad_sources_sql.queries import Query

if TYPE_CHECKING:
    import pyarrow as pa

    from launchpad_sources_sql.arrow import Reading

_LANES = {  # by database: the module, and what has to be installed for it
    "postgresql": (
        "launchpad_sources_sql.fast_postgresql",
        ("pyarrow", "adbc_driver_manager", "adbc_driver_postgresql"),
    ),
    "sqlite": (
        "launchpad_sources_sql.fast_sqlite",
        ("pyarrow", "adbc_driver_manager", "adbc_driver_sqlite"),
    ),
    "duckdb": ("launchpad_sources_sql.fast_duckdb", ("pyarrow",)),
}


class Declined(Exception):
    """Why the fast lane can't be taken."""


class Unlike(Exception):
    """A column whose values Arrow brings otherwise than a driver of Python does."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A result that is arriving.

    Attributes:
        reader: Its batches of rows.
        readings: How each of its columns is read.
    """

    reader: pa.RecordBatchReader
    readings: Sequence[Reading]


class Lane(Protocol):
    """How results arrive from one kind of database: a module of its own."""

    NAME: str
    STREAMS: bool

    def reason_against(self, database: Database) -> str | None:
        """Return why a connection can't be taken this way, or None if it can."""

    def arrival(
        self, database: Database, query: Query, rows: int | None
    ) -> AbstractContextManager[Arrival]:
        """Send a query, and hand on its result as it arrives."""


def lane_of(database: Database) -> Lane:
    """Return the fast lane of a database.

    Raises:
        Declined: When there is none.
    """
    if database.backend not in _LANES:
        raise Declined(f"there is none for {database.backend}")
    address, packages = _LANES[database.backend]
    if absent := [name for name in packages if not find_spec(name)]:
        raise Declined(
            f"{absent[0]} is not installed (pip install 'launchpad-sources-sql[fast]')"
        )
    lane: Any = import_module(address)
    if reason := lane.reason_against(database):
        raise Declined(reason)
    found: Lane = lane
    return found


def read_frame(lane: Lane, database: Database, query: Query) -> pd.DataFrame:
    """Return a query's result as a frame.

    Raises:
        Declined: When SQLAlchemy has to read it.
    """
    from launchpad_sources_sql.arrow import frame_of

    with _declining(), lane.arrival(database, query, None) as arriving:
        _check_columns(arriving)
        return frame_of(arriving.reader.read_all(), arriving.readings)


def read_frames(
    lane: Lane, database: Database, query: Query, chunksize: int
) -> Iterator[pd.DataFrame]:
    """Yield a query's result as frames of ``chunksize`` rows, at least one.

    Raises:
        Declined: Before the first frame, when SQLAlchemy has to read them.
    """
    from launchpad_sources_sql.arrow import frame_of

    if not lane.STREAMS:
        raise Declined(f"{lane.NAME} reads whole results only")
    with ExitStack() as open_while_reading:
        with _declining():
            arriving = open_while_reading.enter_context(
                lane.arrival(database, query, chunksize)
            )
            _check_columns(arriving)
            tables = _tables(arriving.reader, chunksize)
            first = frame_of(next(tables), arriving.readings)
        yield first
        for table in tables:
            yield frame_of(table, arriving.readings)


def _check_columns(arriving: Arrival) -> None:
    if not arriving.readings:
        raise Declined("it returns no rows")


def written(
    compiled: Any, values: Mapping[str, Any], *, bindable: Collection[type]
) -> tuple[str, tuple[Any, ...]]:
    """Return a compiled query as ADBC takes it: its text, and its values in order.

    Raises:
        Declined: When a value is of a type that isn't bound as SQLAlchemy binds it.
    """
    state = compiled.construct_expanded_state(values)
    ordered = tuple(state.positional_parameters)
    if unlike := [value for value in ordered if type(value) not in bindable]:
        raise Declined(f"parameters of type {type(unlike[0]).__name__}")
    return state.statement, ordered


def pooling_only(database: Database) -> str | None:
    """Return why a connection is special: it says more than how it is pooled."""
    allowed = ("pool_", "connect_args", "echo", "max_overflow", "label_length")
    special = [key for key in database.keywords if not key.startswith(allowed)]
    return f"the connection says {special[0]}" if special else None


@contextmanager
def _declining() -> Iterator[None]:
    try:
        yield
    except Exception as error:  # whatever it is, SQLAlchemy may fare better
        raise Declined(" ".join(str(error).split()) or type(error).__name__) from error


def _tables(reader: pa.RecordBatchReader, rows: int) -> Iterator[pa.Table]:
    """Yield a reader's rows, so many at a time; one table at least."""
    import pyarrow as pa

    waiting = pa.Table.from_batches([], schema=reader.schema)
    first = True
    for batch in reader:
        arrived = pa.Table.from_batches([batch])
        waiting = pa.concat_tables([waiting, arrived]) if len(waiting) else arrived
        while len(waiting) >= rows:
            yield waiting.slice(0, rows)
            first = False
            waiting = waiting.slice(rows)
    if first or len(waiting):
        yield waiting
