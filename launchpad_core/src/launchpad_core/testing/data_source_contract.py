"""What every type of data source keeps to."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, ClassVar

import pandas as pd
import pytest

from launchpad_core.cached import CachedSource
from launchpad_core.data import DataSource, Params
from launchpad_core.errors import UnsupportedOperation
from launchpad_core.registrations import DataSourceType
from launchpad_core.sections import Section
from launchpad_core.testing.data.changes import change_in_place
from launchpad_core.testing.data.equality import Data, check_same, same
from launchpad_core.testing.data.rules import Use
from launchpad_core.testing.data.source_chunks import SourceChunks
from launchpad_core.testing.data.source_fixtures import Frame
from launchpad_core.testing.rules import refused, rule
from launchpad_core.testing.threads import at_once

_READINGS = 100
_THREADS = 8
_LASTING = 600  # seconds


class DataSourceContract(SourceChunks):
    """The contract of types of data source.

    Capabilities: ``frames`` (it has ``get_dataframe``), ``raw`` (it has ``get_raw``),
    ``params`` (the section of the test asks for some), ``chunks`` (it takes a
    ``chunksize``), ``live`` (what it reads changes by itself, as with a clock or a
    sensor; so two readings are compared only in what they look like).
    """

    kind = DataSourceType
    known_capabilities = ("frames", "raw", "params", "chunks", "live")
    capabilities: ClassVar[Collection[str]] = ("frames",)

    @rule(needs=["frames"])
    def test_frames_are_plain_tables(self, frame: Frame) -> None:
        """A frame's columns are named by texts, no two alike; its index counts rows.

        A model that is developed with one type of source runs with another one only if
        frames look alike: ``frame.reset_index(drop=True)`` makes such an index,
        ``frame.columns.map(str)`` such names.
        """
        found = frame()
        names = list(found.columns)
        odd = [name for name in names if not isinstance(name, str)]
        assert not odd, f"the name of a column is {odd[:1]!r}, not text"
        doubles = [name for name in names if names.count(name) > 1]
        assert not doubles, f'several columns are named "{doubles[0]}"'
        index, plain = found.index, pd.RangeIndex(len(found))
        assert isinstance(index, pd.RangeIndex) and index.equals(plain), (
            f"the index is a {type(index).__name__} instead of 0, 1, 2, ..."
        )

    @rule()
    def test_data_is_what_is_expected(
        self, source: DataSource, params: Params | None, expected: Data | None
    ) -> None:
        """What is read equals the fixture ``expected``, where the test has one."""
        if isinstance(expected, pd.DataFrame):
            found = source.get_dataframe(params)
            check_same(found, expected, what="get_dataframe()")
        elif expected is not None:
            check_same(source.get_raw(params), expected, what="get_raw()")

    @rule(needs=["frames"])
    def test_frames_are_the_same_each_time(self, frame: Frame) -> None:
        """Reading twice gives the same frame: rows, order and types of its columns.

        Where the order of rows is left to chance, let the section of the test fix it:
        by an ``ORDER BY``, say. Data that changes by itself is ``live``.
        """
        once = frame()
        self.check_again(frame(), once, what="the second frame")

    @rule(needs=["live"])
    def test_live_data_changes(self, use: Use, params: Params | None) -> None:
        """Of 100 readings of a source that is ``live``, two differ.

        What is the same each time is tested more thoroughly without that capability.
        """
        once = use(params)
        changes = any(not same(use(params), once) for _ in range(_READINGS - 1))
        assert changes, f"{_READINGS} readings are the same"

    @rule(needs=["frames"])
    def test_frames_belong_to_their_taker(self, frame: Frame) -> None:
        """What a caller changes in a frame isn't in the frame that the next one gets.

        A source that keeps a frame hands out copies: ``frame.copy()``.
        """
        taken = frame()
        wanted = taken.copy(deep=True)
        change_in_place(taken)
        self.check_again(frame(), wanted, what="a frame is shared, and was changed")

    @rule(needs=["frames"])
    def test_cached_frames_belong_to_their_taker(
        self,
        implementation: type[DataSource],
        written: Section,
        written_connection: Section | None,
        params: Params | None,
    ) -> None:
        """A section may say ``expires``; the core then keeps what it has read.

        ``Config`` derives from ``DataSource.Config``, where that is.
        """
        lasting = Section({**written, "expires": _LASTING}, folder=written.folder)
        own = implementation("tested", lasting, written_connection)
        source = CachedSource.around(own)
        taken: Any = source.get_dataframe(params)
        wanted = taken.copy(deep=True)
        change_in_place(taken)
        again = source.get_dataframe(params)
        check_same(again, wanted, what="a cached frame is shared, and was changed")
        past = own.get_dataframe(params)
        self.check_again(past, wanted, what="what is read past the cache")

    @rule(lacks=["frames"])
    def test_frames_are_refused(
        self, source: DataSource, params: Params | None
    ) -> None:
        """A source that has no frames says so: UnsupportedOperation.

        The base class raises it; leave its method alone.
        """
        with refused("get_dataframe()", by=UnsupportedOperation):
            source.get_dataframe(params)

    @rule(needs=["raw"])
    def test_raw_data_is_text_or_bytes(
        self, source: DataSource, params: Params | None
    ) -> None:
        """Raw data is a ``str`` or ``bytes``, the same each time it is read.

        Data that changes by itself is ``live``.
        """
        raw = source.get_raw(params)
        assert isinstance(raw, (str, bytes)), (
            f"get_raw() returns {type(raw).__name__} instead of str or bytes"
        )
        again = source.get_raw(params)
        self.check_again(again, raw, what="get_raw() for the second time")

    @rule(lacks=["raw"])
    def test_raw_data_is_refused(
        self, source: DataSource, params: Params | None
    ) -> None:
        """A source that has no raw data says so: UnsupportedOperation.

        The base class raises it; leave its method alone.
        """
        with refused("get_raw()", by=UnsupportedOperation):
            source.get_raw(params)

    @rule()
    def test_threads_may_share_a_source(self, use: Use, params: Params | None) -> None:
        """Threads that read from one source at once get the same data.

        A web server answers several requests at a time, all with the same source. What
        a call needs belongs into local variables, not into attributes.
        """
        wanted = use(params)
        for found in at_once(*[lambda: use(params)] * _THREADS):
            self.check_again(found, wanted, what="what a thread reads")

    @rule(needs=["params"])
    def test_params_choose_the_data(
        self, use: Use, params: Params | None, other_params: Params | None
    ) -> None:
        """By other params other data is read, also by threads that read at once.

        Where a source keeps what it has read, params are a part of the key; and what
        belongs to one call isn't kept in attributes. The fixture ``other_params``
        returns such params.
        """
        if other_params is None:
            pytest.skip("it needs a fixture other_params: those of other data")
        wanted = {"params": use(params), "other_params": use(other_params)}
        asked = {"params": params, "other_params": other_params}
        told = "by other_params the same is read as by params"
        assert not same(wanted["other_params"], wanted["params"]), told
        names = [*asked] * (_THREADS // 2)
        found = at_once(*(lambda name=name: use(asked[name]) for name in names))
        for name, one in zip(names, found, strict=True):
            self.check_again(one, wanted[name], what=f"what a thread reads by {name}")

    @rule(needs=["frames"], lacks=["chunks"])
    def test_chunksize_is_refused(
        self, source: DataSource, params: Params | None
    ) -> None:
        """A source that can't read in chunks says so: UnsupportedOperation.

        ``refuse(chunksize=chunksize)`` of the base class raises it.
        """
        with refused("get_dataframe(chunksize=2)", by=UnsupportedOperation):
            source.get_dataframe(params, chunksize=2)
