"""What the contract of data sinks works with, and what authors override of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd
import pytest

from launchpad_core.data import DataSink, DataSource, Params
from launchpad_core.plugins import load_plugins
from launchpad_core.registrations import DataSourceType
from launchpad_core.registry import Registry
from launchpad_core.sections import Section, as_section
from launchpad_core.testing.data.rules import DataContract, Use

ReadBack = Callable[[], Any]
Put = Callable[[Any], None]


class SinkFixtures(DataContract):
    """The fixtures of :class:`~launchpad_core.testing.DataSinkContract`."""

    given = (
        *DataContract.given,
        *("frame", "gaps", "raw_data", "read_back", "read_back_raw"),
    )

    @pytest.fixture
    def frame(self) -> pd.DataFrame:
        """Return the frame that is written, of 3 rows or more."""
        return pd.DataFrame(
            {
                "number": [3, 1, 2],
                "length": [0.5, -1.25, 30000000000.75],
                "name": ['says "so"', "two\nlines", "Grüße; äöü, €"],
                "ripe": [True, False, True],
            }
        )

    @pytest.fixture
    def gaps(self) -> pd.DataFrame | None:
        """Return a frame in which values are missing; None if that can't be."""
        return pd.DataFrame(
            {
                "number": [3, 1, 2],
                "length": [0.5, None, 2.5],
                "name": ["a", "b", None],
                "ripe": [True, False, True],
            }
        )

    @pytest.fixture
    def raw_data(self) -> str | bytes:
        """Return the text, or the bytes, that is written."""
        return "Grüße, €\n\n'two' \"lines\"\n"

    @pytest.fixture
    def sink(self, made: DataSink) -> DataSink:
        """Return the data sink that is tested."""
        return made

    @pytest.fixture
    def source(self, written: Section, written_connection: Section | None) -> Any:
        """Return the data source of the same type and section.

        Keys that only the sink knows are left out.
        """
        registry = Registry(load_plugins())
        reading = registry.implementation(DataSourceType, self.type, base=DataSource)
        config = reading.config_class()
        known: Mapping[str, Any] = written
        if config.model_config.get("extra") != "allow":
            keys = config.keys()
            known = {key: written[key] for key in written if key in keys}
        section = as_section(known, folder=written.folder)
        return reading("read_back", section, written_connection)

    @pytest.fixture
    def read_back(
        self, request: pytest.FixtureRequest, params: Params | None
    ) -> ReadBack:
        """Return a function that reads the frame that was written.

        Override it where no source of the same type and section can do that.
        """
        return lambda: request.getfixturevalue("source").get_dataframe(params)

    @pytest.fixture
    def read_back_raw(
        self, request: pytest.FixtureRequest, params: Params | None
    ) -> ReadBack:
        """Return a function that reads the raw data that was written."""
        return lambda: request.getfixturevalue("source").get_raw(params)

    @pytest.fixture
    def put(self, sink: DataSink, params: Params | None) -> Put:
        """Return the function that writes a frame."""
        return lambda frame: sink.put_dataframe(frame, params)

    @pytest.fixture
    def put_raw(self, sink: DataSink, params: Params | None) -> Put:
        """Return the function that writes raw data."""
        return lambda raw: sink.put_raw(raw, params)

    @pytest.fixture
    def use(self, sink: DataSink, frame: pd.DataFrame, raw_data: Any) -> Use:
        """Return the function that writes once, with these params."""
        if "frames" in self.capabilities:
            return lambda params: sink.put_dataframe(frame, params)
        return lambda params: sink.put_raw(raw_data, params)

    @pytest.fixture
    def read(self, read_back: ReadBack, read_back_raw: ReadBack) -> ReadBack:
        """Return the function that reads what :meth:`use` has written."""
        return read_back if "frames" in self.capabilities else read_back_raw
