"""Workspaces of writers: a writer that was killed is told from one that is at work."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex

from filelock import FileLock, Timeout

from launchpad_core.files import write_bytes

_LOCK = ".lock"
_NOTE = "key"


class Workspaces:
    """Folders that writers work in, each with a lock that ends with its process.

    ::

        <folder>/<random>.lock   held for as long as the writer is at work
        <folder>/<random>/       what it writes
        <folder>/<random>/key    the key of the build that it moves to its place

    Args:
        folder: Where they are; made when it is needed.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextmanager
    def workspace(self) -> Iterator[Path]:
        """Yield an empty folder.

        When the body raises after a build was noted, the folder is left with the
        note: whether the build's entry reached the log is found out by the next
        sweep.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        name = token_hex(8)
        folder = self._folder / name
        with FileLock(self._folder / f"{name}{_LOCK}") as lock:
            try:
                folder.mkdir()
                yield folder
            except BaseException:
                if not (folder / _NOTE).exists():
                    _clear(folder, lock)
                raise
            _clear(folder, lock)

    @contextmanager
    def claim(self, folder: Path, key: str) -> Iterator[None]:
        """Note which build is moved from a workspace to its place, and then move it.

        For as long as the body runs, nobody else claims or disclaims a build.
        """
        with self._alone():
            write_bytes(folder / _NOTE, key.encode())
            yield

    def abandoned(self) -> Iterator[Path]:
        """Yield the workspaces that nobody works in any more.

        Each is removed when the next one is asked for.
        """
        for name in self._names():
            folder = self._folder / name
            lock = FileLock(self._folder / f"{name}{_LOCK}", timeout=0)
            try:
                lock.acquire()
            except Timeout:
                continue
            try:
                yield folder
                _clear(folder, lock)
            finally:
                lock.release()

    @contextmanager
    def disclaim(self, folder: Path) -> Iterator[str]:
        """Yield the key of a build that an abandoned workspace claims for itself alone.

        It is "" when there is none, or when another writer claims it as well. For as
        long as the body runs, nobody else claims or disclaims a build.
        """
        with self._alone():
            key = _noted(folder)
            others = (self._folder / name for name in self._names())
            shared = any(_noted(one) == key for one in others if one != folder)
            yield "" if shared else key

    def _alone(self) -> FileLock:
        return FileLock(self._folder / ".alone")

    def _names(self) -> list[str]:
        if not self._folder.is_dir():
            return []
        names = {path.stem for path in self._folder.iterdir()}
        return sorted(name for name in names if not name.startswith("."))


def _noted(folder: Path) -> str:
    try:
        return (folder / _NOTE).read_text("utf-8")
    except FileNotFoundError:
        return ""


def _clear(folder: Path, lock: FileLock) -> None:
    """Remove a workspace, and its lock's file while it is held."""
    shutil.rmtree(folder, ignore_errors=True)
    Path(lock.lock_file).unlink(missing_ok=True)
