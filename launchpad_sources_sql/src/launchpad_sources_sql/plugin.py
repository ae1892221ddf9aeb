"""What this distribution provides: connections of type ``sql`` and ``oracle``."""

from __future__ import annotations

from collections.abc import Iterator

from launchpad_core import DataSinkType, DataSourceType, hookimpl


@hookimpl
def launchpad_data_sources() -> Iterator[DataSourceType]:
    """Return the types that are read."""
    yield DataSourceType(
        "dbms.sql",
        implementation="launchpad_sources_sql.source:SqlSource",
        summary="Queries and tables of any database that SQLAlchemy knows",
    )
    yield DataSourceType(
        "dbms.oracle",
        implementation="launchpad_sources_sql.source:OracleSource",
        summary="Queries and tables of Oracle, by host, port and service name",
    )


@hookimpl
def launchpad_data_sinks() -> Iterator[DataSinkType]:
    """Return the types that are written."""
    yield DataSinkType(
        "dbms.sql",
        implementation="launchpad_sources_sql.sink:SqlSink",
        summary="Tables of any database that SQLAlchemy knows",
    )
    yield DataSinkType(
        "dbms.oracle",
        implementation="launchpad_sources_sql.sink:OracleSink",
        summary="Tables of Oracle, by host, port and service name",
    )
