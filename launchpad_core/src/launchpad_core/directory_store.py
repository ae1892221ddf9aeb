"""The model store ``directory``: a folder of builds on a file system."""

from __future__ import annotations

import json
import re
import secrets
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from packaging.version import InvalidVersion, Version

from launchpad_core.errors import LaunchpadError, NoSuchBuild, StoreError
from launchpad_core.files import sync, write_bytes
from launchpad_core.plain import as_json
from launchpad_core.positions import shown_path
from launchpad_core.settings import ConfigPath
from launchpad_core.store import Build, ModelStore, Write

METADATA = "metadata.json"
LIVE = "live"

_BUILD_ID = re.compile(r"\d{8}T\d{12}Z-[0-9a-f]{6}")


class DirectoryStore(ModelStore):
    """Keeps builds below one folder.

    ::

        <location>/<name>/<version>/live                     the live build's id
        <location>/<name>/<version>/builds/<id>/             metadata and payload
        <location>/<name>/<version>/metrics/<id>/<time>.json one file per retest

    A build's folder appears by a rename and never changes; ``live`` is replaced
    whole; so a reader needs no lock, and a killed writer leaves the old state.
    """

    class Config(ModelStore.Config):
        """What the section ``model_store`` may say for this type."""

        location: ConfigPath
        """The folder that holds the builds."""

    settings: Config

    def prepare(self, name: str, version: str) -> None:
        """Make the folder of a model's builds, and a file in it for a moment."""
        builds = self._home(name, version) / "builds"
        try:
            builds.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=builds):
                pass
        except OSError as error:
            raise self._error("write", error) from error

    def publish(
        self, name: str, version: str, *, write: Write, metadata: Mapping[str, Any]
    ) -> Build:
        """Store a new build in a folder of its own, then point ``live`` at it."""
        home = self._home(name, version)
        build_id = _new_id()
        temporary = home / "builds" / f".tmp-{build_id}"
        folder = home / "builds" / build_id
        try:
            temporary.mkdir(parents=True)
            write(temporary)
            content = {**metadata, "build": build_id}
            (temporary / METADATA).write_text(as_json(content, indent=2), "utf-8")
            _sync_tree(temporary)
            temporary.rename(folder)
            sync(folder.parent)
            write_bytes(home / LIVE, build_id.encode())
        except OSError as error:
            raise self._error("write", error) from error
        finally:
            shutil.rmtree(temporary, ignore_errors=True)
        return self._build(name, version, build_id, live_id=build_id)

    def live(self, name: str, version: str) -> Build:
        """Return the build that ``live`` points at."""
        live_id = self.live_id(name, version)
        return self._build(name, version, live_id, live_id=live_id)

    def live_id(self, name: str, version: str) -> str:
        """Return what ``live`` says."""
        try:
            return (self._home(name, version) / LIVE).read_text("utf-8").strip()
        except FileNotFoundError as error:
            raise NoSuchBuild(
                f"there is no trained model {name} {version} in "
                f"{shown_path(self.settings.location)}",
                hint="launchpad train",
            ) from error
        except OSError as error:
            raise self._error("read", error) from error

    def add_metrics(self, build: Build, metrics: Mapping[str, Any]) -> None:
        """Write an entry of the metrics history as a file of its own."""
        home = self._home(build.name, build.version)
        entry = {"at": _now().isoformat(), "metrics": metrics}
        try:
            write_bytes(
                home / "metrics" / build.id / f"{_new_id()}.json",
                as_json(entry, indent=2).encode(),
            )
        except OSError as error:
            raise self._error("write", error) from error

    def builds(self) -> Iterator[Build]:
        """Yield all builds of all models; anything else in the folder is passed by."""
        try:
            for model in _folders(self.settings.location):
                yield from self._builds_of(model)
        except OSError as error:
            raise self._error("read", error) from error

    def _builds_of(self, model: Path) -> Iterator[Build]:
        versions = [folder for folder in _folders(model) if _version(folder.name)]
        for home in sorted(versions, key=lambda folder: Version(folder.name)):
            live = home / LIVE
            live_id = live.read_text("utf-8").strip() if live.exists() else ""
            for folder in _folders(home / "builds"):
                if _BUILD_ID.fullmatch(folder.name):
                    yield self._build(
                        model.name, home.name, folder.name, live_id=live_id
                    )

    def _home(self, name: str, version: str) -> Path:
        return self.settings.location / name / version

    def _build(self, name: str, version: str, build_id: str, *, live_id: str) -> Build:
        home = self._home(name, version)
        folder = home / "builds" / build_id
        metadata = _json(folder / METADATA)
        history = {metadata["created"]: metadata["metrics"]}
        entries = home / "metrics" / build_id
        for file in sorted(entries.glob("[!.]*.json")):
            entry = _json(file)
            history[entry["at"]] = entry["metrics"]
        metadata["metrics"] = list(history.values())[-1]
        metadata["metrics_history"] = history
        return Build(
            build_id, name, version, folder, metadata, live=build_id == live_id
        )

    def _error(self, verb: str, error: OSError) -> LaunchpadError:
        return StoreError(
            f"can't {verb} the model store {shown_path(self.settings.location)}: "
            f"{error.strerror or error}",
            hint="check the folder's permissions and the space on its disk",
        )


def _now() -> datetime:
    return datetime.now(timezone.utc)


def _new_id() -> str:
    return f"{_now():%Y%m%dT%H%M%S%f}Z-{secrets.token_hex(3)}"


def _sync_tree(folder: Path) -> None:
    for path in folder.rglob("*"):
        sync(path)
    sync(folder)


def _folders(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if path.is_dir())


def _version(name: str) -> bool:
    try:
        Version(name)
    except InvalidVersion:
        return False
    return True


def _json(file: Path) -> dict[str, Any]:
    try:
        content: dict[str, Any] = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise StoreError(
            f"the model store is damaged: {shown_path(file)}: {error}",
            hint="launchpad train",
        ) from error
    return content
