"""``dtypes_path``: what a sink writes, a source gives back, type for type."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from launchpad_core.errors import DataError
from launchpad_core.positions import Position
from launchpad_core.sections import as_section
from launchpad_sources_files.csv import CsvSink, CsvSource

EXAMPLES = int(os.environ.get("LAUNCHPAD_EXAMPLES", "150"))

PANDAS_3 = int(pd.__version__.split(".")[0]) >= 3
TEXT = "str" if PANDAS_3 else "object"


def section_in(folder: Path, type_: str = "csv", suffix: str = "") -> dict[str, Any]:
    return {
        "type": type_,
        "path": str(folder / f"data.csv{suffix}"),
        "dtypes_path": str(folder / "data.dtypes"),
    }


def round_trip(
    frame: pd.DataFrame,
    folder: Path,
    *,
    type_: str = "csv",
    chunksize: int | None = None,
    suffix: str = "",
) -> Any:
    section = section_in(folder, type_, suffix)
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
    "Float32": [0.1, None, 3.4e38],
    "float16": [0.5, None, 0.1],
    "UInt64": [2**64 - 1, None, 2**63 + 1],
    "string": ["a", None, ""],
    "object": ["NA", "", "null"],
    TEXT: ["a,b", 'q"u', "new\nline\r"],
    "datetime64[s]": ["2024-01-01", None, "1024-01-01"],
    "datetime64[ms]": ["2024-01-01", None, "2024-01-01 12:00:00.123"],
    "datetime64[us]": ["2024-01-01", "2024-01-01 12:00:00.123456", None],
    "datetime64[ns]": ["2024-01-01", "2024-01-01 12:00:00.123456789", None],
    "datetime64[ns, Europe/Berlin]": ["2024-01-01", "2024-07-01 12:00:00.5", None],
    "datetime64[us, UTC]": ["2024-01-01", "2024-07-01", None],
    "timedelta64[ns]": ["1 days", None, "00:00:00.000000001"],
    "timedelta64[s]": ["1 days", None, "-1 days"],
    "timedelta64[ms]": ["1 days", None, "-00:00:00.001"],
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
        pd.Categorical(
            pd.to_datetime(["1890-01-02", "2024-01-01", None]).tz_localize(
                "Europe/Berlin"
            )
        ),
        pd.Categorical([None, None, None]),
    ],
    ids=["ordered", "texts", "ints", "floats", "bools", "datetimes", "zones", "none"],
)
@pytest.mark.parametrize("type_", ["csv", "euro_csv"])
def test_round_trip_keeps_categories(
    categories: Any, type_: str, tmp_path: Path
) -> None:
    frame = pd.DataFrame({"x": categories, "y": [1, 2, 3]})

    assert_frame_equal(round_trip(frame, tmp_path, type_=type_), frame)


@pytest.mark.parametrize("values", [[True, None], [2**70, None], [0.1, None]])
@pytest.mark.parametrize("type_", ["csv", "euro_csv"])
def test_objects_of_one_kind_stay_what_they_are(
    values: list[Any], type_: str, tmp_path: Path
) -> None:
    frame = pd.DataFrame({"x": pd.Series(values, dtype=object), "y": 1})

    assert_frame_equal(round_trip(frame, tmp_path, type_=type_), frame)


@pytest.mark.parametrize(
    ("values", "kind", "texts"),
    [
        ([1, "a"], "mixed-integer", ["1", "a"]),
        ([date(2024, 1, 2), date(2024, 1, 3)], "date", ["2024-01-02", "2024-01-03"]),
        (pd.cut([1, 3], [0, 2, 4]), "interval", ["(0, 2]", "(2, 4]"]),
    ],
    ids=["mixed", "dates", "intervals"],
)
def test_other_objects_become_text_which_is_logged(
    values: Any,
    kind: str,
    texts: list[str],
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    dtype = "category" if kind == "interval" else object
    frame = pd.DataFrame({"x": pd.Series(values, dtype=dtype)})

    assert list(round_trip(frame, tmp_path)["x"]) == texts
    assert caplog.messages == [
        f"column 'x' holds {kind} values, which will be read back as text"
    ]


def test_missing_texts_and_empty_ones_stay_apart(tmp_path: Path) -> None:
    frame = pd.DataFrame({"x": pd.Series(["", None, "NA1", "NA"], dtype=TEXT), "y": 1})

    assert_frame_equal(round_trip(frame, tmp_path), frame)


def test_chunks_have_the_types_as_well(tmp_path: Path) -> None:
    frame = pd.DataFrame({"x": pd.Categorical(["a", "b", None]), "y": [1, 2, 3]})

    chunks = list(round_trip(frame, tmp_path, chunksize=2))

    assert [len(chunk) for chunk in chunks] == [2, 1]
    assert_frame_equal(pd.concat(chunks), frame)


OLD_TYPES = """\
columns,dtypes
text,str
number,int
part,float64
kind,category
when,datetime
"""


def read_old(folder: Path, data: str, types: str = OLD_TYPES, **options: Any) -> Any:
    (folder / "old.csv").write_text(data)
    (folder / "old.dtypes").write_text(types)
    section = {
        "type": "csv",
        "path": str(folder / "old.csv"),
        "dtypes_path": str(folder / "old.dtypes"),
        "options": options,
    }
    return CsvSource("old", section).get_dataframe()


def test_files_that_mllaunchpad_wrote_are_read(tmp_path: Path) -> None:
    frame = read_old(
        tmp_path,
        "text,number,part,kind,when\n"
        "x,1,1.5,k,2024-01-01\n"
        "NA,2,NULL,,2024-01-01 12:00:00.5\n",
    )

    assert_frame_equal(
        frame,
        pd.DataFrame(
            {
                "text": pd.Series(["x", np.nan], dtype=TEXT),
                "number": [1, 2],
                "part": [1.5, None],
                "kind": pd.Categorical(["k", None]),
                "when": pd.to_datetime(
                    ["2024-01-01", "2024-01-01 12:00:00.5"], format="ISO8601"
                ).as_unit("ns"),
            }
        ),
    )


def test_options_apply_to_what_mllaunchpad_wrote(tmp_path: Path) -> None:
    frame = read_old(
        tmp_path,
        "id,text,when,more\n7,-,1/2/2024,5\n",
        "columns,dtypes\nid,int64\ntext,str\nwhen,datetime\nelse,str\n",
        dayfirst=True,
        na_values="-",
        index_col="id",
        usecols=["id", "text", "when"],
    )

    assert frame.index.name == "id"
    assert frame["text"].isna().tolist() == [True]
    assert frame["when"].tolist() == [pd.Timestamp("2024-02-01")]


def test_columns_without_a_type_are_read_as_pandas_does(tmp_path: Path) -> None:
    round_trip(pd.DataFrame({"a": ["x", "NA"]}), tmp_path)
    (tmp_path / "data.csv").write_text("a,b\nNA,NA\nx,1.5\n")

    frame = CsvSource("x", section_in(tmp_path)).get_dataframe()

    assert frame["a"].tolist() == ["NA", "x"]
    assert str(frame["b"].dtype) == "float64"


def test_empty_field_of_other_data_is_missing(tmp_path: Path) -> None:
    round_trip(pd.DataFrame({"a": ["x", "y"], "b": 1}), tmp_path)
    (tmp_path / "data.csv").write_text("a,b\nx,1\n,2\n")

    frame = CsvSource("x", section_in(tmp_path)).get_dataframe()

    assert frame["a"].isna().tolist() == [False, True]


@pytest.mark.parametrize(
    ("sink", "source"),
    [
        ({"index": True}, {"index_col": "when"}),
        ({"index": True}, {"index_col": 0}),
        ({"na_rep": "x"}, {"index_col": False}),
        ({"date_format": "%d.%m.%Y"}, {}),
        ({"sep": "|"}, {"sep": "|", "engine": "python"}),
        ({"sep": "|"}, {"sep": "|", "engine": "c"}),
        ({"quoting": 2}, {}),
        ({"chunksize": 1}, {"skipfooter": 0}),
    ],
    ids=str,
)
def test_round_trip_with_options(
    sink: dict[str, Any], source: dict[str, Any], tmp_path: Path
) -> None:
    frame = pd.DataFrame(
        {
            "text": pd.Series(["x", None], dtype=TEXT),
            "part": [0.1 + 0.2, 5e-324],
            "day": pd.to_datetime(["2024-12-31", "2024-01-02"]),
        },
    )
    if "index" in sink:
        frame.index = pd.Index(
            pd.to_datetime(["2024-01-01", "2024-01-02"]), name="when"
        )
    section = section_in(tmp_path)

    CsvSink("x", {**section, "options": sink}).put_dataframe(frame)
    read = CsvSource("x", {**section, "options": source}).get_dataframe()

    assert_frame_equal(read, frame, check_freq=False)


def test_selected_and_renamed_columns_have_their_types(tmp_path: Path) -> None:
    frame = pd.DataFrame({"a": [1], "b": pd.Series(["1"], dtype="string")})
    section = section_in(tmp_path)
    options = {"columns": ["b"], "header": ["name"]}

    CsvSink("x", {**section, "options": options}).put_dataframe(frame)

    assert_frame_equal(
        CsvSource("x", section).get_dataframe(),
        frame[["b"]].rename(columns={"b": "name"}),
    )


def test_types_file_is_a_superset_of_mllaunchpads(tmp_path: Path) -> None:
    categories = pd.Index(["y", "x"], dtype=object)
    values = pd.Categorical(["y"], dtype=pd.CategoricalDtype(categories, ordered=True))
    frame = pd.DataFrame({"a": [1], "b": values})

    round_trip(frame, tmp_path)

    assert (tmp_path / "data.dtypes").read_text() == (
        "columns,dtypes,details\n"
        "a,int64,\n"
        'b,category,"{""of"": ""object"", ""categories"": [""y"", ""x""], '
        '""ordered"": true}"\n'
    )


@pytest.mark.parametrize("chunksize", [None, 1])
@pytest.mark.parametrize(
    ("dtype", "good", "bad", "shown"),
    [
        ("int64", "1", "two", "'two'"),
        ("int64", "1", "", "nothing"),
        ("Int8", "", "300", "'300'"),
        ("uint16", "1", "-1", "'-1'"),
        ("uint64", "1", "-1", "'-1'"),
        ("float64", "1,5", "1.5.5", "'1.5.5'"),
        ("Float64", "1,5", "x", "'x'"),
        ("bool", "True", "maybe", "'maybe'"),
        ("boolean", "", "maybe", "'maybe'"),
        ("datetime64[ns]", "2024-01-01", "today", "'today'"),
        ("datetime64[s]", "2024-01-01", "2024-01-01 00:00:00.5", None),
        ("datetime64[ns]", "2024-01-01", "2024-01-01 00:00:00+01:00", None),
        ("datetime64[ns, UTC]", "2024-01-01 00:00:00+01:00", "soon", "'soon'"),
        ("timedelta64[ns]", "1 days", "long", "'long'"),
        ("datetime", "2024-01-01", "31-31-2024", "'31-31-2024'"),
    ],
)
def test_value_that_does_not_fit_is_told(
    dtype: str,
    good: str,
    bad: str,
    shown: str | None,
    chunksize: int | None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("data.csv").write_text(f"a;b\n1;{good}\n2;{bad}\n3;{bad}\n")
    Path("data.dtypes").write_text(f'columns,dtypes\na,int64\nb,"{dtype}"\n')
    section = {"type": "euro_csv", "path": "data.csv", "dtypes_path": "data.dtypes"}

    with pytest.raises(DataError) as told:
        list(CsvSource("x", section).get_dataframe(chunksize=chunksize))

    assert str(told.value) == (
        f'data.csv: column "b" has a value that is no {dtype}: '
        f"{shown or repr(bad)} in row 2"
    )


def test_value_that_is_no_category_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    round_trip(pd.DataFrame({"a": pd.Categorical(["x", "y"])}), tmp_path)
    Path("data.csv").write_text("a\nx\nz\n")
    section = as_section({"type": "csv", "path": "data.csv"})
    section["dtypes_path"] = "data.dtypes"
    section.positions["path"] = Position("cfg.yml", 7)

    with pytest.raises(DataError) as told:
        CsvSource("x", section).get_dataframe()

    assert str(told.value) == (
        'cfg.yml:7: data.csv: column "a" has a value that is no category: '
        "'z' in row 2"
    )


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("a,b\n1,2\n", "it has no column 'columns'"),
        ("columns,dtypes\na,foo\n", "data type 'foo' not understood"),
        (
            "columns,dtypes\na,complex128\n",
            "complex128 is no type that a CSV can keep",
        ),
    ],
)
def test_file_that_holds_no_types_is_told(
    content: str, reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    with pytest.raises(DataError) as told:
        read_old(tmp_path, "a\n1\n", content)

    assert str(told.value) == (
        f"old.dtypes does not hold types of columns: {reason}\n"
        "  try: let a data sink with dtypes_path: write it anew"
    )


def test_missing_file_of_types_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("data.csv").write_text("a\n1\n")
    section = {"type": "csv", "path": "data.csv", "dtypes_path": "no.dtypes"}

    with pytest.raises(DataError) as told:
        CsvSource("x", section).get_dataframe()

    assert str(told.value) == (
        'data source "x" can\'t read no.dtypes: there is no such file\n'
        "  try: check dtypes_path: (it starts at the config's folder)"
    )


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        (["a", "a"], "types can't be kept for columns of one name: a"),
        (["a", ""], "types can't be kept for column 2: it has no name"),
        (
            pd.MultiIndex.from_tuples([("a", "b"), ("a", "c")]),
            "types can't be kept for columns with several levels\n"
            '  try: frame.columns = frame.columns.map("_".join)',
        ),
    ],
    ids=["double", "empty", "levels"],
)
def test_names_that_a_csv_cannot_keep_are_refused(
    columns: Any, message: str, tmp_path: Path
) -> None:
    with pytest.raises(DataError) as told:
        round_trip(pd.DataFrame([[1, 2]], columns=columns), tmp_path)

    assert str(told.value) == message
    assert list(tmp_path.iterdir()) == []


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


TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=5)
AWKWARD = st.sampled_from(["", "NA", "NA1", "null", "nan", "\r", "\r\n", '"', " ", "1"])
VALUES = {
    "bool": st.booleans(),
    "boolean": st.none() | st.booleans(),
    "string": st.none() | TEXTS | AWKWARD,
    TEXT: st.none() | TEXTS | AWKWARD,
    "object": TEXTS | AWKWARD,
    **{
        f"{sign}int{bits}": st.integers(
            0 if sign else -(2 ** (bits - 1)), 2 ** (bits if sign else bits - 1) - 1
        )
        for sign in ("", "u")
        for bits in (8, 16, 32, 64)
    },
    **{
        name: st.none() | st.floats(allow_nan=False, width=bits)
        for bits in (32, 64)
        for name in (f"float{bits}", f"Float{bits}")
    },
}
VALUES.update(
    {
        f"{'UInt' if 'u' in name else 'Int'}{name[-2:].removeprefix('t')}": st.none()
        | values
        for name, values in VALUES.items()
        if "int" in name
    }
)
DECADES = {"s": 10**9, "ms": 10**12, "us": 10**15, "ns": 2 * 10**18}


def ticks(unit: str) -> st.SearchStrategy[Any]:
    """Some decades in ticks of a unit, before and after 1970; NaT among them."""
    return st.none() | st.integers(-DECADES[unit], DECADES[unit])


def of_ticks(values: list[int | None], dtype: str, unit: str) -> pd.Series[Any]:
    nat = np.iinfo("int64").min
    known = [nat if value is None else value for value in values]
    return pd.Series(np.array(known, dtype="int64").view(f"{dtype}[{unit}]"))


@st.composite
def columns(draw: st.DrawFn, rows: int) -> pd.Series[Any]:
    def some(values: st.SearchStrategy[Any]) -> list[Any]:
        return draw(st.lists(values, min_size=rows, max_size=rows))

    kind = draw(st.sampled_from(["plain", "moment", "zoned", "span", "category"]))
    unit = draw(st.sampled_from(sorted(DECADES)))
    if kind == "plain":
        dtype = draw(st.sampled_from(sorted(VALUES)))
        return pd.Series(some(VALUES[dtype]), dtype=dtype)
    if kind == "moment":
        return of_ticks(some(ticks(unit)), "M8", unit)
    if kind == "zoned":
        zone = draw(st.sampled_from(["UTC", "Europe/Berlin", "America/St_Johns"]))
        utc = of_ticks(some(ticks(unit)), "M8", unit).dt.tz_localize("UTC")
        return utc.dt.tz_convert(zone)
    if kind == "span":
        return of_ticks(some(ticks(unit)), "m8", unit)
    of = draw(st.sampled_from(["int8", "int64", "uint64", "float64", TEXT, "bool"]))
    known = draw(st.lists(VALUES[of].filter(bool), unique=True, max_size=5))
    categories = pd.Index(known, dtype=of)
    codes = some(st.integers(-1, len(known) - 1))
    ordered = draw(st.booleans())
    dtype_ = pd.CategoricalDtype(categories, ordered=ordered)
    return pd.Series(pd.Categorical.from_codes(codes, dtype=dtype_))


@st.composite
def frames(draw: st.DrawFn) -> pd.DataFrame:
    rows = draw(st.integers(0, 4))
    names = draw(st.lists(TEXTS.filter(bool), min_size=1, max_size=4, unique=True))
    return pd.DataFrame({name: draw(columns(rows)) for name in names}, columns=names)


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    frame=frames(),
    type_=st.sampled_from(["csv", "euro_csv"]),
    suffix=st.sampled_from(["", ".gz"]),
)
def test_any_frame_comes_back(
    frame: pd.DataFrame, type_: str, suffix: str, tmp_path: Path
) -> None:
    original = frame.copy()

    read = round_trip(frame, tmp_path, type_=type_, suffix=suffix)

    assert_frame_equal(read, original, check_freq=False)
    assert_frame_equal(frame, original)


@settings(
    max_examples=max(EXAMPLES // 3, 10),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(frame=frames().filter(len), chunksize=st.integers(1, 4))
def test_any_frame_comes_back_in_chunks(
    frame: pd.DataFrame, chunksize: int, tmp_path: Path
) -> None:
    chunks = list(round_trip(frame, tmp_path, chunksize=chunksize))

    for start, chunk in zip(range(0, len(frame), chunksize), chunks, strict=True):
        assert_frame_equal(chunk, frame.iloc[start : start + chunksize])
