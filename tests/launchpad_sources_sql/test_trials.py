"""Trying a destination tells what would keep a sink from writing, and no more."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from launchpad_core.data import DataSink
from launchpad_core.errors import DataError
from launchpad_core.sections import Section
from launchpad_sources_sql.sink import SqlSink

FRAME = pd.DataFrame({"id": [1, 2], "name": ["rose", "tulip"]})


def told(sink: DataSink) -> str:
    with pytest.raises(DataError) as refusal:
        sink.try_destination()
    return refusal.value.message.partition("can't write: ")[2]


@pytest.mark.parametrize("if_exists", ["fail", "append", "replace", "upsert"])
def test_new_table_may_be_written(place: Any, if_exists: str) -> None:
    key = {"key": "id"} if if_exists == "upsert" else {}
    place.execute("CREATE TABLE other (a INTEGER)")
    sink = place.sink(if_exists=if_exists, **key)
    sink.try_destination()

    with pytest.raises(DataError, match="petals"):
        place.read()
    sink.put_dataframe(FRAME)


@pytest.mark.parametrize("if_exists", ["append", "replace", "upsert"])
def test_table_that_is_there_stays_as_it_is(place: Any, if_exists: str) -> None:
    place.sink(if_exists="upsert", key="id").put_dataframe(FRAME)
    key = {"key": "id"} if if_exists == "upsert" else {}
    place.sink(if_exists=if_exists, **key).try_destination()

    assert place.read().to_dict("list") == FRAME.to_dict("list")


def test_table_must_not_be_there(place: Any) -> None:
    place.sink().put_dataframe(FRAME)

    assert told(place.sink()) == "there is a table petals already"


def test_key_does_not_fit(place: Any) -> None:
    place.sink().put_dataframe(FRAME)

    by_day = place.sink(if_exists="upsert", key="day")
    assert told(by_day) == (
        'the table petals has no column "day", which is part of the key'
    )
    by_id = place.sink(if_exists="upsert", key="id")
    assert told(by_id) == (
        "the table petals has no primary key or unique index of just id"
    )


def test_view_can_not_be_replaced(place: Any) -> None:
    place.execute("CREATE VIEW petals AS SELECT 1 AS a")

    found = told(place.sink(if_exists="replace"))
    assert found == "petals is a view, which a frame can't replace"


def test_schema_is_not_there(place: Any) -> None:
    place.execute("CREATE TABLE other (a INTEGER)")

    assert told(place.sink(schema="nowhere")) == "there is no schema nowhere"


@pytest.mark.parametrize(
    ("if_exists", "found"),
    [
        ("append", "the user may not add rows to the table petals"),
        ("replace", "the user may not replace the table petals"),
    ],
)
def test_user_of_postgresql_may_only_read(
    place_of: Callable[..., Any], if_exists: str, found: str
) -> None:
    owner = place_of("postgresql")
    owner.sink().put_dataframe(FRAME)
    owner.execute(
        "DROP ROLE IF EXISTS reader",
        "CREATE ROLE reader LOGIN PASSWORD 'reads'",
        "GRANT SELECT ON petals TO reader",
        "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
    )
    section = {**owner.section, "username": "reader", "password": "reads"}
    reader = type(owner)("postgresql", Section(section))
    try:
        reader.read()
        assert told(reader.sink(if_exists=if_exists)) == found
        assert told(reader.sink(table="new")) == "the user may not make the table new"
    finally:
        reader.database.close()
        owner.execute("DROP OWNED BY reader", "DROP ROLE reader")


@pytest.mark.parametrize("kind", ["sqlite", "duckdb"])
def test_new_file_is_not_made(tmp_path: Path, kind: str) -> None:
    def sink(path: str) -> Any:
        connection = Section({"type": "sql", "url": f"{kind}:///{path}"})
        return SqlSink("out", {"type": "dbms.it", "table": "petals"}, connection)

    sink(f"{tmp_path}/new.db").try_destination()
    assert list(tmp_path.iterdir()) == []

    assert told(sink(f"{tmp_path}/no/new.db")).startswith("there is no folder ")


def test_server_that_is_not_there() -> None:
    url = "postgresql+psycopg://me@127.0.0.1:9/none"
    connection = Section({"type": "sql", "url": url})
    sink = SqlSink("out", {"type": "dbms.it", "table": "petals"}, connection)

    with pytest.raises(DataError, match="can't connect to postgresql"):
        sink.try_destination()
