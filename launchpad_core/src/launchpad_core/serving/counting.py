"""Counting what several threads do, without a lock on their path."""

from __future__ import annotations

from itertools import count
from threading import Lock


class Count:
    """A number that any thread adds one to by ``add()``, and that is always right.

    Taking the next number of an ``itertools.count`` is one step that no other thread
    can come between. What has been taken is found by taking one more, so only those
    who read have to wait for each other.
    """

    __slots__ = ("_lock", "_numbers", "_readings", "add")

    def __init__(self) -> None:
        self._numbers = count()
        self._readings = 0
        self._lock = Lock()
        self.add = self._numbers.__next__

    def value(self) -> int:
        """Return how often it was added to."""
        with self._lock:
            value = next(self._numbers) - self._readings
            self._readings += 1
            return value
