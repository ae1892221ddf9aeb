"""The types ``text_file`` and ``binary_file``: a file's content as it is."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from launchpad_core.data import DataSink, DataSource, Params
from launchpad_core.errors import DataError, UnsupportedOperation
from launchpad_core.files import replacing
from launchpad_core.settings import ConfigPath
from launchpad_sources_files.faults import told

TEXT = "text_file"


class RawFileSource(DataSource):
    """Reads a whole file: a text file as str, a binary file as bytes."""

    class Config(DataSource.Config):
        """What a section of type ``text_file`` or ``binary_file`` may say."""

        path: ConfigPath
        """The file."""
        options: dict[str, Any] = {}
        """For text files: `encoding` (UTF-8), `errors` and `newline` of `open`."""

    settings: Config

    def get_raw(
        self, params: Params | None = None, chunksize: int | None = None
    ) -> str | bytes:
        """Return the file's content.

        Raises:
            DataError: When it can't be read.
        """
        _refuse(self, params, chunksize)
        path = self.settings.path
        with told(self, str(path), verb="read"):
            if self.settings.type != TEXT:
                return path.read_bytes()
            with path.open(**_text_mode(self.options)) as file:
                text: str = file.read()
            return text


class RawFileSink(DataSink):
    """Writes a whole file: str into a text file, bytes into a binary file."""

    class Config(DataSink.Config):
        """What a section of type ``text_file`` or ``binary_file`` may say."""

        path: ConfigPath
        """The file; missing folders are made."""
        options: dict[str, Any] = {}
        """For text files: `encoding` (UTF-8), `errors` and `newline` of `open`."""

    settings: Config

    def put_raw(
        self,
        raw_data: str | bytes,
        params: Params | None = None,
        chunksize: int | None = None,
    ) -> None:
        """Replace the file's content.

        Raises:
            DataError: When it can't be written; the old file stays.
        """
        _refuse(self, params, chunksize)
        expected = str if self.settings.type == TEXT else bytes
        if not isinstance(raw_data, expected):
            raise DataError(
                f'data sink "{self.id}" of type {self.settings.type} takes '
                f"{expected.__name__}, not {type(raw_data).__name__}"
            )
        path = self.settings.path
        with told(self, str(path), verb="write"), replacing(path) as temporary:
            _write(temporary, raw_data, self.options)


def _write(path: Path, data: str | bytes, options: Mapping[str, Any]) -> None:
    if isinstance(data, bytes):
        path.write_bytes(data)
        return
    with path.open(**{**_text_mode(options), "mode": "w"}) as file:
        file.write(data)


def _text_mode(options: Mapping[str, Any]) -> dict[str, Any]:
    return {"mode": "r", "encoding": "utf-8", **options}


def _refuse(
    resource: DataSource | DataSink, params: Params | None, chunksize: int | None
) -> None:
    for name, value in (("params", params), ("chunksize", chunksize)):
        if value:
            raise UnsupportedOperation(
                f'"{resource.id}" of type {resource.settings.type} takes no {name}'
            )
