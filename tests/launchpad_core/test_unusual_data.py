"""Sources that are unusual, but keep to their contract, break none of its rules."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

import pandas as pd
import pytest
from broken_rules import broken

from launchpad_core import DataSource
from launchpad_core.data import Params
from launchpad_core.testing import DataSourceContract


def faults(
    source: type[DataSource],
    *,
    able: Collection[str] = ("frames",),
    given: Params | None = None,
    other: Params | None = None,
) -> dict[str, str]:
    """Return what the contract finds in a source, by rule."""

    class Tested(DataSourceContract):
        type = "tested"
        capabilities: ClassVar[Collection[str]] = able

        @pytest.fixture
        def implementation(self) -> Any:
            return source

        @pytest.fixture
        def section(self) -> Mapping[str, Any]:
            return {}

        @pytest.fixture
        def params(self) -> Params | None:
            return given

        @pytest.fixture
        def other_params(self) -> Params | None:
            return other

    found = broken(Tested).items()
    return {rule.removeprefix("test_"): fault for rule, fault in found}


def in_chunks(read: Callable[[], pd.DataFrame]) -> type[DataSource]:
    """Return a source whose frames a function returns."""

    class Source(DataSource):
        class Config(DataSource.Config):
            """What its section may say."""

        def get_dataframe(self, params: Any = None, chunksize: Any = None) -> Any:
            self.refuse(params=params)
            self.check_chunksize(chunksize)
            return read() if chunksize is None else pieces(read(), chunksize)

    return Source


def pieces(frame: pd.DataFrame, size: int) -> Iterator[pd.DataFrame]:
    for start in range(0, len(frame), size):
        yield frame[start : start + size].copy()


class Open(DataSource):
    """Takes any key, since it has no Config of its own."""

    def get_dataframe(self, params: Any = None, chunksize: Any = None) -> Any:
        self.refuse(params=params, chunksize=chunksize)
        return pd.DataFrame()


class OnlyRaw(DataSource):
    def get_raw(self, params: Any = None, chunksize: Any = None) -> Any:
        self.refuse(params=params, chunksize=chunksize)
        return b""


def test_source_without_a_config_or_rows() -> None:
    assert faults(Open) == {}


def test_source_of_no_bytes() -> None:
    assert faults(OnlyRaw, able=("raw",)) == {}


@pytest.mark.parametrize(
    "values",
    [
        pytest.param([0.5, None, float("inf")], id="missing numbers"),
        pytest.param(["x", None, float("nan")], id="missing in two ways"),
        pytest.param([None, None, None], id="nothing"),
        pytest.param([1, 1, 1], id="the same rows"),
        pytest.param([1, "x", [2]], id="of all kinds"),
        pytest.param([Decimal("1.10"), None, Decimal("NaN")], id="decimals"),
        pytest.param([date(2026, 1, 1), None, date(2026, 1, 2)], id="days"),
        pytest.param(pd.Categorical(["x", None, "y"], ordered=True), id="categories"),
        pytest.param(pd.array([2**63 - 1, None, 1], dtype="Int64"), id="Int64"),
        pytest.param(pd.array(["x", None, "y"], dtype="string"), id="string"),
        pytest.param(pd.array([True, None, False], dtype="boolean"), id="boolean"),
        pytest.param(pd.array([0, 0, 1], dtype="Sparse[int64]"), id="sparse"),
        pytest.param(
            pd.date_range("2026-10-25", periods=3, freq="h", tz="Europe/Berlin"),
            id="time zone",
        ),
        pytest.param(pd.to_timedelta([1, 2, 3], unit="s"), id="durations"),
        pytest.param(pd.interval_range(0, 3), id="intervals"),
    ],
)
def test_source_of_odd_values(values: Any) -> None:
    frame = pd.DataFrame({"a": values, "b": [1, 2, 3]})
    source = in_chunks(lambda: frame.copy(deep=True))
    assert faults(source, able=("frames", "chunks")) == {}


def test_source_of_arrow_types() -> None:
    pytest.importorskip("pyarrow")
    types = {"a": "int64[pyarrow]", "b": "string[pyarrow]", "c": "double[pyarrow]"}
    columns = {"a": [1, None, 3], "b": ["x", None, "y"], "c": [0.5, 1, None]}
    source = in_chunks(lambda: pd.DataFrame(columns).astype(types))
    assert faults(source, able=("frames", "chunks")) == {}


def a_clock() -> pd.DataFrame:
    return pd.DataFrame({"now": [time.perf_counter_ns()] * 3})


def test_source_of_live_data() -> None:
    able = ("frames", "chunks", "live")
    assert faults(in_chunks(a_clock), able=able) == {}


def test_live_data_is_compared_in_what_it_looks_like() -> None:
    kept = a_clock()
    found = faults(in_chunks(lambda: kept), able=("frames", "live"))
    assert found["live_data_changes"] == "100 readings are the same"
    assert "launchpad_added" in found["frames_belong_to_their_taker"]


class OfADay(DataSource):
    """Keeps to the contract; each test breaks one of its methods."""

    @property
    def asked(self) -> frozenset[str]:
        return frozenset({"day"})

    def get_dataframe(self, params: Any = None, chunksize: Any = None) -> Any:
        self.check_params(params, self.asked, key="day")
        self.refuse(chunksize=chunksize)
        return self.of(params["day"])

    def of(self, day: int) -> pd.DataFrame:
        return pd.DataFrame({"day": [day]})


class IgnoresParams(OfADay):
    def of(self, day: int) -> pd.DataFrame:
        return pd.DataFrame({"day": [1]})


class KeepsTheFirst(OfADay):
    kept: int | None = None

    def of(self, day: int) -> pd.DataFrame:
        self.kept = self.kept or day
        return pd.DataFrame({"day": [self.kept]})


class KeepsTheDay(OfADay):
    def of(self, day: int) -> pd.DataFrame:
        self.day = day
        time.sleep(0.01)
        return pd.DataFrame({"day": [self.day]})


@pytest.mark.parametrize(
    ("source", "told"),
    [
        (OfADay, None),
        (IgnoresParams, "by other_params the same is read as by params"),
        (KeepsTheFirst, "by other_params the same is read as by params"),
        (KeepsTheDay, "what a thread reads by"),
    ],
)
def test_params_choose_the_data(source: type[DataSource], told: str | None) -> None:
    able = ("frames", "params")
    found = faults(source, able=able, given={"day": 1}, other={"day": 2})
    if told is None:
        assert found == {}
    else:
        assert list(found) == ["params_choose_the_data"]
        assert told in found["params_choose_the_data"]


def doubled_at_the_end(frame: pd.DataFrame, size: int) -> Iterator[pd.DataFrame]:
    yield from pieces(frame, size)
    if len(frame) == size:
        yield frame.copy()


def test_rows_that_are_doubled_when_one_chunk_holds_them_all() -> None:
    class Source(DataSource):
        def get_dataframe(self, params: Any = None, chunksize: Any = None) -> Any:
            self.refuse(params=params)
            self.check_chunksize(chunksize)
            frame = pd.DataFrame({"a": [1, 2, 3]})
            return frame if chunksize is None else doubled_at_the_end(frame, chunksize)

    found = faults(Source, able=("frames", "chunks"))
    told = "rows are lost or read twice: 6 of 3 came, 3 at a time"
    assert found["chunks_put_together_are_the_frame"] == told
