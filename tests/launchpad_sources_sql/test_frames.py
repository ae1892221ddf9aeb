"""Frames: the same dtypes and values from every database, whatever reads them."""

from __future__ import annotations

import datetime
import importlib.util
import subprocess
import sys
import uuid
from collections.abc import Callable
from importlib.metadata import version
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from launchpad_core.errors import ConfigErrors, DataError

TEXT = "str" if int(pd.__version__.split(".")[0]) >= 3 else "object"
ENGINES = ("sqlalchemy", "adbc")
WAYS = ("sqlalchemy", "auto")

# By database: a column's type, two of its values in SQL, and as they are read.
MOMENT = pd.Timestamp("2020-01-02 03:04:05.123456")
COLUMNS: dict[str, list[tuple[str, tuple[str, str], str, list[Any]]]] = {
    "postgresql": [
        ("smallint", ("1", "-2"), "int64", [1, -2]),
        ("integer", ("1", "-2"), "int64", [1, -2]),
        ("bigint", ("9007199254740993", "1"), "int64", [9007199254740993, 1]),
        ("real", ("0.1", "1e30"), "float64", [0.1, 1e30]),
        ("double precision", ("0.1", "'Infinity'"), "float64", [0.1, np.inf]),
        ("numeric", ("0.1", "12345.67890123456"), "float64", [0.1, 12345.67890123456]),
        ("numeric(10,2)", ("1.25", "-3"), "float64", [1.25, -3.0]),
        ("boolean", ("true", "false"), "bool", [True, False]),
        ("text", ("''", "'äöü €'"), TEXT, ["", "äöü €"]),
        ("varchar(9)", ("'a'", "'NULL'"), TEXT, ["a", "NULL"]),
        ("char(3)", ("'a'", "'abc'"), TEXT, ["a  ", "abc"]),
        ("date", ("'2020-01-02'", "'0001-01-01'"), "datetime64[us]",
         [pd.Timestamp("2020-01-02"), np.datetime64("0001-01-01", "us")]),
        ("timestamp", ("'2020-01-02 03:04:05.123456'", "'1600-01-01'"),
         "datetime64[us]", [MOMENT, np.datetime64("1600-01-01", "us")]),
        ("timestamptz", ("'2020-01-02 03:04:05.123456+00'", "'2020-07-01 12:00+02'"),
         "datetime64[us, UTC]",
         [MOMENT.tz_localize("UTC"), pd.Timestamp("2020-07-01 10:00", tz="UTC")]),
        ("time", ("'03:04:05.5'", "'00:00'"), "object",
         [datetime.time(3, 4, 5, 500000), datetime.time(0)]),
        ("bytea", ("'\\x00ff'", "''"), "object", [b"\x00\xff", b""]),
        ("json", ("'{\"a\": [1, null]}'", "'2'"), "object", [{"a": [1, None]}, 2]),
        ("jsonb", ("'[true]'", "'\"x\"'"), "object", [[True], "x"]),
        ("uuid", ("'8a3f0e24-0000-4000-8000-000000000001'",) * 2, "object",
         [uuid.UUID("8a3f0e24-0000-4000-8000-000000000001")] * 2),
    ],
    "sqlite": [
        ("INTEGER", ("1", "-2"), "int64", [1, -2]),
        ("BIGINT", ("9007199254740993", "1"), "int64", [9007199254740993, 1]),
        ("REAL", ("0.1", "1e30"), "float64", [0.1, 1e30]),
        ("NUMERIC(10, 2)", ("1.25", "-3"), "float64", [1.25, -3.0]),
        ("BOOLEAN", ("1", "0"), "bool", [True, False]),
        ("TEXT", ("''", "'äöü €'"), TEXT, ["", "äöü €"]),
        ("VARCHAR", ("'007'", "'1.5'"), TEXT, ["007", "1.5"]),
        ("DATE", ("'2020-01-02'", "'0001-01-01'"), "datetime64[us]",
         [pd.Timestamp("2020-01-02"), np.datetime64("0001-01-01", "us")]),
        ("DATETIME", ("'2020-01-02 03:04:05.123456'", "'1600-01-01 00:00:00.000000'"),
         "datetime64[us]", [MOMENT, np.datetime64("1600-01-01", "us")]),
        ("BLOB", ("x'00ff'", "x''"), "object", [b"\x00\xff", b""]),
        ("JSON", ("'{\"a\": [1, null]}'", "'[2]'"), "object", [{"a": [1, None]}, [2]]),
    ],
    "duckdb": [
        ("TINYINT", ("1", "-2"), "int64", [1, -2]),
        ("UBIGINT", ("1", "2"), "int64", [1, 2]),
        ("BIGINT", ("9007199254740993", "1"), "int64", [9007199254740993, 1]),
        ("FLOAT", ("0.5", "1e30"), "float64", [0.5, float(np.float32(1e30))]),
        ("DOUBLE", ("0.1", "'inf'"), "float64", [0.1, np.inf]),
        ("DECIMAL(18,3)", ("0.1", "123456789.123"), "float64", [0.1, 123456789.123]),
        ("BOOLEAN", ("true", "false"), "bool", [True, False]),
        ("VARCHAR", ("''", "'äöü €'"), TEXT, ["", "äöü €"]),
        ("DATE", ("'2020-01-02'", "'0001-01-01'"), "datetime64[us]",
         [pd.Timestamp("2020-01-02"), np.datetime64("0001-01-01", "us")]),
        ("TIMESTAMP", ("'2020-01-02 03:04:05.123456'", "'1600-01-01'"),
         "datetime64[us]", [MOMENT, np.datetime64("1600-01-01", "us")]),
        ("TIMESTAMPTZ", ("'2020-01-02 03:04:05.123456+00'", "'2020-07-01 12:00:00+02'"),
         "datetime64[us, UTC]",
         [MOMENT.tz_localize("UTC"), pd.Timestamp("2020-07-01 10:00", tz="UTC")]),
        ("TIME", ("'03:04:05.5'", "'00:00:00'"), "object",
         [datetime.time(3, 4, 5, 500000), datetime.time(0)]),
        ("BLOB", ("'\\x00\\xFF'", "''"), "object", [b"\x00\xff", b""]),
        ("JSON", ("'{\"a\": [1, null]}'", "'2'"), "object", [{"a": [1, None]}, 2]),
    ],
    "mariadb": [
        ("TINYINT", ("1", "-2"), "int64", [1, -2]),
        ("BOOLEAN", ("true", "false"), "bool", [True, False]),
        ("BIGINT", ("9007199254740993", "1"), "int64", [9007199254740993, 1]),
        ("BIGINT UNSIGNED", ("1", "2"), "int64", [1, 2]),
        ("DOUBLE", ("0.1", "1e30"), "float64", [0.1, 1e30]),
        ("DECIMAL(18,3)", ("0.1", "123456789.123"), "float64", [0.1, 123456789.123]),
        ("VARCHAR(9)", ("''", "'äöü €'"), TEXT, ["", "äöü €"]),
        ("TEXT", ("'a'", "'NULL'"), TEXT, ["a", "NULL"]),
        ("DATE", ("'2020-01-02'", "'1600-01-01'"), "datetime64[us]",
         [pd.Timestamp("2020-01-02"), np.datetime64("1600-01-01", "us")]),
        ("DATETIME(6)", ("'2020-01-02 03:04:05.123456'", "'1600-01-01'"),
         "datetime64[us]", [MOMENT, np.datetime64("1600-01-01", "us")]),
        ("BLOB", ("x'00ff'", "x''"), "object", [b"\x00\xff", b""]),
    ],
}  # fmt: skip
TELLS_TYPES = importlib.util.find_spec("adbc_driver_postgresql") is not None and (
    tuple(map(int, version("adbc-driver-postgresql").split(".")[:2])) >= (1, 13)
)
adbc_of_postgresql = pytest.mark.skipif(
    not TELLS_TYPES, reason="ADBC of PostgreSQL tells types from 1.13 on"
)
POSTGRESQL_ENGINES = ("sqlalchemy", pytest.param("adbc", marks=adbc_of_postgresql))
NULLABLE = {"int64": "Int64", "bool": "boolean"}
CASES = [
    pytest.param(kind, *column, id=f"{kind}-{column[0]}")
    for kind, columns in COLUMNS.items()
    for column in columns
]


def engines(kind: str) -> tuple[str, ...]:
    if kind == "mariadb" or (kind == "postgresql" and not TELLS_TYPES):
        return ENGINES[:1]
    return ENGINES


@pytest.mark.parametrize(("kind", "type_", "sql", "dtype", "values"), CASES)
def test_column(
    kind: str,
    type_: str,
    sql: tuple[str, str],
    dtype: str,
    values: list[Any],
    place_of: Callable[..., Any],
) -> None:
    place = place_of(kind)
    nothing = (
        f"CREATE TABLE none (v {type_})",
        f"CREATE TABLE missing (v {type_})",
        "INSERT INTO missing VALUES (NULL)",
    )
    filled = [
        f"CREATE TABLE whole (n integer, v {type_})",
        f"INSERT INTO whole VALUES (1, {sql[0]}), (2, {sql[1]})",
        f"CREATE TABLE holed (n integer, v {type_})",
        f"INSERT INTO holed VALUES (1, {sql[0]}), (2, NULL), (3, {sql[1]})",
    ]
    place.execute(*nothing, *filled)
    none = np.nan if dtype == TEXT and isinstance(values[0], str) else None
    holed = [values[0], none, values[1]]
    nullable = NULLABLE.get(dtype, dtype)
    frames = {
        "none": pd.DataFrame({"v": pd.Series([], dtype=dtype)}),
        "missing": pd.DataFrame({"v": pd.Series([none], dtype=nullable)}),
        "whole": pd.DataFrame({"n": [1, 2], "v": pd.Series(values, dtype=dtype)}),
        "holed": pd.DataFrame({"n": [1, 2, 3], "v": pd.Series(holed, dtype=nullable)}),
    }

    for table, expected in frames.items():
        for engine in engines(kind):
            read = place.read(table=table, engine=engine)
            assert_frame_equal(read, expected, obj=f"{table} by {engine}")


@pytest.mark.parametrize("engine", POSTGRESQL_ENGINES)
def test_chunks_are_as_large_as_asked_for(
    engine: str, place_of: Callable[..., Any]
) -> None:
    place = place_of("postgresql")
    query = "SELECT n, n::text AS t FROM generate_series(1, 25000) AS n"
    source = place.source(query=query, engine=engine)

    chunks = list(source.get_dataframe(chunksize=12000))

    assert [len(chunk) for chunk in chunks] == [12000, 12000, 1000]
    whole = source.get_dataframe()
    assert_frame_equal(pd.concat(chunks, ignore_index=True), whole)
    assert whole["n"].to_list() == list(range(1, 25001))


WITHOUT_ARROW = """
import sys
sys.modules["pyarrow"] = None  # as if it weren't installed
import pandas as pd
from launchpad_core.sections import Section
from launchpad_sources_sql.sink import SqlSink
from launchpad_sources_sql.source import SqlSource
connection = Section({"type": "sql", "url": sys.argv[1]})
frame = pd.DataFrame({"n": [1, 2], "t": ["a", "b"]})
SqlSink("x", {"type": "dbms.x", "table": "t"}, connection).put_dataframe(frame)
source = SqlSource("x", {"type": "dbms.x", "table": "t"}, connection)
pd.testing.assert_frame_equal(source.get_dataframe(), frame)
print(source.explain())
"""


def test_arrow_is_an_extra(place: Any) -> None:
    command = [sys.executable, "-c", WITHOUT_ARROW, place.section["url"]]

    done = subprocess.run(command, capture_output=True, text=True, timeout=60)

    assert done.stderr == ""
    reason = {
        "mariadb": "there is none for mysql",
    }.get(
        place.kind,
        "pyarrow is not installed (pip install 'launchpad-sources-sql[fast]')",
    )
    assert done.stdout == (
        f"SQLAlchemy to {place.database.shown}; not ADBC: {reason}\n"
    )


STREAMING = """
import sys
from pathlib import Path
from launchpad_core.sections import Section
from launchpad_sources_sql.source import SqlSource
url, query, engine = sys.argv[1:]
section = {"type": "dbms.x", "query": query, "engine": engine}
source = SqlSource("x", section, Section({"type": "sql", "url": url}))
chunks = source.get_dataframe(chunksize=10_000)
rows = len(next(chunks)) + len(next(chunks))
Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew
def peak():
    return int(Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0])
before = peak()
rows += sum(len(chunk) for chunk in chunks)
print(rows, peak() - before)
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="asks Linux for its peak")
@pytest.mark.parametrize(
    ("kind", "engine"),
    [
        ("postgresql", "sqlalchemy"),
        pytest.param("postgresql", "adbc", marks=adbc_of_postgresql),
        ("mariadb", "sqlalchemy"),
        ("sqlite", "sqlalchemy"),
        ("duckdb", "adbc"),
    ],
)
def test_memory_is_bounded_by_the_chunk(
    kind: str, engine: str, place_of: Callable[..., Any]
) -> None:
    series = {
        "postgresql": "generate_series(1, 400000) AS t(n)",
        "mariadb": "(SELECT seq AS n FROM seq_1_to_400000) AS t",
        "duckdb": "range(400000) AS t(n)",
        "sqlite": "(WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c "
        "LIMIT 400000) SELECT n FROM c) AS t",
    }
    repeated = "printf('%0400d', n)" if kind == "sqlite" else "repeat('x', 400)"
    query = f"SELECT n, {repeated} AS text FROM {series[kind]}"
    place = place_of(kind)
    place.execute("CREATE TABLE petals (n integer)")
    place.database.close()
    command = [sys.executable, "-c", STREAMING, place.section["url"], query, engine]

    done = subprocess.run(command, capture_output=True, text=True, timeout=120)

    assert done.stderr == ""
    rows, kilobytes = map(int, done.stdout.split())
    assert rows == 400_000  # more than 160 MB
    assert kilobytes < 80_000


def test_chunks_of_what_adbc_does_not_know(place_of: Callable[..., Any]) -> None:
    place = place_of("postgresql")
    query = "SELECT n, ARRAY[n] AS a, '1.50'::money AS m FROM generate_series(1, 3) n"

    chunks = list(place.source(query=query).get_dataframe(chunksize=2))

    assert [chunk["a"].to_list() for chunk in chunks] == [[[1], [2]], [[3]]]
    assert chunks[1]["m"].to_list() == ["$1.50"]


def test_chunks_of_nothing_are_one_frame_without_rows(place: Any) -> None:
    place.execute("CREATE TABLE petals (n integer, t varchar(9))")

    (chunk,) = place.source(table="petals").get_dataframe(chunksize=10)

    assert_frame_equal(chunk, place.read())
    assert list(chunk.columns) == ["n", "t"]


def test_numbers_and_texts_in_one_column_of_sqlite(
    place_of: Callable[..., Any],
) -> None:
    place = place_of("sqlite")
    place.execute(
        "CREATE TABLE petals (n, t, f)",
        "INSERT INTO petals VALUES (1, 'a', 1), (2, 'b', 2.5), ('x', '3', NULL)",
    )

    frame = place.read(query="SELECT * FROM petals")

    assert frame["n"].to_list() == [1, 2, "x"]
    assert frame["t"].to_list() == ["a", "b", "3"]
    assert frame["f"].to_list()[:2] == [1.0, 2.5]
    with pytest.raises(DataError) as told:
        place.read(query="SELECT * FROM petals", engine="adbc")
    assert str(told.value) == (
        'data source "petals" can\'t read: not by ADBC: '
        'column "n" holds values of several types\n  try: engine: auto'
    )


def test_texts_that_look_like_numbers_take_the_fast_lane(
    place_of: Callable[..., Any],
) -> None:
    place = place_of("sqlite")
    place.execute(
        "CREATE TABLE petals (code TEXT)", "INSERT INTO petals VALUES ('007'), ('12')"
    )

    frame = place.read(query="SELECT code FROM petals", engine="adbc")

    assert frame["code"].to_list() == ["007", "12"]


def test_later_rows_of_another_type_are_read_rightly(
    place_of: Callable[..., Any],
) -> None:
    place = place_of("sqlite")
    place.execute(
        "CREATE TABLE petals (n)",
        "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c LIMIT 70000) "
        "INSERT INTO petals SELECT x FROM c",
        "INSERT INTO petals VALUES (0.5)",
    )

    frame = place.read(query="SELECT n FROM petals")

    assert str(frame["n"].dtype) == "float64"
    assert frame["n"].iloc[-1] == 0.5


@pytest.mark.parametrize("engine", POSTGRESQL_ENGINES)
@pytest.mark.parametrize(
    ("query", "params", "expected"),
    [
        ("SELECT n FROM petals WHERE n > :least", {"least": 2}, [3]),
        ("SELECT n FROM petals WHERE n IN :a ORDER BY n", {"a": [3, 1]}, [1, 3]),
        ("SELECT n FROM petals WHERE at < :a", {"a": datetime.date(2020, 1, 2)}, [1]),
        ("SELECT n FROM petals WHERE name = ':x' OR n = :n -- :y", {"n": 2}, [2]),
        ("SELECT n::int AS n FROM petals WHERE name LIKE '%%a%%' OR n % 2 = :r",
         {"r": 0}, [1, 2]),
    ],
)  # fmt: skip
def test_parameters(
    query: str,
    params: dict[str, Any],
    expected: list[int],
    engine: str,
    place_of: Callable[..., Any],
) -> None:
    place = place_of("postgresql")
    place.execute(
        "CREATE TABLE petals (n bigint, name text, at date)",
        "INSERT INTO petals VALUES (1, 'a', '2020-01-01'), (2, 'b', '2020-01-02'), "
        "(3, NULL, NULL)",
    )

    frame = place.source(query=query, engine=engine).get_dataframe(params)

    assert frame["n"].to_list() == expected


def test_colons_that_are_no_parameters(place_of: Callable[..., Any]) -> None:
    place = place_of("postgresql")
    query = (
        r"SELECT :n::int AS n, E'it\'s :x' AS a, ':y' AS b, $tag$ :z $tag$ AS c, "
        "(ARRAY[1, 2, 3])[1:2] AS d /* :v */ -- :w"
    )

    frame = place.source(query=query).get_dataframe({"n": "7"})

    assert frame.iloc[0].to_list() == [7, "it's :x", ":y", " :z ", [1, 2]]


@pytest.mark.parametrize(
    ("kind", "statements", "written"),
    [
        ("postgresql", ["CREATE TABLE petals AS SELECT 4000000000::oid AS v"], {}),
        ("postgresql", ["CREATE TABLE petals AS SELECT '2 years'::interval AS v"], {}),
        ("sqlite", ["CREATE TABLE petals (v BOOLEAN)", "INSERT INTO petals VALUES (1)"],
         {"query": "SELECT v FROM petals"}),
        ("duckdb", ["CREATE TABLE petals AS SELECT sum(1) AS v"], {}),
    ],
)  # fmt: skip
def test_second_reading_equals_the_first(
    kind: str, statements: list[str], written: Any, place_of: Callable[..., Any]
) -> None:
    place = place_of(kind)
    place.execute(*statements)
    section = written or {"table": "petals"}
    source = place.source(**section)

    first, second = source.get_dataframe(), source.get_dataframe()

    assert_frame_equal(first, second)
    assert_frame_equal(first, place.read(engine="sqlalchemy", **section))


def test_sqlite_values_that_are_not_what_the_table_says(
    place_of: Callable[..., Any],
) -> None:
    place = place_of("sqlite")
    place.execute(
        "CREATE TABLE petals (t TEXT)",
        "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c LIMIT 70000) "
        "INSERT INTO petals SELECT 'a' FROM c",
        "INSERT INTO petals VALUES (x'62')",
        "CREATE TABLE days (d DATE, at DATETIME, ok BOOLEAN)",
        "INSERT INTO days VALUES ('2020-01-01 10:00:00', 5, 'true')",
    )

    assert place.read(query="SELECT t FROM petals")["t"].iloc[-1] == b"b"
    for column in ("d", "at"):
        for engine in ENGINES:
            with pytest.raises(DataError):
                place.read(table="days", columns=[column], engine=engine)
    read = [place.read(table="days", columns=["ok"], engine=e) for e in WAYS]
    assert_frame_equal(*read)


def test_floats_and_times_of_mariadb(place_of: Callable[..., Any]) -> None:
    place = place_of("mariadb")
    place.execute(
        "CREATE TABLE petals (x DOUBLE, b TINYINT(1), t TIME)",
        "INSERT INTO petals VALUES (1e-12, 5, '-10:00:00')",
        "INSERT INTO petals VALUES (0.30000000000000004, 0, 0)",
    )

    frame = place.read(table="petals")

    assert frame["x"].to_list() == [1e-12, 0.30000000000000004]
    assert frame["b"].to_list() == [5, 0]
    assert frame["t"][0] == -datetime.timedelta(hours=10)


@pytest.mark.parametrize("engine", WAYS)
def test_query_that_returns_nothing_changes_nothing(engine: str, place: Any) -> None:
    place.sink().put_dataframe(pd.DataFrame({"n": [1]}))

    if place.kind == "duckdb":  # which returns the number of rows
        assert place.read(query="DELETE FROM petals", engine=engine).iloc[0, 0] == 1
    else:
        with pytest.raises(DataError, match="it returns no rows; a data source only"):
            place.read(query="DELETE FROM petals", engine=engine)

    assert len(place.read()) == 1


@pytest.mark.parametrize("chunksize", [0, -1, 1.5, True])
def test_chunksize_is_a_number_of_rows(chunksize: Any, place: Any) -> None:
    frame = pd.DataFrame({"n": [1]})
    place.sink().put_dataframe(frame)
    message = f"chunksize should be 1 or more, not {chunksize!r}"

    with pytest.raises(DataError, match=message):
        place.source(table="petals").get_dataframe(chunksize=chunksize)
    with pytest.raises(DataError, match=message):
        place.sink(if_exists="replace").put_dataframe(frame, chunksize=chunksize)
    with pytest.raises(ConfigErrors, match=message):
        place.sink(options={"chunksize": chunksize})

    assert len(place.read()) == 1


@pytest.mark.parametrize("engine", WAYS)
def test_table_that_has_got_other_columns(engine: str, place: Any) -> None:
    for section in ({"table": "petals"}, {"query": "SELECT * FROM petals"}):
        for name in ("a", "b"):
            place.sink(if_exists="replace").put_dataframe(pd.DataFrame({name: [1]}))
            read = place.read(engine=engine, **section)
            assert list(read.columns) == [name]


def test_table_with_columns_and_a_condition(place: Any) -> None:
    place.execute(
        "CREATE TABLE petals (a integer, b integer, c integer)",
        "INSERT INTO petals VALUES (1, 2, 3), (4, 5, 6)",
    )
    source = place.source(table="petals", columns=["c", "a"], where="b > :least")

    frame = source.get_dataframe({"least": 3})

    assert_frame_equal(frame, pd.DataFrame({"c": [6], "a": [4]}))


def test_options_change_the_frame(place_of: Callable[..., Any]) -> None:
    place = place_of("sqlite")
    place.execute(
        "CREATE TABLE petals (id INTEGER, at TEXT, n INTEGER)",
        "INSERT INTO petals VALUES (7, '2020-01-02', 1)",
    )

    frame = place.read(
        query="SELECT * FROM petals",
        options={"index_col": "id", "parse_dates": ["at"], "dtype": {"n": "float32"}},
    )

    assert frame.index.to_list() == [7]
    assert frame["at"].to_list() == [pd.Timestamp("2020-01-02")]
    assert str(frame["n"].dtype) == "float32"


def test_decimals_stay_exact_if_asked_for(place_of: Callable[..., Any]) -> None:
    query = "SELECT 0.1::numeric AS n"
    place = place_of("postgresql")

    frame = place.read(query=query, options={"coerce_float": False})

    assert repr(frame["n"][0]) == "Decimal('0.1')"
