"""Any frame through a table and back: it is what it was, or the sink refused it."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from launchpad_core.errors import DataError

EXAMPLES = int(os.environ.get("LAUNCHPAD_EXAMPLES", "100"))
TEXT = "str" if int(pd.__version__.split(".")[0]) >= 3 else "object"

_texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
_like_other_things = st.sampled_from(
    ["", "NULL", "None", "nan", "inf", "007", "1.5", "-2", "1.500000e+00", "\\N", "'"]
)
_moments = st.integers(-62135596800 * 10**6, 253402300799 * 10**6)
_KINDS: dict[str, tuple[Any, Callable[[list[Any]], Any]]] = {
    "int64": (
        st.integers(-(2**63), 2**63 - 1),
        lambda values: pd.array([v or 0 for v in values], dtype="int64"),
    ),
    "Int64": (
        st.integers(-(2**63), 2**63 - 1),
        lambda values: pd.array(values, dtype="Int64"),
    ),
    "uint8": (
        st.integers(0, 255),
        lambda values: pd.array([v or 0 for v in values], dtype="uint8"),
    ),
    "float64": (
        st.floats(),
        lambda values: np.array(values, dtype="float64"),
    ),
    "float32": (
        st.floats(width=32),
        lambda values: np.array(values, dtype="float32"),
    ),
    "bool": (st.booleans(), lambda values: np.array([bool(v) for v in values])),
    "boolean": (st.booleans(), lambda values: pd.array(values, dtype="boolean")),
    "text": (
        _texts | _like_other_things,
        lambda values: pd.Series(values, dtype=TEXT),
    ),
    "category": (
        _texts | _like_other_things,
        lambda values: pd.Categorical(pd.Series(values, dtype=TEXT)),
    ),
    "moment": (
        _moments,
        lambda values: pd.Series(
            np.array(["NaT" if v is None else v for v in values], dtype="M8[us]")
        ),
    ),
    "bytes": (st.binary(max_size=8), lambda values: pd.Series(values, dtype=object)),
    "json": (
        st.dictionaries(_texts, st.none() | st.booleans() | _texts, max_size=2),
        lambda values: pd.Series(values, dtype=object),
    ),
}


@st.composite
def frames(draw: st.DrawFn) -> pd.DataFrame:
    names = draw(st.lists(_texts, min_size=1, max_size=4, unique=True))
    rows = draw(st.integers(0, 5))
    columns = {}
    for name in names:
        values, made = _KINDS[draw(st.sampled_from(sorted(_KINDS)))]
        drawn = draw(st.lists(st.none() | values, min_size=rows, max_size=rows))
        columns[name] = made(drawn)
    return pd.DataFrame(columns)


@pytest.mark.parametrize("kind", ["sqlite", "duckdb", "postgresql", "mariadb"])
def test_frame_comes_back(kind: str, place_of: Callable[..., Any]) -> None:
    place = place_of(kind)
    few = EXAMPLES if kind == "sqlite" else max(10, EXAMPLES // 10)

    @settings(
        max_examples=few,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        database=None,
    )
    @given(frames())
    def comes_back(frame: pd.DataFrame) -> None:
        if kind == "mariadb":  # in SQLAlchemy 2.0, it loses them
            assume(not any("`" in name for name in frame.columns))
        sink = place.sink(if_exists="replace")
        try:
            sink.put_dataframe(frame)
        except DataError:
            return
        engines = ("sqlalchemy",) if kind == "mariadb" else ("sqlalchemy", "auto")
        for engine in engines:
            assert_frame_equal(
                place.read(table="petals", engine=engine), as_read(frame), obj=engine
            )

    comes_back()


def as_read(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame with the dtypes that tables give back."""
    return pd.DataFrame({name: column_as_read(frame[name]) for name in frame.columns})


def column_as_read(column: pd.Series[Any]) -> pd.Series[Any]:
    dtype, types = column.dtype, pd.api.types
    if isinstance(dtype, pd.CategoricalDtype):
        return column_as_read(column.astype(dtype.categories.dtype))
    if types.is_float_dtype(dtype):
        return column.astype("float64")
    if types.is_object_dtype(dtype) and all(
        isinstance(value, str) for value in column.dropna()
    ):  # texts, or nothing that tells what it holds
        return column.where(column.notna(), np.nan).astype(TEXT)
    if column.isna().any():
        return column
    if types.is_bool_dtype(dtype):
        return column.astype("bool")
    return column.astype("int64") if types.is_integer_dtype(dtype) else column
