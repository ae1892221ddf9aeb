"""What the contract of data sources works with, and what authors override of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from launchpad_core.data import DataSource, Params
from launchpad_core.testing.data.equality import Data, check_same, is_frame
from launchpad_core.testing.data.rules import DataContract, Use

Frame = Callable[[], pd.DataFrame]


class SourceFixtures(DataContract):
    """The fixtures of :class:`~launchpad_core.testing.DataSourceContract`."""

    given = (*DataContract.given, "expected", "other_params")

    @pytest.fixture
    def expected(self) -> Data | None:
        """Return the frame or raw data that the section holds; None for any."""
        return None

    @pytest.fixture
    def other_params(self) -> Params | None:
        """Return params by which other data is read, if that is to be tested."""
        return None

    @pytest.fixture
    def source(self, made: DataSource) -> DataSource:
        """Return the data source that is tested."""
        return made

    @pytest.fixture
    def use(self, source: DataSource) -> Use:
        """Return the method that reads the data as a whole."""
        has_frames = "frames" in self.capabilities
        return source.get_dataframe if has_frames else source.get_raw

    @pytest.fixture
    def frame(self, source: DataSource, params: Params | None) -> Frame:
        """Return the function that reads the data as a frame."""
        return lambda: is_frame(source.get_dataframe(params), what="get_dataframe()")

    def check_again(self, found: Any, wanted: Data, *, what: str) -> None:
        """Check what is read once more; of live data, only what it looks like."""
        if "live" not in self.capabilities:
            check_same(found, wanted, what=what)
        elif isinstance(wanted, pd.DataFrame):
            found = is_frame(found, what=what)
            check_same(found.head(0), wanted.head(0), what=what)
        else:
            kind = type(found).__name__
            assert type(found) is type(wanted), f"{what}: {kind}"
