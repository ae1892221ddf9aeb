"""Values go to R and come back, and what can't be told is named."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from enum import Enum
from pathlib import PurePosixPath
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from r_echo import Echo

from launchpad_model_r.serialization import messages
from launchpad_model_r.serialization.messages import Unsendable

EXAMPLES = int(os.environ.get("LAUNCHPAD_EXAMPLES", "1000"))
BERLIN = ZoneInfo("Europe/Berlin")


class Colour(Enum):
    RED = "red"


@pytest.fixture(scope="module")
def echo(rscript: str) -> Iterator[Echo]:
    """Return an R process through which values go, there and back."""
    with Echo(rscript) as process:
        yield process


@pytest.mark.parametrize(
    ("value", "back"),
    [
        (Decimal("1.5"), 1.5),
        (Colour.RED, "red"),
        (UUID(int=1), str(UUID(int=1))),
        (PurePosixPath("a/b"), "a/b"),
        (time(12, 30), "12:30:00"),
        ((1, 2.5, None), [1.0, 2.5, None]),
        ({"a": {1, 2}}, {"a": [1, 2]}),
        ([1], 1),
        ([None, None], [None, None]),
        ([True, 1], [True, 1]),
        ([[1, 2], [3]], [[1, 2], 3]),
        ({1: "a", 2.5: "b"}, {"1": "a", "2.5": "b"}),
        (bytearray(b"a\0"), b"a\0"),
        (np.int8(3), 3),
        (np.float32(0.5), 0.5),
        (np.array([1, 2], "u1"), [1, 2]),
        (np.array([[1, 2, 3], [4, 5, 6]]), [[1, 2, 3], [4, 5, 6]]),
        (np.arange(8.0).reshape(2, 2, 2), [[[0, 1], [2, 3]], [[4, 5], [6, 7]]]),
        (np.array([["a", "b"]] * 20), [["a", "b"]] * 20),
        (np.array([["a", "b"]]), [["a", "b"]]),
        ([f"é{n}" for n in range(9000)],) * 2,
        (["", None, "NA", "日本"] * 3000,) * 2,
        (pd.Index(["é", "", "x" * 9000] * 20), ["é", "", "x" * 9000] * 20),
        (np.array(["2020-01-01", "NaT"], "M8[D]"), [datetime(2020, 1, 1), None]),
        (np.array([(1, "x")], [("n", int), ("s", "U1")]), [{"n": 1, "s": "x"}]),
        (pd.Series(["a", None]), ["a", None]),
        (pd.Series([1, None], dtype="Int64"), [1, None]),
        (pd.Index([1, 2]), [1, 2]),
        (pd.Timestamp(2020, 1, 1, tz=BERLIN), datetime(2020, 1, 1, tzinfo=BERLIN)),
        (pd.NA, None),
        ([pd.NaT, date(2020, 1, 1)], [None, date(2020, 1, 1)]),
        ([datetime(2020, 1, 1), datetime(2020, 1, 1, tzinfo=timezone.utc)],) * 2,
        (2**40, float(2**40)),
        ([2**31 - 1, -(2**31) + 1, None], [2**31 - 1, -(2**31) + 1, None]),
        ([2**31, None], [float(2**31), None]),
    ],
)
def test_value_goes_to_r_and_comes_back(echo: Echo, value: Any, back: Any) -> None:
    found = echo(value)
    assert found == back
    assert repr(found) == repr(back) or isinstance(value, np.ndarray)


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("NA", None),
        ("NULL", None),
        ("NaN", math.nan),
        ("-Inf", -math.inf),
        ("I(1)", [1.0]),
        ("I('a')", ["a"]),
        ("c(a = 1, b = 2)", [1.0, 2.0]),
        ("list(1, b = NULL)", {"1": 1.0, "b": None}),
        ("list()", []),
        ("list(1, 'a')", [1.0, "a"]),
        ("factor('a')", "a"),
        ("table(c('a', 'b', 'a'))", [2, 1]),
        (
            "as.POSIXlt('2020-01-01', tz = 'UTC')",
            datetime(2020, 1, 1, tzinfo=timezone.utc),
        ),
        ("as.POSIXct('2020-01-01')", datetime(2020, 1, 1)),
        ("as.difftime(2, units = 'weeks')", timedelta(weeks=2)),
        ("structure(18262L, class = 'Date')", date(2020, 1, 1)),
        ("matrix(character(), 0, 3)", []),
        ("matrix(letters[1:4], 2)", [["a", "c"], ["b", "d"]]),
        ("structure(list(a = 1), class = 'mine')", {"a": 1.0}),
        ("pairlist(a = 1)", {"a": 1.0}),
        ("rep(c('h\\u00e9', NA), 20)", ["hé", None] * 20),
        ("iconv(rep('h\\u00e9', 40), 'UTF-8', 'latin1')", ["hé"] * 40),
    ],
)
def test_value_of_r(echo: Echo, code: str, value: Any) -> None:
    assert repr(echo.r(code)) == repr(value)


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("function(x) x", "a function can't be sent to Python"),
        ("list(fit = sum)", "fit: a function can't be sent to Python"),
        ("list(a = list(1, globalenv()))", "a[[2]]: an environment can't be sent"),
        ("list(y ~ x)", "[[1]]: a formula can't be sent to Python"),
        ("lm(mpg ~ wt, mtcars)", "call: a call can't be sent to Python"),
        ("data.frame(x = I(list(sum)))", "x[[1]]: a function can't be sent"),
        ("methods::new('numeric')[0]; methods::getClass('numeric')", "an S4 object"),
        ("structure(Inf, class = 'Date')", "a time beyond the years 1 to 9999"),
        ("list(t = as.POSIXct(1e15, origin = '1970-01-01'))", "t: a time beyond"),
        (
            "list(x = `Encoding<-`(rawToChar(as.raw(255)), 'UTF-8'))",
            "x: text that isn't valid UTF-8 can't be sent",
        ),
        ("rep(rawToChar(as.raw(c(103, 252))), 40)", "text that isn't valid UTF-8"),
    ],
)
def test_what_r_cannot_send_is_an_error_there(
    echo: Echo, code: str, message: str
) -> None:
    assert echo.r(code).startswith(message)


def test_long_factor_levels_and_times_keep_their_class_in_r(echo: Echo) -> None:
    frame = echo.r("data.frame(f = factor(sprintf('l%02d', 1:40)))")
    assert [*frame["f"].cat.categories] == [f"l{n:02}" for n in range(1, 41)]
    assert echo(frame)["f"].equals(frame["f"])


CANNOT_SEND: list[tuple[Any, str]] = [
    (
        {"a": [1, {"b": object()}]},
        "value['a'][1]['b']: a value of type object can't be sent to R\n"
        "  try: a number, text, list, dict or DataFrame",
    ),
    (
        "a\0b",
        "value: text with a NUL character can't be sent to R\n  try: send it as bytes",
    ),
    (
        ["a"] * 40 + ["\0"],
        "value[40]: text with a NUL character can't be sent to R\n"
        "  try: send it as bytes",
    ),
    (
        ["a"] * 5000 + ["\ud800"],
        "value[5000]: text with half a surrogate pair can't be sent to R\n"
        "  try: decode it as UTF-8",
    ),
    (
        {"\ud800": 1},
        "value['\\ud800']: text with half a surrogate pair can't be sent "
        "to R\n  try: decode it as UTF-8",
    ),
    (
        2**60,
        f"value: the whole number {2**60} can't be sent to R\n"
        '  try: install.packages("bit64") in R',
    ),
    (
        10**400,
        f"value: the whole number {10**400} can't be sent to R\n"
        "  try: send it as text or as a float",
    ),
    (
        {(1, 2): 3},
        "value[(1, 2)]: a dict with a key of type tuple can't be sent to R\n"
        "  try: make its keys text",
    ),
    (
        pd.DataFrame({"x": pd.period_range("2020", periods=2, freq="D")}),
        "value['x'][0]: a value of type Period can't be sent to R\n"
        "  try: a number, text, list, dict or DataFrame",
    ),
    (
        pd.DataFrame({"x": [2**60]}),
        "value['x']: the whole number "
        f'{2**60} can\'t be sent to R\n  try: install.packages("bit64") in R',
    ),
    (
        pd.DataFrame({"x": pd.Categorical([1, "1"])}),
        "value['x']: a category whose "
        "values are the same as text can't be sent to R\n  try: rename_categories()",
    ),
]


@pytest.mark.parametrize(("value", "message"), CANNOT_SEND)
def test_what_cannot_be_sent_is_named(value: Any, message: str) -> None:
    with pytest.raises(Unsendable) as caught:
        messages.encode({"value": value})
    assert str(caught.value) == message


def test_what_holds_itself_is_refused() -> None:
    value: list[Any] = []
    value.append(value)
    with pytest.raises(Unsendable, match="nested more than 100 deep"):
        messages.encode({"value": value})


TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8)
MOMENTS = st.datetimes(datetime(1800, 1, 1), datetime(2200, 1, 1))
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**31) + 1, 2**31 - 1)
    | st.floats(allow_nan=False)
    | TEXT
    | st.binary(max_size=5)
    | st.dates()
    | MOMENTS
    | MOMENTS.map(lambda one: one.replace(tzinfo=timezone.utc))
    | st.timedeltas(timedelta(-40000), timedelta(40000))
    | st.complex_numbers(allow_nan=False)
)
VECTORS = st.sampled_from(
    [
        st.booleans(),
        st.integers(-999, 999),
        st.floats(allow_nan=False),
        TEXT,
        st.dates(),
    ]
).flatmap(lambda one: st.lists(st.none() | one, min_size=2, max_size=40))
NESTED = st.recursive(
    SCALARS | VECTORS,
    lambda inner: (
        st.dictionaries(TEXT.filter(bool), inner, min_size=1, max_size=4)
        | st.lists(
            st.dictionaries(TEXT.filter(bool), inner, min_size=1, max_size=2),
            max_size=3,
        )
    ),
    max_leaves=8,
)


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(value=NESTED)
def test_any_value_comes_back(echo: Echo, value: Any) -> None:
    assert echo(value) == value
