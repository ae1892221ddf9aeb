"""Doing things at the same time, as the threads of a web server do."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

T = TypeVar("T")


def at_once(*doing: Callable[[], T]) -> list[T]:
    """Return what functions return that begin in as many threads at the same time.

    Raises:
        Exception: What the first one raises, if one does.
    """
    start = Barrier(len(doing))

    def one(do: Callable[[], T]) -> T:
        start.wait(60)
        return do()

    with ThreadPoolExecutor(len(doing)) as threads:
        return list(threads.map(one, doing))
