"""What every type of data sink keeps to: what is written can be read again."""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any, ClassVar

import pandas as pd

from launchpad_core.data import DataSink, Params
from launchpad_core.errors import DataError, LaunchpadError, UnsupportedOperation
from launchpad_core.registrations import DataSinkType
from launchpad_core.testing.data.equality import check_same
from launchpad_core.testing.data.rules import BAD_CHUNKSIZES
from launchpad_core.testing.data.sink_fixtures import Put, ReadBack
from launchpad_core.testing.data.sink_values import SinkValues
from launchpad_core.testing.data.traces import changed, files_below
from launchpad_core.testing.rules import refused, rule
from launchpad_core.testing.threads import at_once

_ROUNDS = 5
_TIMES = 100


class DataSinkContract(SinkValues):
    """The contract of types of data sink.

    Capabilities: ``frames`` (it has ``put_dataframe``), ``raw`` (it has ``put_raw``),
    ``params`` (the section of the test asks for some), ``chunks`` (it takes a
    ``chunksize``), ``append`` (with the section of the test, it adds to what is there;
    without, it replaces that).
    """

    kind = DataSinkType
    known_capabilities = ("frames", "raw", "params", "chunks", "append")
    capabilities: ClassVar[Collection[str]] = ("frames",)

    @rule(needs=["frames"])
    def test_frames_are_read_back(
        self, put: Put, read_back: ReadBack, frame: pd.DataFrame
    ) -> None:
        """What is written is read back: the values, and the columns in their order.

        The index isn't written. The default frame has numbers, truth values, and texts
        with quotes, line ends and umlauts; override the fixture ``frame`` where a type
        can't keep them.
        """
        put(frame.set_axis(range(10, 10 + len(frame))))
        check_same(read_back(), frame, what="what is read back", types=False)

    @rule(needs=["frames"])
    def test_frames_without_rows_are_read_back(
        self, put: Put, read_back: ReadBack, frame: pd.DataFrame
    ) -> None:
        """A frame without rows is written like others, and read back without rows."""
        put(frame.head(0))
        found = read_back()
        assert len(found) == 0, f"{len(found)} rows are read back of none"
        if len(found.columns):  # not every format can name the columns of no rows
            names, wanted = list(found.columns), list(frame.columns)
            assert names == wanted, f"the columns of no rows are {names}, not {wanted}"

    @rule(needs=["frames"])
    def test_frames_stay_as_they_are(self, put: Put, frame: pd.DataFrame) -> None:
        """Writing doesn't change the caller's frame, nor its index.

        Work on ``frame.copy(deep=False)``, and assign whole columns.
        """
        given = frame.set_axis(range(10, 10 + len(frame)))
        wanted = given.copy(deep=True)
        put(given)
        check_same(given, wanted, what="the caller's frame is changed")
        assert given.index.equals(wanted.index), "the caller's index is changed"

    @rule(needs=["frames"], lacks=["append"])
    def test_frames_are_replaced(
        self, put: Put, read_back: ReadBack, frame: pd.DataFrame
    ) -> None:
        """Writing again replaces what is there; a sink that appends declares that.

        Where the section can say what happens, it says so in the test.
        """
        put(frame)
        put(frame.tail(1))
        again = frame.tail(1).reset_index(drop=True)
        check_same(read_back(), again, what="what is written last", types=False)

    @rule(needs=["frames", "append"])
    def test_frames_are_appended(
        self, put: Put, read_back: ReadBack, frame: pd.DataFrame
    ) -> None:
        """Writing again adds rows behind those that are there."""
        put(frame)
        put(frame.tail(2))
        put(frame.head(0))
        both = pd.concat([frame, frame.tail(2)], ignore_index=True)
        check_same(read_back(), both, what="both frames", types=False)

    @rule(lacks=["frames"])
    def test_frames_are_refused(
        self, sink: DataSink, frame: pd.DataFrame, params: Params | None
    ) -> None:
        """A sink that takes no frames says so: UnsupportedOperation.

        The base class raises it; leave its method alone.
        """
        with refused("put_dataframe()", by=UnsupportedOperation):
            sink.put_dataframe(frame, params)

    @rule(needs=["frames"])
    def test_what_is_no_frame_leaves_the_old_data(
        self, put: Put, read_back: ReadBack, frame: pd.DataFrame
    ) -> None:
        """What is no frame is refused by an error that names its type; old data stays.

        It is an error of launchpad, or a TypeError.
        """
        put(frame)
        for wrong in ([1, 2], "text", None):
            name = type(wrong).__name__
            with refused(
                f"put_dataframe({wrong!r})",
                by=(LaunchpadError, TypeError),
                naming=name,
            ):
                put(wrong)
        check_same(read_back(), frame, what="the data from before", types=False)

    @rule(needs=["frames", "chunks"])
    def test_chunks_write_the_same(
        self,
        sink: DataSink,
        read_back: ReadBack,
        frame: pd.DataFrame,
        params: Params | None,
    ) -> None:
        """With a ``chunksize``, the same is written, so many rows at a time."""
        wanted: list[pd.DataFrame] = []
        for size in (2, 1, len(frame) + 1):
            sink.put_dataframe(frame, params, chunksize=size)
            wanted = [*wanted, frame] if "append" in self.capabilities else [frame]
            whole = pd.concat(wanted, ignore_index=True)
            what = f"what is written {size} at a time"
            check_same(read_back(), whole, what=what, types=False)

    @rule(needs=["frames", "chunks"])
    def test_bad_chunksizes_are_refused(
        self,
        sink: DataSink,
        put: Put,
        read_back: ReadBack,
        frame: pd.DataFrame,
        params: Params | None,
    ) -> None:
        """A chunksize that isn't a number of 1 or more is refused: DataError.

        ``check_chunksize`` of the base class does that; call it before anything is
        written.
        """
        put(frame)
        for size in BAD_CHUNKSIZES:
            wrong: Any = size
            with refused(f"put_dataframe(chunksize={size!r})", by=DataError):
                sink.put_dataframe(frame.head(1), params, chunksize=wrong)
        check_same(read_back(), frame, what="the data from before", types=False)

    @rule(needs=["frames"], lacks=["chunks"])
    def test_chunksize_is_refused(
        self, sink: DataSink, frame: pd.DataFrame, params: Params | None
    ) -> None:
        """A sink that can't write in chunks says so: UnsupportedOperation.

        ``refuse(chunksize=chunksize)`` of the base class raises it.
        """
        with refused("put_dataframe(chunksize=2)", by=UnsupportedOperation):
            sink.put_dataframe(frame, params, chunksize=2)

    @rule(needs=["raw"])
    def test_raw_data_is_read_back(
        self, put_raw: Put, read_back_raw: ReadBack, raw_data: str | bytes
    ) -> None:
        """Text or bytes are read back as written; again, they replace, or append."""
        put_raw(raw_data)
        check_same(read_back_raw(), raw_data, what="what is read back")
        put_raw(raw_data[:5])
        appends = "append" in self.capabilities
        again: Any = (raw_data if appends else raw_data[:0]) + raw_data[:5]  # type: ignore[operator]
        check_same(read_back_raw(), again, what="what is there after writing again")

    @rule(needs=["raw"])
    def test_raw_data_of_the_other_kind_is_kept_or_refused(
        self, put_raw: Put, read_back_raw: ReadBack, raw_data: str | bytes
    ) -> None:
        """Text for bytes, or bytes for text, is refused, or it is written as it is.

        When it is refused, what was there stays.
        """
        put_raw(raw_data)
        other = raw_data.encode() if isinstance(raw_data, str) else "text"
        try:
            put_raw(other)
        except LaunchpadError:
            check_same(read_back_raw(), raw_data, what="the data from before")
        else:
            if "append" not in self.capabilities:
                check_same(read_back_raw(), other, what="what is read back")

    @rule(lacks=["raw"])
    def test_raw_data_is_refused(
        self, sink: DataSink, raw_data: str | bytes, params: Params | None
    ) -> None:
        """A sink that takes no raw data says so: UnsupportedOperation.

        The base class raises it; leave its method alone.
        """
        with refused("put_raw()", by=UnsupportedOperation):
            sink.put_raw(raw_data, params)

    @rule()
    def test_trying_the_destination_changes_nothing(
        self, sink: DataSink, use: Any, read: ReadBack, params: Any, tmp_path: Path
    ) -> None:
        """``try_destination()`` changes nothing, and lets pass what can be written.

        A sink that can't try without writing leaves the base class's method alone.
        """
        self._try(sink, read, tmp_path, "before anything is written")
        use(params)
        self._try(sink, read, tmp_path, "after something was written")

    @rule(needs=["frames"], lacks=["append"])
    def test_writers_at_once_leave_one_frame(
        self, put: Put, read_back: ReadBack, frame: pd.DataFrame
    ) -> None:
        """Of two threads that write at once, one frame is there at the end, whole.

        Write aside and rename, or in a transaction. One of them may be refused.
        """
        large = pd.concat([frame] * _TIMES, ignore_index=True)
        small = frame.head(1)
        for _ in range(_ROUNDS):
            written = at_once(_unless_refused(put, large), _unless_refused(put, small))
            found = read_back()
            wanted = [one for one in written if one is not None]
            assert wanted, "both of two writers are refused"
            same = [one for one in wanted if len(one) == len(found)]
            assert same, (
                f"{len(found)} rows are there after writers of {len(large)} and "
                f"{len(small)} rows"
            )
            check_same(found, same[0], what="what two writers leave", types=False)

    def _try(self, sink: DataSink, read: ReadBack, folder: Path, when: str) -> None:
        files, data = files_below(folder), _found(read)
        try:
            sink.try_destination()
        except UnsupportedOperation:
            return
        for change in changed(files, files_below(folder)):
            raise AssertionError(f"try_destination() {change}, {when}")
        assert _found(read) == data, f"try_destination() changes the data, {when}"


def _unless_refused(put: Put, frame: pd.DataFrame) -> Callable[[], pd.DataFrame | None]:
    def write() -> pd.DataFrame | None:
        try:
            put(frame)
        except LaunchpadError:
            return None
        return frame

    return write


def _found(read: ReadBack) -> str:
    """Return what is there as a text to compare, or what is told where nothing is."""
    try:
        data = read()
    except LaunchpadError as error:
        return str(error)
    return (
        data.to_json(orient="split") if isinstance(data, pd.DataFrame) else repr(data)
    )
