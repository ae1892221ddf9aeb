"""Who is idle, who is in use, who waits: the state of a pool of R workers."""

from __future__ import annotations

import logging
import sys
import threading
import weakref
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as WaitedTooLong

from launchpad_core.errors import Busy, LaunchpadError
from launchpad_model_r.processes.endings import Ended, TookTooLong
from launchpad_model_r.processes.worker import Holdable, Refused, Worker

logger = logging.getLogger(__name__)

_FIRST_PAUSE = 0.1
_LONGEST_PAUSE = 30.0
_LONGEST_LOADING = 300.0  # seconds for making an object of a model
_LONGEST_USE = 10.0  # seconds that are waited for a worker in use, to load a model
_AFTER_FORK = 0.2  # seconds; what is forked is often replaced by another program


class Crew:
    """The workers of a pool in one process; a child by fork gets a crew anew."""

    def __init__(self, start: Callable[[], Worker], size: int) -> None:
        self._start = start
        self._size = size
        self._changed = threading.Condition()
        self._closed = threading.Event()
        self._filled = False
        self._live: set[Worker] = set()
        self._idle: list[Worker] = []
        self._waiting: deque[Future[Worker]] = deque()
        self._to_load: dict[Worker, Future[Worker]] = {}
        self._models: weakref.WeakSet[Holdable] = weakref.WeakSet()
        self._target = 0  # how many there should be now
        self._starting = 0
        self._pausing = 0  # those of the starting that wait for another attempt
        self._lived = False
        self._fault: BaseException | None = None

    def fill(self) -> None:
        """Start all that are missing, and wait for them."""
        with self._changed:
            self._check_open()
            self._filled = True
            self._target = self._size
            self._mend()
            while self._starting > self._pausing:
                self._changed.wait()
            self._check_open()
            if not self._live and self._fault:
                raise self._fault.with_traceback(None)

    def take(self, timeout: float | None) -> Worker:
        """Return a worker for the caller alone."""
        with self._changed:
            self._check_open()
            for worker in reversed(self._idle):
                if worker.alive:  # else it is about to be replaced
                    self._idle.remove(worker)
                    return worker
            waiting: Future[Worker] = Future()
            self._waiting.append(waiting)
            needed = len(self._live) + self._starting + 1
            free = self._starting - self._pausing
            if len(self._waiting) > free and needed <= self._size:
                self._target = max(self._target, needed)
            self._mend()
            self._tell_the_hopeless()
        try:
            return waiting.result(timeout)
        except WaitedTooLong:
            with self._changed:
                if waiting.done():
                    return waiting.result()
                self._waiting.remove(waiting)
            raise Busy(
                f"all R processes were in use for {timeout:g} seconds",
                hint=self._reason() or "more workers: in the section model",
            ) from None
        except (KeyboardInterrupt, SystemExit):
            with self._changed:
                if waiting in self._waiting:
                    self._waiting.remove(waiting)
            if waiting.done() and not waiting.exception():
                self.give_back(waiting.result())
            raise

    def give_back(self, worker: Worker) -> None:
        """Take a worker back, and hand it to the one who has waited longest."""
        with self._changed:
            if worker.alive and worker in self._live and not self._closed.is_set():
                self._hand_on(worker)
                return
            self._dismiss(worker)
        worker.close()

    def use(self, model: Holdable) -> None:
        """Load a model into all workers, one after the other."""
        self._models.add(model)
        try:
            with self._changed:
                missing = deque(one for one in self._live if not one.holds(model))
            while missing:
                if worker := self._reserve(missing.popleft()):
                    try:
                        worker.hold(model, _LONGEST_LOADING)
                    finally:
                        self.give_back(worker)
        except (Refused, Ended, TookTooLong):
            self._models.discard(model)
            raise

    def close(self) -> None:
        """End all workers; those in use at once."""
        with self._changed:
            self._closed.set()
            idle, self._idle = self._idle, []
            in_use = self._live - set(idle)
            self._live.clear()
            gone = LaunchpadError("the R processes have been ended")
            for waiting in (*self._waiting, *self._to_load.values()):
                waiting.set_exception(gone)
            self._waiting.clear()
            self._to_load.clear()
            self._changed.notify_all()
        for worker in in_use:
            worker.process.kill()
        for worker in idle:
            worker.process.hang_up()
        for worker in idle:
            worker.close()

    def anew(self) -> Crew:
        """Return the crew of a child by fork: with workers of its own."""
        crew = Crew(self._start, self._size)
        for model in list(self._models):
            crew._models.add(model)
        if self._filled:
            crew._filled = True
            threading.Thread(target=crew._fill_again, daemon=True).start()
        return crew

    def _fill_again(self) -> None:
        if self._closed.wait(_AFTER_FORK) or _of_multiprocessing():
            return
        with self._changed:
            self._target = self._size
            self._mend()

    def _reserve(self, worker: Worker) -> Worker | None:
        """Return a certain worker as soon as it is idle; None if that lasts long."""
        with self._changed:
            if worker in self._idle:
                self._idle.remove(worker)
                return worker
            if worker not in self._live or worker in self._to_load:
                return None
            waiting = self._to_load[worker] = Future[Worker]()
        try:
            return waiting.result(_LONGEST_USE)
        except WaitedTooLong:
            with self._changed:
                self._to_load.pop(worker, None)
                return waiting.result() if waiting.done() else None
        except Ended:
            return None

    def _hand_on(self, worker: Worker) -> None:
        if worker in self._to_load:
            self._to_load.pop(worker).set_result(worker)
        elif self._waiting:
            self._waiting.popleft().set_result(worker)
        else:
            self._idle.append(worker)

    def _dismiss(self, worker: Worker) -> None:
        """Do without a worker from now on; another one takes its place."""
        self._live.discard(worker)
        if worker in self._idle:
            self._idle.remove(worker)
        if worker in self._to_load:
            self._to_load.pop(worker).set_exception(Ended(None, begun=False))
        self._mend()

    def _ended(self, worker: Worker) -> None:
        with self._changed:
            was_idle = worker in self._idle
            self._dismiss(worker)
        if was_idle:
            worker.close()

    def _mend(self) -> None:
        """Start those that are missing, in the background."""
        while len(self._live) + self._starting < self._target:
            if self._closed.is_set():
                return
            self._starting += 1
            threading.Thread(
                target=self._start_one, name="launchpad-r-start", daemon=True
            ).start()

    def _start_one(self) -> None:
        pause = _FIRST_PAUSE
        while not self._attempt(pause):
            if self._closed.wait(pause):
                return
            pause = min(2 * pause, _LONGEST_PAUSE)
            with self._changed:
                self._pausing -= 1

    def _attempt(self, pause: float) -> bool:
        """Start a worker; return whether there is nothing more to be tried."""
        try:
            worker = self._start()
            self._prepare(worker)
        except BaseException as error:  # told to whoever waits for a worker
            return self._failed(error, pause)
        with self._changed:
            self._starting -= 1
            self._fault = None
            self._lived = True
            if not self._closed.is_set():
                self._live.add(worker)
                self._hand_on(worker)
            self._changed.notify_all()
        if self._closed.is_set():
            worker.close()
        else:
            worker.process.when_ended(lambda: self._ended(worker))
        return True

    def _prepare(self, worker: Worker) -> None:
        for model in list(self._models):
            try:
                worker.hold(model, _LONGEST_LOADING)
            except Refused as refused:
                logger.warning("a new R process can't hold a model: %s", refused)
            except BaseException:
                worker.close()
                raise

    def _failed(self, error: BaseException, pause: float) -> bool:
        with self._changed:
            self._fault = error
            if again := self._lived and not self._closed.is_set():
                self._pausing += 1
            else:
                self._starting -= 1
                self._target = len(self._live) + self._starting
            self._tell_the_hopeless()
            self._changed.notify_all()
        if again:
            message = "an R process can't be started; again in %g s: %s"
            logger.error(message, pause, error)
        return not again

    def _tell_the_hopeless(self) -> None:
        """Tell the reason to those who wait for a worker where there is none."""
        if self._live or self._starting > self._pausing or not self._fault:
            return
        for waiting in self._waiting:
            waiting.set_exception(self._fault)
        self._waiting.clear()

    def _reason(self) -> str | None:
        if self._fault is None:
            return None
        return f"see why others can't be started: {self._fault}"

    def _check_open(self) -> None:
        if self._closed.is_set():
            raise LaunchpadError("the R processes have been ended")


def _of_multiprocessing() -> bool:
    """Return whether this is a child that multiprocessing has forked."""
    module = sys.modules.get("multiprocessing.process")
    return module is not None and module.parent_process() is not None
