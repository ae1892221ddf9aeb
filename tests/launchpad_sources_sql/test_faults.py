"""Faults, for real: what fails is told, nothing is half written, nothing half read."""

from __future__ import annotations

import gc
import io
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import databases
import pandas as pd
import pytest
import sqlalchemy as sa

from launchpad_core.errors import ConfigError, DataError, LaunchpadError
from launchpad_core.sections import Section
from launchpad_sources_sql.databases import database_of
from launchpad_sources_sql.sink import SqlSink
from launchpad_sources_sql.source import OracleSource, SqlSource

pytestmark = pytest.mark.slow

ENGINES = ("sqlalchemy", "auto")
SERVERS = {"postgresql": "psycopg", "mariadb": "pymysql"}
ROWS = 300_000


@pytest.fixture(params=SERVERS)
def own_server(
    request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[databases.Server]:
    """Return a server of the test's own, which it may kill."""
    request.getfixturevalue(request.param)  # skips where it isn't installed
    with getattr(databases, request.param)(tmp_path / "server") as server:
        yield server


def section(server: databases.Server, **more: Any) -> Section:
    driver = "psycopg" if server.backend == "postgresql" else "pymysql"
    return Section({"type": "sql", "url": server.url(driver), **more})


def source(connection: Section, **more: Any) -> SqlSource:
    return SqlSource("petals", {"type": "dbms.it", **more}, connection)


def sink(connection: Section, **more: Any) -> SqlSink:
    return SqlSink("out", {"type": "dbms.it", "table": "petals", **more}, connection)


def fill(connection: Section, rows: int = ROWS) -> None:
    frame = pd.DataFrame({"id": range(rows)}).assign(text="text " * 50)
    sink(connection, if_exists="replace").put_dataframe(frame)


# PyMySQL's own finalizers stumble over a connection that is gone.
noisy = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


@noisy
@pytest.mark.parametrize("engine", ENGINES)
def test_server_killed_in_mid_read(
    engine: str, own_server: databases.Server, caplog: pytest.LogCaptureFixture
) -> None:
    connection = section(own_server)
    fill(connection)
    chunks = source(connection, table="petals", engine=engine).get_dataframe(
        chunksize=1000
    )
    read = len(next(chunks))

    own_server.stop(kill=True)
    with pytest.raises(DataError) as told:
        read += sum(len(chunk) for chunk in chunks)

    assert str(told.value).startswith('data source "petals" can\'t read: ')
    assert read < ROWS
    assert "Traceback" not in caplog.text
    gc.collect()


@noisy
@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("if_exists", ["append", "replace"])
def test_server_killed_in_mid_write(
    if_exists: str,
    engine: str,
    own_server: databases.Server,
    caplog: pytest.LogCaptureFixture,
) -> None:
    connection = section(own_server)
    fill(connection, 10)
    frame = pd.DataFrame({"id": range(ROWS)}).assign(text="a text of some length")
    watched = threading.Event()

    def kill_after_some_rows(*_: Any) -> None:
        if not watched.is_set():
            watched.set()
            own_server.stop(kill=True)

    writing = sink(connection, if_exists=if_exists, engine=engine)
    with _between_parts(kill_after_some_rows), pytest.raises(DataError) as told:
        writing.put_dataframe(frame, chunksize=1000)
    own_server.start()

    assert watched.is_set()
    assert str(told.value).startswith('data sink "out" can\'t write: ')
    assert len(source(connection, table="petals").get_dataframe()) == 10
    assert "Traceback" not in caplog.text
    gc.collect()


@contextmanager
def _between_parts(act: Callable[..., None]) -> Iterator[None]:
    """Call a function once the first rows were sent."""
    import launchpad_sources_sql.loading as loading

    original = loading._parts

    def parts(frame: pd.DataFrame, rows: int) -> Iterator[pd.DataFrame]:
        for number, part in enumerate(original(frame, rows)):
            if number == 3:
                act()
            yield part

    loading._parts = parts
    try:
        yield
    finally:
        loading._parts = original


@pytest.mark.parametrize("engine", ENGINES)
def test_restarted_server_heals(engine: str, own_server: databases.Server) -> None:
    connection = section(own_server)
    fill(connection, 10)
    reading = source(connection, table="petals", engine=engine)
    assert len(reading.get_dataframe()) == 10

    own_server.restart()

    assert len(reading.get_dataframe()) == 10


@pytest.mark.parametrize("server", SERVERS)
def test_wrong_password(
    server: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    running: databases.Server = request.getfixturevalue(server)
    monkeypatch.setenv("MY_PW", "not-the-password")
    connection = Section(
        {
            "type": "sql",
            "drivername": f"{running.backend}+{SERVERS[server]}",
            "host": "127.0.0.1",
            "port": running.port,
            "username": "rose",
            "password_var": "MY_PW",
            "database": "launchpad",
        }
    )

    with pytest.raises(DataError) as told:
        source(connection, query="SELECT 1 AS one").get_dataframe()

    text = str(told.value)
    assert text.startswith(
        f'data source "petals" can\'t connect to {running.backend}+{SERVERS[server]}://'
        f"rose:***@127.0.0.1:{running.port}/launchpad: "
    )
    assert text.endswith("\n  try: check the user and the password")
    assert "not-the-password" not in text
    monkeypatch.setenv("MY_PW", databases.PASSWORD)
    assert len(source(connection, query="SELECT 1 AS one").get_dataframe()) == 1


def test_login_beside_a_url(
    postgresql: databases.Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MY_PW", databases.PASSWORD)
    url = postgresql.url("psycopg").replace(f"rose:{databases.PASSWORD}@", "")
    connection = Section(
        {"type": "sql", "url": url, "username": "rose", "password_var": "MY_PW"}
    )

    assert len(source(connection, query="SELECT 1 AS one").get_dataframe()) == 1


@pytest.mark.parametrize("password", ["p@ss", "p@ss/w:o%rd x"])
def test_password_with_an_at_sign_is_not_shown(password: str) -> None:
    url = f"postgresql+psycopg://rose:{password}@127.0.0.1:5/db"
    reading = source(Section({"type": "sql", "url": url}), query="SELECT 1")

    with pytest.raises(LaunchpadError) as told:
        reading.get_dataframe()

    assert "ss" not in str(told.value).replace("password", "")


def test_pool_that_is_exhausted(postgresql: databases.Server) -> None:
    connection = section(postgresql, pool_size=1, max_overflow=0, pool_timeout=0.2)
    query = "SELECT n FROM generate_series(1, 100000) AS n"
    reading = source(connection, query=query, engine="sqlalchemy")
    chunks = reading.get_dataframe(chunksize=10)
    next(chunks)

    with pytest.raises(DataError) as told:
        reading.get_dataframe()
    chunks.close()

    text = str(told.value)
    assert "waited in vain for a connection" in text
    assert text.endswith(
        "pool_size: and max_overflow: of the connection, or fewer threads"
    )


def test_fast_lane_keeps_to_the_size_of_the_pool(place_of: Callable[..., Any]) -> None:
    place = place_of("postgresql", pool_size=2, max_overflow=0)
    reading = place.source(
        query="SELECT pg_backend_pid() AS pid, n FROM generate_series(1, 9999) AS n"
    )
    with ThreadPoolExecutor(10) as threads:
        frames = list(threads.map(lambda _: reading.get_dataframe(), range(40)))

    assert len({frame["pid"][0] for frame in frames}) <= 2


def test_reading_makes_no_file(tmp_path: Path) -> None:
    for kind in ("sqlite", "duckdb"):
        connection = Section(
            {"type": "sql", "url": f"{kind}:///missing.db"}, folder=tmp_path
        )
        with pytest.raises(DataError) as told:
            source(connection, table="petals").get_dataframe()
        assert "there is no file" in str(told.value)
    assert list(tmp_path.iterdir()) == []


def test_server_that_is_not_there(free_port: int) -> None:
    url = f"postgresql+psycopg://rose:secret@127.0.0.1:{free_port}/launchpad"
    connection = Section({"type": "sql", "url": url})

    with pytest.raises(DataError) as told:
        sink(connection).put_dataframe(pd.DataFrame({"a": [1]}))

    text = str(told.value)
    assert text.startswith(
        'data sink "out" can\'t connect to postgresql+psycopg://rose:***@127.0.0.1:'
        f"{free_port}/launchpad: connection"
    )
    assert text.endswith(
        "\n  try: check the host and the port, and that the server is running"
    )


def test_host_that_does_not_answer() -> None:
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen()
        url = f"postgresql+psycopg://127.0.0.1:{deaf.getsockname()[1]}/x"
        connection = Section(
            {"type": "sql", "url": url, "options": {"connect_timeout": 2}}
        )
        with pytest.raises(DataError, match="timeout"):
            source(connection, query="SELECT 1").get_dataframe()


@pytest.mark.parametrize("engine", ENGINES)
def test_table_dropped_between_two_reads(engine: str, place: Any) -> None:
    place.sink().put_dataframe(pd.DataFrame({"a": [1]}))
    place.sink(table="petals_of_roses").put_dataframe(pd.DataFrame({"a": [1]}))
    reading = place.source(table="petals", engine=engine)
    assert len(reading.get_dataframe()) == 1

    place.execute("DROP TABLE petals")
    with pytest.raises(DataError) as told:
        reading.get_dataframe()

    assert str(told.value).startswith('data source "petals" can\'t read: ')
    assert "petals" in str(told.value).partition(":")[2]


def test_table_that_is_not_there_is_told_with_those_that_are(
    place_of: Callable[..., Any],
) -> None:
    for kind in ("sqlite", "mariadb"):
        place = place_of(kind)
        place.sink(table="petals").put_dataframe(pd.DataFrame({"a": [1]}))
        with pytest.raises(DataError) as told:
            place.read(table="petal")
        assert str(told.value) == (
            'data source "petals" can\'t read: there is no table petal\n'
            '  try: did you mean "petals"?'
        )


@pytest.mark.parametrize("engine", ENGINES)
def test_column_that_is_not_there(engine: str, place: Any) -> None:
    place.sink().put_dataframe(pd.DataFrame({"width": [1]}))

    with pytest.raises(DataError) as told:
        place.read(table="petals", columns=["widht"], engine=engine)

    assert "widht" in str(told.value)


def test_disk_that_is_full(tmp_path: Path) -> None:
    small = tmp_path / "small"
    small.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(small)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("mounting a small file system takes root")
    try:
        connection = Section({"type": "sql", "url": f"sqlite:///{small}/it.db"})
        sink(connection).put_dataframe(pd.DataFrame({"id": range(10)}))
        large = pd.DataFrame({"id": range(500_000)})
        with pytest.raises(DataError) as told:
            sink(connection, if_exists="append").put_dataframe(large)
        rows = len(source(connection, table="petals").get_dataframe())
        database_of(connection).close()
    finally:
        subprocess.run(["umount", "--lazy", str(small)], check=True)

    assert str(told.value) == ('data sink "out" can\'t write: database or disk is full')
    assert rows == 10


def test_driver_that_is_not_installed() -> None:
    connection = Section({"type": "sql", "url": "oracle+oracledb://host/x"})
    reading = source(connection, query="SELECT 1")

    if "oracledb" in sys.modules:
        pytest.skip("it is installed")
    with pytest.raises(ConfigError) as told:
        reading.get_dataframe()

    assert str(told.value).endswith("\n  try: pip install oracledb")


def test_oracle_as_mllaunchpad_writes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    from launchpad_core.environment import with_variables
    from launchpad_sources_sql.connection import url_of
    from launchpad_sources_sql.oracle import as_sql

    monkeypatch.setenv("MY_USER", "rose")
    monkeypatch.setenv("MY_PW", "p@ss/word")
    connection = Section(
        {
            "type": "oracle",
            "host": "host.example.com",
            "port": 1251,
            "user_var": "MY_USER",
            "password_var": "MY_PW",
            "service_name": "orcl",
            "options": {},
        }
    )

    reading = OracleSource(
        "x", {"type": "dbms.it", "query": "SELECT 1 FROM dual"}, connection
    )

    written = as_sql(reading.connection)
    url = url_of(with_variables(written), written)
    assert url.render_as_string(hide_password=False) == (
        "oracle+oracledb://rose:p%40ss%2Fword@host.example.com:1251?service_name=orcl"
    )


@pytest.mark.parametrize(
    "url",
    [
        "oracle+oracledb://rose@host:1521/?service_name=orcl",
        "mssql+pyodbc://rose@host/db?driver=ODBC+Driver+18+for+SQL+Server",
        "mysql+mysqldb://rose@host/db",
        "postgresql+psycopg2://rose@host/db",
    ],
)
def test_documented_urls_are_urls(url: str) -> None:
    assert sa.make_url(url).get_dialect().name in url


def test_secrets_are_shown_nowhere(
    postgresql: databases.Server,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    monkeypatch.setenv("MY_PW", databases.PASSWORD)
    written = section(postgresql)
    named = Section(
        {
            "type": "sql",
            "url": postgresql.url("psycopg").replace(f":{databases.PASSWORD}", ""),
            "options": {"password_var": "MY_PW"},
        }
    )
    shown = io.StringIO()
    for connection in (written, named):
        for engine in ENGINES:
            reading = source(connection, table="nowhere", engine=engine)
            with pytest.raises(DataError) as told:
                reading.get_dataframe()
            print("".join(traceback.format_exception(told.value)), file=shown)
        writing = sink(connection, key="a", if_exists="upsert")
        with pytest.raises(DataError) as told:
            writing.put_dataframe(pd.DataFrame({"a": [None]}))
        print("".join(traceback.format_exception(told.value)), file=shown)
        database = database_of(connection)
        things = (connection, database, database.engine, database.shown)
        print(*map(repr, things), reading.explain(), writing.explain(), file=shown)
        print(reading, writing, reading.settings, reading.connection, file=shown)
        print(repr(SqlSource.Connection.model_validate(dict(connection))), file=shown)

    assert databases.PASSWORD not in shown.getvalue() + caplog.text


def test_connections_are_closed_at_exit(postgresql: databases.Server) -> None:
    script = """
import sys
from launchpad_core.sections import Section
from launchpad_sources_sql.source import OracleSource, SqlSource
connection = Section({"type": "sql", "url": sys.argv[1]})
for engine in ("sqlalchemy", "auto"):
    section = {"type": "dbms.x", "query": "SELECT 1 AS one", "engine": engine}
    assert len(SqlSource("x", section, connection).get_dataframe()) == 1
"""
    url = postgresql.url("psycopg") + "?application_name=closing"
    command = [sys.executable, "-W", "error", "-X", "dev", "-c", script, url]

    done = subprocess.run(command, capture_output=True, text=True, timeout=60)

    assert (done.returncode, done.stderr) == (0, "")
    log = postgresql.log.read_text()
    assert "unexpected EOF on client connection" not in log


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.filterwarnings("ignore:This process.*fork:DeprecationWarning")
@pytest.mark.parametrize("engine", ENGINES)
def test_forked_processes_do_not_share_connections(
    engine: str, place_of: Callable[..., Any]
) -> None:
    place = place_of("postgresql")
    query = "SELECT pg_backend_pid() AS pid"
    reading = place.source(query=query, engine=engine)
    own = reading.get_dataframe()["pid"][0]

    pids = []
    for _ in range(2):
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            pid = reading.get_dataframe()["pid"][0]
            os.write(writer, str(pid).encode())
            os._exit(0)
        os.close(writer)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        with os.fdopen(reader) as told:
            pids.append(int(told.read()))

    assert len({own, *pids}) == 3
    assert len(reading.get_dataframe()) == 1


def test_interrupted_reading_gives_its_connection_back(place: Any) -> None:
    place.sink().put_dataframe(pd.DataFrame({"a": range(50_000)}))
    reading = place.source(table="petals")

    for _ in range(20):  # more than the pool has
        chunks = reading.get_dataframe(chunksize=100)
        next(chunks)
        chunks.close()

    assert len(reading.get_dataframe()) == 50_000


def test_killed_writer_leaves_the_old_table(place_of: Callable[..., Any]) -> None:
    place = place_of("sqlite")
    place.sink().put_dataframe(pd.DataFrame({"id": range(10)}))
    script = """
import sys, pandas as pd
from launchpad_core.sections import Section
from launchpad_sources_sql.sink import SqlSink
connection = Section({"type": "sql", "url": sys.argv[1]})
section = {"type": "dbms.x", "table": "petals", "if_exists": "replace"}
print("writing", flush=True)
SqlSink("x", section, connection).put_dataframe(pd.DataFrame({"id": range(3_000_000)}))
"""
    command = [sys.executable, "-c", script, place.section["url"]]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        writer.stdout.readline()
        time.sleep(0.7)
        writer.send_signal(signal.SIGKILL)

    assert place.read()["id"].to_list() == list(range(10))
