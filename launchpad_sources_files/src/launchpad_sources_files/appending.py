"""Writing at the end of a file, so that a failure leaves it as long as it was."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from launchpad_core.files import sync


@contextmanager
def only_appender(path: Path) -> Iterator[None]:
    """Wait until nobody else on this machine appends to a file, and keep it so."""
    from filelock import FileLock

    with FileLock(path.with_name(f".{path.name}.lock")):
        yield


@contextmanager
def appending(path: Path) -> Iterator[None]:
    """Cut a file back to its length if the body raises.

    The length is noted beside the file as long as the body runs. So if the process
    is killed, what it had written is cut off before the next time.
    """
    _cut_back(path)
    state = path.stat()
    note = _note_of(path)
    note.write_text(f"{state.st_ino} {state.st_size}", encoding="ascii")
    sync(note)
    try:
        yield
    except BaseException:
        os.truncate(path, state.st_size)
        note.unlink()
        raise
    note.unlink()


def forget(path: Path) -> None:
    """Remove what a process that was killed has noted: the file is replaced."""
    with suppress(OSError):
        _note_of(path).unlink()


def _cut_back(path: Path) -> None:
    try:
        inode, length = map(int, _note_of(path).read_text(encoding="ascii").split())
    except (FileNotFoundError, ValueError):
        return
    if path.stat().st_ino == inode and path.stat().st_size > length:
        os.truncate(path, length)


def _note_of(path: Path) -> Path:
    return path.with_name(f".{path.name}.appending")
