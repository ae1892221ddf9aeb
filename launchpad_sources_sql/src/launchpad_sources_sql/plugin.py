"""What this distribution provides: connections of type ``sql``."""

from __future__ import annotations

from collections.abc import Iterator

from launchpad_core import DataSinkType, DataSourceType, hookimpl


@hookimpl
def launchpad_data_sources() -> Iterator[DataSourceType]:
    """Return the type that is read."""
    yield DataSourceType(
        "dbms.sql",
        implementation="launchpad_sources_sql.source:SqlSource",
        summary="Queries to any database that SQLAlchemy knows",
    )


@hookimpl
def launchpad_data_sinks() -> Iterator[DataSinkType]:
    """Return the type that is written."""
    yield DataSinkType(
        "dbms.sql",
        implementation="launchpad_sources_sql.sink:SqlSink",
        summary="Tables of any database that SQLAlchemy knows",
    )
