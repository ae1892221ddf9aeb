"""Patterns, folders and placeholders: which files a section's path means."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from launchpad_core.errors import ConfigErrors, DataError
from launchpad_sources_files.csv import CsvSink, CsvSource
from launchpad_sources_files.json_files import JsonSource
from launchpad_sources_files.parquet import ParquetSink, ParquetSource


@pytest.fixture(autouse=True)
def _in_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def put(name: str, text: str) -> None:
    Path(name).parent.mkdir(parents=True, exist_ok=True)
    Path(name).write_text(text)


def read(path: str, **more: Any) -> Any:
    params, chunksize = more.pop("params", None), more.pop("chunksize", None)
    source = CsvSource("x", {"type": "csv", "path": path, **more})
    return source.get_dataframe(params, chunksize)


@pytest.mark.parametrize("path", ["data/*.csv", "data", "**/*.csv", "data/[ab].csv"])
def test_files_are_read_in_the_order_of_their_names(path: str) -> None:
    put("data/b.csv", "x,y\n3,4\n")
    put("data/a.csv", "x,y\n1,2\n")
    put("data/.c.csv", "x,y\n5,6\n")
    put("data/_d.csv", "x,y\n7,8\n")

    assert_frame_equal(read(path), pd.DataFrame({"x": [1, 3], "y": [2, 4]}))


def test_brackets_in_the_name_of_a_file_are_no_pattern() -> None:
    put("a[1].csv", "x\n1\n")

    assert read("a[1].csv")["x"].tolist() == [1]


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("no/*.csv", "can't read no/*.csv: no file matches it"),
        ("empty", "can't read empty: it is a folder without files"),
        (
            "deep",
            "can't read deep: it is a folder with a folder in it: inner\n"
            "  try: path: deep/**/*, which reads the folders in it as well",
        ),
    ],
)
def test_no_files_are_an_error(path: str, message: str) -> None:
    Path("empty").mkdir()
    put("deep/inner/a.csv", "x\n1\n")

    with pytest.raises(DataError) as told:
        read(path)

    assert str(told.value) == f'data source "x" {message}'


@pytest.mark.parametrize("chunksize", [None, 10])
def test_other_columns_are_an_error(chunksize: int | None) -> None:
    put("data/a.csv", "x,y\n1,2\n")
    put("data/b.csv", "x,z\n1,2\n")

    with pytest.raises(DataError) as told:
        list(read("data", chunksize=chunksize))

    assert str(told.value) == (
        "the files don't have the same columns: data/b.csv has no column y and has a "
        "column z more, unlike data/a.csv\n  try: columns: [...], which reads only some"
    )
    assert list(read("data", columns=["x"])["x"]) == [1, 1]


@pytest.mark.parametrize("chunksize", [None, 10])
@pytest.mark.parametrize("other", ["text", "True"])
def test_types_that_would_mix_are_an_error(other: str, chunksize: int | None) -> None:
    put("data/a.csv", "x\n1\n")
    put("data/b.csv", f"x\n{other}\n")

    with pytest.raises(DataError) as told:
        list(read("data", chunksize=chunksize))

    dtype = read("data/b.csv")["x"].dtype
    assert str(told.value) == (
        'the files don\'t have the same types: column "x" is int64 in data/a.csv, '
        f"{dtype} in data/b.csv\n  try: make the types the same in all files"
    )


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("x\n1\n", "x\n1.5\n", [1, 1.5]),
        ("x,\n1,\n", "x,\n,\n", [1, None]),
        ("x\n", "x\n1\n", [1]),
        ("x,\na,\n", "x,\n,\n", ["a", None]),
        ("x,\n,\n", "x,\na,\n", [None, "a"]),
        ("y,x\n1,2\n", "x,y\n4,3\n", [2, 4]),
    ],
)
def test_types_that_become_another_without_loss_go_together(
    first: str, second: str, expected: list[Any]
) -> None:
    put("data/a.csv", first)
    put("data/b.csv", second)

    found = read("data", columns=["x"])["x"]

    assert found.astype(object).where(found.notna(), None).tolist() == expected


def test_whole_numbers_that_would_be_rounded_are_an_error() -> None:
    put("data/a.csv", f"x\n{2**53 + 1}\n")
    put("data/b.csv", "x\n0.5\n")

    with pytest.raises(DataError, match="don't have the same types"):
        read("data")


def test_categories_of_files_must_be_the_same() -> None:
    for name, text in (("a", "x"), ("b", "y")):
        frame = pd.DataFrame({"c": pd.Categorical([text])})
        section = {"type": "parquet", "path": f"data/{name}.parquet"}
        ParquetSink("x", section).put_dataframe(frame)

    with pytest.raises(DataError, match="don't have the same types"):
        ParquetSource("x", {"type": "parquet", "path": "data"}).get_dataframe()


def test_columns_are_read_in_the_order_that_is_written() -> None:
    put("a.csv", "x,y,z\n1,2,3\n")

    assert read("a.csv", columns=["z", "x"]).to_dict("list") == {"z": [3], "x": [1]}
    chunk = next(read("a.csv", columns=["z", "x"], chunksize=1))
    assert list(chunk.columns) == ["z", "x"]
    with pytest.raises(DataError) as told:
        read("a.csv", columns=["z", "no"])
    assert str(told.value) == "a.csv has no column no\n  try: it has x, y, z"


def test_typed_columns_are_selected_as_well() -> None:
    section = {"type": "csv", "path": "a.csv", "dtypes_path": "a.dtypes"}
    frame = pd.DataFrame({"x": pd.Categorical(["a"]), "y": ["01"], "z": [1]})
    CsvSink("x", section).put_dataframe(frame)

    some = read("a.csv", dtypes_path="a.dtypes", columns=["z", "x"])

    assert_frame_equal(some, frame[["z", "x"]])


@pytest.mark.parametrize(
    ("section", "message"),
    [
        ({"columns": []}, '"columns": should have at least 1 item, not []'),
        ({"columns": ["a", "a"]}, '"columns": names "a" twice'),
        (
            {"columns": ["a"], "options": {"usecols": ["a"]}},
            '"columns" can\'t go with the option "usecols"',
        ),
        ({"path": "{a b}.csv"}, '"path": "{a b}" should be a name in braces, as {day}'),
    ],
)
def test_sections_that_make_no_sense_are_refused(
    section: dict[str, Any], message: str
) -> None:
    with pytest.raises(ConfigErrors) as told:
        CsvSource("x", {"type": "csv", "path": "a.csv", **section})

    assert str(told.value).startswith(f"datasources: x: {message}")


def test_filters_choose_rows() -> None:
    frame = pd.DataFrame({"kind": ["a", "b", "c"], "n": [1, 2, 3]})
    section = {"type": "parquet", "path": "a.parquet"}
    ParquetSink("x", section).put_dataframe(frame, chunksize=1)

    def chosen(filters: Any, chunksize: int | None = None) -> list[str]:
        source = ParquetSource(
            "x", {**section, "columns": ["kind"], "filters": filters}
        )
        assert source.explain() == "pyarrow, 1 column, filtered"
        frames = source.get_dataframe(chunksize=chunksize)
        return list((frames if chunksize is None else pd.concat(frames))["kind"])

    assert chosen([["n", ">", 1]]) == ["b", "c"]
    assert chosen([["n", ">", 1], ["kind", "in", ["a", "b"]]]) == ["b"]
    assert chosen([[["n", "=", 1]], [["kind", "==", "c"]]]) == ["a", "c"]
    assert chosen([["n", ">", 1]], chunksize=1) == ["b", "c"]
    with pytest.raises(DataError) as told:
        chosen([["no", ">", 1]])
    assert str(told.value) == "a.parquet has no column no\n  try: it has kind, n"


@pytest.mark.parametrize(
    ("filters", "message"),
    [
        ([], "should hold a condition such as [price, '>', 10]"),
        ([["n", ">"]], "should be [column, operator, value], not ['n', '>']"),
        ([["n", "~", 1]], "knows no operator '~', only =, ==, !=, <, <=, >, >=, in"),
        ([["n", "in", 1]], "n in needs a list of values, not 1"),
        ([["n", ">", [1]]], "n > needs a value, not [1]"),
    ],
)
def test_filters_that_make_no_sense_are_refused(filters: Any, message: str) -> None:
    with pytest.raises(ConfigErrors) as told:
        ParquetSource("x", {"type": "parquet", "path": "a", "filters": filters})

    assert str(told.value).startswith(f'datasources: x: "filters": {message}')


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a b", "a b"),
        (7, "7"),
        (-1.5, "-1.5"),
        (True, "True"),
        (date(2024, 5, 1), "2024-05-01"),
        (np.int64(7), "7"),
        (np.bool_(False), "False"),
        (np.datetime64("2024-05-01"), "2024-05-01"),
        ("größe", "größe"),
    ],
    ids=repr,
)
def test_params_are_filled_into_the_path(value: Any, text: str) -> None:
    section = {"type": "csv", "path": "out/{name}/x_{name}.csv"}
    CsvSink("x", section).put_dataframe(pd.DataFrame({"a": [1]}), {"name": value})

    assert Path(f"out/{text}/x_{text}.csv").exists()
    assert read(section["path"], params={"name": value})["a"].tolist() == [1]


@pytest.mark.parametrize(
    "value",
    [
        "",
        ".",
        "..",
        "a/b",
        "a\\b",
        "../x",
        "a\0",
        "a\n",
        "~",
        "~root",
        "*",
        "a?",
        "[a]",
    ],
    ids=repr,
)
def test_params_that_lead_elsewhere_are_refused(value: str) -> None:
    section = {"type": "csv", "path": "out/{name}"}

    with pytest.raises(DataError) as told:
        CsvSink("x", section).put_dataframe(pd.DataFrame({"a": [1]}), {"name": value})

    assert str(told.value) == (
        'data sink "x" can\'t use out/{name}: the param "name" can\'t be a part of a '
        f"path: {value!r}\n"
        "  try: no slashes, dots alone, wildcards, or control characters"
    )
    assert list(Path().iterdir()) == []


@pytest.mark.parametrize("value", [None, [1], datetime(2024, 5, 1), float("nan"), b"a"])
def test_params_of_other_types_are_refused(value: Any) -> None:
    with pytest.raises(DataError, match='"name" should be text, a number, a date or'):
        read("{name}.csv", params={"name": value})


@pytest.mark.parametrize("chunksize", [None, 1])
@pytest.mark.parametrize(
    ("params", "message"),
    [
        (None, 'path asks for name\n  try: params={"name": ...}'),
        ({"name": 1, "other": 2}, "path doesn't ask for other\n  try: leave it out"),
    ],
)
def test_params_must_be_those_that_are_asked_for(
    params: Any, message: str, chunksize: int | None
) -> None:
    with pytest.raises(DataError) as told:
        read("{name}.csv", params=params, chunksize=chunksize)

    assert str(told.value).startswith(f'data source "x": {message}')


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"a": 1}\n{"a": \n', "line 2 is no JSON: Expecting value: line 2 column 1"),
        ('{"a": 1}\n\n[1]\n', "line 3 is no object, but [1]"),
    ],
)
def test_broken_line_is_named(text: str, message: str) -> None:
    put("a.jsonl", text)

    with pytest.raises(DataError) as told:
        JsonSource("x", {"type": "jsonl", "path": "a.jsonl"}).get_dataframe()

    assert told.value.message.startswith(
        f'data source "x" can\'t read a.jsonl: {message}'
    )


def test_half_a_parquet_file_is_told() -> None:
    section = {"type": "parquet", "path": "a.parquet"}
    ParquetSink("x", section).put_dataframe(pd.DataFrame({"a": range(1000)}))
    data = Path("a.parquet").read_bytes()
    Path("a.parquet").write_bytes(data[: len(data) // 2])

    with pytest.raises(DataError, match="Parquet magic bytes not found in footer"):
        ParquetSource("x", section).get_dataframe()
