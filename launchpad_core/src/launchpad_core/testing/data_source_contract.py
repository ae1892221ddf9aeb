"""What every type of data source keeps to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from launchpad_core.data import DataSource
from launchpad_core.errors import UnsupportedOperation
from launchpad_core.registrations import DataSourceType
from launchpad_core.sections import Section
from launchpad_core.testing.rules import refused, rule
from launchpad_core.testing.type_contract import TypeContract


class DataSourceContract(TypeContract):
    """The contract of types of data source.

    Capabilities: ``frames`` (it has ``get_dataframe``), ``raw`` (it has ``get_raw``),
    ``params`` (the section of the test asks for some), ``chunks`` (it takes a
    ``chunksize``).
    """

    kind = DataSourceType
    base = DataSource
    known_capabilities = ("frames", "raw", "params", "chunks")
    capabilities = ("frames",)

    @pytest.fixture
    def connection(self) -> Mapping[str, Any] | None:
        """Return the section of ``dbms`` that the type needs, if it needs one."""
        return None

    @pytest.fixture
    def params(self) -> Mapping[str, Any] | None:
        """Return the params that the section asks for, with ``params``."""
        return None

    @pytest.fixture
    def source(
        self, implementation: Any, written: Section, connection: Mapping[str, Any]
    ) -> DataSource:
        """Return the data source that is tested."""
        source: DataSource = implementation("tested", written, connection)
        return source

    @rule(needs=["frames", "chunks"])
    def test_chunks_put_together_are_the_frame(
        self, source: DataSource, params: Mapping[str, Any] | None
    ) -> None:
        """All chunks, put together, are the frame: with its rows, in their order.

        A number of rows that doesn't divide that of the frame shows a last chunk that
        is lost; rows that are read twice show up as well.
        """
        whole: pd.DataFrame = source.get_dataframe(params)
        chunks = list(source.get_dataframe(params, chunksize=2))
        assert sum(map(len, chunks)) == len(whole), "rows are lost or read twice"
        together = pd.concat(chunks, ignore_index=True)
        assert_frame_equal(together, whole, check_dtype=False)

    @rule(lacks=["chunks"])
    def test_chunksize_is_refused(
        self, source: DataSource, params: Mapping[str, Any] | None
    ) -> None:
        """A source that can't read in chunks says so: UnsupportedOperation."""
        with refused("get_dataframe(chunksize=2)", by=UnsupportedOperation):
            source.get_dataframe(params, chunksize=2)
