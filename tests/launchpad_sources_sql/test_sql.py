"""The type ``dbms.sql``, against SQLite files."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from launchpad_core.errors import ConfigError, ConfigErrors, DataError, MissingVariable
from launchpad_core.sections import Section
from launchpad_sources_sql.databases import database_of
from launchpad_sources_sql.sink import SqlSink
from launchpad_sources_sql.source import SqlSource

QUERY = "SELECT * FROM petals WHERE width > :least ORDER BY id"


@pytest.fixture
def dbms(tmp_path: Path) -> Section:
    with sqlite3.connect(tmp_path / "my.db") as database:
        database.execute("CREATE TABLE petals (id INTEGER, width REAL, name TEXT)")
        database.executemany(
            "INSERT INTO petals VALUES (?, ?, ?)",
            [(1, 0.5, "a"), (2, 1.5, None), (3, 2.5, "c")],
        )
    database.close()
    return Section(
        {"type": "sql", "connection_string": "sqlite:///my.db"}, folder=tmp_path
    )


@pytest.fixture
def source(dbms: Section) -> Callable[..., SqlSource]:
    def make(query: str = QUERY, **more: Any) -> SqlSource:
        return SqlSource("petals", {"type": "dbms.my", "query": query, **more}, dbms)

    return make


@pytest.fixture
def sink(dbms: Section) -> Callable[..., SqlSink]:
    def make(**section: Any) -> SqlSink:
        return SqlSink("out", {"type": "dbms.my", "table": "petals", **section}, dbms)

    return make


def rows(dbms: Section, query: str = "SELECT * FROM petals ORDER BY id") -> list[Any]:
    database = sqlite3.connect(dbms.folder / "my.db")
    try:
        return database.execute(query).fetchall()
    finally:
        database.close()


def test_parameters_are_bound(source: Callable[..., SqlSource]) -> None:
    frame = source().get_dataframe({"least": 1})

    assert frame["id"].to_list() == [2, 3]
    assert pd.isna(frame["name"][0])


def test_parameters_are_never_part_of_the_query(
    source: Callable[..., SqlSource], dbms: Section
) -> None:
    found = source("SELECT * FROM petals WHERE name = :name").get_dataframe(
        {"name": "a'; DROP TABLE petals; --"}
    )

    assert len(found) == 0
    assert len(rows(dbms)) == 3


@pytest.mark.parametrize(
    ("value", "ids"),
    [
        (np.int64(2), [2]),
        ([1, 3], [1, 3]),
        (np.array([1, 3]), [1, 3]),
        ((2,), [2]),
        ([], []),
    ],
)
def test_numpy_values_and_lists_are_parameters(
    value: Any, ids: list[int], source: Callable[..., SqlSource]
) -> None:
    comparison = "IN" if np.ndim(value) else "="
    query = f"SELECT * FROM petals WHERE id {comparison} :id"

    assert source(query).get_dataframe({"id": value})["id"].to_list() == ids


@pytest.mark.parametrize(
    ("params", "message"),
    [
        (
            {},
            'data source "petals": query asks for least\n  try: params={"least": ...}',
        ),
        (
            {"least": 1, "most": 2, "more": 3},
            'data source "petals": query doesn\'t ask for more, most\n'
            "  try: leave it out of params",
        ),
    ],
)
def test_wrong_parameters_are_told_before_connecting(
    params: dict[str, Any], message: str
) -> None:
    nowhere = {"type": "sql", "url": "sqlite:////no/such/folder/my.db"}
    source = SqlSource("petals", {"type": "dbms.my", "query": QUERY}, nowhere)

    with pytest.raises(DataError) as told:
        source.get_dataframe(params)

    assert str(told.value) == message


def test_columns_of_one_name_stay_apart(source: Callable[..., SqlSource]) -> None:
    query = "SELECT id AS a, name AS a FROM petals ORDER BY id"

    frame = source(query).get_dataframe()

    assert frame.columns.to_list() == ["a", "a"]
    assert frame.iloc[:, 0].to_list() == [1, 2, 3]
    assert frame.iloc[:, 1].isna().to_list() == [False, True, False]


def test_options_reach_pandas(source: Callable[..., SqlSource]) -> None:
    frame = source(options={"index_col": "id"}).get_dataframe({"least": 2})

    assert frame.index.to_list() == [3]


def test_unknown_option_is_told_before_anything_is_read(
    source: Callable[..., SqlSource], sink: Callable[..., SqlSink]
) -> None:
    with pytest.raises(ConfigErrors) as told:
        source(options={"index_cole": "id"})
    with pytest.raises(ConfigErrors) as also_told:
        sink(options={"if_exist": "append"})

    assert str(told.value) == (
        'datasources: petals: "options": read_sql_query of pandas has no option '
        '"index_cole"; did you mean "index_col"?'
    )
    assert str(also_told.value) == (
        'datasinks: out: "options": to_sql of pandas has no option '
        '"if_exist"; did you mean "if_exists"?'
    )


def test_what_the_database_says_is_told(source: Callable[..., SqlSource]) -> None:
    with pytest.raises(DataError) as told:
        source("SELECT * FROM missing").get_dataframe()

    assert str(told.value) == (
        'data source "petals" can\'t read: no such table: missing'
    )


@pytest.mark.parametrize(
    "section", [{"if_exists": "append"}, {"options": {"if_exists": "append"}}]
)
def test_rows_are_appended(
    section: dict[str, Any], sink: Callable[..., SqlSink], dbms: Section
) -> None:
    sink(**section).put_dataframe(
        pd.DataFrame({"id": [4], "width": [3.5], "name": ["d"]})
    )

    assert rows(dbms)[-1] == (4, 3.5, "d")


def test_existing_table_is_left_alone_by_default(
    sink: Callable[..., SqlSink], dbms: Section
) -> None:
    with pytest.raises(DataError) as told:
        sink().put_dataframe(pd.DataFrame({"id": [4]}))

    assert str(told.value) == (
        'data sink "out" can\'t write: there is a table petals already\n'
        "  try: if_exists: append, replace or upsert"
    )
    assert len(rows(dbms)) == 3


@pytest.mark.parametrize("if_exists", ["append", "replace"])
def test_write_that_fails_changes_nothing(
    if_exists: str, sink: Callable[..., SqlSink], dbms: Section
) -> None:
    before = rows(dbms)
    bad = pd.DataFrame({"id": [7, 8], "width": [1.0, 2.0], "name": ["x", {"a": 1}]})

    with pytest.raises(DataError):
        sink(if_exists=if_exists).put_dataframe(bad, chunksize=1)

    assert rows(dbms) == before


def test_sqlite_file_is_beside_the_config(
    source: Callable[..., SqlSource],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")

    assert len(source().get_dataframe({"least": 0})) == 3


def test_sources_and_sinks_share_an_engine(dbms: Section) -> None:
    assert (
        database_of(dbms).engine
        is database_of(Section(dict(dbms), folder=dbms.folder)).engine
    )


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.filterwarnings("ignore:This process.*fork:DeprecationWarning")
def test_child_process_makes_connections_of_its_own(
    source: Callable[..., SqlSource], dbms: Section
) -> None:
    source().get_dataframe({"least": 0})
    pool = database_of(dbms).engine.pool
    child = os.fork()
    if child == 0:
        own = database_of(dbms).engine.pool is not pool
        os._exit(0 if own and len(source().get_dataframe({"least": 0})) == 3 else 1)

    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert database_of(dbms).engine.pool is pool


def test_url_may_come_from_the_environment(
    dbms: Section, monkeypatch: pytest.MonkeyPatch
) -> None:
    section = Section({"type": "sql", "url_var": "MY_DB"}, folder=dbms.folder)
    source = SqlSource("x", {"type": "dbms.my", "query": "SELECT 1 AS one"}, section)

    with pytest.raises(MissingVariable) as told:
        source.get_dataframe()
    monkeypatch.setenv("MY_DB", "sqlite:///my.db")

    assert str(told.value) == (
        "the environment variable MY_DB is not set\n  try: export MY_DB=..."
    )
    assert source.get_dataframe()["one"].to_list() == [1]


@pytest.mark.parametrize(
    ("section", "message"),
    [
        (
            {"type": "sql"},
            "write one of connection_string, connection_string_var, url, url_var, "
            "drivername, not none",
        ),
        (
            {"type": "sql", "url": "sqlite://", "connection_string": "sqlite://"},
            "write one of connection_string, connection_string_var, url, url_var, "
            "drivername, not connection_string and url",
        ),
    ],
)
def test_connection_needs_one_url(section: dict[str, str], message: str) -> None:
    with pytest.raises(ConfigErrors, match=message):
        SqlSource("x", {"type": "dbms.my", "query": "SELECT 1"}, section)


@pytest.mark.parametrize(
    ("section", "message"),
    [
        (
            {"url": "postgresql+pg8000://me:secret@127.0.0.1/db"},
            "the driver for postgresql+pg8000 is not installed: "
            "No module named 'pg8000'\n  try: pip install pg8000",
        ),
        (
            {"url": "nosuch://me:secret@127.0.0.1/db"},
            "SQLAlchemy knows no database nosuch\n"
            "  try: install the package that brings this dialect",
        ),
        (
            {"url": "secret"},
            "this connection string is no URL of a database\n"
            "  try: dialect+driver://user@host:port/database",
        ),
        (
            {"url": "sqlite://", "pool_sise": 3},
            "create_engine of SQLAlchemy refuses a key: Invalid argument(s) "
            "'pool_sise' sent to create_engine(), using configuration "
            "SQLiteDialect_pysqlite/SingletonThreadPool/Engine\n"
            "  try: see its documentation, or remove the key",
        ),
    ],
)
def test_bad_connection_is_told_without_its_secrets(
    section: dict[str, Any], message: str
) -> None:
    source = SqlSource(
        "x", {"type": "dbms.my", "query": "SELECT 1"}, {"type": "sql", **section}
    )

    with pytest.raises(ConfigError) as told:
        source.get_dataframe()

    assert str(told.value) == message


def test_value_that_create_engine_cannot_use_is_told() -> None:
    section = {"type": "sql", "url": "sqlite://", "poolclass": "no class"}
    source = SqlSource("x", {"type": "dbms.my", "query": "SELECT 1"}, section)

    with pytest.raises(ConfigError) as told:
        source.get_dataframe()

    assert told.value.message.startswith("create_engine of SQLAlchemy refuses a key: ")
