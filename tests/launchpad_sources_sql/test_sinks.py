"""Sinks: tables are written whole or not at all, and read back as they were."""

from __future__ import annotations

import datetime
import threading
import uuid
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from launchpad_core.errors import ConfigErrors, DataError

FRAME = pd.DataFrame({"id": [1, 2], "name": ["a", None], "width": [0.1, np.nan]})
NEWER = pd.DataFrame({"id": [2, 3], "name": ["b", "c"], "width": [2.5, 3.5]})
EVERY_TYPE = pd.DataFrame(
    {
        "int8": pd.array([1, -1], dtype="int8"),
        "Int64": pd.array([2**53 + 1, None], dtype="Int64"),
        "float32": np.array([0.1, np.nan], dtype="float32"),
        "bool": [True, False],
        "boolean": pd.array([True, None], dtype="boolean"),
        "text": ['"quoted", and\nlines', ""],
        "none": ["\\N", None],
        "category": pd.Categorical(["x", None]),
        "moment": pd.array(["2020-01-02 03:04:05.123456", None], dtype="M8[us]"),
        "date": [datetime.date(2020, 1, 2), None],
        "time": [datetime.time(1, 2, 3, 4), None],
        "bytes": [b"\x00\xff", None],
        "json": [{"a": [1, None]}, None],
    }
)
READ_BACK = EVERY_TYPE.assign(
    int8=EVERY_TYPE["int8"].astype("int64"),
    float32=EVERY_TYPE["float32"].astype("float64"),
    none=EVERY_TYPE["none"].fillna(np.nan),
    category=pd.Series(["x", np.nan], dtype=EVERY_TYPE["text"].dtype),
    date=pd.array(["2020-01-02", None], dtype="M8[us]"),
)
NO_UTF8 = pd.Series(["a", "b", "\ud800"], dtype=object)
ENGINES = ("auto", "sqlalchemy")


@pytest.mark.parametrize("engine", ENGINES)
def test_every_type_is_read_back(engine: str, place: Any) -> None:
    frame, expected = EVERY_TYPE, READ_BACK
    if place.kind == "mariadb":  # whose TIME is a time span
        frame, expected = frame.drop(columns="time"), expected.drop(columns="time")

    sink = place.sink(if_exists="append", engine=engine)
    sink.put_dataframe(frame)

    assert_frame_equal(place.read(), expected)
    sink.put_dataframe(frame)
    assert len(place.read()) == 2 * len(frame)


@pytest.mark.parametrize("engine", ENGINES)
def test_zones_are_kept_where_there_are_any(engine: str, place: Any) -> None:
    moments = pd.Series(pd.to_datetime(["2020-07-01 12:00+02:00", None], utc=True))
    frame = pd.DataFrame(
        {"at": moments.dt.tz_convert("Europe/Berlin").dt.as_unit("us")}
    )

    if place.kind in ("sqlite", "mariadb"):
        with pytest.raises(DataError, match="which a table can't hold"):
            place.sink(engine=engine).put_dataframe(frame)
        return
    place.sink(engine=engine).put_dataframe(frame)

    expected = frame.assign(at=frame["at"].dt.tz_convert("UTC"))
    assert_frame_equal(place.read(), expected)


def test_decimals_are_exact(place_of: Callable[..., Any]) -> None:
    frame = pd.DataFrame({"n": [Decimal("0.10"), Decimal("123456789012345678.25")]})
    for kind in ("postgresql", "mariadb"):
        place = place_of(kind)
        place.sink().put_dataframe(frame)
        read = place.read(table="petals", options={"coerce_float": False})
        assert read["n"].to_list() == frame["n"].to_list()


@pytest.mark.parametrize("engine", ENGINES)
def test_rows_are_appended(engine: str, place: Any) -> None:
    sink = place.sink(if_exists="append", engine=engine)

    sink.put_dataframe(FRAME)
    sink.put_dataframe(NEWER, chunksize=1)

    read = place.read(table="petals").sort_values(["id", "width"], ignore_index=True)
    assert read["id"].to_list() == [1, 2, 2, 3]
    assert read["name"].to_list()[-1] == "c"


@pytest.mark.parametrize("engine", ENGINES)
def test_table_is_replaced(engine: str, place: Any) -> None:
    place.sink().put_dataframe(FRAME)

    other = pd.DataFrame({"only": ["this"]})
    place.sink(if_exists="replace", engine=engine).put_dataframe(other)

    assert_frame_equal(place.read(), other)
    assert tables(place) == ["petals"]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("key", ["id", ["id", "name"]])
def test_rows_are_upserted(engine: str, key: Any, place: Any) -> None:
    sink = place.sink(if_exists="upsert", key=key, engine=engine)
    sink.put_dataframe(FRAME.fillna({"name": "b"}))

    sink.put_dataframe(NEWER)
    sink.put_dataframe(NEWER.drop(columns="width"))

    read = place.read(table="petals").sort_values("id", ignore_index=True)
    expected = pd.DataFrame(
        {"id": [1, 2, 3], "name": ["a", "b", "c"], "width": [0.1, 2.5, 3.5]}
    )
    assert_frame_equal(read, expected)


def test_upsert_needs_a_unique_key(place: Any) -> None:
    place.sink().put_dataframe(FRAME)

    with pytest.raises(DataError) as told:
        place.sink(if_exists="upsert", key="id").put_dataframe(NEWER)

    assert str(told.value) == (
        'data sink "out" can\'t write: the table petals has no primary key or unique '
        "index of just id\n  try: CREATE UNIQUE INDEX petals_key ON petals (id)"
    )
    place.execute("CREATE UNIQUE INDEX petals_key ON petals (id)")
    place.sink(if_exists="upsert", key="id").put_dataframe(NEWER)
    assert sorted(place.read()["id"]) == [1, 2, 3]


def test_upsert_is_not_misled_by_another_index(place_of: Callable[..., Any]) -> None:
    place = place_of("mariadb")
    place.execute(
        "CREATE TABLE petals (id integer PRIMARY KEY, u integer UNIQUE, v integer)",
        "INSERT INTO petals VALUES (2, 5, 99)",
    )
    sink = place.sink(if_exists="upsert", key="id")

    with pytest.raises(DataError) as told:
        sink.put_dataframe(pd.DataFrame({"id": [1], "u": [5], "v": [1]}))
    sink.put_dataframe(pd.DataFrame({"id": [1], "v": [1]}))

    assert "another unique index, of u, by which" in str(told.value)
    assert place.execute("SELECT id, v FROM petals ORDER BY id") == [(1, 1), (2, 99)]


@pytest.mark.parametrize(
    ("frame", "reason"),
    [
        (pd.DataFrame({"id": [1, 1]}), "several rows of the frame have the key id = 1"),
        (
            pd.DataFrame({"id": [1, None]}),
            'column "id" is part of the key, and a value misses',
        ),
        (
            pd.DataFrame({"name": ["a"]}),
            'the frame has no column "id", which is part of the key\n'
            "  try: it has name",
        ),
    ],
)
def test_key_tells_rows_apart(
    frame: pd.DataFrame, reason: str, place_of: Callable[..., Any]
) -> None:
    with pytest.raises(DataError) as told:
        place_of("sqlite").sink(if_exists="upsert", key="id").put_dataframe(frame)

    assert str(told.value) == f'data sink "out" can\'t write: {reason}'


@pytest.mark.parametrize("if_exists", ["append", "replace", "upsert"])
@pytest.mark.parametrize("engine", ENGINES)
def test_write_that_fails_changes_nothing(
    engine: str, if_exists: str, place: Any
) -> None:
    place.execute(
        "CREATE TABLE petals (id integer PRIMARY KEY, n integer CHECK (n < 5))",
        "INSERT INTO petals VALUES (1, 1)",
    )
    frame = pd.DataFrame({"id": [2, 3, 4], "n": [2, 3, 7]})
    if if_exists == "replace":
        frame["n"] = NO_UTF8
    more = {"key": "id"} if if_exists == "upsert" else {}
    sink = place.sink(if_exists=if_exists, engine=engine, **more)

    with pytest.raises(DataError):
        sink.put_dataframe(frame, chunksize=1)

    assert place.execute("SELECT * FROM petals") == [(1, 1)]
    assert tables(place) == ["petals"]


def test_new_table_that_fails_is_not_there(place_of: Callable[..., Any]) -> None:
    for kind in ("postgresql", "mariadb"):
        place = place_of(kind)
        with pytest.raises(DataError):
            place.sink().put_dataframe(pd.DataFrame({"t": NO_UTF8}), chunksize=1)
        assert tables(place) == []


@pytest.mark.parametrize("if_exists", ["append", "replace", "upsert"])
def test_writers_take_turns(if_exists: str, place: Any) -> None:
    key = {"key": "id"} if if_exists == "upsert" else {}
    failed: list[Exception] = []

    def write(who: int) -> None:
        frame = pd.DataFrame({"id": range(50), "who": who})
        try:
            for _ in range(5):
                place.sink(if_exists=if_exists, **key).put_dataframe(frame)
        except Exception as error:
            failed.append(error)

    if place.kind == "duckdb":  # whose transactions fail rather than wait
        pytest.skip("DuckDB says which writer came too late")
    threads = [threading.Thread(target=write, args=[who]) for who in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failed == []
    read = place.read()
    assert len(read) == (1000 if if_exists == "append" else 50)
    if if_exists == "replace":
        assert read["who"].nunique() == 1
    assert tables(place) == ["petals"]


def test_names_are_not_cut_off(place: Any) -> None:
    name = "ü" * 40 + "x" * 60
    try:
        place.sink().put_dataframe(pd.DataFrame({name: [1]}))
    except DataError:
        assert tables(place) == []
    else:
        assert list(place.read().columns) == [name]


def test_view_is_not_replaced(place: Any) -> None:
    place.execute(
        "CREATE TABLE roses (id integer)",
        "INSERT INTO roses VALUES (1)",
        "CREATE VIEW petals AS SELECT id FROM roses",
    )

    with pytest.raises(DataError) as told:
        place.sink(if_exists="replace").put_dataframe(FRAME)

    assert "petals is a view, which a frame can't replace" in str(told.value)
    assert place.execute("SELECT * FROM petals") == [(1,)]


def test_table_that_others_refer_to_is_not_replaced_in_mariadb(
    place_of: Callable[..., Any],
) -> None:
    place = place_of("mariadb")
    place.execute(
        "CREATE TABLE petals (id integer PRIMARY KEY)",
        "INSERT INTO petals VALUES (1)",
        "CREATE TABLE roses (petal integer, "
        "FOREIGN KEY (petal) REFERENCES petals (id))",
    )

    with pytest.raises(DataError) as told:
        place.sink(if_exists="replace").put_dataframe(FRAME)

    assert str(told.value) == (
        'data sink "out" can\'t write: a foreign key of the table roses refers to the '
        "table petals\n  try: if_exists: append or upsert"
    )
    assert place.execute("SELECT * FROM petals") == [(1,)]


def test_names_of_all_kinds(place: Any) -> None:
    table = "a % b: " + "long " * 9
    frame = pd.DataFrame({"growth %": [1], "select": [2], "a:b": [3], "Ü (x)": [4]})
    for if_exists in ("fail", "append", "replace"):
        place.sink(table=table.strip(), if_exists=if_exists).put_dataframe(frame)

    assert_frame_equal(place.read(table=table.strip()), frame)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("type_", "values"),
    [
        ("date", pd.to_datetime(["2020-01-01 13:45"])),
        ("bigint", [2.5]),
        ("double precision", [2**53 + 1]),
    ],
)
def test_values_that_would_change_are_refused(
    type_: str, values: Any, engine: str, place: Any
) -> None:
    place.execute(f"CREATE TABLE petals (v {type_})")

    with pytest.raises(DataError, match=r"which petals\.v can't hold"):
        place.sink(if_exists="append", engine=engine).put_dataframe(
            pd.DataFrame({"v": values})
        )


@pytest.mark.parametrize("engine", ENGINES)
def test_values_that_fit_are_kept(engine: str, place: Any) -> None:
    place.execute("CREATE TABLE petals (d date, n bigint)")
    frame = pd.DataFrame(
        {"d": pd.to_datetime(["2020-01-01"]), "n": [Decimal(2**53 + 1)]}
    )
    mixed = [datetime.date(2020, 1, 1), datetime.datetime(2020, 1, 1, 5, 30)]

    place.sink(if_exists="append", engine=engine).put_dataframe(frame)
    place.sink(table="mixed", engine=engine).put_dataframe(pd.DataFrame({"at": mixed}))

    assert place.read()["n"].to_list() == [2**53 + 1]
    assert place.read(table="mixed")["at"].to_list() == [
        pd.Timestamp("2020-01-01"),
        pd.Timestamp("2020-01-01 05:30"),
    ]


@pytest.mark.parametrize("engine", ENGINES)
def test_json_none_is_null(engine: str, place: Any) -> None:
    frame = pd.DataFrame({"id": [1, 2], "j": [None, {"a": [1]}]})
    sink = place.sink(if_exists="append", engine=engine)
    sink.put_dataframe(frame)
    sink.put_dataframe(frame)

    nulls = place.execute("SELECT count(*) FROM petals WHERE j IS NULL")
    assert nulls == [(2,)]
    with pytest.raises(DataError, match=r"which petals\.j can't hold"):
        sink.put_dataframe(pd.DataFrame({"id": [3], "j": ["text"]}))


def test_types_of_arrow_and_uuids(place: Any) -> None:
    pa = pytest.importorskip("pyarrow")
    plain = pd.DataFrame(
        {
            "text": pd.Series(["a", None], dtype=READ_BACK["text"].dtype),
            "at": pd.array(["2020-01-02 03:04:05", None], dtype="M8[us]"),
            "n": pd.array([2**60, None], dtype="Int64"),
        }
    ).replace({None: np.nan})
    plain["n"] = pd.array([2**60, None], dtype="Int64")
    arrow = pd.DataFrame(
        {
            "text": pd.array(["a", None], dtype=pd.ArrowDtype(pa.string())),
            "at": plain["at"].astype(pd.ArrowDtype(pa.timestamp("us"))),
            "n": plain["n"].astype(pd.ArrowDtype(pa.int64())),
        }
    )
    place.sink().put_dataframe(arrow)
    assert_frame_equal(place.read(), plain)

    ids = [uuid.uuid4(), uuid.uuid4()]
    place.sink(table="ids").put_dataframe(pd.DataFrame({"id": ids}))
    assert [uuid.UUID(str(i)) for i in place.read(table="ids")["id"]] == ids


def test_old_places_of_if_exists_and_schema(place_of: Callable[..., Any]) -> None:
    place = place_of("sqlite")
    for options, message in (
        ({"if_exists": "zzz"}, '"if_exists": should be'),
        ({"if_exists": "upsert"}, "if_exists: upsert and key: go together"),
    ):
        with pytest.raises(ConfigErrors) as told:
            place.sink(options=options)
        assert message in str(told.value)


def test_readers_see_the_old_table_until_the_new_one_is_whole(
    place_of: Callable[..., Any],
) -> None:
    for kind in ("postgresql", "mariadb"):
        place = place_of(kind)
        place.sink().put_dataframe(FRAME)
        seen: list[int] = []
        large = pd.DataFrame({"id": range(40_000)})
        watched = place.sink(if_exists="replace", engine="sqlalchemy")

        import sqlalchemy as sa

        def look(*_: Any, place: Any = place, seen: list[int] = seen) -> None:
            if not seen or len(seen) < 5:
                with place.database.engine.connect() as reader:
                    count = reader.exec_driver_sql("SELECT count(*) FROM petals")
                    seen.append(count.scalar_one())

        sa.event.listen(place.database.engine, "after_cursor_execute", _inserts(look))
        watched.put_dataframe(large)

        assert seen == [2, 2, 2, 2]
        assert len(place.read()) == 40_000


def _inserts(look: Callable[..., None]) -> Callable[..., None]:
    def after(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith("INSERT"):
            look()

    return after


@pytest.mark.parametrize(
    ("column", "reason"),
    [
        (
            pd.to_timedelta(["1s"]),
            'column "x" is of type timedelta64[us], which a table can\'t hold\n'
            "  try: convert it before it is written, such as by .astype(str)",
        ),
        (
            pd.Series([{"a": 1}, 2], dtype=object),
            'column "x" is of type object, holding mixed-integer values, which a '
            "table can't hold\n"
            "  try: convert it before it is written, such as by .astype(str)",
        ),
        (
            pd.array([2**63], dtype="uint64"),
            'column "x" is of type uint64, which a table can\'t hold\n'
            "  try: write what is above 2^63 - 1 as floats or as texts",
        ),
        (
            pd.to_datetime(["2020-01-01 00:00:00.000000001"]),
            'column "x" is of type datetime64[ns], which a table can\'t hold\n'
            '  try: .dt.floor("us"), since databases keep microseconds at most',
        ),
    ],
)
def test_what_no_table_holds_is_refused(
    column: Any, reason: str, place_of: Callable[..., Any]
) -> None:
    place = place_of("sqlite")

    with pytest.raises(DataError) as told:
        place.sink().put_dataframe(pd.DataFrame({"x": column}))

    text = str(told.value).replace("timedelta64[ns]", "timedelta64[us]")
    assert text == f'data sink "out" can\'t write: {reason}'
    assert tables(place) == []


@pytest.mark.parametrize(
    ("frame", "reason"),
    [
        (pd.DataFrame(), "the frame has no columns"),
        (
            pd.DataFrame({1: [1]}),
            "the name of a column is 1, which is no text\n"
            "  try: frame.columns = frame.columns.map(str)",
        ),
        (pd.DataFrame([[1, 2]], columns=["a", "a"]), 'several columns are named "a"'),
    ],
)
def test_columns_need_names(
    frame: pd.DataFrame, reason: str, place_of: Callable[..., Any]
) -> None:
    with pytest.raises(DataError) as told:
        place_of("sqlite").sink().put_dataframe(frame)

    assert str(told.value) == f'data sink "out" can\'t write: {reason}'


@pytest.mark.parametrize("engine", ENGINES)
def test_columns_fit_those_of_the_table(engine: str, place: Any) -> None:
    place.execute("CREATE TABLE petals (id integer, width double precision, name text)")
    sink = place.sink(if_exists="append", engine=engine)

    sink.put_dataframe(pd.DataFrame({"name": ["a"], "id": [1.0], "width": [2]}))

    assert place.execute("SELECT * FROM petals") == [(1, 2.0, "a")]
    for frame, reason in (
        (
            pd.DataFrame({"idd": [1]}),
            'the table petals has no column "idd"\n  try: did you mean "id"?',
        ),
        (
            pd.DataFrame({"id": ["x"]}),
            f'column "id" is of type {pd.Series(["x"]).dtype}, which petals.id can\'t '
            "hold\n  try: convert it before it is written, such as by .astype(...)",
        ),
        (
            pd.DataFrame({"id": [1.5]}),
            'column "id" is of type float64, which petals.id can\'t '
            "hold\n  try: convert it before it is written, such as by .astype(...)",
        ),
    ):
        with pytest.raises(DataError) as told:
            sink.put_dataframe(frame)
        assert str(told.value) == f'data sink "out" can\'t write: {reason}'


def test_schema_and_index(place_of: Callable[..., Any]) -> None:
    place = place_of("postgresql")
    place.execute("CREATE SCHEMA garden")
    frame = pd.DataFrame({"width": [0.5]}, index=pd.Index([7], name="id"))
    for if_exists in ("fail", "replace", "append"):
        place.sink(
            schema="garden", if_exists=if_exists, options={"index": True}
        ).put_dataframe(frame)

    read = place.read(table="petals", schema="garden")

    assert read.to_dict("list") == {"id": [7, 7], "width": [0.5, 0.5]}
    place.sink(schema="garden", if_exists="upsert", key="i", table="new").put_dataframe(
        pd.DataFrame({"i": [1], 'a "b" ü': ["x"]})
    )
    place.sink(schema="garden", if_exists="upsert", key="i", table="new").put_dataframe(
        pd.DataFrame({"i": [1], 'a "b" ü': ["y"]})
    )
    assert place.execute("SELECT * FROM garden.new") == [(1, "y")]


def test_upsert_and_key_go_together(place_of: Callable[..., Any]) -> None:
    place = place_of("sqlite")
    for section in ({"if_exists": "upsert"}, {"key": "id"}):
        with pytest.raises(ConfigErrors) as told:
            place.sink(**section)
        assert (
            str(told.value) == "datasinks: out: if_exists: upsert and key: go together"
        )


def test_explain(place: Any) -> None:
    ways = {"sqlite": "INSERT", "duckdb": "Arrow", "postgresql": "COPY"}
    way = ways.get(place.kind, "INSERT")

    assert place.sink().explain() == f"{way} into {place.database.shown}"
    assert "tulip" not in place.source(table="petals").explain()


def tables(place: Any) -> list[str]:
    import sqlalchemy as sa

    return sorted(sa.inspect(place.database.engine).get_table_names())
