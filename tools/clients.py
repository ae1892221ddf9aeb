"""Clients for tests, which ask a server all the time."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import TypeVar

C = TypeVar("C", bound="Clients")


class Clients(ABC):
    """Asks from several threads, for the time of a ``with`` statement.

    Args:
        numbers: One for each thread, which it asks about.
    """

    def __init__(self, numbers: Iterable[int]) -> None:
        self._done = threading.Event()
        self._threads = [
            threading.Thread(target=self._ask, args=(number,)) for number in numbers
        ]

    @abstractmethod
    def ask(self, number: int) -> None:
        """Ask once, and keep what is answered."""

    @abstractmethod
    def failed(self, error: Exception) -> None:
        """Keep what was raised instead of an answer."""

    def __enter__(self: C) -> C:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        for thread in self._threads:
            thread.join()

    def _ask(self, number: int) -> None:
        while not self._done.is_set():
            try:
                self.ask(number)
            except Exception as error:
                self.failed(error)
