"""What every type of data source keeps to."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import Any, ClassVar

import pandas as pd
import pytest

from launchpad_core.cached import CachedSource
from launchpad_core.data import DataSource, Params
from launchpad_core.errors import DataError, UnsupportedOperation
from launchpad_core.registrations import DataSourceType
from launchpad_core.sections import Section
from launchpad_core.testing.changes import change_in_place
from launchpad_core.testing.data_contract import BAD_CHUNKSIZES, DataContract, Use
from launchpad_core.testing.equality import Data, check_same, is_frame
from launchpad_core.testing.rules import refused, rule
from launchpad_core.testing.threads import at_once

Frame = Callable[[], pd.DataFrame]
Chunks = Callable[[int], Iterator[Any]]

_THREADS = 8
_LASTING = 600  # seconds


class DataSourceContract(DataContract):
    """The contract of types of data source.

    Capabilities: ``frames`` (it has ``get_dataframe``), ``raw`` (it has ``get_raw``),
    ``params`` (the section of the test asks for some), ``chunks`` (it takes a
    ``chunksize``).
    """

    kind = DataSourceType
    base = DataSource
    known_capabilities = ("frames", "raw", "params", "chunks")
    capabilities: ClassVar[Collection[str]] = ("frames",)

    @pytest.fixture
    def expected(self) -> Data | None:
        """Return the frame or raw data that the section holds; None for any."""
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

    @pytest.fixture
    def whole(self, frame: Frame) -> pd.DataFrame:
        """Return the frame that chunks are compared with."""
        whole = frame().copy(deep=True)
        told = f"the section holds {len(whole)} rows; 3 show how chunks are read"
        assert len(whole) > 2, told
        return whole

    @pytest.fixture
    def chunks(self, source: DataSource, params: Params | None) -> Chunks:
        """Return the function that reads the data in chunks of so many rows."""

        def chunks_of(size: int) -> Iterator[Any]:
            found = source.get_dataframe(params, chunksize=size)
            assert isinstance(found, Iterator), (
                f"get_dataframe(chunksize={size}) returns {type(found).__name__} "
                "instead of an iterator"
            )
            return found

        return chunks_of

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
        """Reading twice gives the same frame: rows, order and types of its columns."""
        once = frame()
        check_same(frame(), once, what="the second frame")

    @rule(needs=["frames"])
    def test_frames_belong_to_their_taker(self, frame: Frame) -> None:
        """What a caller changes in a frame isn't in the frame that the next one gets.

        A source that keeps a frame hands out copies: ``frame.copy()``.
        """
        taken = frame()
        wanted = taken.copy(deep=True)
        change_in_place(taken)
        check_same(frame(), wanted, what="a frame is shared, and was changed")

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
        check_same(
            own.get_dataframe(params), wanted, what="what is read past the cache"
        )

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
        """Raw data is a ``str`` or ``bytes``, the same each time it is read."""
        raw = source.get_raw(params)
        assert isinstance(raw, (str, bytes)), (
            f"get_raw() returns {type(raw).__name__} instead of str or bytes"
        )
        check_same(source.get_raw(params), raw, what="get_raw() for the second time")

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
            check_same(found, wanted, what="what a thread reads")

    @rule(needs=["frames", "chunks"])
    def test_chunks_have_so_many_rows(
        self, chunks: Chunks, whole: pd.DataFrame
    ) -> None:
        """``chunksize`` makes an iterator, of frames of so many rows at most."""
        for size in _sizes(whole):
            for chunk in chunks(size):
                is_frame(chunk, what=f"a chunk of {size}")
                assert len(chunk) <= size, f"a chunk of {size} has {len(chunk)} rows"

    @rule(needs=["frames", "chunks"])
    def test_chunks_put_together_are_the_frame(
        self, chunks: Chunks, whole: pd.DataFrame
    ) -> None:
        """All chunks, put together, are the frame: with its rows, in their order.

        It is tried with 1 row, with 2, and with more than there are. So a last chunk
        that is lost shows up, and rows that are read twice.
        """
        for size in _sizes(whole):
            found = list(chunks(size))
            assert found, f"there is no chunk of {size}"
            came = sum(map(len, found))
            assert came == len(whole), (
                f"rows are lost or read twice: {came} of {len(whole)} came, "
                f"{size} at a time"
            )
            together = pd.concat(found, ignore_index=True)
            check_same(together, whole, what=f"chunks of {size}", types=False)

    @rule(needs=["frames", "chunks"])
    def test_chunks_have_the_columns_of_the_frame(
        self, chunks: Chunks, whole: pd.DataFrame
    ) -> None:
        """Each chunk has the frame's columns: their names, their order, their types.

        Types that are guessed from a few rows differ from chunk to chunk; take them
        from the data's own description, or from the section.
        """
        for size in _sizes(whole):
            for chunk in chunks(size):
                check_same(chunk.head(0), whole.head(0), what=f"a chunk of {size}")

    @rule(needs=["frames", "chunks"])
    def test_chunks_can_be_left_half_way(
        self, chunks: Chunks, whole: pd.DataFrame
    ) -> None:
        """Chunks may be left half way; whoever else reads them gets them all."""
        left = chunks(1)
        next(left)
        if hasattr(left, "close"):
            left.close()
        one, other = chunks(1), chunks(1)
        rows = [row for pair in zip(one, other, strict=False) for row in pair]
        for reader in (rows[::2], rows[1::2]):
            together = pd.concat(reader, ignore_index=True)
            check_same(together, whole, what="chunks read anew", types=False)

    @rule(needs=["frames", "chunks"])
    def test_chunks_belong_to_their_taker(
        self, chunks: Chunks, frame: Frame, whole: pd.DataFrame
    ) -> None:
        """What a caller changes in a chunk is in no other chunk, and in no frame."""
        kept = []
        for chunk in chunks(2):
            kept.append(chunk.copy(deep=True))
            change_in_place(chunk)
        together = pd.concat(kept, ignore_index=True)
        check_same(together, whole, what="a chunk is shared", types=False)
        check_same(frame(), whole, what="a chunk is shared, and was changed")

    @rule(needs=["frames", "chunks"])
    def test_bad_chunksizes_are_refused(
        self, source: DataSource, params: Params | None
    ) -> None:
        """A chunksize that isn't a number of 1 or more is refused at once: DataError.

        ``check_chunksize`` of the base class does that. A generator function would
        refuse it only when the first chunk is asked for.
        """
        for size in BAD_CHUNKSIZES:
            wrong: Any = size
            with refused(f"get_dataframe(chunksize={size!r})", by=DataError):
                source.get_dataframe(params, chunksize=wrong)

    @rule(needs=["frames"], lacks=["chunks"])
    def test_chunksize_is_refused(
        self, source: DataSource, params: Params | None
    ) -> None:
        """A source that can't read in chunks says so: UnsupportedOperation.

        ``refuse(chunksize=chunksize)`` of the base class raises it.
        """
        with refused("get_dataframe(chunksize=2)", by=UnsupportedOperation):
            source.get_dataframe(params, chunksize=2)


def _sizes(whole: pd.DataFrame) -> tuple[int, ...]:
    return 1, 2, len(whole) + 1
