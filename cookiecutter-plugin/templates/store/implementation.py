"""The model store `{{ cookiecutter.type }}`."""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from launchpad_core import (
    ConfigPath,
    ModelStore,
    StoreError,
    Workspaces,
    model_of,
    shown_path,
)

_DAY = 24 * 60 * 60
_LONGEST_WAIT = 60  # seconds, for others who write
_TABLE = """
CREATE TABLE IF NOT EXISTS files (
    key TEXT PRIMARY KEY, content BLOB NOT NULL, written REAL NOT NULL
)
"""
_BELOW = "key >= ? || '/' AND key < ? || '0'"  # "0" comes right after "/"


class {{ cookiecutter.__class }}(ModelStore):
    """Keeps builds in a SQLite database, a file a row.

    What is written is written in one transaction: a killed writer leaves the old state,
    and of several who create the same key one does. Builds are read from a folder
    beside the database, with a copy of each.
    """

    class Config(ModelStore.Config):
        """What the section ``model_store`` may say, besides what every store's may."""

        location: ConfigPath
        """The database; it is made when it is needed."""

    settings: Config

    @property
    def shown_name(self) -> str:
        """The path of the database."""
        return shown_path(self.settings.location)

    def read(self, key: str) -> bytes | None:
        """Return a file's content, if there is one."""
        found = self._rows("SELECT content FROM files WHERE key = ?", key)
        return found[0][0] if found else None

    def create(self, key: str, content: bytes) -> bool:
        """Insert a row, unless there is one."""
        with self._transaction() as database:
            done = database.execute(
                "INSERT OR IGNORE INTO files VALUES (?, ?, ?)",
                (key, content, time.time()),
            )
            return done.rowcount == 1

    def names(self, key: str = "") -> Iterable[str]:
        """Return the names directly below a key."""
        if key:
            rows = self._rows(f"SELECT key FROM files WHERE {_BELOW}", key, key)
        else:
            rows = self._rows("SELECT key FROM files")
        start = len(key) + 1 if key else 0
        return sorted({row[0][start:].partition("/")[0] for row in rows})

    @contextmanager
    def workspace(self) -> Iterator[Path]:
        """Yield a folder beside the database."""
        with self._told("write"), self._workspaces.workspace() as folder:
            yield folder

    def put(self, key: str, folder: Path) -> None:
        """Replace all rows below a key by a folder's files."""
        files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
        now = time.time()
        with self._transaction() as database:
            database.execute(f"DELETE FROM files WHERE {_BELOW}", (key, key))
            for path in files:
                name = f"{key}/{path.relative_to(folder).as_posix()}"
                row = (name, path.read_bytes(), now)
                database.execute("INSERT INTO files VALUES (?, ?, ?)", row)

    def get(self, key: str) -> Path:
        """Return a copy of the files below a key; the same files have the same one."""
        files = self._files(key)
        copy = self._copy(files)
        if not copy.is_dir():
            with self.workspace() as workspace:
                _write(workspace / "copy", files)
                _move(workspace / "copy", copy)
        return copy

    def forget(self, key: str) -> None:
        """Remove the copy of a build."""
        shutil.rmtree(self._copy(self._files(key)), ignore_errors=True)

    def remove(self, key: str) -> None:
        """Remove all rows below a key, and the copy."""
        self.forget(key)
        with self._transaction() as database:
            database.execute(f"DELETE FROM files WHERE {_BELOW}", (key, key))

    def prepare(self) -> None:
        """Begin a transaction, which needs a database that can be written."""
        with self._transaction():
            pass

    def sweep(self, known: Callable[[str], Collection[str]]) -> None:
        """Remove builds that are a day old and that no log knows."""
        with self._told("write"):
            self._workspaces.clear_abandoned(lambda key, workspace: None)
        old = "SELECT key FROM files WHERE key LIKE '%/%/builds/%/%' AND written < ?"
        rows = self._rows(old, time.time() - _DAY)
        for build in sorted({"/".join(row[0].split("/")[:4]) for row in rows}):
            if build not in known(model_of(build)):
                self.remove(build)

    @property
    def _beside(self) -> Path:
        location = self.settings.location
        return location.with_name(f"{location.name}.files")

    @property
    def _workspaces(self) -> Workspaces:
        return Workspaces(self._beside / ".tmp")

    def _files(self, key: str) -> dict[str, bytes]:
        rows = self._rows(f"SELECT key, content FROM files WHERE {_BELOW}", key, key)
        return {name[len(key) + 1 :]: content for name, content in sorted(rows)}

    def _copy(self, files: dict[str, bytes]) -> Path:
        digest = hashlib.sha256()
        for name, content in files.items():
            digest.update(f"{name}\0{hashlib.sha256(content).hexdigest()}\n".encode())
        return self._beside / digest.hexdigest()

    def _rows(self, query: str, *values: Any) -> list[Any]:
        if not self.settings.location.exists():
            return []
        with self._told("read"), closing(self._connected()) as database:
            return database.execute(query, values).fetchall()

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._told("write"), closing(self._connected()) as database, database:
            database.execute("BEGIN IMMEDIATE")
            yield database

    def _connected(self) -> sqlite3.Connection:
        location = self.settings.location
        location.parent.mkdir(parents=True, exist_ok=True)
        database = sqlite3.connect(
            location, timeout=_LONGEST_WAIT, isolation_level=None
        )
        # What a commit has written outlasts a power cut.
        database.execute("PRAGMA synchronous = EXTRA")
        database.execute(_TABLE)
        return database

    @contextmanager
    def _told(self, verb: str) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise StoreError(
                f"can't {verb} the model store {self.shown_name}: {error}",
                hint="check location: and the space on its disk",
            ) from error


def _write(folder: Path, files: dict[str, bytes]) -> None:
    folder.mkdir()
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def _move(folder: Path, place: Path) -> None:
    """Move a folder to its place, unless somebody else was faster."""
    try:
        folder.rename(place)
    except OSError:
        if not place.is_dir():
            raise
