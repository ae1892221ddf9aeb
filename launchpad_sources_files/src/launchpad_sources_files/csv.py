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
from launchpad_core.errors import DataError, UnsupportedOperation
from launchpad_core.settings import ConfigLocation
from launchpad_sources_files.column_types import ColumnTypes
from launchpad_sources_files.faults import told
from launchpad_sources_files.options import check_names, parameters_of
from launchpad_sources_files.targets import LocalPath, target
from launchpad_sources_files.typed_csv import read_chunks, read_frame, with_named_index

DIALECTS: Mapping[str, Mapping[str, str]] = {
    "csv": {},
    "euro_csv": {"sep": ";", "decimal": ","},
}
_READING = parameters_of(pd.read_csv) - {"filepath_or_buffer", "chunksize", "iterator"}
_WRITING = parameters_of(pd.DataFrame.to_csv) - {"path_or_buf"}
_ARCHIVES = (".zip", ".tar", ".tar.gz", ".tar.xz", ".tar.bz2")


def _reading(options: dict[str, Any]) -> dict[str, Any]:
    check_names(options, known=_READING, taker="read_csv of pandas")
    return options


def _writing(options: dict[str, Any]) -> dict[str, Any]:
    check_names(options, known=_WRITING, taker="to_csv of pandas")
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
        dtypes_path: Annotated[LocalPath | None, AfterValidator(_beside)] = None
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
        _refuse_params(self, params)
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

        path: LocalPath
        """The file; missing folders are made."""
        dtypes_path: Annotated[LocalPath | None, AfterValidator(_beside)] = None
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
        _refuse_params(self, params)
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
                file = both.enter_context(target(self.settings.dtypes_path))
                file.write_text(types.as_csv(), encoding="utf-8", newline="")
            file = both.enter_context(target(path))
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
    """Return options that keep what Python's csv leaves bare and pandas can't read.

    That is a carriage return in a text (before Python 3.13), and what looks like a
    byte order mark at the very beginning.
    """
    bare = str(next(iter(frame.columns), "")).startswith("\ufeff")
    if bare or any(
        _has_carriage_return(frame.iloc[:, i]) for i in range(frame.shape[1])
    ):
        return {"quoting": csv.QUOTE_NONNUMERIC}
    return {}


def _has_carriage_return(column: pd.Series[Any]) -> bool:
    if "\r" in str(column.name):
        return True
    if isinstance(column.dtype, pd.CategoricalDtype):
        return any("\r" in str(category) for category in column.cat.categories)
    if not isinstance(column.dtype, pd.StringDtype) and column.dtype != object:
        return False
    return any(isinstance(value, str) and "\r" in value for value in column)


def _refuse_params(resource: DataSource | DataSink, params: Params | None) -> None:
    if params:
        raise UnsupportedOperation(
            f'"{resource.id}" of type {resource.settings.type} takes no params'
        )
