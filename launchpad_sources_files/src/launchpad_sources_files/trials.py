"""Trying whether a file could be written, without writing anything."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from launchpad_core.data import DataSink
from launchpad_sources_files.destinations import ATOMIC_PUT, Mode, already_there
from launchpad_sources_files.faults import Refusal, told
from launchpad_sources_files.locations import File, Location

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem


def try_file(sink: DataSink, *, more: Iterable[Path | None] = ()) -> None:
    """Raise what would keep a sink from writing its file, as far as that can be seen.

    Where the path has placeholders, it is tried as far as the folder before the first.

    Args:
        sink: The sink.
        more: Further files on this machine that it writes.

    Raises:
        UnsupportedOperation: When already the host or the bucket is a placeholder.
        DataError: When the file couldn't be written.
    """
    settings: Any = sink.settings
    before, placeholder, _ = settings.path.partition("{")
    if placeholder and before.endswith("://"):
        DataSink.try_destination(sink)  # which refuses that
    path = before.rpartition("/")[0] or "/" if placeholder else settings.path
    location = Location.of(path, settings.storage_options)
    with told(sink, location.shown, verb="write"):
        file = location.file()
        if file.system is not None:
            _try_remote_folder(location, file, file.system)
            if not placeholder:
                _try_remote(file, file.system, settings.mode)
        elif placeholder:
            _try_folder(Path(file.path))
        else:
            _try_local(Path(file.path), settings.mode)
    for path in filter(None, more):
        with told(sink, str(path), verb="write"):
            _try_local(path, "replace")


def _try_local(path: Path, mode: Mode) -> None:
    if mode == "error" and os.path.lexists(path):
        raise already_there()
    path = Path(os.path.realpath(path))
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if path.exists() and (mode == "append" or not path.is_file()):
        _check_access(path, os.W_OK)
    if path.is_file() or not path.exists():
        _try_folder(path.parent)


def _try_folder(folder: Path) -> None:
    """Check that a folder, or the nearest one above that there is, can be written."""
    while not os.path.lexists(folder):
        folder = folder.parent
    if not folder.is_dir():
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(folder))
    _check_access(folder, os.W_OK | os.X_OK)


def _check_access(path: Path, mode: int) -> None:
    if not os.access(path, mode):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))


def _try_remote_folder(
    location: Location, file: File, system: AbstractFileSystem
) -> None:
    """Check that a bucket answers, or that what is above a file are folders."""
    if location.protocol in ATOMIC_PUT:
        try:
            system.info(file.path.partition("/")[0])
        except FileNotFoundError as error:
            raise Refusal("there is no such bucket", hint="check path:") from error
        return
    folder = system._parent(file.path)
    while folder.strip("/") and not system.exists(folder):
        folder = system._parent(folder)
    if folder.strip("/") and not system.isdir(folder):
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), folder)


def _try_remote(file: File, system: AbstractFileSystem, mode: Mode) -> None:
    if mode == "error" and system.exists(file.path):
        raise already_there()
    if system.isdir(file.path):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), file.shown)
