"""The workers of a pool: started, handed out, replaced when they end, and ended."""

from __future__ import annotations

import logging
import sys
import threading
import weakref
from collections.abc import Callable

from launchpad_core.errors import Busy, LaunchpadError
from launchpad_model_r.processes.endings import Ended, TookTooLong
from launchpad_model_r.processes.turns import Turn, Turns
from launchpad_model_r.processes.worker import Holdable, Refused, Worker

logger = logging.getLogger(__name__)

_FIRST_PAUSE = 0.1
_LONGEST_PAUSE = 1.0
_LONGEST_LOADING = 300.0  # seconds for making an object of a model
_LONGEST_USE = 10.0  # seconds that are waited for a worker in use, to load a model
_AFTER_FORK = 0.2  # seconds; what is forked is often replaced by another program


class Crew:
    """The workers of a pool in one process; a child by fork gets a crew anew.

    Each worker has a place: a thread that starts it, waits until it has ended, and
    starts the next one.
    """

    def __init__(self, start: Callable[[], Worker], size: int) -> None:
        self._start = start
        self._size = size
        self._changed = threading.Condition()
        self._closed = False
        self._filled = False
        self._places = 0
        self._starting = 0  # in how many places a worker is being started
        self._fault: BaseException | None = None  # why the last one didn't start
        self._live: set[Worker] = set()
        self._turns = Turns()
        self._models: weakref.WeakSet[Holdable] = weakref.WeakSet()

    def fill(self) -> None:
        """Start all that are missing, and wait for them."""
        with self._changed:
            self._check_open()
            self._filled = True
            self._add_places(self._size)
            self._changed.wait_for(lambda: self._closed or not self._starting)
            self._check_open()
            if not self._live and self._fault:
                raise self._fault.with_traceback(None)

    def take(self, timeout: float | None, *, wanted: Worker | None = None) -> Worker:
        """Return a worker for the caller alone.

        Args:
            timeout: How many seconds may be waited for one.
            wanted: Only this one will do.

        Raises:
            Busy: When there was none in time.
            Ended: When the one that is wanted has ended.
            Exception: What starting raised, when there is no worker at all.
        """
        with self._changed:
            self._check_open()
            if worker := self._turns.take(wanted):
                return worker
            turn = self._turns.queue_up(wanted)
            if wanted is None:
                self._see_to_it_that_one_comes()
            elif wanted not in self._live:
                self._turns.remove(wanted)
        try:
            turn.wait(timeout)
        except BaseException:  # an interrupt
            if missed := self._leave(turn):
                self.give_back(missed)
            raise
        if came := self._leave(turn):
            return came
        if turn.fault:
            raise turn.fault.with_traceback(None)
        raise Busy(
            f"all R processes were in use for {timeout:g} seconds",
            hint=f"see why others can't be started: {self._fault}"
            if self._fault
            else "more workers: in the section model",
        )

    def give_back(self, worker: Worker) -> None:
        """Take a worker back, and hand it to the one who has waited longest."""
        with self._changed:
            if worker.alive and worker in self._live and not self._closed:
                self._turns.hand_on(worker)
                return
            self._live.discard(worker)
        worker.close()

    def use(self, model: Holdable) -> None:
        """Load a model into all workers, one after the other."""
        with self._changed:
            self._models.add(model)
            missing = [worker for worker in self._live if not worker.holds(model)]
        try:
            for worker in missing:
                self._load(model, worker)
        except (Refused, Ended, TookTooLong):
            with self._changed:
                self._models.discard(model)
            raise

    def close(self) -> None:
        """End all workers, those in use at once, and wait until they have ended."""
        with self._changed:
            self._closed = True
            workers, idle = tuple(self._live), self._turns.idle
        for worker in idle:
            worker.process.hang_up()
        for worker in idle:
            worker.close()
        self.let_go()
        for worker in workers:
            worker.process.join()

    def let_go(self) -> None:
        """End all workers at once, without waiting for that.

        Collecting garbage may call it in any thread, in the middle of anything.
        """
        with self._changed:
            self._closed = True
            workers = tuple(self._live)
            self._turns.fail(_gone())
            self._changed.notify_all()
        for worker in workers:
            worker.process.kill()

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
        with self._changed:
            self._changed.wait_for(lambda: self._closed, _AFTER_FORK)
            if not _of_multiprocessing():
                self._add_places(self._size)

    def _leave(self, turn: Turn) -> Worker | None:
        with self._changed:
            return self._turns.leave(turn)

    def _load(self, model: Holdable, worker: Worker) -> None:
        try:
            self.take(_LONGEST_USE, wanted=worker)
        except (Busy, Ended):  # it loads it when it is asked; or another one has
            return
        try:
            worker.hold(model, _LONGEST_LOADING)
        finally:
            self.give_back(worker)

    def _see_to_it_that_one_comes(self) -> None:
        if len(self._turns) > self._starting:
            self._add_places(min(self._places + 1, self._size))
        self._tell_the_hopeless()

    def _add_places(self, count: int) -> None:
        """Have so many places, and start workers in the new ones."""
        while self._places < count and not self._closed:
            thread = threading.Thread(
                target=self._keep, name="launchpad-r-place", daemon=True
            )
            self._places += 1
            self._starting += 1
            try:
                thread.start()
            except RuntimeError as error:  # there are too many threads
                self._places -= 1
                self._fail(error)
                return

    def _keep(self) -> None:
        """Have a worker in a place, and another one each time that it has ended."""
        pause = None  # if the first one doesn't start, the place is given up
        while not self._closed:
            try:
                worker = self._begin()
            except BaseException as error:  # told to whoever waits for a worker
                if pause is None:
                    self._fail(error)
                    break
                self._try_later(error, pause)
                pause = min(2 * pause, _LONGEST_PAUSE)
            else:
                worker.process.wait()
                self._lose(worker)
                pause = _FIRST_PAUSE
        with self._changed:
            self._places -= 1

    def _begin(self) -> Worker:
        """Start a worker, and hand it to one who waits."""
        worker = self._start()
        try:
            self._prepare(worker)
            with self._changed:
                self._check_open()
                self._starting -= 1
                self._fault = None
                self._live.add(worker)
                self._turns.hand_on(worker)
                self._changed.notify_all()
        except BaseException:
            worker.close()
            raise
        return worker

    def _prepare(self, worker: Worker) -> None:
        with self._changed:
            models = list(self._models)
        for model in models:
            try:
                worker.hold(model, _LONGEST_LOADING)
            except Refused as refused:
                logger.warning("a new R process can't hold a model: %s", refused)

    def _try_later(self, error: BaseException, pause: float) -> None:
        """Pause; those who wait hope on, unless it has failed often."""
        with self._changed:
            if str(error) != str(self._fault):
                logger.error("an R process can't be started: %s", error)
            self._fault = error
            has_failed_often = pause >= _LONGEST_PAUSE
            if has_failed_often:
                self._fail(error)
            self._changed.wait_for(lambda: self._closed, pause)
            if has_failed_often:
                self._starting += 1

    def _fail(self, error: BaseException) -> None:
        with self._changed:
            self._starting -= 1
            self._fault = error
            self._tell_the_hopeless()
            self._changed.notify_all()

    def _lose(self, worker: Worker) -> None:
        """Do without a worker that has ended; another one is going to be started."""
        with self._changed:
            self._starting += 1
            self._live.discard(worker)
            was_idle = self._turns.remove(worker)
        if was_idle:
            worker.close()

    def _tell_the_hopeless(self) -> None:
        """Tell the reason to those who wait for a worker where there is none."""
        if self._fault and not self._live and not self._starting:
            self._turns.fail(self._fault)

    def _check_open(self) -> None:
        if self._closed:
            raise _gone()


def _gone() -> LaunchpadError:
    return LaunchpadError("the R processes have been ended")


def _of_multiprocessing() -> bool:
    """Return whether this is a child that multiprocessing has forked."""
    module = sys.modules.get("multiprocessing.process")
    return module is not None and module.parent_process() is not None
