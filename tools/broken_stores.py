"""Model stores that break their contract, each in one way that authors may come to."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from threading import Timer
from typing import Any

from launchpad_core.store.directory import DirectoryStore


class LosesOneOfTwo(DirectoryStore):
    """Looks whether there is a file, and then moves a complete one to its place."""

    def create(self, key: str, content: bytes) -> bool:
        path = self._path(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists():
            return False
        with self.workspace() as workspace:
            (workspace / "file").write_bytes(content)
            (workspace / "file").replace(path)
        return True


class Overwrites(DirectoryStore):
    def create(self, key: str, content: bytes) -> bool:
        path = self._path(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return True


class ShowsHalves(DirectoryStore):
    """Writes a file in its place, which only one can open."""

    def create(self, key: str, content: bytes) -> bool:
        path = self._path(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with path.open("xb") as file:
                for start in range(0, len(content), 100_000):
                    file.write(content[start : start + 100_000])
                    file.flush()
        except FileExistsError:
            return False
        return True


class WritesLater(DirectoryStore):
    """Says that a file is there, and writes it a moment later."""

    def __init__(self, config: Mapping[str, Any]) -> None:
        super().__init__(config)
        self._waiting: dict[str, bytes] = {}

    def create(self, key: str, content: bytes) -> bool:
        if self.read(key) is not None:
            return False
        self._waiting[key] = content
        Timer(0.2, super().create, (key, content)).start()
        return True

    def read(self, key: str) -> bytes | None:
        return self._waiting.get(key) or super().read(key)


class ForgetsFiles(DirectoryStore):
    def put(self, key: str, folder: Path) -> None:
        for path in folder.rglob(".*"):
            path.unlink()
        super().put(key, folder)


class RemovesNeighbours(DirectoryStore):
    """Takes what begins alike for what is below a key."""

    def remove(self, key: str) -> None:
        path = self._path(key)
        for one in path.parent.glob(f"{path.name}*"):
            shutil.rmtree(one)


class NeverSweeps(DirectoryStore):
    def sweep(self, known: Callable[[str], Collection[str]]) -> None:
        time.sleep(0)


class SweepsAll(DirectoryStore):
    """Sweeps what isn't in the log, whoever is at work."""

    def sweep(self, known: Callable[[str], Collection[str]]) -> None:
        shutil.rmtree(self._root / ".tmp", ignore_errors=True)
