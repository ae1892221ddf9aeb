"""Options of a section, checked against what takes them."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Mapping
from typing import Any

from launchpad_core.spelling import did_you_mean


def parameters_of(function: Callable[..., Any]) -> frozenset[str]:
    """Return the names of a function's parameters, apart from ``self``."""
    return frozenset(inspect.signature(function).parameters) - {"self"}


def check_names(
    options: Mapping[str, Any],
    *,
    known: Collection[str],
    taker: str,
    instead: Mapping[str, str] | None = None,
) -> None:
    """Check that all options are known.

    Args:
        options: The options of a section.
        known: The names that there are.
        taker: What takes them, for the message.
        instead: What to use instead of names that ``taker`` knows as well.

    Raises:
        ValueError: Which names every option that can't be given.
    """
    taken = instead or {}
    for name in options:
        if name in taken:
            raise ValueError(f'"{name}" can\'t be an option; use {taken[name]}')
    unknown = [_unknown(name, known) for name in options if name not in known]
    if unknown:
        raise ValueError(f"{taker} has no option {', '.join(unknown)}")


def _unknown(name: str, known: Collection[str]) -> str:
    near = did_you_mean(name, known)
    return f'"{name}"; {near}' if near else f'"{name}"'
