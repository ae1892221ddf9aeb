"""Taking from several iterators in turn."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")


def in_turn(several: Iterable[Iterator[T]]) -> Iterator[T]:
    """Yield the first item of each, then the second of each, until all are empty."""
    waiting = deque(several)
    while waiting:
        one = waiting.popleft()
        for item in one:
            yield item
            waiting.append(one)
            break
