"""The types ``csv`` and ``euro_csv``: frames in text files."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
from pydantic import AfterValidator, ValidationInfo, model_validator

from launchpad_core.options import check_names, parameters_of
from launchpad_core.settings import ConfigPath
from launchpad_sources_files.column_types import ColumnTypes
from launchpad_sources_files.csv_text import readable, write_behind, write_new
from launchpad_sources_files.destinations import Place
from launchpad_sources_files.frame_files import (
    FrameFileSink,
    FrameFileSource,
    check_columns,
    counted,
    explained,
)
from launchpad_sources_files.kept_types import KeptTypes, beside, kept_with, types_of
from launchpad_sources_files.locations import File, Location, protocol_of
from launchpad_sources_files.typed_csv import read_chunks, read_frame, with_named_index

DIALECTS: Mapping[str, Mapping[str, str]] = {
    "csv": {},
    "euro_csv": {"sep": ";", "decimal": ","},
}
_IN_CHUNKS = "get_dataframe(chunksize=...)"
_FOR_READING = {
    "filepath_or_buffer": '"path"',
    "storage_options": '"storage_options" of the section',
    "chunksize": _IN_CHUNKS,
    "iterator": _IN_CHUNKS,
}
_FOR_WRITING = {
    "path_or_buf": '"path"',
    "storage_options": '"storage_options" of the section',
}


def _reading(options: dict[str, Any]) -> dict[str, Any]:
    known = parameters_of(pd.read_csv)
    check_names(options, known=known, taker="read_csv of pandas", instead=_FOR_READING)
    return options


def _writing(options: dict[str, Any]) -> dict[str, Any]:
    known = parameters_of(pd.DataFrame.to_csv)
    check_names(options, known=known, taker="to_csv of pandas", instead=_FOR_WRITING)
    mode = options.get("mode", "w")
    if mode not in ("w", "a"):
        raise ValueError(f'"mode" should be "w" or "a", not {mode!r}')
    return options


def _beside(dtypes_path: Path | None, info: ValidationInfo) -> Path | None:
    beside(dtypes_path, info)
    if dtypes_path is not None and info.data.get("options", {}).get("mode") == "a":
        raise ValueError('can\'t go with the option "mode: a"')
    return dtypes_path


class CsvSource(FrameFileSource):
    """Reads CSV files; with ``dtypes_path``, the columns get the types kept there."""

    class Config(FrameFileSource.Config):
        """What a section of type ``csv`` or ``euro_csv`` may say."""

        dtypes_path: Annotated[ConfigPath | None, AfterValidator(_beside)] = None
        """A file with the columns' types, as a data sink writes it."""
        options: Annotated[dict[str, Any], AfterValidator(_reading)] = {}
        """Options for `pandas.read_csv`."""

        @model_validator(mode="after")
        def _columns_once(self) -> Any:
            if self.columns is not None and "usecols" in self.options:
                raise ValueError('"columns" can\'t go with the option "usecols"')
            return self

    settings: Config

    def explain(self) -> str:
        """Return in a line how the files are going to be read."""
        how = [f"pandas, engine {self.options.get('engine', 'c')}"]
        how.extend(counted(self.settings.columns))
        if self.settings.dtypes_path is not None:
            how.append("types kept")
        return explained(self, how)

    def read(self, file: File) -> pd.DataFrame:
        """Return a file as a frame."""
        types, options = self._types(), self._options()
        open_ = partial(readable, file, options)
        with self._columns_told(file):
            if types is not None:
                return self._ordered(read_frame(open_, file.shown, types, options))
            with open_() as (content, plan):
                return self._ordered(pd.read_csv(content, **plan))

    def read_chunks(self, file: File, chunksize: int) -> Iterator[pd.DataFrame]:
        """Yield a file as frames of so many rows."""
        types, options = self._types(), {**self._options(), "chunksize": chunksize}
        open_ = partial(readable, file, options)
        with self._columns_told(file):
            if types is not None:
                for chunk in read_chunks(open_, file.shown, types, options):
                    yield self._ordered(chunk)
                return
            with open_() as (content, plan), pd.read_csv(content, **plan) as chunks:
                for chunk in chunks:
                    yield self._ordered(chunk)

    def _types(self) -> ColumnTypes | None:
        return types_of(self, self.settings.dtypes_path, self.settings.columns)

    def _options(self) -> dict[str, Any]:
        columns = self.settings.columns
        selection = {} if columns is None else {"usecols": columns}
        return {**DIALECTS[self.settings.type], **self.options, **selection}

    def _ordered(self, frame: pd.DataFrame) -> pd.DataFrame:
        columns = self.settings.columns
        if columns is None or list(frame.columns) == columns:
            return frame
        return frame[[name for name in columns if name in frame.columns]]

    def _columns_told(self, file: File) -> _ColumnsTold:
        return _ColumnsTold(self, file)


class _ColumnsTold:
    """Names the columns that a file lacks where pandas says so in its own words."""

    def __init__(self, source: CsvSource, file: File) -> None:
        self._source = source
        self._file = file

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        columns = self._source.settings.columns
        if columns is None or not str(error).startswith("Usecols do not match"):
            return
        options = {**DIALECTS[self._source.settings.type], **self._source.options}
        with readable(self._file, options) as (content, plan):
            header = pd.read_csv(content, **{**plan, "nrows": 0}).columns
        check_columns(header, columns, self._file.shown)


class CsvSink(FrameFileSink):
    """Writes a CSV file; with ``dtypes_path``, the columns' types into another."""

    appends_at_end = True

    class Config(FrameFileSink.Config):
        """What a section of type ``csv`` or ``euro_csv`` may say."""

        dtypes_path: Annotated[ConfigPath | None, AfterValidator(_beside)] = None
        """Where to write the columns' types, for a data source to enforce."""
        options: Annotated[dict[str, Any], AfterValidator(_writing)] = {}
        """Options for `pandas.DataFrame.to_csv`; the index is left out by default."""

        @model_validator(mode="after")
        def _one_mode(self) -> Any:
            remote = protocol_of(self.path) is not None
            if "mode" in self.options and (remote or self.mode != "replace"):
                raise ValueError('"mode" can\'t be an option here; use mode: append')
            return self

    settings: Config

    def explain(self) -> str:
        """Return in a line how the file is going to be written."""
        how = ["pandas", self.settings.mode]
        if self.settings.dtypes_path is not None:
            how.append("types kept")
        return explained(self, how)

    def put(
        self, frame: pd.DataFrame, location: Location, chunksize: int | None
    ) -> None:
        """Write a frame, and its types' file with it."""
        options = self._options(chunksize)
        kept = None
        if self.settings.dtypes_path is not None:
            frame, options = with_named_index(frame, options)
            kept = KeptTypes(ColumnTypes.of(frame, options), self.settings.dtypes_path)
        with kept_with(kept, frame, self.destination(location)) as (place, types):
            if types is not None:
                frame = types.as_written(frame, options)
            self._write(frame, place, location, options)

    def _write(
        self,
        frame: pd.DataFrame,
        place: Place,
        location: Location,
        options: dict[str, Any],
    ) -> None:
        if place.old is not None:
            write_behind(frame, place, options)
            return
        old = Path(location.url)
        if options.get("mode") == "a" and old.is_file():
            shutil.copyfile(old, place.path)
        write_new(frame, place, options)

    def _options(self, chunksize: int | None) -> dict[str, Any]:
        options = {"index": False, **DIALECTS[self.settings.type], **self.options}
        return options if chunksize is None else {**options, "chunksize": chunksize}
