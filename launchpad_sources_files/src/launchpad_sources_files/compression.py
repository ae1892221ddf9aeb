"""Compressed files: which a name's suffix means, and how they are read and written."""

from __future__ import annotations

import bz2
import gzip
import lzma
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path
from typing import IO, Any, BinaryIO, cast

from launchpad_sources_files.faults import Refusal

_METHODS = {
    ".gz": "gzip",
    ".bz2": "bz2",
    ".xz": "xz",
    ".zst": "zstd",
    ".zip": "zip",
    ".tar": "tar",
    ".tar.gz": "tar",
    ".tar.xz": "tar",
    ".tar.bz2": "tar",
}
_LEVEL = 6


def method_of(name: str) -> str | None:
    """Return the method that a file's name means, such as ``gzip``."""
    found = [suffix for suffix in _METHODS if name.lower().endswith(suffix)]
    return _METHODS[max(found, key=len)] if found else None


def is_archive(name: str) -> bool:
    """Whether a file's name means one that holds files, rather than data."""
    return method_of(name) in ("zip", "tar")


@contextmanager
def decompressed(file: BinaryIO, name: str) -> Iterator[BinaryIO]:
    """Yield what a file holds, decompressed as its name says; all its members."""
    method = method_of(name)
    if method == "gzip":
        with gzip.GzipFile(fileobj=file, mode="rb") as content:
            yield cast("BinaryIO", content)
    elif method == "bz2":
        with bz2.BZ2File(file) as content:
            yield cast("BinaryIO", content)
    elif method == "xz":
        with lzma.LZMAFile(file) as content:
            yield cast("BinaryIO", content)
    elif method == "zstd":
        import pyarrow as pa

        with pa.CompressedInputStream(_kept_open(file), "zstd") as stream:
            yield cast("BinaryIO", BufferedReader(cast("Any", stream), 1 << 20))
    elif method == "zip":
        with zipfile.ZipFile(file) as archive, _only_member(archive) as content:
            yield cast("BinaryIO", content)
    else:
        yield file


@contextmanager
def compressing(path: Path, name: str, *, mode: str = "wb") -> Iterator[BinaryIO]:
    """Yield a file to write to, which compresses as a name says.

    Args:
        path: Where it is written.
        name: The name that says how, and what the member of an archive is called.
        mode: ``wb``, or ``ab`` to write a further member behind those that are there.
    """
    method = method_of(name)
    with path.open(mode) as file:
        if method == "gzip":
            with gzip.GzipFile("", "wb", _LEVEL, fileobj=file) as content:
                yield cast("BinaryIO", content)
        elif method == "bz2":
            with bz2.BZ2File(file, "wb") as content:
                yield cast("BinaryIO", content)
        elif method == "xz":
            with lzma.LZMAFile(file, "wb") as content:
                yield cast("BinaryIO", content)
        elif method == "zstd":
            import pyarrow as pa

            with pa.CompressedOutputStream(_kept_open(file), "zstd") as stream:
                yield cast("BinaryIO", stream)
        elif method == "zip":
            with (
                zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive,
                archive.open(name[: -len(".zip")], "w", force_zip64=True) as content,
            ):
                yield cast("BinaryIO", content)
        else:
            yield cast("BinaryIO", file)


def _only_member(archive: zipfile.ZipFile) -> IO[bytes]:
    names = archive.namelist()
    if len(names) != 1:
        raise Refusal(f"the archive should hold one file, not {len(names)}")
    return archive.open(names[0])


def _kept_open(file: Any) -> Any:
    """Return a file as Arrow takes it, which is not closed with the stream."""
    return _KeptOpen(file)


class _KeptOpen:
    closed = False

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def read(self, size: int = -1) -> bytes:
        return self._file.read(size)

    def write(self, data: bytes) -> int:
        return self._file.write(data)

    def flush(self) -> None:
        self._file.flush()

    def readable(self) -> bool:
        return self._file.readable()

    def writable(self) -> bool:
        return self._file.writable()

    def seekable(self) -> bool:
        return False

    def close(self) -> None:
        pass
