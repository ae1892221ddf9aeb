"""What a value is called that can't be told to R, and where it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from launchpad_core.errors import LaunchpadError

Place = tuple[Any, ...]
"""Where a value is: the place of what holds it, and its key there; () at the top."""


class Unsendable(LaunchpadError):
    """A value that has no form in R.

    Attributes:
        path: The keys and positions that lead to it.
        what: What it is, such as "text with a NUL character".
    """

    def __init__(self, path: Sequence[Any], what: str, hint: str) -> None:
        where = "".join([*map(str, path[:1]), *(f"[{key!r}]" for key in path[1:])])
        message = f"{where or 'the value'}: {what} can't be sent to R"
        super().__init__(message, hint=hint)
        self.path = tuple(path)
        self.what = what


def unsendable(place: Place, what: str, hint: str) -> Unsendable:
    """Return the error that says where a value is, what is wrong, and what to do."""
    keys: list[Any] = []
    while place:
        place, key = place
        keys.insert(0, key)
    return Unsendable(keys, what, hint)
