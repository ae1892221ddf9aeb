"""Data sources remember what they have read for as long as their section says."""

from __future__ import annotations

import threading
import time
from typing import Any

import numpy as np
import pandas as pd
import pytest

from launchpad_core import DataSource
from launchpad_core.cached import CachedSource
from launchpad_core.errors import ConfigErrors


class Counting(DataSource):
    """Counts how often it is read."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.readings: list[Any] = []

    def get_dataframe(self, params: Any = None, chunksize: Any = None) -> Any:
        self.readings.append(params)
        time.sleep(0.02)
        return pd.DataFrame({"x": [1, 2], "n": [len(self.readings)] * 2})

    def get_raw(self, params: Any = None, chunksize: Any = None) -> str:
        self.readings.append(params)
        return f"reading {len(self.readings)}"


def sources(**section: Any) -> tuple[Counting, DataSource]:
    counting = Counting("x", {"type": "counting", **section})
    return counting, CachedSource.around(counting)


@pytest.mark.parametrize(("expires", "readings"), [(0, 2), (-1, 1), (60, 1)])
def test_expires_decides(expires: int, readings: int) -> None:
    counting, source = sources(expires=expires)

    source.get_dataframe()
    source.get_dataframe()

    assert len(counting.readings) == readings


def test_data_is_read_again_when_it_has_expired() -> None:
    _, source = sources(expires=1)
    source.get_raw()

    time.sleep(1.1)

    assert source.get_raw() == "reading 2"


def test_products_of_seconds_are_understood() -> None:
    assert Counting("x", {"type": "t", "expires": "60*60*24"}).settings.expires == 86400
    with pytest.raises(ConfigErrors):
        Counting("x", {"type": "t", "expires": "60 minutes"})


def test_each_set_of_parameters_is_read_once() -> None:
    counting, source = sources(expires=-1)

    for params in ({"a": 1, "b": 2}, {"b": 2, "a": 1}, {"a": np.int64(3)}, None, {}):
        source.get_dataframe(params)

    assert counting.readings == [{"a": 1, "b": 2}, {"a": 3}, None]


def test_cache_size_limits_what_is_kept() -> None:
    counting, source = sources(expires=-1, cache_size=2)

    for number in (1, 2, 3, 1):
        source.get_dataframe({"a": number})

    assert len(counting.readings) == 4


def test_cache_memory_limits_what_is_kept() -> None:
    size = int(pd.DataFrame({"x": [1, 2], "n": [1, 1]}).memory_usage(deep=True).sum())
    counting, source = sources(expires=60, cache_memory=2 * size)

    for number in (1, 2, 3, 3, 2, 1):
        source.get_dataframe({"a": number})

    assert [params["a"] for params in counting.readings] == [1, 2, 3, 1]


def test_what_is_larger_than_the_cache_is_read_each_time() -> None:
    counting, source = sources(expires=-1, cache_memory="1 B")

    assert [len(source.get_dataframe()) for _ in range(3)] == [2, 2, 2]
    assert len(counting.readings) == 3


def test_cache_memory_is_a_size() -> None:
    settings = Counting("x", {"type": "t", "cache_memory": "1.5 GB"}).settings
    assert settings.cache_memory == 1_500_000_000
    with pytest.raises(ConfigErrors) as told:
        Counting("x", {"type": "t", "cache_memory": "lots"})
    assert str(told.value) == (
        "datasources: x: \"cache_memory\": 'lots' is no size: write one such as 500 MB"
    )


def test_200_threads_share_one_reading() -> None:
    counting, source = sources(expires=-1)
    together = threading.Barrier(200)
    frames: list[Any] = []

    def read() -> None:
        together.wait()
        frames.append(source.get_dataframe({"a": 1}))

    threads = [threading.Thread(target=read) for _ in range(200)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(counting.readings) == 1
    assert len(frames) == 200
    frames[0].loc[0, "x"] = 99
    assert frames[1].loc[0, "x"] == 1


def test_changing_a_frame_does_not_change_the_cache() -> None:
    _, source = sources(expires=-1)
    for _ in range(3):
        frame: Any = source.get_dataframe()
        assert frame["x"].to_list() == [1, 2]
        frame["new"] = 0
        frame.loc[0, "x"] = 99
        frame.columns.name = "changed"
        del frame["n"]

    assert source.get_dataframe().columns.name is None  # type: ignore[union-attr]


def test_threads_share_one_reading() -> None:
    counting, source = sources(expires=-1)
    threads = [threading.Thread(target=source.get_dataframe) for _ in range(8)]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(counting.readings) == 1


def test_chunks_pass_the_cache_by() -> None:
    counting, source = sources(expires=-1)

    source.get_dataframe(chunksize=1)
    source.get_dataframe(chunksize=1)

    assert len(counting.readings) == 2
