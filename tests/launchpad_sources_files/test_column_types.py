"""``dtypes_path``: what a sink writes, a source gives back, type for type."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from launchpad_core.errors import DataError
from launchpad_sources_files.csv import CsvSink, CsvSource

PANDAS_3 = int(pd.__version__.split(".")[0]) >= 3
TEXT = "str" if PANDAS_3 else "object"


def round_trip(
    frame: pd.DataFrame,
    folder: Path,
    *,
    type_: str = "csv",
    chunksize: int | None = None,
) -> Any:
    section = {
        "type": type_,
        "path": str(folder / "data.csv"),
        "dtypes_path": str(folder / "data.dtypes"),
    }
    CsvSink("sink", section).put_dataframe(frame)
    return CsvSource("source", section).get_dataframe(chunksize=chunksize)


COLUMNS = {
    "int64": [1, -(2**63), 2**63 - 1],
    "uint64": [0, 1, 2**64 - 1],
    "int8": [1, 2, 3],
    "float64": [0.1, None, 1e-300],
    "float32": [0.1, 3.4e38, None],
    "bool": [True, False, True],
    "Int64": [1, None, 2**62 + 1],
    "Float64": [0.1, None, 2.5],
    "boolean": [True, None, False],
    "string": ["a", None, ""],
    "object": ["NA", "", "null"],
    TEXT: ["a,b", 'q"u', "new\nline"],
    "datetime64[s]": ["2024-01-01", None, "1024-01-01"],
    "datetime64[ms]": ["2024-01-01", None, "2024-01-01 12:00:00.123"],
    "datetime64[us]": ["2024-01-01", "2024-01-01 12:00:00.123456", None],
    "datetime64[ns]": ["2024-01-01", "2024-01-01 12:00:00.123456789", None],
    "datetime64[ns, Europe/Berlin]": ["2024-01-01", "2024-07-01 12:00:00.5", None],
    "datetime64[us, UTC]": ["2024-01-01", "2024-07-01", None],
    "timedelta64[ns]": ["1 days", None, "00:00:00.000000001"],
    "timedelta64[s]": ["1 days", None, "-1 days"],
}


@pytest.mark.parametrize("type_", ["csv", "euro_csv"])
@pytest.mark.parametrize("dtype", COLUMNS)
def test_round_trip_keeps_the_type(dtype: str, type_: str, tmp_path: Path) -> None:
    frame = pd.DataFrame({"x": pd.Series(COLUMNS[dtype], dtype=dtype)})

    assert_frame_equal(round_trip(frame, tmp_path, type_=type_), frame)


@pytest.mark.parametrize("dtype", COLUMNS)
def test_round_trip_of_no_rows_keeps_the_type(dtype: str, tmp_path: Path) -> None:
    frame = pd.DataFrame({"x": pd.Series([], dtype=dtype)})

    assert_frame_equal(round_trip(frame, tmp_path), frame)


@pytest.mark.parametrize(
    "categories",
    [
        pd.Categorical(["b", "a", None], categories=["c", "b", "a"], ordered=True),
        pd.Categorical(["", "NA", None]),
        pd.Categorical([2, 1, None], categories=[3, 2, 1]),
        pd.Categorical([0.5, 0.1, None]),
        pd.Categorical([True, False, None]),
        pd.Categorical(pd.to_datetime(["2024-01-02", "2024-01-01", None])),
        pd.Categorical([None, None, None]),
    ],
    ids=["ordered", "texts", "ints", "floats", "bools", "datetimes", "none"],
)
def test_round_trip_keeps_categories(categories: Any, tmp_path: Path) -> None:
    frame = pd.DataFrame({"x": categories, "y": [1, 2, 3]})

    assert_frame_equal(round_trip(frame, tmp_path), frame)


def test_missing_texts_and_empty_ones_stay_apart(tmp_path: Path) -> None:
    frame = pd.DataFrame({"x": pd.Series(["", None, "NA1", "NA"], dtype=TEXT), "y": 1})

    assert_frame_equal(round_trip(frame, tmp_path), frame)


def test_chunks_have_the_types_as_well(tmp_path: Path) -> None:
    frame = pd.DataFrame({"x": pd.Categorical(["a", "b", None]), "y": [1, 2, 3]})

    chunks = list(round_trip(frame, tmp_path, chunksize=2))

    assert [len(chunk) for chunk in chunks] == [2, 1]
    assert_frame_equal(pd.concat(chunks), frame)


def test_files_that_mllaunchpad_wrote_are_read(tmp_path: Path) -> None:
    (tmp_path / "old.csv").write_text("a,b,c,when\nx,1,1.5,2024-01-01\n")
    (tmp_path / "old.dtypes").write_text(
        "columns,dtypes\na,str\nb,int64\nc,float64\nwhen,datetime\n"
    )
    section = {
        "type": "csv",
        "path": str(tmp_path / "old.csv"),
        "dtypes_path": str(tmp_path / "old.dtypes"),
    }

    frame = CsvSource("old", section).get_dataframe()

    assert [str(dtype) for dtype in frame.dtypes] == [
        TEXT,
        "int64",
        "float64",
        "datetime64[ns]",
    ]


@pytest.mark.parametrize("chunksize", [None, 1])
def test_value_that_does_not_fit_is_told(
    chunksize: int | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    frame = pd.DataFrame({"a": [1], "b": [2]})
    round_trip(frame, tmp_path)
    (tmp_path / "data.csv").write_text("a,b\n1,two\n")
    section = {"type": "csv", "path": "data.csv", "dtypes_path": "data.dtypes"}

    with pytest.raises(DataError) as told:
        list(CsvSource("x", section).get_dataframe(chunksize=chunksize) or [])

    assert told.value.message.startswith(
        'data.csv: column "b" has a value that is no int64: '
    )


def test_missing_column_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    round_trip(pd.DataFrame({"a": [1], "b": [2]}), tmp_path)
    (tmp_path / "data.csv").write_text("a,c\n1,2\n")
    section = {"type": "csv", "path": "data.csv", "dtypes_path": "data.dtypes"}

    with pytest.raises(DataError) as told:
        CsvSource("x", section).get_dataframe()

    assert str(told.value) == (
        'data.csv has no column "b", which should be of type int64\n  try: it has a, c'
    )


def test_type_that_a_csv_cannot_keep_is_refused(tmp_path: Path) -> None:
    frame = pd.DataFrame({"x": pd.interval_range(0, 2)})

    with pytest.raises(DataError) as told:
        round_trip(frame, tmp_path)

    assert str(told.value) == (
        'column "x" has the type interval[int64, right], which a CSV can\'t keep\n'
        "  try: convert it before it is written, such as by .astype(str)"
    )
    assert not (tmp_path / "data.csv").exists()


TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\x00\r"), max_size=5)
MOMENTS = st.datetimes(
    min_value=pd.Timestamp("1700-01-01").to_pydatetime(),
    max_value=pd.Timestamp("2250-01-01").to_pydatetime(),
)
VALUES = {
    "int64": st.integers(-(2**63), 2**63 - 1),
    "Int64": st.none() | st.integers(-(2**63), 2**63 - 1),
    "float64": st.none() | st.floats(allow_nan=False),
    "Float64": st.none() | st.floats(allow_nan=False, allow_infinity=False),
    "bool": st.booleans(),
    "boolean": st.none() | st.booleans(),
    "string": st.none() | TEXTS,
    TEXT: st.none() | TEXTS,
    "category": st.none() | TEXTS,
    "datetime64[ns]": st.none() | MOMENTS,
    "datetime64[us, Europe/Berlin]": st.none() | MOMENTS,
}


@st.composite
def frames(draw: st.DrawFn) -> pd.DataFrame:
    rows = draw(st.integers(0, 4))
    names = draw(st.lists(TEXTS.filter(bool), min_size=1, max_size=4, unique=True))
    columns = {}
    for name in names:
        dtype = draw(st.sampled_from(sorted(VALUES)))
        values = draw(st.lists(VALUES[dtype], min_size=rows, max_size=rows))
        if "Berlin" in dtype:
            moments = pd.Series(values, dtype="datetime64[us, UTC]")
            columns[name] = moments.dt.tz_convert("Europe/Berlin").astype(dtype)
        else:
            columns[name] = pd.Series(values, dtype=dtype)
    return pd.DataFrame(columns)


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(frame=frames(), type_=st.sampled_from(["csv", "euro_csv"]))
def test_any_frame_comes_back(frame: pd.DataFrame, type_: str, tmp_path: Path) -> None:
    assert_frame_equal(round_trip(frame, tmp_path, type_=type_), frame)
