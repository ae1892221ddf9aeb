"""Opening files to read them, so that a part of one is never taken for the whole."""

from __future__ import annotations

import io
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from launchpad_sources_files.faults import Refusal
from launchpad_sources_files.locations import File

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem

_PIECE = 1 << 20


@contextmanager
def opened(file: File) -> Iterator[BinaryIO]:
    """Yield a file's bytes from its beginning to its end.

    What isn't local is streamed: no more than a few MB of it are held.

    Raises:
        Refusal: When it ends before the length that its server has announced.
    """
    if file.system is None:
        with Path(file.path).open("rb") as local:
            yield local
        return
    stream = {"block_size": 0} if file.web else {"block_size": 4 * _PIECE}
    size = file.system.info(file.path).get("size")
    with (
        file.system.open(file.path, "rb", **stream) as remote,
        io.BufferedReader(cast("Any", _Announced(remote, size)), _PIECE) as content,
    ):
        yield cast("BinaryIO", content)


@contextmanager
def seekable(file: File) -> Iterator[BinaryIO | str]:
    """Yield a file to read anywhere in: a path if it is local.

    A remote one is read by ranges, or fetched first where a web server has none.
    """
    if file.system is None:
        yield file.path
    elif file.web and not _has_ranges(file, file.system):
        with fetched(file) as path:
            yield str(path)
    else:
        with file.system.open(file.path, "rb", **_by_ranges(file)) as remote:
            yield remote


@contextmanager
def fetched(file: File) -> Iterator[Path]:
    """Yield a copy of a file in a temporary folder, under its own name."""
    with tempfile.TemporaryDirectory(prefix="launchpad-") as folder:
        path = Path(folder, file.name or "file")
        with opened(file) as content, path.open("wb") as copy:
            shutil.copyfileobj(content, copy, _PIECE)
        yield path


def _by_ranges(file: File) -> dict[str, Any]:
    if file.web:
        return {"block_size": _PIECE, "cache_type": "none"}
    return {"cache_type": "none"}


def _has_ranges(file: File, system: AbstractFileSystem) -> bool:
    with system.open(file.path, "rb", **_by_ranges(file)) as remote:
        if not remote.size or not hasattr(remote, "async_fetch_range"):
            return False
        try:
            return len(remote._fetch_range(remote.size - 1, remote.size)) == 1
        except ValueError:  # the server sends all of it
            return False


class _Announced(io.RawIOBase):
    """A stream that fails where it is shorter than it should be."""

    def __init__(self, stream: Any, size: int | None) -> None:
        self._stream = stream
        self._size = size
        self._read = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._stream.read(len(buffer))
        self._read += len(data)
        if not data and self._size is not None and self._read < self._size:
            raise Refusal(
                f"it ended after {self._read} of {self._size} bytes",
                hint="try again; the connection was lost, or the file is being written",
            )
        buffer[: len(data)] = data
        return len(data)
