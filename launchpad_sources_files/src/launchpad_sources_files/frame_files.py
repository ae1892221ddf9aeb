"""What all sources and sinks of frames in files have in common."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from pydantic import AfterValidator, Field

from launchpad_core.data import DataSink, DataSource, Params
from launchpad_core.errors import DataError
from launchpad_core.settings import ConfigLocation
from launchpad_sources_files.destinations import Mode, Place, destination
from launchpad_sources_files.faults import told
from launchpad_sources_files.locations import File, Location, protocol_of
from launchpad_sources_files.placeholders import checked, filled, placeholders
from launchpad_sources_files.trials import try_file

if TYPE_CHECKING:
    import pandas as pd


def no_doubles(columns: list[str] | None) -> list[str] | None:
    """Return names of columns, as a validator of settings."""
    doubles = [name for name in columns or () if (columns or []).count(name) > 1]
    if doubles:
        raise ValueError(f'names "{doubles[0]}" twice')
    return columns


def for_writing(path: str) -> str:
    """Return where a sink may write, as a validator of settings."""
    if protocol_of(path) in ("http", "https"):
        raise ValueError(f"files can't be written to a web server: {path}")
    return checked(path)


SourcePath = Annotated[ConfigLocation, AfterValidator(checked)]
SinkPath = Annotated[ConfigLocation, AfterValidator(for_writing)]
StorageOptions = Mapping[str, Any]


def location_of(resource: DataSource | DataSink, params: Params | None) -> Location:
    """Return where a section's ``path`` leads with these params.

    Raises:
        DataError: When params are missing, not asked for, or can't be in a path.
    """
    settings: Any = resource.settings
    asked = placeholders(settings.path)
    resource.check_params(params, asked, key="path")
    with told(resource, settings.path, verb="use"):
        path = filled(settings.path, params or {})
    return Location.of(path, settings.storage_options)


def counted(columns: list[str] | None) -> list[str]:
    """Return in words how many columns are read, if not all of them."""
    if columns is None:
        return []
    return [f"{len(columns)} column{'s' if len(columns) > 1 else ''}"]


def explained(resource: DataSource | DataSink, how: Iterable[str]) -> str:
    """Return in a line how a resource reads or writes."""
    settings: Any = resource.settings
    protocol = protocol_of(settings.path)
    return ", ".join([*how, *([f"fsspec {protocol}"] if protocol else [])])


class FrameFileSource(DataSource):
    """Reads frames from a file, from those of a folder, or from those of a pattern."""

    class Config(DataSource.Config):
        """What a section for frames in files may say."""

        path: SourcePath
        """A file, a folder or a pattern such as `data/*.csv`; here or behind a URL."""
        storage_options: dict[str, Any] = {}
        """Options for fsspec's file system; `key_var: NAME` is read at NAME."""
        columns: Annotated[
            list[str] | None, Field(min_length=1), AfterValidator(no_doubles)
        ] = None
        """The columns to read, in this order; all of them if it isn't written."""

    settings: Config

    @property
    def asked(self) -> frozenset[str]:
        """The names of the placeholders in ``path``."""
        return frozenset(placeholders(self.settings.path))

    def get_dataframe(
        self, params: Params | None = None, chunksize: int | None = None
    ) -> pd.DataFrame | Iterator[pd.DataFrame]:
        """Return the files as one frame, or as frames of ``chunksize`` rows.

        A file is opened with the first frame of it, and closed after its last one, or
        when the iterator is closed.

        Raises:
            DataError: When they can't be read, or don't belong together.
        """
        from launchpad_sources_files.together import one_after_the_other, together

        location = location_of(self, params)
        if chunksize is None:
            with self._told(location.shown):
                files = location.files()
            return together([(file.shown, self._whole(file)) for file in files])
        self.check_chunksize(chunksize)
        return one_after_the_other(self._pieces(location, chunksize))

    def _pieces(
        self, location: Location, chunksize: int
    ) -> Iterator[tuple[str, Generator[pd.DataFrame, None, None]]]:
        with self._told(location.shown):
            files = location.files()
        for file in files:
            yield file.shown, self._chunks(file, chunksize)

    def _whole(self, file: File) -> pd.DataFrame:
        with self._told(file.shown):
            return self.read(file)

    def _chunks(
        self, file: File, chunksize: int
    ) -> Generator[pd.DataFrame, None, None]:
        with self._told(file.shown):
            yield from self.read_chunks(file, chunksize)

    def _told(self, shown: str) -> Any:
        return told(self, shown, verb="read")

    @abstractmethod
    def read(self, file: File) -> pd.DataFrame:
        """Return a file as a frame."""

    def read_chunks(self, file: File, chunksize: int) -> Iterator[pd.DataFrame]:
        """Yield a file as frames of so many rows; here it is read whole."""
        frame = self.read(file)
        for start in range(0, max(len(frame), 1), chunksize):
            yield frame.iloc[start : start + chunksize].copy()


class FrameFileSink(DataSink):
    """Writes frames into a file."""

    appends_at_end: ClassVar[bool] = False
    """Whether a frame is appended by writing behind what is there."""

    class Config(DataSink.Config):
        """What a section for frames in files may say."""

        path: SinkPath
        """The file, here or behind a URL; missing folders are made."""
        storage_options: dict[str, Any] = {}
        """Options for fsspec's file system; `key_var: NAME` is read at NAME."""
        mode: Mode = "replace"
        """What to do if there is such a file: `replace`, `append`, or `error`."""

    settings: Config

    @property
    def asked(self) -> frozenset[str]:
        """The names of the placeholders in ``path``."""
        return frozenset(placeholders(self.settings.path))

    def put_dataframe(
        self,
        dataframe: pd.DataFrame,
        params: Params | None = None,
        chunksize: int | None = None,
    ) -> None:
        """Write a frame into the file.

        Raises:
            DataError: When it can't be written; the old file stays.
        """
        import pandas as pd

        location = location_of(self, params)
        self.check_chunksize(chunksize)
        if not isinstance(dataframe, pd.DataFrame):
            raise DataError(
                f"{self.shown_name} of type {self.settings.type} takes a "
                f"DataFrame, not {type(dataframe).__name__}"
            )
        with told(self, location.shown, verb="write"):
            self.put(dataframe, location, chunksize)

    def try_destination(self) -> None:
        """Raise now what would keep this from writing; change nothing.

        Raises:
            DataError: When the file couldn't be written.
        """
        try_file(self, more=[getattr(self.settings, "dtypes_path", None)])

    @abstractmethod
    def put(
        self, frame: pd.DataFrame, location: Location, chunksize: int | None
    ) -> None:
        """Write a frame to its destination, ``chunksize`` rows at a time."""

    def destination(self, location: Location) -> AbstractContextManager[Place]:
        """Return a context with the place to write to."""
        mode, at_end = self.settings.mode, self.appends_at_end
        return destination(location, mode, at_end=at_end)


def selected(
    frame: pd.DataFrame, columns: list[str] | None, shown: str
) -> pd.DataFrame:
    """Return the columns that a section asks for, in its order."""
    if columns is None:
        return frame
    check_columns(frame.columns, columns, shown)
    return frame[columns]


def check_columns(there: Iterable[Any], columns: Iterable[str], shown: str) -> None:
    """Check that a file has columns.

    Raises:
        DataError: When it has not all of them.
    """
    known = [str(name) for name in there]
    missing = [name for name in columns if name not in known]
    if missing:
        raise DataError(
            f"{shown} has no column {', '.join(missing)}",
            hint=f"it has {', '.join(known)}" if known else None,
        )


def chunks_of(frame: pd.DataFrame, chunksize: int | None) -> Iterator[pd.DataFrame]:
    """Yield a frame in pieces of so many rows; at least one, with its columns."""
    size = chunksize or max(len(frame), 1)
    for start in range(0, max(len(frame), 1), size):
        yield frame.iloc[start : start + size]
