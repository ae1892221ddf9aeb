"""Sources and sinks that break a rule of their contract are caught, and told why."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from threading import get_ident
from time import sleep
from typing import Any, ClassVar

import pandas as pd
import pytest
from broken_rules import broken

from launchpad_core import DataSink, DataSource
from launchpad_core.data import Params
from launchpad_core.errors import DataError
from launchpad_core.settings import ConfigPath
from launchpad_core.testing import DataSinkContract, DataSourceContract

BOTH = ("frames", "chunks")


def frame() -> pd.DataFrame:
    return pd.DataFrame({"a": [1, 2, 3], "b": ["x", "y", "z"]})


class Good(DataSource):
    """Keeps to the contract; each test breaks one of its methods."""

    class Config(DataSource.Config):
        """What its section may say."""

        day: int | None = None
        """Asks for the param ``day``, if it is there."""

    settings: Config

    @property
    def asked(self) -> frozenset[str]:
        return frozenset(["day"] if self.settings.day else [])

    def get_dataframe(
        self, params: Params | None = None, chunksize: int | None = None
    ) -> Any:
        self.check_params(params, self.asked, key="day")
        self.check_chunksize(chunksize)
        return self.whole() if chunksize is None else self.chunks(chunksize)

    def whole(self) -> pd.DataFrame:
        return frame()

    def chunks(self, size: int) -> Iterator[pd.DataFrame]:
        whole = frame()
        for start in range(0, len(whole), size):
            yield whole[start : start + size].copy()


class GoodRaw(DataSource):
    def get_raw(self, params: Any = None, chunksize: Any = None) -> Any:
        self.refuse(params=params, chunksize=chunksize)
        return "text"


class GoodSink(DataSink):
    """Keeps to the contract."""

    class Config(DataSink.Config):
        """What its section may say."""

        path: ConfigPath
        """The file."""

    settings: Config

    def put_dataframe(
        self,
        dataframe: pd.DataFrame,
        params: Params | None = None,
        chunksize: int | None = None,
    ) -> None:
        self.refuse(params=params, chunksize=chunksize)
        if not isinstance(dataframe, pd.DataFrame):
            raise DataError(f"no frame, but {type(dataframe).__name__}")
        self.write(dataframe)

    def write(self, dataframe: pd.DataFrame) -> None:
        path = self.settings.path
        beside = path.with_name(f"{id(dataframe)}.new")
        dataframe.reset_index(drop=True).to_pickle(beside)
        beside.replace(path)


class Pickled(DataSource):
    class Config(DataSource.Config):
        """What its section may say."""

        path: ConfigPath
        """The file."""

    settings: Config

    def get_dataframe(self, params: Any = None, chunksize: Any = None) -> Any:
        try:
            return pd.read_pickle(self.settings.path)
        except (OSError, EOFError) as error:
            raise DataError(type(error).__name__) from error


def found(
    source: type[DataSource],
    rule: str,
    *,
    able: Collection[str] = BOTH,
    written: Mapping[str, Any] = {},
) -> str:
    """Return what the contract finds by a rule, and "" if it finds nothing."""

    class Tested(DataSourceContract):
        type = "tested"
        capabilities: ClassVar[Collection[str]] = able

        @pytest.fixture
        def implementation(self) -> Any:
            return source

        @pytest.fixture
        def section(self) -> Mapping[str, Any]:
            return written

        @pytest.fixture
        def params(self) -> Params | None:
            return {"day": 1} if "params" in self.capabilities else None

        @pytest.fixture
        def expected(self) -> Any:
            return frame() if "frames" in self.capabilities else None

    return broken(Tested, only=[f"test_{rule}"]).get(f"test_{rule}", "")


def found_of(sink: type[DataSink], rule: str, *, able: Collection[str] = ()) -> str:
    """Return what the contract of sinks finds by a rule."""
    tested = contract_of(sink, able=able)
    return broken(tested, only=[f"test_{rule}"]).get(f"test_{rule}", "")


def contract_of(
    sink: type[DataSink], *, able: Collection[str] = ()
) -> type[DataSinkContract]:
    """Return the contract of a sink, as its author would test it."""

    class Tested(DataSinkContract):
        type = "tested"
        capabilities: ClassVar[Collection[str]] = ("frames", *able)

        @pytest.fixture
        def implementation(self) -> Any:
            return sink

        @pytest.fixture
        def section(self) -> Mapping[str, Any]:
            return {"path": "data.pickle"}

        @pytest.fixture
        def source(self, written: Any) -> DataSource:
            return Pickled("read_back", written)

    return Tested


def test_good_ones_break_nothing() -> None:
    class Source(DataSourceContract):
        type = "tested"
        capabilities = BOTH

        @pytest.fixture
        def implementation(self) -> Any:
            return Good

        @pytest.fixture
        def section(self) -> Mapping[str, Any]:
            return {}

    assert broken(Source) == {}
    assert broken(contract_of(GoodSink)) == {}


class LosesRows(Good):
    def chunks(self, size: int) -> Iterator[pd.DataFrame]:
        whole = frame()
        for start in range(0, len(whole) - size + 1, size):
            yield whole[start : start + size].copy()


class Reorders(Good):
    def chunks(self, size: int) -> Iterator[pd.DataFrame]:
        return (chunk[["b", "a"]] for chunk in super().chunks(size))


class OtherTypes(Good):
    def chunks(self, size: int) -> Iterator[pd.DataFrame]:
        return (chunk.astype({"a": "float64"}) for chunk in super().chunks(size))


class TooLarge(Good):
    def chunks(self, size: int) -> Iterator[pd.DataFrame]:
        return super().chunks(size + 1)


class ListOfChunks(Good):
    def chunks(self, size: int) -> Any:
        return list(super().chunks(size))


class SharesFrame(Good):
    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.kept = frame()

    def whole(self) -> pd.DataFrame:
        return self.kept


class SharesChunks(SharesFrame):
    def whole(self) -> pd.DataFrame:
        return self.kept.copy(deep=True)

    def chunks(self, size: int) -> Iterator[pd.DataFrame]:
        self.pieces: list[pd.DataFrame] = getattr(self, "pieces", [self.kept])
        yield from self.pieces


class OneReader(SharesFrame):
    def chunks(self, size: int) -> Iterator[pd.DataFrame]:
        self.row = getattr(self, "row", 0)
        while self.row < 3:
            self.row += size
            yield self.kept[self.row - size : self.row].copy()
        self.row = 0


class NoTable(Good):
    def whole(self) -> pd.DataFrame:
        return frame().set_index("a")


class Doubles(Good):
    def whole(self) -> pd.DataFrame:
        return frame().set_axis(["a", "a"], axis=1)


class Differs(SharesFrame):
    def whole(self) -> pd.DataFrame:
        self.kept = self.kept[::-1].reset_index(drop=True)
        return self.kept.copy()


class TakesAnything(Good):
    def get_dataframe(self, params: Any = None, chunksize: Any = None) -> Any:
        return self.whole() if chunksize is None else self.chunks(int(chunksize) or 1)


class ChangesParams(Good):
    def get_dataframe(self, params: Any = None, chunksize: Any = None) -> Any:
        (params or {}).pop("day", None)
        return frame()


class OneCallAtATime(Good):
    def whole(self) -> pd.DataFrame:
        self.reader = get_ident()
        sleep(0.01)
        return frame() if self.reader == get_ident() else frame().head(1)


class OpensAtOnce(Good):
    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        Path(self.config.folder, "lock").write_text("")  # type: ignore[attr-defined]


class Talks(Good):
    def explain(self) -> str:
        return "one\ntwo"


class AskedForNothing(Good):
    @property
    def asked(self) -> frozenset[str]:
        return frozenset()


class ShowsSecret(Good):
    class Config(Good.Config):
        """What its section may say."""

        password_var: str
        """The variable."""

    def explain(self) -> str:
        return "logs in by tulip-7"


@pytest.mark.parametrize(
    ("source", "rule", "told"),
    [
        (LosesRows, "chunks_put_together_are_the_frame", "2 of 3 came, 2 at a time"),
        (Reorders, "chunks_have_the_columns_of_the_frame", "another order: b, a"),
        (OtherTypes, "chunks_have_the_columns_of_the_frame", '"a" is of type float64'),
        (TooLarge, "chunks_have_so_many_rows", "a chunk of 1 has 2 rows"),
        (ListOfChunks, "chunks_have_so_many_rows", "list instead of an iterator"),
        (OneReader, "chunks_can_be_left_half_way", "of 3 rows"),
        (SharesChunks, "chunks_belong_to_their_taker", "a chunk is shared"),
        (SharesFrame, "frames_belong_to_their_taker", "a frame is shared"),
        (NoTable, "frames_are_plain_tables", "instead of 0, 1, 2"),
        (Doubles, "frames_are_plain_tables", 'several columns are named "a"'),
        (Doubles, "data_is_what_is_expected", "columns are a, a instead of a, b"),
        (Differs, "frames_are_the_same_each_time", 'the column "a" has'),
        (TakesAnything, "unknown_params_are_refused", "is not refused"),
        (TakesAnything, "bad_chunksizes_are_refused", "(chunksize=0) is not refused"),
        (OneCallAtATime, "threads_may_share_a_source", "1 of 3 rows"),
        (OpensAtOnce, "making_it_touches_no_data", "it opens lock"),
        (Talks, "explain_is_one_line", "several lines"),
    ],
)
def test_source_that_breaks_a_rule(
    source: type[DataSource], rule: str, told: str
) -> None:
    assert told in found(source, rule)


@pytest.mark.parametrize(
    ("source", "able", "rule", "told"),
    [
        (Good, ("frames",), "chunksize_is_refused", "is not refused"),
        (Good, ("raw",), "frames_are_refused", "is not refused"),
        (Good, ("raw",), "raw_data_is_text_or_bytes", "UnsupportedOperation"),
        (GoodRaw, ("frames",), "raw_data_is_refused", "is not refused"),
        (GoodRaw, ("frames",), "frames_are_plain_tables", "UnsupportedOperation"),
    ],
)
def test_capability_that_lies(
    source: type[DataSource], able: Collection[str], rule: str, told: str
) -> None:
    assert told in found(source, rule, able=able)


@pytest.mark.parametrize(
    ("source", "rule", "told"),
    [
        (TakesAnything, "missing_params_are_refused", "without params is not refused"),
        (ChangesParams, "params_stay_as_they_are", "params are {} after the call"),
        (AskedForNothing, "asked_names_the_params", "asked is empty instead of day"),
    ],
)
def test_source_that_has_its_own_way_with_params(
    source: type[DataSource], rule: str, told: str
) -> None:
    able = ("frames", "params")
    assert told in found(source, rule, able=able, written={"day": 1})
    assert found(Good, rule, able=able, written={"day": 1}) == ""


def test_secret_that_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THEIR_PW", "tulip-7")

    told = found(
        ShowsSecret, "secrets_are_not_shown", written={"password_var": "THEIR_PW"}
    )
    assert told == "explain() shows what password_var names"


def test_keys_that_are_swallowed() -> None:
    class Swallows(Good):
        def __init__(self, name: str, section: Any, *more: Any) -> None:
            super().__init__(name, {"type": section["type"]}, *more)

    assert "not refused" in found(Swallows, "unknown_keys_are_refused")


def test_config_that_forgets_expires() -> None:
    class Forgets(Good):
        class Config(DataSource.__mro__[1].Config):  # type: ignore[misc, name-defined]
            """What its section may say."""

            day: int | None = None
            """A day."""

    assert "expires" in found(Forgets, "cached_frames_belong_to_their_taker")


class LosesTheLastRow(GoodSink):
    def write(self, dataframe: pd.DataFrame) -> None:
        super().write(dataframe.iloc[: max(len(dataframe) - 1, 1)])


class WritesTheIndex(GoodSink):
    def write(self, dataframe: pd.DataFrame) -> None:
        super().write(dataframe.reset_index())


class ChangesTheFrame(GoodSink):
    def write(self, dataframe: pd.DataFrame) -> None:
        dataframe["extra"] = 1
        super().write(dataframe.drop(columns="extra"))


class Appends(GoodSink):
    def write(self, dataframe: pd.DataFrame) -> None:
        old = self.settings.path
        parts = [pd.read_pickle(old)] if old.exists() else []
        super().write(pd.concat([*parts, dataframe]))


class TriesByWriting(GoodSink):
    def try_destination(self) -> None:
        self.settings.path.write_bytes(b"")


class TriesInVain(GoodSink):
    def try_destination(self) -> None:
        raise DataError("the server is away")


class WritesBeforeItLooks(GoodSink):
    def put_dataframe(
        self, dataframe: Any, params: Any = None, chunksize: Any = None
    ) -> None:
        self.settings.path.write_bytes(b"")
        super().put_dataframe(dataframe, params, chunksize)


class WritesInPieces(Appends):
    def write(self, dataframe: pd.DataFrame) -> None:
        self.settings.path.unlink(missing_ok=True)
        sleep(0.01)
        super().write(dataframe.iloc[:1])
        super().write(dataframe.iloc[1:])


@pytest.mark.parametrize(
    ("sink", "able", "rule", "told"),
    [
        (LosesTheLastRow, (), "frames_are_read_back", "2 of 3 rows"),
        (WritesTheIndex, (), "frames_are_read_back", "the columns are index, number"),
        (ChangesTheFrame, (), "frames_stay_as_they_are", "frame is changed"),
        (Appends, (), "frames_are_replaced", "4 of 1 rows"),
        (GoodSink, ["append"], "frames_are_appended", "of 5 rows"),
        (GoodSink, ["chunks"], "chunks_write_the_same", "UnsupportedOperation"),
        (GoodSink, ["raw"], "raw_data_is_read_back", "UnsupportedOperation"),
        (TriesByWriting, (), "trying_the_destination_changes_nothing", "data.pickle"),
        (TriesInVain, (), "trying_the_destination_changes_nothing", "server is away"),
        (WritesBeforeItLooks, (), "what_is_no_frame_leaves_the_old_data", "EOFError"),
        (WritesInPieces, (), "writers_at_once_leave_one_frame", "rows are there"),
    ],
)
def test_sink_that_breaks_a_rule(
    sink: type[DataSink], able: Collection[str], rule: str, told: str
) -> None:
    assert told in found_of(sink, rule, able=able)
