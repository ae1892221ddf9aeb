"""Copies of builds on this machine, so that each is fetched from afar only once."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from launchpad_core.errors import StoreError
from launchpad_core.positions import shown_path
from launchpad_core.store.workspaces import Workspaces

_IN_USE = 300  # seconds: somebody may still be reading what was asked for since then
_DAY = 24 * 60 * 60

Fetch = Callable[[Mapping[str, Path]], None]
"""Writes files, given by their names in a build, to paths."""


class BuildCache:
    """Folders with the files of builds, below one that only its owner can use.

    A folder appears by a rename, and a file in it by another one. So processes that
    fetch the same build at once don't hurt each other.

    ::

        <folder>/<key of a build>/...   its files
        <folder>/.tmp/                  what is being fetched or written
        <folder>/.swept                 when the store was swept from here

    Args:
        folder: Where they are; made when it is needed.
        keep: How many builds of a model are kept: those that were used last.
    """

    def __init__(self, folder: Path, *, keep: int) -> None:
        self._folder = folder
        self._keep = keep

    @contextmanager
    def workspace(self) -> Iterator[Path]:
        """Yield an empty folder, which is gone afterwards."""
        self._prepare()
        with self._workspaces.workspace() as folder:
            yield folder

    def clear_workspaces(self) -> None:
        """Remove what killed processes left."""
        self._workspaces.clear_abandoned(lambda key, workspace: None)

    def get(self, key: str, sizes: Mapping[str, int], fetch: Fetch) -> Path:
        """Return the folder of a build, after fetching what isn't there yet.

        Args:
            key: The key of the build.
            sizes: The names of its files, and their sizes in bytes.
            fetch: Fetches files.
        """
        self._prepare()
        folder = self._folder / key
        wanted = _differing(folder, sizes) if folder.is_dir() else list(sizes)
        if wanted or not folder.is_dir():
            with self.workspace() as workspace:
                fetched = workspace / "build"
                fetched.mkdir()
                fetch({name: fetched / name for name in wanted})
                _check_sizes(fetched, {name: sizes[name] for name in wanted})
                _put_into_place(fetched, folder, wanted)
        for name in _names(folder) - sizes.keys():
            (folder / name).unlink(missing_ok=True)
        os.utime(folder)
        self._remove_old(folder.parent)
        return folder

    def forget(self, key: str) -> None:
        """Remove the folder of a build."""
        self._remove(self._folder / key)

    def is_sweep_due(self) -> bool:
        """Whether the store wasn't swept from here for a day, and note that it is."""
        self._prepare()
        note = self._folder / ".swept"
        try:
            age = time.time() - note.stat().st_mtime
        except FileNotFoundError:
            age = _DAY
        if 0 <= age < _DAY:
            return False
        note.touch()
        return True

    @property
    def _workspaces(self) -> Workspaces:
        return Workspaces(self._folder / ".tmp")

    def _prepare(self) -> None:
        """Make the folder, and check that nobody else can change what is in it.

        Models are unpickled from here, which runs whatever code is in them.
        """
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if os.name == "nt":
            return
        status = self._folder.stat()
        if status.st_uid != os.geteuid() or status.st_mode & 0o022:
            raise StoreError(
                f"the cache of the model store, {shown_path(self._folder)}, can be "
                "written by other users, who could change models in it",
                hint="cache: with a folder of one's own, or chmod 700",
            )

    def _remove_old(self, builds: Path) -> None:
        used = {path: path.stat().st_mtime for path in _folders(builds)}
        oldest_first = sorted(used, key=lambda path: used[path])
        for path in oldest_first[: -self._keep]:
            if time.time() - used[path] > _IN_USE:
                self._remove(path)

    def _remove(self, folder: Path) -> None:
        """Move a folder out of sight, and remove it there."""
        if not folder.is_dir():
            return
        with self.workspace() as workspace:
            try:
                folder.rename(workspace / "removed")
            except FileNotFoundError:
                return  # another process was faster


def _differing(folder: Path, sizes: Mapping[str, int]) -> list[str]:
    """Return the names of files that are missing, or have another size."""
    there = {
        name: path.stat().st_size
        for name in _names(folder)
        if not (path := folder / name).is_symlink()
    }
    return [name for name, size in sizes.items() if there.get(name) != size]


def _check_sizes(folder: Path, sizes: Mapping[str, int]) -> None:
    for name in _differing(folder, sizes):
        path = folder / name
        size = path.stat().st_size if path.exists() else 0
        raise StoreError(
            f"only {size} of {sizes[name]} bytes of {name} came from the model store",
            hint="try again; the connection was lost, or the file is being written",
        )


def _put_into_place(fetched: Path, folder: Path, names: list[str]) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    try:
        fetched.rename(folder)
    except OSError:
        if not folder.is_dir():
            raise
        for name in names:  # another process was faster, or some were there
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.move(fetched / name, folder / name)


def _names(folder: Path) -> set[str]:
    return {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_symlink() or not path.is_dir()
    }


def _folders(builds: Path) -> Iterator[Path]:
    return (path for path in builds.iterdir() if path.is_dir())
