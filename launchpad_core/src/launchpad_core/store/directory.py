"""The model store ``directory``: a folder on a local or mounted file system."""

from __future__ import annotations

import errno
import filecmp
import os
import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from secrets import token_hex

from filelock import FileLock

from launchpad_core.errors import StoreError
from launchpad_core.files import sync
from launchpad_core.positions import shown_path
from launchpad_core.settings import ConfigPath
from launchpad_core.store.model_store import ModelStore, model_of
from launchpad_core.store.workspaces import Workspaces

_WITHOUT_LINKS = (errno.EPERM, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP)


class DirectoryStore(ModelStore):
    """Keeps builds below one folder.

    A build's folder appears by a rename, an entry of a log by a link, which fails
    where there is one already. So a reader needs no lock and no right to write, and a
    killed writer leaves the old state; what it was writing in ``.tmp`` is removed by
    the next one.
    """

    class Config(ModelStore.Config):
        """What the section ``model_store`` may say for this type."""

        location: ConfigPath
        """The folder that holds the builds."""

    settings: Config
    opens_connections = False

    @property
    def shown_name(self) -> str:
        """The folder."""
        return shown_path(self._root)

    def read(self, key: str) -> bytes | None:
        """Return a file's content, if there is one."""
        try:
            return self._path(key).read_bytes()
        except OSError as error:
            if self._is_absence(error):
                return None
            raise self._error(f"read {key} in", error) from error

    def create(self, key: str, content: bytes) -> bool:
        """Write a file, and link it to its name, which fails when it is taken."""
        path = self._path(key)
        try:
            _make_folder(path.parent)
            with self.workspace() as workspace:
                temporary = workspace / token_hex(8)
                temporary.write_bytes(content)
                sync(temporary)
                created = self._placed(temporary, path)
            self._sync_above(path)
        except OSError as error:
            raise self._error("write", error) from error
        return created

    def names(self, key: str = "") -> Iterable[str]:
        """Return the names in a folder; those that begin with a dot are ours."""
        try:
            names = [path.name for path in self._path(key).iterdir()]
        except OSError as error:
            if self._is_absence(error):
                return ()
            raise self._error("read", error) from error
        return tuple(sorted(name for name in names if not name.startswith(".")))

    @contextmanager
    def workspace(self) -> Iterator[Path]:
        """Yield a folder on the same file system."""
        try:
            _make_folder(self._root)
            with self._workspaces.workspace() as folder:
                yield folder
        except OSError as error:
            raise self._error("write", error) from error

    def put(self, key: str, folder: Path) -> None:
        """Move a folder to its place by a rename, when all of it is on the disk."""
        path = self._path(key)
        try:
            _make_folder(path.parent)
            _sync_tree(folder)
            with self._workspaces.claim(folder.parent, key):
                _move(folder, path)
            self._sync_above(path)
        except OSError as error:
            raise self._error("write", error) from error

    def get(self, key: str) -> Path:
        """Return the folder itself."""
        return self._path(key)

    def remove(self, key: str) -> None:
        """Move a folder out of sight, and remove it there."""
        path = self._path(key)
        with self.workspace() as workspace, suppress(FileNotFoundError):
            path.rename(workspace / token_hex(8))

    def discard(self, unwanted: Callable[[], Iterable[str]]) -> None:
        """Remove those of the builds that nobody is about to add again."""
        with self.workspace() as workspace, self._workspaces.unclaimed() as is_free:
            for key in filter(is_free, unwanted()):
                with suppress(FileNotFoundError):
                    self._path(key).rename(workspace / token_hex(8))

    def prepare(self) -> None:
        """Make the folder, and a file in it for a moment."""
        try:
            _make_folder(self._root)
            with tempfile.TemporaryFile(dir=self._root):
                pass
        except OSError as error:
            raise self._error("write", error) from error

    def sweep(self, known: Callable[[str], Collection[str]]) -> None:
        """Remove abandoned workspaces, and builds that never reached the log."""

        def disown(key: str, workspace: Path) -> None:
            path = self._path(key)
            if path.is_dir() and key not in known(model_of(key)):
                path.rename(workspace / token_hex(8))

        try:
            self._workspaces.clear_abandoned(disown)
        except OSError as error:
            raise self._error("write", error) from error

    @property
    def _root(self) -> Path:
        return self.settings.location

    @property
    def _workspaces(self) -> Workspaces:
        return Workspaces(self._root / ".tmp")

    def _path(self, key: str) -> Path:
        return self._root / key

    def _sync_above(self, path: Path) -> None:
        """Wait until the names that lead to a path have reached the disk.

        Also those that were there before: whoever gave them may have been killed
        before it waited.
        """
        for folder in path.parents:
            sync(folder)
            if folder == self._root:
                return

    def _placed(self, temporary: Path, path: Path) -> bool:
        """Give a file its name, unless that is taken."""
        try:
            os.link(temporary, path)
        except FileExistsError:
            return False
        except OSError as error:
            if error.errno not in _WITHOUT_LINKS:
                raise
            return self._placed_without_links(temporary, path)
        return True

    def _placed_without_links(self, temporary: Path, path: Path) -> bool:
        """Do so on a file system that has no links, where all writers do it."""
        with FileLock(self._root / ".tmp" / ".links"):
            if path.exists():
                return False
            temporary.rename(path)
        return True

    def _is_absence(self, error: OSError) -> bool:
        if isinstance(error, NotADirectoryError):
            return not self._root.is_file()
        return isinstance(error, FileNotFoundError)

    def _error(self, verb: str, error: OSError) -> StoreError:
        if self._root.is_file():
            return StoreError(
                f"the model store {self.shown_name} is a file, not a folder",
                hint="the name of a folder: model_store: {location: ...}",
            )
        return StoreError(
            f"can't {verb} the model store {self.shown_name}: "
            f"{error.strerror or error}",
            hint="check the folder's permissions and the space on its disk",
        )


def _make_folder(folder: Path) -> None:
    """Make a folder that outlasts a power cut, with those above it."""
    if folder.is_dir():
        return
    _make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    sync(folder.parent)


def _move(folder: Path, path: Path) -> None:
    """Move a build to its place, unless it is there."""
    if path.is_dir():
        if _same(folder, path):
            return
        # Damaged: what has this key, is this very build.
        path.rename(folder.with_name(token_hex(8)))
    folder.rename(path)


def _sync_tree(folder: Path) -> None:
    for path in folder.rglob("*"):
        sync(path)
    sync(folder)


def _same(one: Path, other: Path) -> bool:
    """Whether two folders hold the same files."""
    names = _names(one)
    return names == _names(other) and all(
        filecmp.cmp(one / name, other / name, shallow=False) for name in names
    )


def _names(folder: Path) -> set[Path]:
    return {path.relative_to(folder) for path in folder.rglob("*") if not path.is_dir()}
