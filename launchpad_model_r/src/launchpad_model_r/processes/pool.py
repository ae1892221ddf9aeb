"""A number of R workers for many threads, replaced when they end."""

from __future__ import annotations

import atexit
import os
import threading
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from launchpad_model_r.processes.crew import Crew
from launchpad_model_r.processes.endings import Ended
from launchpad_model_r.processes.process import in_a_new_child
from launchpad_model_r.processes.worker import Answer, Holdable, Message, Worker

_LONGEST_WAITING = 300.0  # seconds


class Pool:
    """Hands out R workers; it is closed when nobody refers to it any more.

    The first use starts one worker; more are started when they are needed.

    Args:
        start: Starts a worker; it must not refer to the pool.
        size: How many workers there are at most.
    """

    def __init__(self, start: Callable[[], Worker], size: int) -> None:
        self._crews = [Crew(start, size)]
        self._finalizer = weakref.finalize(self, _let_go, self._crews)
        self._finalizer.atexit = False
        _pools.add(self)

    @property
    def _crew(self) -> Crew:
        with _forked:  # such as by uWSGI, which doesn't call the hooks of Python
            if in_a_new_child():
                _begin_child()
        return self._crews[0]

    def fill(self) -> None:
        """Start all workers, in parallel, and wait until they are there.

        Raises:
            Exception: What starting raised, when there is no worker at all.
        """
        self._crew.fill()

    @contextmanager
    def worker(self, timeout: float | None = None) -> Iterator[Worker]:
        """Hand out a worker, the one that was used last.

        Args:
            timeout: How many seconds may be waited for one.

        Raises:
            Busy: When all were in use for so long.
            Exception: What starting raised, when there is no worker at all.
        """
        crew = self._crew
        worker = crew.take(timeout)
        try:
            yield worker
        finally:
            if crew is self._crews[0]:  # else this is a child by fork
                crew.give_back(worker)

    def ask(
        self,
        message: Message,
        *,
        needs: Holdable | None = None,
        answer: Answer | None = None,
        timeout: float | None = None,
        patience: float | None = None,
    ) -> Message:
        """Return the reply of a worker.

        It is asked again, once, when R has ended before it could begin.

        Args:
            message: The request.
            needs: The model that the worker has to hold.
            answer: Answers what R asks for meanwhile.
            timeout: How many seconds R may take.
            patience: How many seconds may be waited for a worker.
        """
        try:
            return self._ask(message, needs, answer, timeout, patience)
        except Ended as ended:
            if ended.begun:
                raise
        return self._ask(message, needs, answer, timeout, patience)

    def use(self, model: Holdable) -> None:
        """Have all workers hold a model as long as it is referred to.

        One after the other loads it, while the others work. One that stays in use
        for long loads it when it is asked the next time.

        Raises:
            Refused: When R can't make an object of it.
        """
        self._crew.use(model)

    def close(self) -> None:
        """End all workers."""
        if self._finalizer.detach():
            self._crew.close()

    def _ask(
        self,
        message: Message,
        needs: Holdable | None,
        answer: Answer | None,
        timeout: float | None,
        patience: float | None,
    ) -> Message:
        with self.worker(patience) as worker:
            if needs is not None:
                worker.hold(needs, _LONGEST_WAITING)
            return worker.ask(message, answer=answer, timeout=timeout)

    def _begin_child(self) -> None:
        if self._finalizer.alive:
            self._crews[0] = self._crews[0].anew()


def _let_go(crews: list[Crew]) -> None:
    crews[0].let_go()


_pools: weakref.WeakSet[Pool] = weakref.WeakSet()
_forked = threading.Lock()


@atexit.register
def _close_all() -> None:
    """End all R processes with Python, and wait for that: their files shall go."""
    for pool in list(_pools):
        pool.close()


def _begin_child() -> None:
    """Let go of the workers of the parent: they answer nobody else."""
    global _forked
    _forked = threading.Lock()
    for pool in list(_pools):
        pool._begin_child()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_begin_child)
