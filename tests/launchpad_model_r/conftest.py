"""Fixtures: a model written in R, and data sources in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from launchpad_core.data import DataSink, DataSource
from launchpad_core.runtime import Resources
from launchpad_core.sections import Section
from launchpad_model_r.runtime import RRuntime


class MemorySource(DataSource):
    """Hands out what it was given, by params if there are some."""

    def __init__(self, identifier: str, data: Any) -> None:
        super().__init__(identifier, {"type": "memory"})
        self.data = data
        self.asked_for: list[Any] = []

    def get_dataframe(
        self, params: Mapping[str, Any] | None = None, chunksize: int | None = None
    ) -> Any:
        self.asked_for.append(params)
        if isinstance(self.data, Exception):
            raise self.data
        if chunksize is None:
            return self.data
        starts = range(0, len(self.data), chunksize)
        return (self.data.iloc[start : start + chunksize] for start in starts)

    def get_raw(
        self, params: Mapping[str, Any] | None = None, chunksize: int | None = None
    ) -> Any:
        return self.data


class MemorySink(DataSink):
    """Keeps what it was given."""

    def __init__(self, identifier: str) -> None:
        super().__init__(identifier, {"type": "memory"})
        self.written: list[Any] = []

    def put_dataframe(
        self,
        dataframe: Any,
        params: Mapping[str, Any] | None = None,
        chunksize: int | None = None,
    ) -> None:
        self.written.append(dataframe)

    def put_raw(
        self,
        raw_data: str | bytes,
        params: Mapping[str, Any] | None = None,
        chunksize: int | None = None,
    ) -> None:
        self.written.append(raw_data)


@pytest.fixture
def runtime(rscript: str, tmp_path: Path) -> Iterator[Callable[..., RRuntime]]:
    """Return a function that makes the runtime of a model from R code."""
    made: list[RRuntime] = []

    def make(code: str, **settings: Any) -> RRuntime:
        (tmp_path / "model.R").write_text(code, encoding="utf-8")
        section = {"name": "m", "version": "1.0.0", "type": "r", "file": "model.R"}
        made.append(RRuntime(Section(section | settings, folder=tmp_path)))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture
def resources() -> Callable[..., Resources]:
    """Return a function that makes resources: data by name, and sinks."""

    def make(sinks: tuple[str, ...] = (), **data: Any) -> Resources:
        return Resources(
            {name: MemorySource(name, value) for name, value in data.items()},
            {name: MemorySink(name) for name in sinks},
        )

    return make
