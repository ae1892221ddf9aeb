"""Workspaces of writers: a writer that was killed is told from one that is at work."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from secrets import token_hex

from filelock import FileLock, Timeout

from launchpad_core.errors import StoreError
from launchpad_core.files import write_bytes

logger = logging.getLogger(__name__)

_LOCK = ".lock"
_NOTE = "key"
_LONGEST_WAIT = 300  # seconds


class Workspaces:
    """Folders that writers work in, each with a lock that ends with its process.

    ::

        <folder>/<random>.lock   held for as long as the writer is at work
        <folder>/<random>/       what it writes
        <folder>/<random>/key    the key of the build that it moves to its place
        <folder>/.alone          held while a build is moved, to its place or away

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

        For as long as the body runs, nobody else moves a build.
        """
        with self._alone():
            write_bytes(folder / _NOTE, key.encode())
            yield

    @contextmanager
    def unclaimed(self) -> Iterator[Callable[[str], bool]]:
        """Yield a function: whether no writer is about to add the build of a key.

        For as long as the body runs, nobody else moves a build.
        """
        with self._alone():
            claimed = {self._noted(name) for name in self._names()}
            yield lambda key: key not in claimed

    def clear_abandoned(self, disown: Callable[[str, Path], None]) -> None:
        """Remove the workspaces that nobody works in any more.

        One that can't be removed is left to another writer, who may have the right to.

        Args:
            disown: Moves a build that never reached the log into a workspace, given
                its key. While it runs, nobody else moves a build.
        """
        for name in self._names():
            try:
                self._clear_if_abandoned(name, disown)
            except (OSError, StoreError) as error:
                logger.warning("Can't clear %s: %s", self._folder / name, error)

    def _clear_if_abandoned(
        self, name: str, disown: Callable[[str, Path], None]
    ) -> None:
        folder = self._folder / name
        lock = FileLock(self._folder / f"{name}{_LOCK}", timeout=0)
        try:
            lock.acquire()
        except Timeout:
            return  # someone works in it
        try:
            self._disclaim(name, disown)
            _clear(folder, lock)
        finally:
            lock.release()

    def _disclaim(self, name: str, disown: Callable[[str, Path], None]) -> None:
        """Let go of the build that a workspace claims, if it does so alone."""
        with self._alone():
            key = self._noted(name)
            others = (self._noted(other) for other in self._names() if other != name)
            if key and key not in others:
                disown(key, self._folder / name)

    def _alone(self) -> FileLock:
        return FileLock(self._folder / ".alone", timeout=_LONGEST_WAIT)

    def _names(self) -> list[str]:
        if not self._folder.is_dir():
            return []
        names = {path.stem for path in self._folder.iterdir()}
        return sorted(name for name in names if not name.startswith("."))

    def _noted(self, name: str) -> str:
        try:
            return (self._folder / name / _NOTE).read_text("utf-8")
        except (FileNotFoundError, NotADirectoryError):
            return ""


def _clear(folder: Path, lock: FileLock) -> None:
    """Remove a workspace, and its lock's file while it is held.

    What can't be removed, is left to the next sweep: the work is done.
    """
    shutil.rmtree(folder, ignore_errors=True)
    with suppress(OSError):
        Path(lock.lock_file).unlink()
