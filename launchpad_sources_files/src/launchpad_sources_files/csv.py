"""The types ``csv`` and ``euro_csv``: frames in text files."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
from pydantic import AfterValidator, ValidationInfo

from launchpad_core.data import DataSink, DataSource, Params
from launchpad_core.errors import DataError
from launchpad_core.files import replacing
from launchpad_core.options import check_names, parameters_of
from launchpad_core.settings import ConfigLocation, ConfigPath
from launchpad_sources_files.column_types import ColumnTypes
from launchpad_sources_files.faults import told
from launchpad_sources_files.typed_csv import read_chunks, read_frame, with_named_index

DIALECTS: Mapping[str, Mapping[str, str]] = {
    "csv": {},
    "euro_csv": {"sep": ";", "decimal": ","},
}
_IN_CHUNKS = "get_dataframe(chunksize=...)"
_FOR_READING = {
    "filepath_or_buffer": '"path"',
    "chunksize": _IN_CHUNKS,
    "iterator": _IN_CHUNKS,
}
_FOR_WRITING = {"path_or_buf": '"path"'}
_ARCHIVES = (".zip", ".tar", ".tar.gz", ".tar.xz", ".tar.bz2")


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
    if dtypes_path is None:
        return None
    if str(dtypes_path) == str(info.data.get("path")):
        raise ValueError('should be another file than "path"')
    if info.data.get("options", {}).get("mode") == "a":
        raise ValueError('can\'t go with the option "mode: a"')
    return dtypes_path


class CsvSource(DataSource):
    """Reads a CSV file; with ``dtypes_path``, the columns get the types kept there."""

    class Config(DataSource.Config):
        """What a section of type ``csv`` or ``euro_csv`` may say."""

        path: ConfigLocation
        """The file, or a URL that pandas can read."""
        dtypes_path: Annotated[ConfigPath | None, AfterValidator(_beside)] = None
        """A file with the columns' types, as a data sink writes it."""
        options: Annotated[dict[str, Any], AfterValidator(_reading)] = {}
        """Options for `pandas.read_csv`."""

    settings: Config

    def get_dataframe(
        self, params: Params | None = None, chunksize: int | None = None
    ) -> pd.DataFrame | Iterator[pd.DataFrame]:
        """Return the file as a frame, or as frames of ``chunksize`` rows.

        The file is opened with the first of them, and closed after the last one, or
        when the iterator is closed.

        Raises:
            DataError: When it can't be read, or its columns' types don't fit.
        """
        self.refuse(params=params)
        if chunksize is not None:
            return self._chunks(chunksize)
        types = self._types()
        with told(self, self.settings.path, verb="read"):
            if types is not None:
                return read_frame(self.settings.path, types, self._options())
            return pd.read_csv(self.settings.path, **self._options())

    def _chunks(self, chunksize: int) -> Iterator[pd.DataFrame]:
        types = self._types()
        options = {**self._options(), "chunksize": chunksize}
        with told(self, self.settings.path, verb="read"):
            if types is not None:
                yield from read_chunks(self.settings.path, types, options)
                return
            with pd.read_csv(self.settings.path, **options) as chunks:
                yield from chunks

    def _types(self) -> ColumnTypes | None:
        path = self.settings.dtypes_path
        if path is None:
            return None
        with told(self, str(path), verb="read", key="dtypes_path"):
            return ColumnTypes.read(path)

    def _options(self) -> dict[str, Any]:
        return {**DIALECTS[self.settings.type], **self.options}


class CsvSink(DataSink):
    """Writes a CSV file; with ``dtypes_path``, the columns' types into another."""

    class Config(DataSink.Config):
        """What a section of type ``csv`` or ``euro_csv`` may say."""

        path: ConfigPath
        """The file; missing folders are made."""
        dtypes_path: Annotated[ConfigPath | None, AfterValidator(_beside)] = None
        """Where to write the columns' types, for a data source to enforce."""
        options: Annotated[dict[str, Any], AfterValidator(_writing)] = {}
        """Options for `pandas.DataFrame.to_csv`; the index is left out by default."""

    settings: Config

    def put_dataframe(
        self,
        dataframe: pd.DataFrame,
        params: Params | None = None,
        chunksize: int | None = None,
    ) -> None:
        """Replace the file by a frame, and its types' file with it.

        Raises:
            DataError: When it can't be written; the old files stay.
        """
        self.refuse(params=params)
        if not isinstance(dataframe, pd.DataFrame):
            raise DataError(
                f'data sink "{self.id}" of type {self.settings.type} takes a '
                f"DataFrame, not {type(dataframe).__name__}"
            )
        path = self.settings.path
        options = self._options(chunksize)
        with told(self, str(path), verb="write"), ExitStack() as both:
            if self.settings.dtypes_path is not None:
                dataframe, options = with_named_index(dataframe, options)
                types = ColumnTypes.of(dataframe, options)
                dataframe = types.as_written(dataframe, options)
                # What is entered first is replaced last, so that types are never
                # newer than the data, whatever ends the process in between.
                file = both.enter_context(replacing(self.settings.dtypes_path))
                file.write_text(types.as_csv(), encoding="utf-8", newline="")
            file = both.enter_context(replacing(path))
            if options.get("mode") == "a" and path.is_file():
                shutil.copyfile(path, file)
            dataframe.to_csv(file, **{**_quoting(dataframe), **options})

    def _options(self, chunksize: int | None) -> dict[str, Any]:
        options = {
            "index": False,
            "compression": _compression(self.settings.path),
            **DIALECTS[self.settings.type],
            **self.options,
        }
        return options if chunksize is None else {**options, "chunksize": chunksize}


def _compression(path: Path) -> object:
    """Return pandas' inference, with the file's own name for what is in an archive."""
    for suffix in _ARCHIVES:
        if path.name.lower().endswith(suffix):
            method = "zip" if suffix == ".zip" else "tar"
            return {"method": method, "archive_name": path.name[: -len(suffix)]}
    return "infer"


def _quoting(frame: pd.DataFrame) -> dict[str, int]:
    """Return options that quote all texts, if pandas couldn't read one that is bare.

    That is one with a carriage return (Python quotes it from 3.13 on), one that
    looks like a byte order mark at the very beginning, and white space that looks
    like a blank line where it is the only column.
    """
    alone = frame.shape[1] == 1
    marked = str(next(iter(frame.columns), "")).startswith("\ufeff")
    if marked or any(
        "\r" in text or (alone and text.isspace()) for text in _texts(frame)
    ):
        return {"quoting": csv.QUOTE_NONNUMERIC}
    return {}


def _texts(frame: pd.DataFrame) -> Iterator[str]:
    yield from (str(name) for name in frame.columns)
    for index in range(frame.shape[1]):
        values = frame.iloc[:, index]
        if isinstance(values.dtype, pd.CategoricalDtype):
            yield from (str(category) for category in values.cat.categories)
        elif isinstance(values.dtype, pd.StringDtype) or values.dtype == object:
            yield from (value for value in values if isinstance(value, str))
