"""Finding the installed plugins, without importing any of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import importlib_metadata
from packaging.version import Version

from launchpad_core.hookspecs import PROJECT

CORE = "launchpad-core"

_PLAIN_BOUNDS = re.compile(r"launchpad-core *<([0-9.]+), *>=([0-9.]+)")
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
        headers = _headers(entry.dist)
        distribution = headers["name"][0]
        needs = () if distribution == CORE else headers.get("requires-dist", ())
        yield InstalledPlugin(
            name=entry.name,
            module=entry.value,
            distribution=distribution,
            version=headers["version"][0],
            unmet=_unmet_requirement(needs),
        )


def _headers(distribution: Any) -> dict[str, list[str]]:
    """Return the headers of a distribution's metadata, by their names in lower case.

    Parsing the whole of it as an e-mail, as ``Distribution.metadata`` does, would
    double the time that ``launchpad --help`` takes.
    """
    text = distribution.read_text("METADATA") or distribution.read_text("PKG-INFO")
    headers: dict[str, list[str]] = {}
    for line in (text or "").partition("\n\n")[0].splitlines():
        name, colon, value = line.partition(":")
        if colon and not name[0].isspace():
            headers.setdefault(name.lower(), []).append(value.strip())
    return headers


def _unmet_requirement(requirements: Iterable[str]) -> str:
    for requirement in filter(_NEEDS_CORE.match, requirements):
        unmet = _unmet(requirement)
        if unmet:
            return unmet
    return ""


@cache
def _unmet(requirement: str) -> str:
    bounds = _PLAIN_BOUNDS.fullmatch(requirement)
    core = _core_version()
    if bounds and not core.is_prerelease:
        # What nearly every plugin declares; packaging.requirements takes 15 ms to
        # import, a third of what a bare click program takes in all.
        below, least = bounds.groups()
        met = Version(least) <= core < Version(below)
        return "" if met else f"{CORE}>={least},<{below}"

    from packaging.requirements import Requirement

    parsed = Requirement(requirement)
    if parsed.marker and not parsed.marker.evaluate():
        return ""
    met = parsed.specifier.contains(core, prereleases=True)
    return "" if met else f"{CORE}{parsed.specifier}"


@cache
def _core_version() -> Version:
    return Version(_headers(importlib_metadata.distribution(CORE))["version"][0])
