"""What differs in two builds, by what was kept when they were trained."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from launchpad_core.comparison.changes import Change
from launchpad_core.comparison.contracts import contract_changes
from launchpad_core.contracts.as_json import contract_from_json
from launchpad_core.store.build import Build
from launchpad_core.store.diff.differences import (
    Difference,
    differences,
    flat,
    mapping,
)
from launchpad_core.store.diff.shift import SourceShift, shifts
from launchpad_core.store.finding import with_history
from launchpad_core.store.history import History


@dataclass(frozen=True, slots=True)
class BuildDiff:
    """What differs in two builds; all of it is empty where nothing does.

    Attributes:
        old: The build that is compared with.
        new: The other build.
        metrics: Their newest metrics.
        data: What they were trained and tested with.
        code: The commit of the code.
        config: The config, by paths such as ``model.offset``.
        packages: The packages that were installed, and their versions; first those
            that were used.
        system: Python, platform, the version of launchpad, and other software.
        contract: What the contract changes; nothing when one of them has none.
    """

    old: Build
    new: Build
    metrics: tuple[Difference, ...]
    data: tuple[SourceShift, ...]
    code: tuple[Difference, ...]
    config: tuple[Difference, ...]
    packages: tuple[Difference, ...]
    system: tuple[Difference, ...]
    contract: tuple[Change, ...]

    @property
    def uncertain(self) -> str:
        """What can't be compared: code of which no commit holds what was run."""
        sides = [mapping(one.metadata.get("code")) for one in (self.old, self.new)]
        if self.old.sha256 == self.new.sha256:
            return ""
        if not all(side.get("commit") for side in sides):
            return "; code isn't compared without Git commits"
        changed = any(side.get("dirty") for side in sides)
        return ", but for code that wasn't committed" if changed else ""

    def as_json(self) -> dict[str, Any]:
        """Return all of it as plain values."""
        return {
            "old": _named(self.old),
            "new": _named(self.new),
            "metrics": [one.as_json() for one in self.metrics],
            "data": [one.as_json() for one in self.data],
            "code": [one.as_json() for one in self.code],
            "config": [one.as_json() for one in self.config],
            "packages": [one.as_json() for one in self.packages],
            "system": [one.as_json() for one in self.system],
            "contract": [
                {"breaking": one.breaking, "what": str(one)} for one in self.contract
            ],
        }


def build_diff(
    old: Build, new: Build, *, old_history: History, new_history: History
) -> BuildDiff:
    """Return what differs in two builds, also of different versions.

    What only one of them has kept isn't compared, but for single metrics, packages
    and keys of the config.

    Args:
        old: The build to compare with.
        new: The other build.
        old_history: The history of the old build's model.
        new_history: The history of the new build's model.

    Raises:
        ContractError: When a contract that was kept can't be read.
    """
    before, after = old.metadata, new.metadata
    return BuildDiff(
        old,
        new,
        metrics=differences(
            flat(mapping(with_history(old, old_history)["metrics"])),
            flat(mapping(with_history(new, new_history)["metrics"])),
        ),
        data=shifts(mapping(before.get("data")), mapping(after.get("data"))),
        code=_of_both("code", before, after),
        config=_of_both("config_snapshot", before, after),
        packages=_package_differences(before, after),
        system=differences(_system(before), _system(after)),
        contract=_contract(before.get("contract"), after.get("contract")),
    )


def _of_both(
    key: str, old: Mapping[str, Any], new: Mapping[str, Any]
) -> tuple[Difference, ...]:
    before, after = mapping(old.get(key)), mapping(new.get(key))
    return differences(flat(before), flat(after)) if before and after else ()


def _package_differences(
    old: Mapping[str, Any], new: Mapping[str, Any]
) -> tuple[Difference, ...]:
    """Return what differs in the packages, first in those that the code imported."""
    before, after = _packages(old), _packages(new)
    if not before or not after:
        return ()
    used = {
        name.lower() for one in (old, new) for name in mapping(_kept(one).get("used"))
    }
    found = differences(before, after)
    return tuple(sorted(found, key=lambda one: one.name.lower() not in used))


def _kept(metadata: Mapping[str, Any]) -> Mapping[str, Any]:
    return mapping(metadata.get("system"))


def _packages(metadata: Mapping[str, Any]) -> dict[str, str]:
    listed = _kept(metadata).get("packages") or ()
    parts = (str(package).partition("==") for package in listed)
    return {name: version for name, _, version in parts}


def _system(metadata: Mapping[str, Any]) -> dict[str, str]:
    """Return Python, platform, launchpad and other software, each in a few words."""
    kept = _kept(metadata)
    named = {
        "python": kept.get("python", "").partition(" ")[0],
        "platform": kept.get("platform", ""),
        "launchpad": kept.get("launchpad_version", ""),
        **mapping(kept.get("software")),
    }
    return {name: value for name, value in named.items() if value}


def _contract(old: Any, new: Any) -> tuple[Change, ...]:
    if old is None or new is None or old == new:
        return ()
    return contract_changes(contract_from_json(old), contract_from_json(new))


def _named(build: Build) -> dict[str, Any]:
    return {
        "name": build.name,
        "version": build.version,
        "build": build.id,
        "aliases": build.aliases,
    }
