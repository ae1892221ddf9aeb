"""Where something stands in a file, so that every message can point at it."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Position:
    """A line of a file; prints as ``file:line``, which editors make a link.

    Attributes:
        file: The path as it is shown to the user.
        line: The line number, counted from 1.
        order: The place in reading order, across included files.
    """

    file: str
    line: int
    order: int = field(default=0, compare=False)

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


def shown_path(path: Path) -> str:
    """Return a path as users would type it: relative where that is shorter.

    Services and cron often run in the root folder, where relative paths mislead.
    """
    relative = os.path.relpath(path) if path.is_absolute() else str(path)
    in_root = path.is_absolute() and Path.cwd() == Path(path.anchor)
    return str(path) if in_root or relative.startswith("..") else relative
