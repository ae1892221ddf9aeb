"""What data sources keep to that are read in chunks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pandas as pd
import pytest

from launchpad_core.data import DataSource, Params
from launchpad_core.errors import DataError
from launchpad_core.testing.data.changes import change_in_place
from launchpad_core.testing.data.equality import check_same, is_frame, together
from launchpad_core.testing.data.rules import BAD_CHUNKSIZES
from launchpad_core.testing.data.source_fixtures import Frame, SourceFixtures
from launchpad_core.testing.rules import refused, rule

Chunks = Callable[[int], Iterator[Any]]


class SourceChunks(SourceFixtures):
    """The rules of reading in chunks."""

    @pytest.fixture
    def whole(self, frame: Frame) -> pd.DataFrame:
        """Return the frame that chunks are compared with."""
        whole = frame().copy(deep=True)
        told = f"the section holds {len(whole)} rows; it takes 3 to see how chunks are"
        assert len(whole) > 2, f"{told} read"
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

    @rule(needs=["frames", "chunks"])
    def test_chunks_have_so_many_rows(
        self, chunks: Chunks, whole: pd.DataFrame
    ) -> None:
        """``chunksize`` makes an iterator, of frames of so many rows at most."""
        for size in _sizes(whole):
            for chunk in chunks(size):
                is_frame(chunk, what=f"a chunk of {size}")
                assert len(chunk) <= size, f"a chunk of {size} has {len(chunk)} rows"

    @rule(needs=["frames", "chunks"], lacks=["live"])
    def test_chunks_put_together_are_the_frame(
        self, chunks: Chunks, whole: pd.DataFrame
    ) -> None:
        """All chunks, put together, are the frame: with its rows, in their order.

        It is tried with 1 row, with 2, with all that there are, and with more. So a
        last chunk that is lost shows up, and rows that are read twice.
        """
        for size in _sizes(whole):
            found = list(chunks(size))
            assert found, f"there is no chunk of {size}"
            came = sum(map(len, found))
            assert came == len(whole), (
                f"rows are lost or read twice: {came} of {len(whole)} came, "
                f"{size} at a time"
            )
            check_same(together(found), whole, what=f"chunks of {size}", types=False)

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

    @rule(needs=["frames", "chunks"], lacks=["live"])
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
            check_same(together(reader), whole, what="chunks read anew", types=False)

    @rule(needs=["frames", "chunks"], lacks=["live"])
    def test_chunks_belong_to_their_taker(
        self, chunks: Chunks, frame: Frame, whole: pd.DataFrame
    ) -> None:
        """What a caller changes in a chunk is in no other chunk, and in no frame."""
        kept = []
        for chunk in chunks(2):
            kept.append(chunk.copy(deep=True))
            change_in_place(chunk)
        check_same(together(kept), whole, what="a chunk is shared", types=False)
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


def _sizes(whole: pd.DataFrame) -> tuple[int, ...]:
    return 1, 2, len(whole), len(whole) + 1
