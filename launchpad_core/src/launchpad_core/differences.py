"""What differs between where a build was trained and where it is going to run."""

from __future__ import annotations

import logging
import platform
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from launchpad_core.store.build import Build
from launchpad_core.surroundings import installed_version

logger = logging.getLogger(__name__)

_told: set[str] = set()
_lock = threading.Lock()


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that isn't here as it was where a build was trained.

    Attributes:
        name: ``Python``, ``platform`` or the name of a distribution.
        trained: Its version there, or what the platform was.
        here: That of here; None for a distribution that isn't installed.
    """

    name: str
    trained: str
    here: str | None

    @property
    def is_grave(self) -> bool:
        """Whether models often fail by it: another minor Python, a missing package."""
        if self.here is None:
            return True
        return self.name == "Python" and _minor(self.trained) != _minor(self.here)

    def __str__(self) -> str:
        what = (
            self.trained if self.name == "platform" else f"{self.name} {self.trained}"
        )
        here = f"here {self.here}" if self.here else "not installed here"
        return f"{what} ({here})"


def differences(metadata: Mapping[str, Any]) -> tuple[Difference, ...]:
    """Return what differs between where a build was trained and here.

    That is Python, the platform, and the versions of the distributions that were used;
    the grave differences come first. What the metadata don't tell isn't compared.

    Args:
        metadata: A build's metadata.
    """
    found = _differences(metadata.get("system"))
    return tuple(sorted(found, key=lambda one: not one.is_grave))


def warn_of_differences(build: Build) -> None:
    """Log once what is different here, for each build that is loaded."""
    with _lock:
        if build.sha256 in _told:
            return
        _told.add(build.sha256)
    found = differences(build.metadata)
    if found:
        logger.warning("%s was trained with %s", build, ", ".join(map(str, found)))


def _differences(system: Any) -> Iterator[Difference]:
    there = _texts(system)
    trained, here = there.get("python_version"), platform.python_version()
    if trained and trained != here:
        yield Difference("Python", trained, here)
    trained = f"{there.get('operating_system', '')} {there.get('machine', '')}".strip()
    here = f"{platform.system()} {platform.machine()}"
    if trained and trained != here:
        yield Difference("platform", trained, here)
    used = _texts(system.get("used")) if isinstance(system, Mapping) else {}
    for name, version in used.items():
        installed = installed_version(name)
        if installed != version:
            yield Difference(name, version, installed)


def _texts(kept: Any) -> dict[str, str]:
    """Return the texts of a mapping; metadata from elsewhere may have anything."""
    if not isinstance(kept, Mapping):
        return {}
    return {k: text for k, text in kept.items() if k and isinstance(text, str)}


def _minor(version: str) -> list[str]:
    return version.split(".")[:2]
