"""What a frame looks like, as plain values: of whatever frame model code may read."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from launchpad_core.fingerprints import Fingerprint, fingerprint_of


def column(values: Any, dtype: Any = None) -> dict[str, Any]:
    """Return what is known about a column, but for its name."""
    frame = pd.DataFrame({"x": pd.Series(values, dtype=dtype)})
    (found,) = fingerprint_of(frame)["columns"]
    assert found.pop("name") == "x"
    return dict(found)


def test_columns_in_their_order() -> None:
    frame = pd.DataFrame(
        {
            "width": [1.0, 2.0, 3.0, np.nan],
            "kind": pd.Categorical(["a", "b", "a", "a"]),
            "count": [4, 3, 2, 1],
        }
    )

    assert fingerprint_of(frame) == {
        "rows": 4,
        "columns": [
            {
                "name": "width",
                "dtype": "float64",
                "missing": 0.25,
                "min": 1.0,
                "max": 3.0,
                "mean": 2.0,
                "std": 1.0,
                "quartiles": [1.5, 2.0, 2.5],
            },
            {
                "name": "kind",
                "dtype": "category",
                "missing": 0.0,
                "distinct": 2,
                "shares": {"a": 0.75, "b": 0.25},
            },
            {
                "name": "count",
                "dtype": "int64",
                "missing": 0.0,
                "min": 1,
                "max": 4,
                "mean": 2.5,
                "std": pytest.approx(np.std([1, 2, 3, 4], ddof=1)),
                "quartiles": [1.75, 2.5, 3.25],
            },
        ],
    }


def test_text_that_repeats_itself_has_shares() -> None:
    known = column(["red", "blue", "red", None] * 10, dtype=object)

    assert known == {
        "dtype": "object",
        "missing": 0.25,
        "distinct": 2,
        "shares": {"red": 2 / 3, "blue": 1 / 3},
    }


@pytest.mark.parametrize(
    "texts",
    [
        [f"customer {number}" for number in range(30)] * 10,
        ["Ada Lovelace", "Alan Turing", "Grace Hopper"],
        ["a long story about somebody, told in more than a few words"] * 100,
    ],
    ids=["many", "once each", "long"],
)
@pytest.mark.parametrize("dtype", [object, "string", "category"])
def test_values_of_free_text_are_not_kept(texts: list[str], dtype: Any) -> None:
    known = column(texts, dtype=dtype)

    assert known.keys() == {"dtype", "missing", "distinct"}
    assert known["distinct"] == len(set(texts))


def test_truth_values_have_shares() -> None:
    expected = {"distinct": 2, "shares": {"false": 0.25, "true": 0.75}}

    for dtype in (bool, object, "boolean", pd.ArrowDtype(pa.bool_())):
        assert expected.items() <= column([True, True, False, True], dtype).items()


@pytest.mark.parametrize(
    ("values", "dtype", "least", "most"),
    [
        (["2026-01-01", "2026-01-02T03:04:05"], "datetime64[ns]", "2026-01-01", ""),
        ([dt.date(1, 1, 1), dt.date(9999, 12, 31)], object, "0001-01-01", "9999-12-31"),
        ([dt.date(2026, 1, 1)], pd.ArrowDtype(pa.date32()), "2026-01-01", "2026-01-01"),
    ],
)
def test_dates_have_a_range(values: Any, dtype: Any, least: str, most: str) -> None:
    known = column(values, dtype)

    assert (known["min"], known["max"]) == (least, most or "2026-01-02T03:04:05")


@pytest.mark.parametrize(
    "dtype",
    [
        "datetime64[ns, Europe/Berlin]",
        "datetime64[s, Europe/Berlin]",
        pd.ArrowDtype(pa.timestamp("ns", tz="Europe/Berlin")),
        object,
    ],
    ids=str,
)
def test_moments_with_a_zone_are_in_utc(dtype: Any) -> None:
    zone = dt.timezone(dt.timedelta(hours=1))
    known = column([dt.datetime(2026, 1, 1, 12, 30, tzinfo=zone)], dtype)

    assert known["min"] == known["max"] == "2026-01-01T11:30Z"


def test_durations_are_seconds() -> None:
    known = column([dt.timedelta(minutes=1), dt.timedelta(minutes=3), None])

    assert (known["min"], known["mean"], known["max"]) == (60, 120, 180)


def test_infinities_are_counted_and_left_out() -> None:
    known = column([1.0, np.inf, -np.inf, 3.0])

    assert (known["mean"], known["infinite"]) == (2.0, 2)


def test_numbers_too_large_for_a_float_are_infinite() -> None:
    known = column([10**400, -(10**400), 7], object)

    assert (known["min"], known["max"], known["infinite"]) == (7, 7, 2)


def test_integers_are_told_exactly() -> None:
    assert column([2**64 - 1, 0], "uint64")["max"] == 2**64 - 1
    assert column([2**53 + 1, None], "Int64")["max"] == 2**53 + 1


def test_columns_of_one_name_are_told_apart() -> None:
    frame = pd.DataFrame([[1, "a"], [2, "a"]], columns=["x", "x"])

    names = [(one["name"], "mean" in one) for one in fingerprint_of(frame)["columns"]]

    assert names == [("x", True), ("x", False)]


def test_frame_without_rows_has_columns() -> None:
    frame = pd.DataFrame({"a": [1.5], "b": ["x"]}).iloc[:0]

    known = fingerprint_of(frame)

    assert known["rows"] == 0
    assert [one["name"] for one in known["columns"]] == ["a", "b"]
    assert [one["missing"] for one in known["columns"]] == [0.0, 0.0]
    assert fingerprint_of(pd.DataFrame()) == {"rows": 0, "columns": []}


ODD = {
    "missing": [None] * 4,
    "nan": [np.nan] * 4,
    "nat": [pd.NaT] * 4,
    "na": pd.array([pd.NA] * 4, dtype="Int64"),
    "arrow null": pd.array([None] * 4, dtype=pd.ArrowDtype(pa.null())),
    "empty category": pd.Categorical([None] * 4),
    "large": [1e308, 1e308, -1e308, 1e308],
    "half floats": np.array([60000] * 4, dtype="float16"),
    "complex": [1j] * 4,
    "lists": [[1], {}, set(), np.array([1, 2])],
    "arrow lists": pd.array([[1]] * 4, dtype=pd.ArrowDtype(pa.list_(pa.int64()))),
    "frames": [pd.DataFrame({"a": [1]}), pd.Series([1]), None, 1],
    "bytes": [b"\xff"] * 4,
    "mixed": [1, "a", True, 2.5],
    "long integers": [10**5000, "a", "a", "a"],
    "decimals": [Decimal("1e500"), Decimal("NaN"), Decimal("-Infinity"), Decimal(1)],
    "signaling": [Decimal("sNaN"), Decimal(1), Decimal(1), Decimal(1)],
    "zones": [dt.datetime.max.replace(tzinfo=dt.timezone(dt.timedelta(hours=-5)))] * 4,
    "zone or none": [dt.datetime(1, 1, 1), pd.Timestamp("2026", tz="UTC")] * 2,
    "dates and moments": [dt.date(1, 1, 1), dt.datetime(2026, 1, 1)] * 2,
    "distant": np.array([2**62, -(2**62), 0, 1], dtype="datetime64[s]"),
    "times": [dt.time(1)] * 4,
    "periods": pd.period_range("2026", periods=4, freq="D"),
    "intervals": pd.interval_range(0, 4),
    "cut": pd.cut([1, 2, 3, 4], 2),
    "sparse": pd.arrays.SparseArray([0.0, np.nan, 1.0, 0.0]),
    "half a surrogate": pd.Series(["\ud800"] * 4, dtype=object),
}


@pytest.mark.parametrize("name", ODD)
def test_odd_columns_have_plain_fingerprints(name: str) -> None:
    odd = ODD[name]
    values = odd if isinstance(odd, (list, pd.Series)) else pd.Series(odd)
    dtype = object if isinstance(odd, list) else None
    frame = pd.DataFrame({"x": pd.Series(values, dtype=dtype)})

    for part in (frame, frame.iloc[:1], frame.iloc[:0]):
        known = fingerprint_of(part)

        assert json.loads(json.dumps(known, allow_nan=False)) == known


def test_rows_may_share_a_label() -> None:
    frame = pd.DataFrame({"x": [1.0, None, 3.0]}, index=["a", "a", np.nan])

    assert fingerprint_of(frame)["columns"][0]["mean"] == 2.0


def test_very_wide_frame_is_described_in_part() -> None:
    frame = pd.DataFrame(np.zeros((2, 1200)))

    known = fingerprint_of(frame)

    assert [one["name"] for one in known["columns"]] == list(map(str, range(1000)))
    assert known["left_out"] == 200


def test_chunks_that_differ_have_all_dtypes() -> None:
    fingerprint = Fingerprint()
    fingerprint.add(pd.DataFrame({"x": [1, 2]}))
    fingerprint.add(pd.DataFrame({"x": [2.5, np.nan], "new": ["a", "b"]}))

    first, second = fingerprint.as_plain()["columns"]

    assert first["dtype"] == "int64 | float64"
    assert (first["missing"], first["min"], first["max"]) == (0.25, 1, 2.5)
    assert (second["name"], second["missing"], second["distinct"]) == ("new", 0, 2)


def test_large_data_are_sampled_and_estimated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("launchpad_core.profiles.SAMPLE", 10_000)
    monkeypatch.setattr("launchpad_core.profiles.DISTINCT", 10_000)
    numbers = np.random.default_rng(1).permutation(100_000)
    frame = pd.DataFrame({"number": numbers, "text": numbers.astype(str)})
    fingerprint = Fingerprint()

    for start in range(0, len(frame), 7_000):
        fingerprint.add(frame.iloc[start : start + 7_000])

    number, text = fingerprint.as_plain()["columns"]
    assert number["quartiles"] == pytest.approx([25_000, 50_000, 75_000], abs=2_500)
    assert text["distinct"] == pytest.approx(100_000, rel=0.06)


texts = st.sampled_from(["", "a", "b", "ä"]) | st.none()
VALUES: dict[str, Callable[[], st.SearchStrategy[Any]]] = {
    "float64": lambda: st.floats(),
    "Float64": lambda: st.floats() | st.none(),
    "int64": lambda: st.integers(-(2**63), 2**63 - 1),
    "Int64": lambda: st.integers(-(2**63), 2**63 - 1) | st.none(),
    "boolean": lambda: st.booleans() | st.none(),
    "category": lambda: texts,
    "string": lambda: texts,
    "datetime64[us]": lambda: (
        st.datetimes(dt.datetime(1700, 1, 1), dt.datetime(2200, 1, 1)) | st.none()
    ),
    "object": lambda: texts | st.integers() | st.floats() | st.dates() | st.binary(),
}


@st.composite
def frames(draw: st.DrawFn) -> pd.DataFrame:
    rows = draw(st.integers(0, 30))
    dtypes = draw(st.lists(st.sampled_from(sorted(VALUES)), max_size=4))
    columns = [
        pd.Series(
            draw(st.lists(VALUES[dtype](), min_size=rows, max_size=rows)),
            dtype=dtype,
            name=draw(st.sampled_from(["a", "b", 1, None])),
        )
        for dtype in dtypes
    ]
    return pd.concat(columns, axis=1) if columns else pd.DataFrame(index=range(rows))


ROUNDED = ("mean", "std", "quartiles")


@given(frames(), st.data())
def test_chunks_look_like_the_whole(frame: pd.DataFrame, data: st.DataObject) -> None:
    cuts = data.draw(st.lists(st.integers(0, len(frame)), max_size=3).map(sorted))
    fingerprint = Fingerprint()
    for start, end in zip([0, *cuts], [*cuts, len(frame)], strict=True):
        fingerprint.add(frame.iloc[start:end])

    whole, combined = fingerprint_of(frame), fingerprint.as_plain()

    assert json.loads(json.dumps(whole, allow_nan=False)) == whole
    assert combined["rows"] == whole["rows"] == len(frame)
    for chunked, one in zip(combined["columns"], whole["columns"], strict=True):
        if one["dtype"] != "object":
            assert _exact(chunked) == _exact(one)
            assert _scaled(chunked) == pytest.approx(_scaled(one), abs=1e-6)


def _exact(known: dict[str, Any]) -> dict[str, Any]:
    return {key: known[key] for key in known if key not in ROUNDED}


def _scaled(known: dict[str, Any]) -> list[float]:
    """Return what is rounded, by the largest number; nothing if that is enormous."""
    if "mean" not in known:
        return []
    largest = max(1, abs(known["min"]), abs(known["max"]))
    if largest > 1e100:
        return []
    rounded = [known["mean"], known["std"] or 0.0, *known["quartiles"]]
    return [number / largest for number in rounded]
