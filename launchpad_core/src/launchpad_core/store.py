"""Where trained models live: builds that never change once they are published."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from packaging.version import Version

from launchpad_core.settings import Settings, validate

Write = Callable[[Path], None]
"""Writes a payload into an empty folder."""


@dataclass(frozen=True, slots=True)
class Build:
    """One trained model in a store.

    Attributes:
        id: What tells it from all other builds; ids sort by time.
        name: The model's name.
        version: The model's version.
        folder: The local folder that holds its payload.
        metadata: Everything that is known about it, its metrics history included.
        live: Whether it is the build that is served.
    """

    id: str
    name: str
    version: str
    folder: Path
    metadata: Mapping[str, Any] = field(repr=False)
    live: bool


class ModelStore(ABC):
    """A place for builds; the base class of every type of model store.

    Names and versions that reach a store are valid: they hold no path parts.

    Attributes:
        config: The section ``model_store`` as it was written.
        settings: The section as typed settings.
    """

    class Config(Settings):
        """What the section ``model_store`` may say for this type."""

        type: str = "directory"
        """The type of model store."""

    settings: Config

    def __init__(self, config: Mapping[str, Any]) -> None:
        self.config = config
        self.settings = validate(config, type(self).Config, label="model_store")

    def prepare(self, name: str, version: str) -> None:
        """Raise now what would keep a model from being stored after its training.

        Raises:
            StoreError: When the store can't be written.
        """
        _ = name, version

    @abstractmethod
    def publish(
        self, name: str, version: str, *, write: Write, metadata: Mapping[str, Any]
    ) -> Build:
        """Store a new build and make it the live one, both or neither.

        Args:
            name: The model's name.
            version: The model's version.
            write: Writes the payload into the folder that it is given.
            metadata: Plain values to be kept with it, its metrics among them.

        Raises:
            StoreError: When the store can't be written.
        """

    @abstractmethod
    def live(self, name: str, version: str) -> Build:
        """Return the build that is served.

        Raises:
            NoSuchBuild: When there is none.
            StoreError: When the store can't be read.
        """

    @abstractmethod
    def live_id(self, name: str, version: str) -> str:
        """Return the live build's id, cheaply enough to ask often.

        Raises:
            NoSuchBuild: When there is none.
        """

    @abstractmethod
    def add_metrics(self, build: Build, metrics: Mapping[str, Any]) -> None:
        """Add an entry to a build's metrics history.

        Raises:
            StoreError: When the store can't be written.
        """

    @abstractmethod
    def builds(self) -> Iterable[Build]:
        """Return all builds: by name, by version, and the oldest first."""


def listing(builds: Iterable[Build]) -> dict[str, dict[str, Any]]:
    """Return builds as mllaunchpad lists them.

    For each name: the metadata of each version's live build, that of the highest
    version once more as ``latest``, and that of all other builds as ``backups``.
    """
    models: dict[str, dict[str, Any]] = {}
    backups: dict[str, list[Any]] = {}
    for build in builds:
        if build.live:
            models.setdefault(build.name, {})[build.version] = build.metadata
        else:
            backups.setdefault(build.name, []).append(build.metadata)
    for name, versions in models.items():
        versions["latest"] = versions[max(versions, key=Version)]
        versions["backups"] = backups.get(name, [])
    return models
