"""The data source `{{ cookiecutter.type }}`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from urllib.parse import unquote

import pandas as pd
from launchpad_core import ConfigPath, DataError, DataSource, Params


class {{ cookiecutter.__class }}(DataSource):
    """Reads a text file with a record on each line: ``city=Oslo degrees=-3.5``.

    What would end a value is written as in URLs: a space is ``%20``.
    """

    class Config(DataSource.Config):
        """What its section may say, besides what that of every data source may."""

        path: ConfigPath
        """The file; a relative path starts at the config's folder."""
        columns: list[str]
        """The columns, in the order that frames have them in."""
        numbers: list[str] = []
        """Which of them hold numbers; the others hold text."""

    settings: Config

    def get_dataframe(
        self, params: Params | None = None, chunksize: int | None = None
    ) -> pd.DataFrame | Iterator[pd.DataFrame]:
        """Return all records as a frame, or as frames of ``chunksize`` rows."""
        self.refuse(params=params)
        self.check_chunksize(chunksize)
        lines = self._lines()
        if chunksize is None:
            return self._frame(lines)
        return map(self._frame, iter(lambda: list(islice(lines, chunksize)), []))

    def _lines(self) -> Iterator[str]:
        try:
            with self.settings.path.open(encoding="utf-8") as file:
                yield from file
        except (OSError, UnicodeDecodeError) as error:
            raise DataError(f"{self.shown_name} can't be read: {error}") from error

    def _frame(self, lines: Iterable[str]) -> pd.DataFrame:
        split = ((field.partition("=") for field in line.split()) for line in lines)
        records = [{name: unquote(value) for name, _, value in it} for it in split]
        frame = pd.DataFrame(records, columns=self.settings.columns)
        try:
            return frame.astype(dict.fromkeys(self.settings.numbers, float))
        except (KeyError, ValueError) as error:
            raise DataError(f"{self.shown_name}: no number: {error}") from error
