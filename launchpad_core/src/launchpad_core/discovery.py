"""Finding the installed plugins, without importing any of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import importlib_metadata

from launchpad_core.hookspecs import PROJECT

CORE = "launchpad-core"

_NEEDS_CORE = re.compile(r"\s*launchpad[-_.]core\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class InstalledPlugin:
    """An entry point of the group ``launchpad``.

    Attributes:
        name: The entry point's name.
        module: The module that it names.
        distribution: The distribution that declares it.
        version: That distribution's version.
        unmet: What it needs of launchpad-core that isn't there, or "".
    """

    name: str
    module: str
    distribution: str
    version: str
    unmet: str


def installed_plugins() -> Iterator[InstalledPlugin]:
    """Yield the plugins on ``sys.path``; of two copies, the one found first."""
    entries = importlib_metadata.entry_points(group=PROJECT)
    for entry in sorted(entries, key=lambda entry: entry.name):
        metadata = entry.dist.metadata
        distribution = metadata["Name"]
        requirements = () if distribution == CORE else metadata.get_all("Requires-Dist")
        yield InstalledPlugin(
            name=entry.name,
            module=entry.value,
            distribution=distribution,
            version=metadata["Version"],
            unmet=_unmet_requirement(requirements or ()),
        )


def _unmet_requirement(requirements: Iterator[str] | tuple[str, ...]) -> str:
    for requirement in filter(_NEEDS_CORE.match, requirements):
        from packaging.requirements import Requirement

        parsed = Requirement(requirement)
        if parsed.marker and not parsed.marker.evaluate():
            continue
        if not parsed.specifier.contains(_core_version(), prereleases=True):
            return f"{CORE}{parsed.specifier}"
    return ""


def _core_version() -> str:
    return importlib_metadata.version(CORE)
