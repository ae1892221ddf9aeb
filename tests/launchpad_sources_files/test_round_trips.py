"""What a sink writes, a source gives back exactly; or the sink refuses it."""

from __future__ import annotations

import os
from datetime import date, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from launchpad_core.data import DataSink, DataSource
from launchpad_core.errors import DataError
from launchpad_sources_files.arrow_files import FeatherSink, FeatherSource
from launchpad_sources_files.csv import CsvSink, CsvSource
from launchpad_sources_files.json_files import JsonSink, JsonSource
from launchpad_sources_files.parquet import ParquetSink, ParquetSource

EXAMPLES = int(os.environ.get("LAUNCHPAD_EXAMPLES", "100"))
FORMATS: dict[str, tuple[type[DataSink], type[DataSource], bool]] = {
    "csv": (CsvSink, CsvSource, True),
    "jsonl": (JsonSink, JsonSource, True),
    "json": (JsonSink, JsonSource, True),
    "parquet": (ParquetSink, ParquetSource, False),
    "feather": (FeatherSink, FeatherSource, False),
}
TEXT = "str" if int(pd.__version__.split(".")[0]) >= 3 else "object"

TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=5)
AWKWARD = st.sampled_from(
    [
        "",
        "NA",
        "NA1",
        "null",
        "nan",
        "\r",
        "\r\n",
        '"',
        " ",
        "1",
        "inf",
        "true",
        "\ufeff",
    ]
)
SOME_TEXT = TEXTS | AWKWARD


def integers(sign: str, bits: int) -> st.SearchStrategy[int]:
    low = 0 if sign else -(2 ** (bits - 1))
    return st.integers(low, 2 ** (bits if sign else bits - 1) - 1)


PLAIN: dict[str, st.SearchStrategy[Any]] = {
    "bool": st.booleans(),
    "boolean": st.none() | st.booleans(),
    "string": st.none() | SOME_TEXT,
    TEXT: st.none() | SOME_TEXT,
    "float16": st.none() | st.floats(width=16),
    **{
        f"{sign}int{bits}": integers(sign, bits)
        for sign in ("", "u")
        for bits in (8, 16, 32, 64)
    },
    **{
        f"{sign}Int{bits}": st.none() | integers(sign, bits)
        for sign in ("", "U")
        for bits in (8, 16, 32, 64)
    },
    **{
        f"{name}{bits}": st.none() | st.floats(allow_nan=name == "float", width=bits)
        for name in ("float", "Float")
        for bits in (32, 64)
    },
}
OBJECTS: dict[str, st.SearchStrategy[Any]] = {
    "text": SOME_TEXT,
    "int": st.integers(),
    "bool": st.booleans(),
    "float": st.floats(allow_nan=False),
    "bytes": st.binary(max_size=3),
    "date": st.dates(),
    "decimal": st.decimals(allow_nan=False, allow_infinity=False),
    "mixed": st.integers() | SOME_TEXT | st.booleans(),
    "list": st.lists(st.integers(-9, 9), max_size=2),
}
LOST_BY_CSV = ("bytes", "date", "decimal", "mixed", "list")  # they become text
ZONES = [
    "UTC",
    "Europe/Berlin",
    "America/St_Johns",
    timezone(timedelta(hours=1)),
    timezone(timedelta(hours=-3, minutes=-30)),
]
DECADES = {"s": 10**9, "ms": 10**12, "us": 10**15, "ns": 2 * 10**18}


def of_ticks(values: list[int | None], dtype: str, unit: str) -> pd.Series[Any]:
    nat = np.iinfo("int64").min
    known = [nat if value is None else value for value in values]
    return pd.Series(np.array(known, dtype="int64").view(f"{dtype}[{unit}]"))


@st.composite
def columns(draw: st.DrawFn, rows: int, objects: tuple[str, ...]) -> pd.Series[Any]:
    def some(values: st.SearchStrategy[Any]) -> list[Any]:
        return draw(st.lists(values, min_size=rows, max_size=rows))

    kind = draw(
        st.sampled_from(["plain", "moment", "zoned", "span", "category", "object"])
    )
    unit = draw(st.sampled_from(sorted(DECADES)))
    ticks = st.none() | st.integers(-DECADES[unit], DECADES[unit])
    if kind == "plain":
        dtype = draw(st.sampled_from(sorted(PLAIN)))
        return pd.Series(some(PLAIN[dtype]), dtype=dtype)
    if kind == "object":
        of = draw(st.sampled_from(objects))
        missing = draw(st.sampled_from([None, np.nan]))
        values = np.empty(rows, dtype=object)
        values[:] = some(OBJECTS[of] | st.just(missing))
        return pd.Series(values)
    if kind == "moment":
        return of_ticks(some(ticks), "M8", unit)
    if kind == "zoned":
        utc = of_ticks(some(ticks), "M8", unit).dt.tz_localize("UTC")
        return utc.dt.tz_convert(draw(st.sampled_from(ZONES)))
    if kind == "span":
        return of_ticks(some(ticks), "m8", unit)
    return draw(categorical(rows))


@st.composite
def categorical(draw: st.DrawFn, rows: int) -> pd.Series[Any]:
    of = draw(st.sampled_from(["int8", "int64", "uint64", "float64", TEXT, "bool"]))
    known = draw(st.lists(PLAIN[of].filter(bool), unique_by=str, max_size=5))
    known = [value for value in known if value == value]
    indices = st.integers(-1, len(known) - 1)
    codes = draw(st.lists(indices, min_size=rows, max_size=rows))
    dtype = pd.CategoricalDtype(pd.Index(known, dtype=of), draw(st.booleans()))
    return pd.Series(pd.Categorical.from_codes(codes, dtype=dtype))


@st.composite
def frames(draw: st.DrawFn, objects: tuple[str, ...]) -> pd.DataFrame:
    rows = draw(st.integers(0, 5))
    names = draw(st.lists(TEXTS.filter(bool), min_size=1, max_size=4, unique=True))
    data = {name: draw(columns(rows, objects)) for name in names}
    return pd.DataFrame(data, columns=names)


def section_of(type_: str, folder: Path, suffix: str = "", **more: Any) -> Any:
    section = {"type": type_, "path": str(folder / f"data.{type_}{suffix}"), **more}
    if FORMATS[type_][2]:
        section["dtypes_path"] = str(folder / "data.dtypes")
    return section


def any_frame_comes_back(type_: str) -> Any:
    sink_of, source_of, _ = FORMATS[type_]
    objects = tuple(
        name for name in OBJECTS if type_ != "csv" or name not in LOST_BY_CSV
    )

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(frame=frames(objects), chunksize=st.none() | st.integers(1, 4))
    def comes_back(frame: pd.DataFrame, chunksize: int | None, tmp_path: Path) -> None:
        original = frame.copy()
        section = section_of(type_, tmp_path)
        try:
            sink_of("x", section).put_dataframe(frame, chunksize=chunksize)
        except DataError:
            return
        read = source_of("x", section).get_dataframe()
        assert_frame_equal(read, original)
        assert_frame_equal(frame, original)
        if chunksize is None or not len(frame):
            return
        chunks = list(source_of("x", section).get_dataframe(chunksize=chunksize))
        starts = range(0, len(frame), chunksize)
        for start, chunk in zip(starts, chunks, strict=True):
            assert_frame_equal(chunk, original.iloc[start : start + chunksize])

    return comes_back


test_any_frame_comes_back_from_csv = any_frame_comes_back("csv")
test_any_frame_comes_back_from_jsonl = any_frame_comes_back("jsonl")
test_any_frame_comes_back_from_json = any_frame_comes_back("json")
test_any_frame_comes_back_from_parquet = any_frame_comes_back("parquet")
test_any_frame_comes_back_from_feather = any_frame_comes_back("feather")


@settings(
    max_examples=max(EXAMPLES // 4, 10),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    frame=frames(tuple(name for name in OBJECTS if name not in LOST_BY_CSV)),
    type_=st.sampled_from(sorted(FORMATS)),
    data=st.data(),
)
def test_any_frame_comes_back_in_parts_that_were_appended(
    frame: pd.DataFrame, type_: str, data: st.DataObject, tmp_path: Path
) -> None:
    sink_of, source_of, _ = FORMATS[type_]
    section = section_of(type_, tmp_path)
    cut = data.draw(st.integers(0, len(frame)))
    try:
        sink_of("x", section).put_dataframe(frame.iloc[:cut])
        appending = sink_of("x", {**section, "mode": "append"})
        appending.put_dataframe(frame.iloc[cut:])
    except DataError:
        return

    assert_frame_equal(source_of("x", section).get_dataframe(), frame)


COMMON = pd.DataFrame(
    {
        "int": [1, 2, 3],
        "float": [0.1 + 0.2, None, 1e-300],
        "text": ["x", None, ""],
        "bool": [True, False, True],
        "Int64": pd.array([2**62 + 1, None, 0], dtype="Int64"),
        "uint64": np.array([2**64 - 1, 2**53 + 1, 0], dtype="uint64"),
        "when": pd.to_datetime(
            ["2024-01-01", None, "2024-07-01 12:00:00.123456"], format="ISO8601"
        ),
        "seconds": np.array(["2024-01-01", "NaT", "1024-01-01"], dtype="M8[s]"),
        "zoned": pd.to_datetime(["2024-01-01", None, "2024-07-01"]).tz_localize(
            "Europe/Berlin"
        ),
        "span": pd.to_timedelta(["1 days", None, "00:00:00.5"]),
        "ordered": pd.Categorical(["b", None, "a"], ["c", "b", "a"], ordered=True),
        "numbers": pd.Categorical([2, 1, None], [3, 2, 1]),
        "objects": pd.Series([2**70, None, -1], dtype=object),
        "truths": pd.Series([True, None, False], dtype=object),
    }
)
KEPT_BY = {
    "csv": COMMON,
    "jsonl": COMMON,
    "json": COMMON,
    "parquet": COMMON.assign(
        objects=pd.Series([2**62 + 1, None, -1], dtype=object),
        days=pd.Series([date(2024, 1, 2), None, None], dtype=object),
        prices=pd.Series([Decimal("1.50"), None, Decimal("2.25")], dtype=object),
        bytes=pd.Series([b"\x00", None, b""], dtype=object),
        period=pd.period_range("2024-01", periods=3, freq="M"),
    ),
}
KEPT_BY["feather"] = KEPT_BY["parquet"]


@pytest.mark.parametrize("type_", sorted(FORMATS))
def test_common_types_are_kept_not_refused(type_: str, tmp_path: Path) -> None:
    sink_of, source_of, _ = FORMATS[type_]
    frame, section = KEPT_BY[type_], section_of(type_, tmp_path)

    sink_of("x", section).put_dataframe(frame)
    assert_frame_equal(source_of("x", section).get_dataframe(), frame)

    again = sink_of("x", {**section, "mode": "append"})
    again.put_dataframe(frame, chunksize=2)
    both = source_of("x", section).get_dataframe()
    assert_frame_equal(both, pd.concat([frame, frame], ignore_index=True))
    chunks = list(source_of("x", section).get_dataframe(chunksize=4))
    assert [len(chunk) for chunk in chunks] == [4, 2]
    assert_frame_equal(pd.concat(chunks), both)


@pytest.mark.parametrize("type_", sorted(FORMATS))
def test_what_is_read_can_be_written_to(type_: str, tmp_path: Path) -> None:
    sink_of, source_of, _ = FORMATS[type_]
    section = section_of(type_, tmp_path)
    sink_of("x", section).put_dataframe(KEPT_BY[type_])

    for chunksize in (None, 2):
        read = source_of("x", section).get_dataframe(chunksize=chunksize)
        frame = read if chunksize is None else next(read)
        for name in frame.columns:
            frame.loc[frame.index[0], name] = frame[name].iloc[1]
            frame[name].array[0] = frame[name].array[1]


@pytest.mark.parametrize("type_", ["parquet", "feather"])
@pytest.mark.parametrize(
    ("values", "message"),
    [
        ([1, "a"], 'column "x" holds mixed-integer objects'),
        ([None, np.nan], 'column "x" has different missing values: None, nan'),
        ([True, 1], 'column "x" holds mixed-integer objects'),
        ([2**70, 1], 'column "x" holds integer objects'),
        ([{1}, {2}], 'column "x" holds mixed objects'),
        ([pd.Timestamp(0), None], 'column "x" holds datetime objects'),
        ([1j, 2j], 'column "x" has the type complex128, which can\'t be kept'),
    ],
)
def test_what_arrow_would_change_is_refused(
    values: list[Any], message: str, type_: str, tmp_path: Path
) -> None:
    sink_of = FORMATS[type_][0]
    dtype = None if isinstance(values[0], complex) else object
    frame = pd.DataFrame({"x": pd.Series(values, dtype=dtype)})

    with pytest.raises(DataError) as told:
        sink_of("x", section_of(type_, tmp_path)).put_dataframe(frame)

    assert message in told.value.message
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("type_", ["parquet", "feather", "json", "jsonl"])
@pytest.mark.parametrize("names", [["a", "a"], ["a", 1], [1, 2]], ids=str)
def test_names_are_kept_or_refused(
    names: list[Any], type_: str, tmp_path: Path
) -> None:
    sink_of = FORMATS[type_][0]
    section = section_of(type_, tmp_path)
    section.pop("dtypes_path", None)

    with pytest.raises(DataError):
        sink_of("x", section).put_dataframe(pd.DataFrame([[1, 2]], columns=names))

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("type_", sorted(FORMATS))
def test_index_is_left_out_unless_options_say_otherwise(
    type_: str, tmp_path: Path
) -> None:
    sink_of, source_of, _ = FORMATS[type_]
    index = pd.Index(pd.to_datetime(["2024-01-01", "2024-05-01"]), name="when")
    frame = pd.DataFrame({"a": [1, 2]}, index=index)
    section = section_of(type_, tmp_path)

    sink_of("x", section).put_dataframe(frame)
    plain = frame.reset_index(drop=True)
    assert_frame_equal(source_of("x", section).get_dataframe(), plain)

    sink_of("x", {**section, "options": {"index": True}}).put_dataframe(frame)
    read = source_of("x", section).get_dataframe()
    if type_ in ("csv", "json", "jsonl"):
        read = read.set_index("when")
    assert_frame_equal(read, frame)


@pytest.mark.parametrize("type_", ["parquet", "feather"])
def test_attrs_are_kept_or_refused(type_: str, tmp_path: Path) -> None:
    sink_of, source_of, _ = FORMATS[type_]
    section = section_of(type_, tmp_path)
    frame = pd.DataFrame({"a": [1]})
    frame.attrs = {"unit": "m"}

    sink_of("x", section).put_dataframe(frame)
    assert source_of("x", section).get_dataframe().attrs == {"unit": "m"}

    frame.attrs = {"unit": object()}
    with pytest.raises(DataError, match="attrs can't be kept"):
        sink_of("x", section).put_dataframe(frame)


@pytest.mark.parametrize("type_", ["parquet", "feather"])
def test_frames_of_no_columns_are_kept_or_refused(type_: str, tmp_path: Path) -> None:
    sink_of, source_of, _ = FORMATS[type_]
    section = section_of(type_, tmp_path)

    sink_of("x", section).put_dataframe(pd.DataFrame())
    assert source_of("x", section).get_dataframe().shape == (0, 0)

    with pytest.raises(DataError, match="has rows, but no columns"):
        sink_of("x", section).put_dataframe(pd.DataFrame(index=[0, 1]))


@pytest.mark.parametrize("type_", ["json", "jsonl"])
def test_infinity_is_refused(type_: str, tmp_path: Path) -> None:
    sink_of, _, _ = FORMATS[type_]
    for values in ([1.0, np.inf], pd.Series([-np.inf, 1.0], dtype=object)):
        with pytest.raises(DataError) as told:
            sink_of("x", section_of(type_, tmp_path)).put_dataframe(
                pd.DataFrame({"x": values})
            )
        assert 'column "x" holds infinity' in told.value.message


def test_json_without_types_guesses_no_dates_and_keeps_numbers(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(
        '{"date": "2024-01-01", "modified_at": 7, "id": "007", "n": 9007199254740993,'
        ' "m": 9007199254740993, "f": 0.30000000000000004}\n'
        '{"date": "2024-01-02", "modified_at": 8, "id": "1", "n": 1, "m": null,'
        ' "f": 5e-324}\n'
    )

    frame = JsonSource("x", {"type": "jsonl", "path": str(path)}).get_dataframe()

    assert_frame_equal(
        frame,
        pd.DataFrame(
            {
                "date": ["2024-01-01", "2024-01-02"],
                "modified_at": [7, 8],
                "id": ["007", "1"],
                "n": [9007199254740993, 1],
                "m": pd.array([9007199254740993, None], dtype="Int64"),
                "f": [0.30000000000000004, 5e-324],
            }
        ),
    )


@pytest.mark.parametrize(
    ("dtype", "value"),
    [
        ("int8", "300"),
        ("uint64", "-1"),
        ("UInt8", "256"),
        ("int64", "1.5"),
        ("int64", "null"),
        ("bool", "1"),
        ("float64", '"1"'),
        ("string", "1"),
        ("datetime64[ns]", '"today"'),
        ("timedelta64[s]", '"long"'),
    ],
)
def test_value_of_json_that_does_not_fit_is_told(
    dtype: str, value: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.jsonl").write_text(f'{{"x": {value}}}\n')
    Path("types").write_text(f'columns,dtypes,details\nx,"{dtype}",\n')
    section = {"type": "jsonl", "path": "a.jsonl", "dtypes_path": "types"}

    with pytest.raises(DataError) as told:
        JsonSource("x", section).get_dataframe()

    assert str(told.value) == (
        f'a.jsonl: column "x" has a value that is no {dtype}: {value} in row 1'
    )
