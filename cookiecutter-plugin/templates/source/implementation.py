"""The data source `{{ cookiecutter.type }}`."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import IO, Literal
from urllib.parse import unquote

import pandas as pd
from launchpad_core import DataError, DataSource
from launchpad_core.data import Params
from launchpad_core.settings import ConfigPath

DTYPES = {"text": "object", "number": "float64"}


class {{ cookiecutter.__class }}(DataSource):
    """Reads a text file with a record on each line: ``city=Oslo degrees=-3.5``.

    What would end a name or a value is written as in URLs: a space is ``%20``.
    """

    class Config(DataSource.Config):
        """What its section may say, besides what that of every data source may."""

        path: ConfigPath
        """The file; a relative path starts at the config's folder."""
        columns: dict[str, Literal["text", "number"]]
        """The columns and what they hold, such as `{city: text, degrees: number}`."""

    settings: Config

    def get_dataframe(
        self, params: Params | None = None, chunksize: int | None = None
    ) -> pd.DataFrame | Iterator[pd.DataFrame]:
        """Return all records as a frame, or as frames of ``chunksize`` rows."""
        self.refuse(params=params)
        self.check_chunksize(chunksize)
        if chunksize is not None:
            return self._chunks(chunksize)
        with self._opened() as file:
            return self._frame(list(file))

    def _chunks(self, rows: int) -> Iterator[pd.DataFrame]:
        with self._opened() as file:
            while lines := list(islice(file, rows)):
                yield self._frame(lines)

    def _opened(self) -> IO[str]:
        path = self.settings.path
        try:
            return path.open(encoding="utf-8")
        except OSError as error:
            raise DataError(
                f"{self.shown_name}: can't read {path}: {error.strerror}",
                hint="check path: in its section",
            ) from error

    def _frame(self, lines: list[str]) -> pd.DataFrame:
        columns = self.settings.columns
        frame = pd.DataFrame(map(_record, lines), columns=list(columns))
        try:
            return frame.astype({name: DTYPES[kind] for name, kind in columns.items()})
        except ValueError as error:
            raise DataError(f"{self.shown_name}: no number: {error}") from error


def _record(line: str) -> dict[str, str]:
    fields = (field.partition("=") for field in line.split())
    return {unquote(name): unquote(value) for name, _, value in fields}
