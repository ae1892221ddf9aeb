"""What a distribution says about the launchpad-core that it needs."""

from __future__ import annotations

import importlib_metadata
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from launchpad_core.discovery import CORE

_FROM_BELOW = (">=", ">", "==", "~=", "===")
_FROM_ABOVE = ("<=", "<", "==", "~=", "===")


def missing_bounds(distribution: str) -> str:
    """Return which bounds of launchpad-core a distribution doesn't declare, or ""."""
    declared = required_core(distribution)
    if declared is None:
        return f"{distribution} doesn't require {CORE}"
    operators = {specifier.operator for specifier in declared}
    missing = [
        bound
        for bound, those in (("a lower", _FROM_BELOW), ("an upper", _FROM_ABOVE))
        if operators.isdisjoint(those)
    ]
    if not missing:
        return ""
    return f"it requires {CORE}{declared}, without {' and '.join(missing)} bound"


def required_core(distribution: str) -> SpecifierSet | None:
    """Return the versions of launchpad-core that a distribution declares to need.

    What only an extra needs doesn't count; None when nothing is declared.
    """
    found: SpecifierSet | None = None
    for text in importlib_metadata.requires(distribution) or ():
        requirement = Requirement(text)
        if canonicalize_name(requirement.name) != CORE:
            continue
        if requirement.marker and not requirement.marker.evaluate({"extra": ""}):
            continue
        found = requirement.specifier & (found or SpecifierSet())
    return found
