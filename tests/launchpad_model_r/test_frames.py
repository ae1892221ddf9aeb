"""Frames go to R and come back equal, column by column."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal
from r_echo import Echo

from launchpad_model_r.serialization.messages import Unsendable, encode

EXAMPLES = int(os.environ.get("LAUNCHPAD_EXAMPLES", "1000"))
TEXT_TYPE = "str" if int(pd.__version__.split(".")[0]) >= 3 else "object"


@pytest.fixture(scope="module")
def echo(rscript: str) -> Iterator[Echo]:
    """Return an R process through which values go, there and back."""
    with Echo(rscript) as process:
        yield process


TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=6)
WORDS = (
    st.sampled_from(["", "a", "NA", "hé", "日本", "😀👩‍👩‍👧", "a b.c", "\n\t"]) | TEXT
)
INTEGERS = st.integers(-(2**31) + 1, 2**31 - 1)
MOMENTS = st.datetimes(datetime(1800, 1, 1), datetime(2200, 1, 1))
SPANS = st.timedeltas(timedelta(-40000), timedelta(40000))
PLACES = ["Europe/Berlin", "America/New_York", "Asia/Kolkata"]
ZONES = st.sampled_from([timezone.utc, *map(ZoneInfo, PLACES)])
DTYPES: dict[str, st.SearchStrategy[Any]] = {
    "int64": INTEGERS,
    "float64": st.none() | st.floats(),
    "bool": st.booleans(),
    "Int64": st.none() | INTEGERS,
    "boolean": st.none() | st.booleans(),
    "complex128": st.complex_numbers(allow_nan=False),
    TEXT_TYPE: st.none() | WORDS,
    "dates": st.none() | st.dates(),
    "datetime64[us]": st.none() | MOMENTS,
    "timedelta64[us]": st.none() | SPANS,
    "lists": st.lists(st.integers(0, 9), min_size=2, max_size=3) | st.binary(),
}


@st.composite
def columns(draw: st.DrawFn, rows: int) -> pd.Series[Any]:
    dtype = draw(st.sampled_from([*DTYPES, "category", "zone"]))
    if dtype == "category":
        levels = draw(st.lists(WORDS, unique=True, max_size=40))
        codes = st.integers(-1, len(levels) - 1)
        chosen = draw(st.lists(codes, min_size=rows, max_size=rows))
        index = pd.Index(levels, dtype=TEXT_TYPE)
        ordered = draw(st.booleans())
        return pd.Series(pd.Categorical.from_codes(chosen, index, ordered=ordered))
    one = MOMENTS | st.none() if dtype == "zone" else DTYPES[dtype]
    values = draw(st.lists(one, min_size=rows, max_size=rows))
    if dtype in _WITH_MISSING and draw(st.integers(0, 4)) == 0:
        values = [None] * rows
    if dtype == "zone":
        utc = pd.Series(values, dtype="datetime64[us]").dt.tz_localize("UTC")
        return utc.dt.tz_convert(draw(ZONES))
    is_text = dtype in (TEXT_TYPE, "object")
    if dtype in ("dates", "lists"):
        # Nothing but None says nothing of its type.
        anchor = date(2020, 1, 1) if dtype == "dates" else [1, 2]
        return pd.Series([*values[1:], anchor][:rows], dtype=object)
    if is_text and rows:
        values[0] = values[0] or "x"
    return pd.Series(values, dtype=dtype)


_WITH_MISSING = ("float64", "datetime64[us]", "timedelta64[us]", "zone")


@st.composite
def frames(draw: st.DrawFn) -> pd.DataFrame:
    rows = draw(st.sampled_from([0, 1, 2, 5, 40]))
    names = draw(st.lists(WORDS, max_size=5))
    made = [draw(columns(rows)) for _ in names]
    frame = pd.DataFrame(dict(enumerate(made)), index=pd.RangeIndex(rows))
    frame.columns = pd.Index(names, dtype=TEXT_TYPE)
    return frame


def as_read(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame as it is to come back: nullable only where there are NAs."""
    plain = {"Int64": "int64", "boolean": "bool"}
    read = []
    for _, column in frame.items():
        dtype = str(column.dtype)
        if dtype in plain and not column.isna().any():
            column = column.astype(plain[dtype])
        elif dtype == "object" and TEXT_TYPE != "object" and not len(column):
            column = column.astype(TEXT_TYPE)
        read.append(column)
    made = pd.DataFrame(dict(enumerate(read)), index=frame.index)
    made.columns = frame.columns
    return made


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(frame=frames())
def test_any_frame_comes_back_equal(echo: Echo, frame: pd.DataFrame) -> None:
    assert_frame_equal(echo(frame), as_read(frame), check_exact=True)


def back(echo: Echo, values: Any, dtype: Any = None, **options: Any) -> Any:
    series = pd.Series(values, dtype=dtype)
    column = echo(pd.DataFrame({"x": series}), **options)["x"]
    return str(column.dtype), column.astype(object).where(column.notna(), None).tolist()


@pytest.mark.parametrize(
    ("values", "dtype", "found"),
    [
        ([1, 2], "int8", ("int64", [1, 2])),
        ([1, 2], "uint64", ("int64", [1, 2])),
        ([2**40, 1], "int64", ("float64", [2.0**40, 1.0])),
        ([2**40, None], "Int64", ("float64", [2.0**40, None])),
        ([0.5, None], "float32", ("float64", [0.5, None])),
        ([0.5, None], "Float64", ("float64", [0.5, None])),
        ([0.5, None], "Sparse[float]", ("float64", [0.5, None])),
        ([Decimal("0.5"), None], object, ("float64", [0.5, None])),
        ([1, 2.5], object, ("float64", [1.0, 2.5])),
        ([1, "a"], object, ("object", [1, "a"])),
        ([{"a": 1}, None], object, ("object", [{"a": 1}, None])),
        ([None, None], object, ("boolean", [None, None])),
        (["a", None], "string", (TEXT_TYPE, ["a", None])),
        (["2020-01-01"], "datetime64[s]", ("datetime64[us]", [datetime(2020, 1, 1)])),
        (
            ["2020-01-01T00:00:00.123456789"],
            "datetime64[ns]",
            ("datetime64[us]", [datetime(2020, 1, 1, 0, 0, 0, 123456)]),
        ),
        ([1.5, 0.5], "category", ("category", ["1.5", "0.5"])),
    ],
)
def test_column_comes_back_as(echo: Echo, values: Any, dtype: Any, found: Any) -> None:
    assert back(echo, values, dtype) == found


@pytest.mark.parametrize(
    ("values", "dtype", "found"),
    [
        ([1, None], "int64", "Int64"),
        ([1, 2], "uint8", "int64"),
        ([1.5, None], "double", "float64"),
        ([True, None], "bool", "boolean"),
        (["a", None], "string", TEXT_TYPE),
        ([date(2020, 1, 1), None], "date32", "object"),
        ([datetime(2020, 1, 1), None], "timestamp[us]", "datetime64[us]"),
        (
            [pd.Timestamp(2020, 1, 1, tz="Europe/Berlin"), None],
            "timestamp[ns, tz=Europe/Berlin]",
            "datetime64[us, Europe/Berlin]",
        ),
        ([timedelta(1), None], "duration[ms]", "timedelta64[us]"),
    ],
)
def test_column_of_arrow(echo: Echo, values: Any, dtype: str, found: str) -> None:
    pytest.importorskip("pyarrow")
    expected = [None if one is None else one for one in values]
    assert back(echo, values, f"{dtype}[pyarrow]") == (found, expected)


ROWS = 10_000
TEXTS: dict[str, list[str | None]] = {
    "different": [f"name {index}" for index in range(ROWS)],
    "of few": ["setosa", "versicolor"] * (ROWS // 2),
    "different, not ASCII": [f"Blüte 日本 😀 {index}" for index in range(ROWS)],
    "of few, not ASCII": ["", "hé", "日本", "😀👩‍👩‍👧", "NA"] * (ROWS // 5),
    "different, with NA": ["", None, *(f"é{index}" for index in range(ROWS - 3)), None],
    "of few, with NA": ["a", None, "é", ""] * (ROWS // 4),
    "of fifty, all like few": [f"wörd {index % 50}" for index in range(ROWS)],
    "few in the sample only": [f"{i % 10 and i}" for i in range(ROWS)],
    "long": ["é" * 70_000, *(["x" * 9000, "y" * 9000, "z"] * 11)],
}
TEXT_TYPES = ["object", "string[python]", "string[pyarrow]", "of Arrow", TEXT_TYPE]


@pytest.mark.parametrize("dtype", dict.fromkeys(TEXT_TYPES))
@pytest.mark.parametrize("texts", TEXTS.values(), ids=TEXTS)
def test_many_texts(echo: Echo, texts: list[str | None], dtype: str) -> None:
    column = text_column(texts, dtype)
    for part in (column, column.iloc[7:], column.iloc[::-1], column.iloc[:40]):
        frame = pd.DataFrame({"x": part}).reset_index(drop=True)
        found = echo(frame)
        expected = frame.astype({"x": TEXT_TYPE if dtype != "object" else object})
        assert found["x"].dtype == TEXT_TYPE
        assert_frame_equal(found.isna(), expected.isna())
        assert found["x"].dropna().tolist() == expected["x"].dropna().tolist()


def text_column(texts: list[str | None], dtype: str) -> pd.Series[Any]:
    if "arrow" in dtype.lower():
        arrow = pytest.importorskip("pyarrow")
        if dtype == "of Arrow":
            half = len(texts) // 2
            chunks = arrow.chunked_array([texts[:half], [], texts[half:]])
            return pd.Series(pd.arrays.ArrowExtensionArray(chunks))
    return pd.Series(texts, dtype=dtype)


@pytest.mark.parametrize("texts", TEXTS.values(), ids=TEXTS)
def test_text_is_marked_in_r_as_r_marks_it(echo: Echo, texts: list[str | None]) -> None:
    frame = pd.DataFrame({"x": text_column(texts, TEXT_TYPE)})
    code = """with(message$value, list(
      type = class(x), marks = unique(Encoding(x[grepl('[^ -~]', x)])),
      same = identical(x, enc2utf8(x)), missing = sum(is.na(x)),
      bytes = sum(nchar(x[!is.na(x)], 'bytes'))))
    """
    given = [one for one in texts if one is not None]
    assert echo.answer({"value": frame, "code": code})["value"] == {
        "type": "character",
        "marks": [] if "".join(given).isascii() else "UTF-8",
        "same": True,
        "missing": len(texts) - len(given),
        "bytes": len("".join(given).encode()),
    }


@pytest.mark.parametrize(
    ("kind", "place"), [("different", "value['x'][9995]"), ("of few", "value['x']")]
)
@pytest.mark.parametrize("dtype", dict.fromkeys(TEXT_TYPES))
def test_a_nul_character_among_many_texts(kind: str, place: str, dtype: str) -> None:
    texts = [*TEXTS[kind][:-5], "a\0b", *TEXTS[kind][-4:]]
    frame = pd.DataFrame({"x": text_column(texts, dtype)})
    with pytest.raises(Unsendable) as caught:
        encode({"value": frame})
    message = f"{place}: text with a NUL character can't be sent to R"
    assert str(caught.value).startswith(message)


def test_columns_of_codes_are_text_wherever_they_are(echo: Echo) -> None:
    frame = pd.DataFrame({"x": ["a", None, "b", "é"] * 2500, "f": "c"})
    frame["f"] = frame["f"].astype("category")
    code = """with(message, list(
      list$frame$x[1:4], deep[[1]]$x[4], class(frame$x), class(frame$f),
      attributes(frame$x), one$series[2:3], names(message)))
    """
    asked = {
        "list": {"frame": frame},
        "deep": [{"x": frame["x"]}],
        "frame": frame,
        "one": {"series": frame["x"]},
        "code": code,
    }
    assert echo.answer(asked)["value"] == [
        ["a", None, "b", "é"],
        "é",
        "character",
        "factor",
        None,
        [None, "b"],
        ["list", "deep", "frame", "one", "code"],
    ]


def test_names_are_kept_and_the_index_is_not(echo: Echo) -> None:
    names = ["a.b", "a b", "é", "x", "x", 1, None]
    frame = pd.DataFrame([range(7)], columns=names, index=["row"])
    found = echo(frame)
    assert [*found.columns] == ["a.b", "a b", "é", "x", "x", "1", "None"]
    assert found.index.equals(pd.RangeIndex(1))


def test_frame_of_r(echo: Echo) -> None:
    found = echo.r(
        """data.frame(
          n = c(1L, NA), m = I(matrix(1:4, 2)),
          d = structure(c(1L, NA), class = 'Date'), l = I(list(1, NULL)),
          row.names = c('a', 'b'))"""
    )
    expected = pd.DataFrame(
        {
            "n": pd.array([1, None], "Int64"),
            "m.1": [1, 2],
            "m.2": [3, 4],
            "d": pd.Series([date(1970, 1, 2), None], dtype=object),
            "l": pd.Series([1.0, None], dtype=object),
        }
    )
    assert_frame_equal(found, expected)


def test_frame_inside_of_a_frame_becomes_columns(echo: Echo) -> None:
    found = echo.r("x <- data.frame(a = 1); x$b <- data.frame(c = 'd'); x")
    assert found.to_dict("list") == {"a": [1.0], "b.c": ["d"]}


def test_frame_without_columns_keeps_its_rows(echo: Echo) -> None:
    assert echo(pd.DataFrame(index=range(3))).shape == (3, 0)
    assert echo.r("mtcars[, 0]").shape == (32, 0)


def test_columns_have_their_types_in_r(echo: Echo) -> None:
    frame = pd.DataFrame(
        {
            "i": [1],
            "d": [date(2020, 1, 1)],
            "t": pd.to_datetime(["2020-06-01"]).tz_localize("Europe/Berlin"),
            "n": pd.to_datetime(["2020-06-01"]),
            "s": pd.to_timedelta([90], "s"),
            "f": pd.Categorical(["b"], categories=["b", "a"], ordered=True),
        }
    )
    code = """list(
      classes = unname(sapply(value, function(one) class(one)[1])),
      text = unname(sapply(value, format)), levels = levels(value$f),
      rows = nrow(value))
    """
    answer = echo.answer({"value": frame, "code": f"with(message, {code})"})
    assert answer["value"] == {
        "classes": ["integer", "Date", "POSIXct", "POSIXct", "difftime", "ordered"],
        "text": ["1", "2020-01-01", "2020-06-01", "2020-06-01", "90 secs", "b"],
        "levels": ["b", "a"],
        "rows": 1,
    }


def test_a_million_rows(echo: Echo) -> None:
    rows = 1_000_000
    numbers = np.random.default_rng(1).normal(size=rows)
    frame = pd.DataFrame({"x": numbers, "n": np.arange(rows), "b": numbers > 0})
    frame["s"] = pd.Series(["some", None, "téxt", ""] * (rows // 4), dtype=TEXT_TYPE)
    frame["f"] = pd.Categorical.from_codes(np.arange(rows) % 3, ["a", "b", "c"])
    assert_frame_equal(echo(frame), frame, check_exact=True)


def test_whole_numbers_of_bit64(rscript: str) -> None:
    with Echo(rscript) as process:
        if not process.r("requireNamespace('bit64', quietly = TRUE)"):
            pytest.skip("bit64 is not installed (try: apt-get install r-cran-bit64)")
        large = [2**62, -(2**62), 2**63 - 1, -(2**63) + 1, 0]
        frame = pd.DataFrame({"x": large, "y": pd.array([None, *large[1:]], "Int64")})
        assert_frame_equal(process(frame, integer64=True), frame)
        assert process(2**62, integer64=True) == 2**62
        assert process([2**62, None], integer64=True) == [2**62, None]
        asked = {"value": 2**62, "code": "as.character(message$value)"}
        assert process.answer(asked, integer64=True) == {"value": str(2**62)}
