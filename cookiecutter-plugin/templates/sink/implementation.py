"""The data sink `{{ cookiecutter.type }}`."""

from __future__ import annotations

import os
from collections.abc import Hashable, Mapping
from typing import Any
from urllib.parse import quote

import pandas as pd
from launchpad_core import ConfigPath, DataError, DataSink, Params, replacing


class {{ cookiecutter.__class }}(DataSink):
    """Writes a text file with a record on each line: ``city=Oslo degrees=-3.5``.

    What would end a name or value is written as in URLs: a space is ``%20``.
    """

    class Config(DataSink.Config):
        """What its section may say, besides what that of every data sink may."""

        path: ConfigPath
        """The file; a relative path starts at the config's folder. It is replaced."""

    settings: Config

    def put_dataframe(
        self,
        dataframe: pd.DataFrame,
        params: Params | None = None,
        chunksize: int | None = None,
    ) -> None:
        """Write each row as a record; a missing value is left out."""
        self.refuse(params=params, chunksize=chunksize)
        if not isinstance(dataframe, pd.DataFrame):
            raise TypeError(f"this is no frame, but a {type(dataframe).__name__}")
        lines = [self._line(record) for record in dataframe.to_dict("records")]
        try:
            with replacing(self.settings.path) as temporary:
                temporary.write_text("".join(lines), "utf-8")
        except OSError as error:
            raise self._unwritable(error.strerror) from error

    def try_destination(self) -> None:
        """Raise what would keep the file from being written."""
        path = self.settings.path
        if path.is_dir():
            raise self._unwritable("it is a folder")
        there = next(folder for folder in path.parents if folder.exists())
        if not there.is_dir() or not os.access(there, os.W_OK):
            raise self._unwritable(f"{there} is no folder that can be written to")

    def _line(self, record: Mapping[Hashable, Any]) -> str:
        fields = [
            f"{quote(str(name))}={quote(str(value))}"
            for name, value in record.items()
            if not pd.isna(value)
        ]
        return " ".join(fields) + "\n"

    def _unwritable(self, why: str | None) -> DataError:
        return DataError(
            f"{self.shown_name}: can't write {self.settings.path}: {why}",
            hint="check path: in its section",
        )
