"""What differs between where a build was trained and where it is going to run."""

from __future__ import annotations

import logging
import platform
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from launchpad_core.store.build import Build
from launchpad_core.surroundings import installed_version

logger = logging.getLogger(__name__)

Software = Callable[[Iterable[str]], Mapping[str, str]]
"""Tells the versions of what models run on besides Python, as model types do."""

_told: set[str] = set()
_lock = threading.Lock()


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that isn't here as it was where a build was trained.

    Attributes:
        name: ``Python``, ``platform``, or the name of a distribution or software.
        trained: Its version there, or what the platform was.
        here: That of here; None for what isn't installed.
        runs_models: Whether it is what models run on, as Python is, and no package.
    """

    name: str
    trained: str
    here: str | None
    runs_models: bool = False

    @property
    def is_grave(self) -> bool:
        """Whether models often fail by it: another minor Python, a missing package."""
        if self.here is None:
            return True
        return self.runs_models and _minor(self.trained) != _minor(self.here)

    def __str__(self) -> str:
        what = (
            self.trained if self.name == "platform" else f"{self.name} {self.trained}"
        )
        here = f"here {self.here}" if self.here else "not installed here"
        return f"{what} ({here})"


def differences(
    metadata: Mapping[str, Any], software: Software
) -> tuple[Difference, ...]:
    """Return what differs between where a build was trained and here.

    That is Python, the platform, the versions of the distributions that were used, and
    of other software; the grave differences come first. What the metadata don't tell
    isn't compared.

    Args:
        metadata: A build's metadata.
        software: Tells which other software is here; called if there was any there.
    """
    system = metadata.get("system")
    found = (*_differences(system), *_of_software(system, software))
    return tuple(sorted(found, key=lambda one: not one.is_grave))


def warn_of_differences(build: Build, software: Software) -> None:
    """Log once what is different here, for each build that is loaded.

    Args:
        build: The build.
        software: Tells which software is here besides Python and its packages.

    Raises:
        LaunchpadError: When that can't be told.
    """
    if build.sha256 in _told:
        return
    found = differences(build.metadata, software)
    with _lock:
        if build.sha256 in _told:
            return
        _told.add(build.sha256)
    if found:
        logger.warning("%s was trained with %s", build, ", ".join(map(str, found)))


def _differences(system: Any) -> Iterator[Difference]:
    there = _texts(system)
    trained, here = there.get("python_version"), platform.python_version()
    if trained and trained != here:
        yield Difference("Python", trained, here, runs_models=True)
    trained = f"{there.get('operating_system', '')} {there.get('machine', '')}".strip()
    here = f"{platform.system()} {platform.machine()}"
    if trained and trained != here:
        yield Difference("platform", trained, here)
    used = _texts(system.get("used")) if isinstance(system, Mapping) else {}
    for name, version in used.items():
        installed = installed_version(name)
        if installed != version:
            yield Difference(name, version, installed)


def _of_software(system: Any, software: Software) -> Iterator[Difference]:
    there = _texts(system.get("software")) if isinstance(system, Mapping) else {}
    if not there:
        return
    here = software(there)
    for name, version in there.items():
        if here.get(name) != version:
            runs_models = " " not in name
            yield Difference(name, version, here.get(name), runs_models=runs_models)


def _texts(kept: Any) -> dict[str, str]:
    """Return the texts of a mapping; metadata from elsewhere may have anything."""
    if not isinstance(kept, Mapping):
        return {}
    return {k: text for k, text in kept.items() if k and isinstance(text, str)}


def _minor(version: str) -> list[str]:
    return version.split(".")[:2]
