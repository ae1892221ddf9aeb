"""Who is idle and who waits: each worker goes to the one who has waited longest."""

from __future__ import annotations

import threading
from collections import deque

from launchpad_model_r.processes.endings import Ended
from launchpad_model_r.processes.worker import Worker


class Turn:
    """That of a thread which waits for any worker, or for a certain one.

    Attributes:
        wanted: The only one that will do; None for any.
        worker: The one that has come, if any.
        fault: Why none will come.
    """

    def __init__(self, wanted: Worker | None) -> None:
        self.wanted = wanted
        self.worker: Worker | None = None
        self.fault: BaseException | None = None
        self._is_over = threading.Event()

    def wait(self, timeout: float | None) -> None:
        """Wait until a worker has come, or none will."""
        self._is_over.wait(timeout)

    def give(self, worker: Worker) -> None:
        """End the waiting with a worker."""
        self.worker = worker
        self._is_over.set()

    def fail(self, fault: BaseException) -> None:
        """End the waiting with an error."""
        self.fault = fault
        self._is_over.set()


class Turns:
    """Idle workers, and those who wait for one; used under the lock of the crew."""

    def __init__(self) -> None:
        self._idle: list[Worker] = []
        self._waiting: deque[Turn] = deque()

    @property
    def idle(self) -> tuple[Worker, ...]:
        """The workers that nobody uses; the one that was used last is the last."""
        return tuple(self._idle)

    def take(self, wanted: Worker | None) -> Worker | None:
        """Return an idle worker that isn't idle from now on."""
        for worker in reversed(self._idle):
            if wanted in (None, worker) and worker.alive:
                self._idle.remove(worker)
                return worker
        return None

    def queue_up(self, wanted: Worker | None) -> Turn:
        """Return the turn of one who has to wait."""
        turn = Turn(wanted)
        self._waiting.append(turn)
        return turn

    def leave(self, turn: Turn) -> Worker | None:
        """Wait no longer; return the worker that has come meanwhile."""
        if turn in self._waiting:
            self._waiting.remove(turn)
        return turn.worker

    def hand_on(self, worker: Worker) -> None:
        """Give a worker to the one who has waited longest; else it is idle."""
        for turn in self._waiting:
            if turn.wanted in (None, worker):
                self._waiting.remove(turn)
                turn.give(worker)
                return
        self._idle.append(worker)

    def remove(self, worker: Worker) -> bool:
        """Forget a worker that has ended; return whether it was idle."""
        ended = Ended(None, begun=False)
        self._fail([turn for turn in self._waiting if turn.wanted is worker], ended)
        if worker not in self._idle:
            return False
        self._idle.remove(worker)
        return True

    def fail(self, fault: BaseException) -> None:
        """Tell all who wait why they wait in vain."""
        self._fail(list(self._waiting), fault)

    def __len__(self) -> int:
        return len(self._waiting)

    def _fail(self, turns: list[Turn], fault: BaseException) -> None:
        for turn in turns:
            self._waiting.remove(turn)
            turn.fail(fault)
