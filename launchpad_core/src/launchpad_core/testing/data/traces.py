"""What is in a folder: to see whether something was left there, or changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

Files = Mapping[str, tuple[int, int]]
"""Sizes and times of files by their paths; those of folders are 0."""


def files_below(folder: Path) -> Files:
    """Return the files and folders below a folder."""
    return {
        str(path.relative_to(folder)): _state(path)
        for path in sorted(folder.rglob("*"))
    }


def changed(before: Files, after: Files) -> Iterable[str]:
    """Yield for each file that isn't what it was, how it changed."""
    for path in sorted({*before, *after}):
        if path not in after:
            yield f"removes {path}"
        elif path not in before:
            yield f"leaves {path}"
        elif before[path] != after[path]:
            yield f"changes {path}"


def _state(path: Path) -> tuple[int, int]:
    if path.is_dir():
        return 0, 0
    state = path.stat()
    return state.st_size, state.st_mtime_ns
