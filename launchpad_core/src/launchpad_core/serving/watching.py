"""The thread that looks for a new build, in each process that serves."""

from __future__ import annotations

import atexit
import logging
import os
import random
from multiprocessing import parent_process
from threading import Event, RLock, Thread, local
from typing import Protocol
from weakref import WeakSet


class Looking(Protocol):
    """What a watch is made for."""

    def look(self) -> None:
        """Look whether there is another build to serve."""

    def after_fork(self) -> None:
        """Do what is necessary in a process that was forked."""


logger = logging.getLogger(__name__)

_LONGEST_LOAD_BEFORE_FORK = 30.0  # seconds
_LONGEST_LOAD_AT_EXIT = 2.0


class _Forking(local):
    """What a thread that forks knows; several may do so at once."""

    has_lock = False


class Watch:
    """Looks every few seconds whether there is another build to serve.

    It goes on in the processes that a server forks from this one, where threads are
    gone, but not in those that model code starts by ``multiprocessing``. A fork waits
    for the end of a look, so that none of the locks that loading takes is held in the
    new process. The end of a process waits no more than a moment for it.

    Args:
        what: What goes over to another build.
        refresh: The most seconds between two looks.
    """

    def __init__(self, what: Looking, *, refresh: float) -> None:
        self._what = what
        self._refresh = refresh
        self._looking = RLock()
        self._forking = _Forking()
        self._parent = parent_process()  # some servers start their workers like that
        self._start()
        _watches.add(self)

    def stop(self) -> None:
        """Stop looking; a look that is under way goes on to its end."""
        self._stopped.set()

    def wait(self, seconds: float) -> None:
        """Wait for the end of a look, but no longer than this."""
        if self._looking.acquire(timeout=seconds):
            self._looking.release()

    @property
    def stopped(self) -> bool:
        """Whether it doesn't look any more."""
        return self._stopped.is_set()

    def _start(self) -> None:
        self._stopped = Event()
        Thread(target=self._run, name="launchpad-watch", daemon=True).start()

    def _run(self) -> None:
        stopped = self._stopped
        while not stopped.wait(self._refresh * random.uniform(0.8, 1.0)):
            if parent_process() is not self._parent:
                return
            with self._looking:
                try:
                    self._what.look()
                except Exception:  # the next look may go well
                    logger.exception("Looking for a new build failed")

    def before_fork(self) -> None:
        """Wait for the end of a look, if it comes soon."""
        ended = self._looking.acquire(timeout=_LONGEST_LOAD_BEFORE_FORK)
        self._forking.has_lock = ended

    def after_fork_here(self) -> None:
        """Go on in the process that forked."""
        if self._forking.has_lock:
            self._looking.release()

    def after_fork_there(self) -> None:
        """Begin anew in the process that was forked."""
        self._looking = RLock()
        self._what.after_fork()
        self._start()


_watches: WeakSet[Watch] = WeakSet()


@atexit.register
def _stop_all() -> None:
    """Let looks come to their end, if it is near: extensions may abort otherwise."""
    for watch in tuple(_watches):
        watch.stop()
    for watch in tuple(_watches):
        watch.wait(_LONGEST_LOAD_AT_EXIT)


def _each(method: str) -> None:
    for watch in tuple(_watches):
        if not watch.stopped:
            getattr(watch, method)()


if hasattr(os, "register_at_fork"):  # Windows has no fork
    os.register_at_fork(
        before=lambda: _each("before_fork"),
        after_in_parent=lambda: _each("after_fork_here"),
        after_in_child=lambda: _each("after_fork_there"),
    )
