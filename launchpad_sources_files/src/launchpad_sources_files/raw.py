"""The types ``text_file`` and ``binary_file``: a file's content as it is."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, ValidationInfo

from launchpad_core.data import DataSink, DataSource, Params
from launchpad_core.errors import DataError
from launchpad_core.files import replacing
from launchpad_core.options import check_names
from launchpad_core.settings import ConfigPath
from launchpad_sources_files.faults import told

TEXT = "text_file"
BINARY = "binary_file"
_OPTIONS = {
    TEXT: ("encoding", "errors", "newline", "buffering"),
    BINARY: ("buffering",),
}


def _known(options: dict[str, Any], info: ValidationInfo) -> dict[str, Any]:
    type_ = info.data.get("type", TEXT)
    check_names(options, known=_OPTIONS[type_], taker=type_)
    return options


class RawFileSource(DataSource):
    """Reads a whole file: a text file as str, a binary file as bytes."""

    class Config(DataSource.Config):
        """What a section of type ``text_file`` or ``binary_file`` may say."""

        path: ConfigPath
        """The file."""
        options: Annotated[dict[str, Any], AfterValidator(_known)] = {}
        """Options for Python's `open`: `encoding` (UTF-8), `errors`, `newline`."""

    settings: Config

    def get_raw(
        self, params: Params | None = None, chunksize: int | None = None
    ) -> str | bytes:
        """Return the file's content.

        Raises:
            DataError: When it can't be read.
        """
        self.refuse(params=params, chunksize=chunksize)
        path = self.settings.path
        with (
            told(self, str(path), verb="read"),
            path.open("r" + _mode(self), **_opening(self)) as file,
        ):
            content: str | bytes = file.read()
        return content


class RawFileSink(DataSink):
    """Writes a whole file: str into a text file, bytes into a binary file."""

    class Config(DataSink.Config):
        """What a section of type ``text_file`` or ``binary_file`` may say."""

        path: ConfigPath
        """The file; missing folders are made."""
        options: Annotated[dict[str, Any], AfterValidator(_known)] = {}
        """Options for Python's `open`: `encoding` (UTF-8), `errors`, `newline`."""

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
        self.refuse(params=params, chunksize=chunksize)
        text = self.settings.type == TEXT
        if not isinstance(raw_data, str if text else (bytes, bytearray, memoryview)):
            raise DataError(
                f'data sink "{self.id}" of type {self.settings.type} takes '
                f"{'str' if text else 'bytes'}, not {type(raw_data).__name__}"
            )
        path = self.settings.path
        with told(self, str(path), verb="write"), replacing(path) as place:
            _write(place, raw_data, "w" + _mode(self), _opening(self))


def _write(
    path: Path, data: str | bytes, mode: str, opening: Mapping[str, Any]
) -> None:
    with path.open(mode, **opening) as file:
        file.write(data)


def _mode(resource: RawFileSource | RawFileSink) -> str:
    return "" if resource.settings.type == TEXT else "b"


def _opening(resource: RawFileSource | RawFileSink) -> dict[str, Any]:
    default = {"encoding": "utf-8"} if resource.settings.type == TEXT else {}
    return {**default, **resource.options}
