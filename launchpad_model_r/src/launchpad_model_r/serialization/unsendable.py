"""What a value is called that can't be told to R, and where it is."""

from __future__ import annotations

from typing import Any

from launchpad_core.errors import LaunchpadError

Place = tuple[Any, ...]
"""Where a value is: the place of what holds it, and its key there; () at the top."""


class Unsendable(LaunchpadError):
    """A value that has no form in R."""


def unsendable(place: Place, what: str, hint: str) -> Unsendable:
    """Return the error that says where a value is, what is wrong, and what to do."""
    keys: list[Any] = []
    while place:
        place, key = place
        keys.insert(0, key)
    where = "".join([*map(str, keys[:1]), *(f"[{key!r}]" for key in keys[1:])])
    return Unsendable(f"{where or 'the value'}: {what} can't be sent to R", hint=hint)
