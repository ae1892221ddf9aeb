"""Databases for the tests: a fresh one for each test, in each kind of database."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import databases
import pandas as pd
import pytest
import sqlalchemy as sa

from launchpad_core.sections import Section
from launchpad_sources_sql.databases import Database, database_of
from launchpad_sources_sql.sink import SqlSink
from launchpad_sources_sql.source import SqlSource

ALL = ("sqlite", "duckdb", "postgresql", "mariadb")
_numbers = itertools.count()


class Place:
    """A database of a test: its section, and what reads and writes it."""

    def __init__(self, kind: str, section: Section) -> None:
        self.kind = kind
        self.section = section

    @property
    def database(self) -> Database:
        return database_of(self.section)

    def source(self, **section: Any) -> SqlSource:
        return SqlSource("petals", {"type": "dbms.it", **section}, self.section)

    def sink(self, **section: Any) -> SqlSink:
        section = {"type": "dbms.it", "table": "petals", **section}
        return SqlSink("out", section, self.section)

    def execute(self, *statements: str) -> list[Any]:
        """Execute SQL; return the rows of the last statement, if it has any."""
        rows: list[Any] = []
        with self.database.engine.begin() as connected:
            for statement in statements:
                result = connected.exec_driver_sql(statement)
                if result.returns_rows:
                    rows = [tuple(row) for row in result]
        return rows

    def read(self, **section: Any) -> pd.DataFrame:
        section = section or {"table": "petals"}
        frame = self.source(**section).get_dataframe()
        assert isinstance(frame, pd.DataFrame)
        return frame


@pytest.fixture
def place_of(
    tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Callable[[str], Place]]:
    """Return a function from a kind of database to a new and empty database."""
    made: list[Place] = []

    def make(kind: str, **more: Any) -> Place:
        url = _new_url(kind, tmp_path, request)
        place = Place(kind, Section({"type": "sql", "url": url, **more}))
        made.append(place)
        return place

    yield make
    for place in made:
        place.database.close()


@pytest.fixture(params=ALL)
def place(request: pytest.FixtureRequest, place_of: Callable[[str], Place]) -> Place:
    """Return a new and empty database, one of each kind."""
    return place_of(request.param)


def _new_url(kind: str, folder: Path, request: pytest.FixtureRequest) -> str:
    name = f"test_{next(_numbers)}"
    if kind in ("sqlite", "duckdb"):
        return f"{kind}:///{folder}/{name}.db"
    server: databases.Server = request.getfixturevalue(kind)
    driver = "psycopg" if kind == "postgresql" else "pymysql"
    engine = sa.create_engine(server.url(driver), isolation_level="AUTOCOMMIT")
    with engine.connect() as connected:
        connected.exec_driver_sql(f"CREATE DATABASE {name}")
    engine.dispose()
    return server.url(driver, name)
