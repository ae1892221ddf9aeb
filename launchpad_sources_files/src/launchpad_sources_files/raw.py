"""The types ``text_file`` and ``binary_file``: a file's content as it is."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Annotated, Any

from pydantic import AfterValidator, ValidationInfo

from launchpad_core.data import DataSink, DataSource, Params
from launchpad_core.errors import DataError
from launchpad_core.options import check_names
from launchpad_sources_files.destinations import Mode, destination
from launchpad_sources_files.faults import told
from launchpad_sources_files.frame_files import (
    SinkPath,
    SourcePath,
    explained,
    location_of,
)
from launchpad_sources_files.locations import File
from launchpad_sources_files.opened import opened
from launchpad_sources_files.placeholders import placeholders
from launchpad_sources_files.trials import try_file

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

        path: SourcePath
        """The file; here or behind a URL."""
        storage_options: dict[str, Any] = {}
        """Options for fsspec's file system; `key_var: NAME` is read at NAME."""
        options: Annotated[dict[str, Any], AfterValidator(_known)] = {}
        """Options for Python's `open`: `encoding` (UTF-8), `errors`, `newline`."""

    settings: Config

    @property
    def asked(self) -> frozenset[str]:
        """The names of the placeholders in ``path``."""
        return frozenset(placeholders(self.settings.path))

    def get_raw(
        self, params: Params | None = None, chunksize: int | None = None
    ) -> str | bytes:
        """Return the file's content.

        Raises:
            DataError: When it can't be read.
        """
        self.refuse(chunksize=chunksize)
        location = location_of(self, params)
        with (
            told(self, location.shown, verb="read"),
            _reading(self, location.file()) as file,
        ):
            content: str | bytes = file.read()
        return content

    def explain(self) -> str:
        """Return in a line how the file is going to be read."""
        return explained(self, ["whole"])


class RawFileSink(DataSink):
    """Writes a whole file: str into a text file, bytes into a binary file."""

    class Config(DataSink.Config):
        """What a section of type ``text_file`` or ``binary_file`` may say."""

        path: SinkPath
        """The file, here or behind a URL; missing folders are made."""
        storage_options: dict[str, Any] = {}
        """Options for fsspec's file system; `key_var: NAME` is read at NAME."""
        mode: Mode = "replace"
        """What to do if there is such a file: `replace`, `append`, or `error`."""
        options: Annotated[dict[str, Any], AfterValidator(_known)] = {}
        """Options for Python's `open`: `encoding` (UTF-8), `errors`, `newline`."""

    settings: Config

    @property
    def asked(self) -> frozenset[str]:
        """The names of the placeholders in ``path``."""
        return frozenset(placeholders(self.settings.path))

    def put_raw(
        self,
        raw_data: str | bytes,
        params: Params | None = None,
        chunksize: int | None = None,
    ) -> None:
        """Write the file's content.

        Raises:
            DataError: When it can't be written; the old file stays.
        """
        self.refuse(chunksize=chunksize)
        location = location_of(self, params)
        text = self.settings.type == TEXT
        if not isinstance(raw_data, str if text else (bytes, bytearray, memoryview)):
            raise DataError(
                f"{self.shown_name} of type {self.settings.type} takes "
                f"{'str' if text else 'bytes'}, not {type(raw_data).__name__}"
            )
        with (
            told(self, location.shown, verb="write"),
            destination(location, self.settings.mode, at_end=True) as place,
            _open(self, place.path, "a" if place.old else "w") as file,
        ):
            file.write(raw_data)

    def try_destination(self) -> None:
        """Raise now what would keep this from writing; change nothing.

        Raises:
            DataError: When the file couldn't be written.
        """
        try_file(self)

    def explain(self) -> str:
        """Return in a line how the file is going to be written."""
        return explained(self, ["whole", self.settings.mode])


@contextmanager
def _reading(source: RawFileSource, file: File) -> Iterator[IO[Any]]:
    if file.local is not None:
        with _open(source, file.local, "r") as local:
            yield local
        return
    with opened(file) as content:
        if source.settings.type == BINARY:
            yield content
            return
        options = {k: v for k, v in _opening(source).items() if k != "buffering"}
        with io.TextIOWrapper(content, **options) as text:
            yield text


def _open(resource: RawFileSource | RawFileSink, path: Path, mode: str) -> IO[Any]:
    binary = "" if resource.settings.type == TEXT else "b"
    return path.open(mode + binary, **_opening(resource))


def _opening(resource: RawFileSource | RawFileSink) -> dict[str, Any]:
    default = {"encoding": "utf-8"} if resource.settings.type == TEXT else {}
    return {**default, **resource.options}
