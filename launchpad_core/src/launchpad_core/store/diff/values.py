"""Values in a few characters, as a line for people has room for them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from launchpad_core.plain import as_json

_LONGEST = 40


def short(value: Any, *, digits: int = 6) -> str:
    """Return a value as JSON, numbers to a few digits and long ones cut."""
    if isinstance(value, float):
        return f"{value:.{digits}g}"
    return cut(as_json(value))


def cut(text: str) -> str:
    """Return a text as it is, or what there is room for; a Git commit fits."""
    return text if len(text) <= _LONGEST else text[: _LONGEST - 3] + "..."


def percent(share: float) -> str:
    """Return a share of 1 as a percentage of up to two digits."""
    return f"{share * 100:.2g} %" if share < 0.995 else f"{share * 100:.0f} %"


def size(count: int) -> str:
    """Return a number of bytes with a unit."""
    amount = float(count)
    for unit in ("bytes", "kB", "MB", "GB"):
        if amount < 1000 or unit == "GB":
            break
        amount /= 1000
    return f"{count} bytes" if unit == "bytes" else f"{amount:.1f} {unit}"


def extent(source: Mapping[str, Any]) -> str:
    """Return how much was read of a data source."""
    if "rows" in source:
        return counted(source["rows"], "row")
    return size(source["size"]) if "size" in source else str(source.get("type", ""))


def counted(number: int, noun: str, plural: str = "") -> str:
    """Return a number with what it counts."""
    return f"{number} {noun if number == 1 else plural or noun + 's'}"
