"""The types ``csv`` and ``euro_csv``."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from launchpad_core.errors import ConfigErrors, DataError, UnsupportedOperation
from launchpad_sources_files.csv import CsvSink, CsvSource

FRAME = pd.DataFrame({"a": [1, 2, 3], "b": [0.5, 1.5, 2.5]})


@pytest.fixture(autouse=True)
def _in_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_dialects_differ_in_separator_and_decimal() -> None:
    CsvSink("x", {"type": "csv", "path": "a.csv"}).put_dataframe(FRAME)
    CsvSink("x", {"type": "euro_csv", "path": "b.csv"}).put_dataframe(FRAME)

    assert Path("a.csv").read_text() == "a,b\n1,0.5\n2,1.5\n3,2.5\n"
    assert Path("b.csv").read_text() == "a;b\n1;0,5\n2;1,5\n3;2,5\n"
    for type_, path in (("csv", "a.csv"), ("euro_csv", "b.csv")):
        frame = CsvSource("x", {"type": type_, "path": path}).get_dataframe()
        assert_frame_equal(frame, FRAME)


def test_options_reach_pandas() -> None:
    sink = {"type": "csv", "path": "a.csv", "options": {"index": True, "sep": "|"}}
    CsvSink("x", sink).put_dataframe(FRAME)
    source = {"type": "csv", "path": "a.csv", "options": {"index_col": 0, "sep": "|"}}

    assert_frame_equal(CsvSource("x", source).get_dataframe(), FRAME)


def test_unknown_option_is_told_before_anything_is_read() -> None:
    with pytest.raises(ConfigErrors) as told:
        CsvSource("x", {"type": "csv", "path": "a", "options": {"delimeter": ";"}})

    assert str(told.value) == (
        'datasources: x: "options": read_csv of pandas has no option "delimeter"; '
        'did you mean "delimiter"?'
    )


def test_chunks_are_frames_of_that_many_rows() -> None:
    CsvSink("x", {"type": "csv", "path": "a.csv"}).put_dataframe(FRAME)

    chunks = CsvSource("x", {"type": "csv", "path": "a.csv"}).get_dataframe(chunksize=2)

    assert [len(chunk) for chunk in chunks] == [2, 1]


def test_missing_folders_are_made_and_compression_goes_by_the_suffix() -> None:
    section = {"type": "csv", "path": "new/folder/a.csv.gz"}
    CsvSink("x", section).put_dataframe(FRAME)

    assert Path("new/folder/a.csv.gz").read_bytes()[:2] == b"\x1f\x8b"
    assert_frame_equal(CsvSource("x", section).get_dataframe(), FRAME)
    assert [path.name for path in Path("new/folder").iterdir()] == ["a.csv.gz"]


def test_write_that_fails_leaves_the_old_files() -> None:
    section = {"type": "csv", "path": "a.csv", "dtypes_path": "a.dtypes"}
    CsvSink("x", section).put_dataframe(FRAME)
    before = {path.name: path.read_text() for path in Path().iterdir()}
    bad = {**section, "options": {"encoding": "ascii"}}

    with pytest.raises(DataError) as told:
        CsvSink("x", bad).put_dataframe(pd.DataFrame({"a": ["ü"]}))

    assert told.value.message == (
        'data sink "x" can\'t write a.csv: it is not ascii: ordinal not in range(128) '
        "at byte 2"
    ) or told.value.message.startswith('data sink "x" can\'t write a.csv: ')
    assert {path.name: path.read_text() for path in Path().iterdir()} == before


def test_missing_file_is_told() -> None:
    with pytest.raises(DataError) as told:
        CsvSource("petals", {"type": "csv", "path": "no.csv"}).get_dataframe()

    assert str(told.value) == (
        'data source "petals" can\'t read no.csv: there is no such file\n'
        "  try: check path: (it starts at the config's folder)"
    )


@pytest.mark.parametrize("chunksize", [None, 2])
def test_file_in_another_encoding_is_told(chunksize: int | None) -> None:
    Path("latin.csv").write_bytes("a\nü\n".encode("latin-1"))
    source = CsvSource("x", {"type": "csv", "path": "latin.csv"})

    with pytest.raises(DataError) as told:
        list(source.get_dataframe(chunksize=chunksize))

    assert told.value.hint == "options: {encoding: ...}"


def test_what_is_not_offered_is_said() -> None:
    source = CsvSource("x", {"type": "csv", "path": "a.csv"})

    with pytest.raises(UnsupportedOperation, match='"x" of type csv has no raw data'):
        source.get_raw()
    with pytest.raises(UnsupportedOperation, match='"x" of type csv takes no params'):
        source.get_dataframe({"a": 1})
