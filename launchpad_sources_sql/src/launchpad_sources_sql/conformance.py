"""What launchpad-sources-sql provides keeps to the contracts of its types.

It is tried with SQLite, which every Python has. Other databases take classes that
return another ``connection``. No class tests ``dbms.oracle``: that needs a server of
Oracle; but its source and sink are those of ``dbms.sql``, with another connection.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any, ClassVar

import pandas as pd
import pytest
import sqlalchemy as sa

from launchpad_core import as_section
from launchpad_core.testing import (
    DataSinkContract,
    DataSourceContract,
    PluginContract,
)
from launchpad_sources_sql.databases import Database, database_of

_TABLE = sa.Table(
    "petals",
    sa.MetaData(),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("length", sa.Double),
    sa.Column("name", sa.Text),
    sa.Column("ripe", sa.Boolean),
)
_ROWS = (
    {"number": 1, "length": 0.5, "name": 'says "so"', "ripe": True},
    {"number": 2, "length": -1.25, "name": "Grüße; äöü, €", "ripe": False},
    {"number": 3, "length": 30000000000.75, "name": "two\nlines", "ripe": True},
)


class TestPlugin(PluginContract):
    """The distribution."""

    distribution = "launchpad-sources-sql"


class InDatabase:
    """The fixtures of a database that is new for each test."""

    @pytest.fixture
    def connection(self) -> Mapping[str, Any]:
        """Return the section of ``dbms``."""
        return {"type": "sql", "url": "sqlite:///petals.db"}

    @pytest.fixture
    def database(
        self, connection: Mapping[str, Any], tmp_path: Path
    ) -> Iterator[Database]:
        """Return the database, to be closed after the test."""
        database = database_of(as_section(connection, folder=tmp_path))
        yield database
        database.close()


class TestSqlSource(InDatabase, DataSourceContract):
    """The data source ``dbms.sql``, with a table."""

    type = "dbms.sql"
    capabilities: ClassVar[Collection[str]] = ("frames", "chunks")

    @pytest.fixture
    def section(self, petals: None) -> Mapping[str, Any]:
        """Return the section of a table that was made without launchpad."""
        return {"table": "petals"}

    @pytest.fixture
    def petals(self, database: Database) -> None:
        """Make a table."""
        with database.engine.begin() as connected:
            _TABLE.create(connected)
            connected.execute(sa.insert(_TABLE), list(_ROWS))

    @pytest.fixture
    def expected(self) -> pd.DataFrame:
        """Return what is in the table."""
        return pd.DataFrame(list(_ROWS))


class TestSqlSourceWithParams(TestSqlSource):
    """The data source ``dbms.sql``, with a condition that has params."""

    capabilities = ("frames", "chunks", "params")

    @pytest.fixture
    def section(self, petals: None) -> Mapping[str, Any]:
        """Return a section with a condition."""
        return {"table": "petals", "where": "number > :least AND name <> :unlike"}

    @pytest.fixture
    def params(self) -> Mapping[str, Any]:
        """Return the condition's params."""
        return {"least": 0, "unlike": "none"}

    @pytest.fixture
    def other_params(self) -> Mapping[str, Any]:
        """Return params that leave out a row."""
        return {"least": 1, "unlike": "none"}


class TestSqlSink(InDatabase, DataSinkContract):
    """The data sink ``dbms.sql`` with ``if_exists: replace``."""

    type = "dbms.sql"
    capabilities: ClassVar[Collection[str]] = ("frames", "chunks")

    @pytest.fixture
    def section(self, database: Database) -> Mapping[str, Any]:
        """Return the section of a table that isn't there yet."""
        appends = "append" in self.capabilities
        return {"table": "petals", "if_exists": "append" if appends else "replace"}


class TestSqlSinkThatAppends(TestSqlSink):
    """The data sink ``dbms.sql`` with ``if_exists: append``."""

    capabilities = ("frames", "chunks", "append")
