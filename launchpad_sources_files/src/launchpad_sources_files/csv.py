"""The types ``csv`` and ``euro_csv``: frames in text files."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from typing import Annotated, Any

import pandas as pd
from pydantic import AfterValidator

from launchpad_core.data import DataSink, DataSource, Params
from launchpad_core.errors import UnsupportedOperation
from launchpad_core.files import replacing
from launchpad_core.settings import ConfigLocation, ConfigPath
from launchpad_core.spelling import did_you_mean
from launchpad_sources_files.column_types import ColumnTypes
from launchpad_sources_files.faults import told

DIALECTS: Mapping[str, Mapping[str, str]] = {
    "csv": {},
    "euro_csv": {"sep": ";", "decimal": ","},
}


def _known_to(function: Callable[..., Any]) -> AfterValidator:
    known = set(inspect.signature(function).parameters) - {"self"}

    def check(options: dict[str, Any]) -> dict[str, Any]:
        for name in options:
            if name not in known:
                near = did_you_mean(name, known)
                raise ValueError(
                    f'{function.__qualname__} of pandas has no option "{name}"'
                    + (f"; {near}" if near else "")
                )
        return options

    return AfterValidator(check)


class CsvSource(DataSource):
    """Reads a CSV file; with ``dtypes_path``, the columns get the types kept there."""

    class Config(DataSource.Config):
        """What a section of type ``csv`` or ``euro_csv`` may say."""

        path: ConfigLocation
        """The file, or a URL that pandas can read."""
        dtypes_path: ConfigPath | None = None
        """A file with the columns' types, as a data sink writes it."""
        options: Annotated[dict[str, Any], _known_to(pd.read_csv)] = {}
        """Options for `pandas.read_csv`."""

    settings: Config

    def get_dataframe(
        self, params: Params | None = None, chunksize: int | None = None
    ) -> pd.DataFrame | Iterator[pd.DataFrame]:
        """Return the file as a frame, or as frames of ``chunksize`` rows.

        Raises:
            DataError: When it can't be read, or its columns' types don't fit.
        """
        _refuse_params(self, params)
        if chunksize is None:
            with told(self, self.settings.path, verb="read"):
                return self._read()
        return self._chunks(chunksize)

    def _read(self) -> pd.DataFrame:
        options = self._options()
        if self.settings.dtypes_path is None:
            return pd.read_csv(self.settings.path, **options)
        types = ColumnTypes.read(self.settings.dtypes_path)
        return types.read_csv(self.settings.path, options)

    def _chunks(self, chunksize: int) -> Iterator[pd.DataFrame]:
        with told(self, self.settings.path, verb="read"):
            options = {**self._options(), "chunksize": chunksize}
            if self.settings.dtypes_path is None:
                with pd.read_csv(self.settings.path, **options) as chunks:
                    yield from chunks
            else:
                types = ColumnTypes.read(self.settings.dtypes_path)
                yield from types.read_csv_in_chunks(self.settings.path, options)

    def _options(self) -> dict[str, Any]:
        return {**DIALECTS[self.settings.type], **self.options}


class CsvSink(DataSink):
    """Writes a CSV file; with ``dtypes_path``, the columns' types into another."""

    class Config(DataSink.Config):
        """What a section of type ``csv`` or ``euro_csv`` may say."""

        path: ConfigPath
        """The file; missing folders are made."""
        dtypes_path: ConfigPath | None = None
        """Where to write the columns' types, for a data source to enforce."""
        options: Annotated[dict[str, Any], _known_to(pd.DataFrame.to_csv)] = {}
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
        path = self.settings.path
        options = {"index": False, **DIALECTS[self.settings.type], **self.options}
        with told(self, str(path), verb="write"), ExitStack() as both:
            if self.settings.dtypes_path is not None:
                types = ColumnTypes.of(dataframe, na_rep=options.get("na_rep", ""))
                types_file = both.enter_context(replacing(self.settings.dtypes_path))
                types_file.write_text(types.as_csv(), encoding="utf-8", newline="")
                dataframe = types.as_written(dataframe)
            temporary = both.enter_context(replacing(path))
            dataframe.to_csv(temporary, chunksize=chunksize, **options)


def _refuse_params(resource: DataSource | DataSink, params: Params | None) -> None:
    if params:
        raise UnsupportedOperation(
            f'"{resource.id}" of type {resource.settings.type} takes no params'
        )
