"""Seeing what a plugin opens, starts or connects to while something is done."""

from __future__ import annotations

import gc
import re
import sys
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

_CONNECTING = {
    "socket.connect": "it connects to",
    "sqlite3.connect": "it opens the database",
    "subprocess.Popen": "it starts",
}


class _Watched(threading.local):
    folder: Path | None = None
    seen: list[str]


_watched = _Watched()


@contextmanager
def watching(folder: Path) -> Iterator[list[str]]:
    """Yield a list that fills with what this thread opens, starts or connects to.

    Of files only those below a folder count, since importing opens files as well.
    What a library written in C does by itself isn't seen.

    Args:
        folder: The folder.
    """
    _install_hook()
    _watched.seen = []
    _watched.folder = folder
    try:
        yield _watched.seen
    finally:
        _watched.folder = None


@contextmanager
def left_open(folder: Path) -> Iterator[list[str]]:
    """Yield a list that fills, at the end, with files that nobody has closed.

    These are Python's own, below a folder, that were still open when they were garbage.

    Args:
        folder: The folder.
    """
    seen: list[str] = []
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always", ResourceWarning)
        yield seen
        gc.collect()
    for one in told:
        found = re.search(r"unclosed file .*name='([^']+)'", str(one.message))
        if found and found[1].startswith(str(folder)):
            seen.append(f"{Path(found[1]).name} is left open")


@cache
def _install_hook() -> None:
    sys.addaudithook(_notice)


def _notice(event: str, arguments: tuple[Any, ...]) -> None:
    folder = _watched.folder
    if folder is None:
        return
    if event in _CONNECTING:
        address = arguments[1] if event == "socket.connect" else arguments[0]
        _watched.seen.append(f"{_CONNECTING[event]} {address}")
    elif event == "open" and str(arguments[0]).startswith(str(folder)):
        _watched.seen.append(f"it opens {Path(str(arguments[0])).name}")
