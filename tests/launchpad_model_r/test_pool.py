"""A pool of R workers: used by many threads, whole again after each crash."""

from __future__ import annotations

import ctypes
import gc
import os
import random
import signal
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from launchpad_core.errors import Busy
from launchpad_model_r import SCRIPTS
from launchpad_model_r.model import RModel
from launchpad_model_r.processes.endings import Ended, TookTooLong
from launchpad_model_r.processes.pool import Pool
from launchpad_model_r.processes.process import RProcess
from launchpad_model_r.processes.worker import Refused, Worker

pytestmark = pytest.mark.slow

SCRIPT = SCRIPTS / "worker.R"
CODE = """
predict <- function(args) {
  if (!is.null(args$code)) eval(parse(text = args$code)) else args$x
}
"""
Make = Callable[..., Pool]


@pytest.fixture
def pool_of(rscript: str, tmp_path: Path) -> Iterator[Make]:
    """Return a function that makes a pool."""
    made: weakref.WeakSet[Pool] = weakref.WeakSet()

    def start(before: Callable[[], object]) -> Worker:
        if isinstance(failure := before(), Exception):
            raise failure
        request = {
            "kind": "load",
            "packages": [],
            "model_conf": {},
            "file": str(tmp_path / "model.R"),
            "text": CODE,
        }
        return Worker(RProcess([rscript, str(SCRIPT)], folder=tmp_path), request)

    def make(size: int, before: Callable[[], object] = lambda: None) -> Pool:
        pool = Pool(lambda: start(before), size)
        made.add(pool)
        return pool

    yield make
    for pool in list(made):
        pool.close()


def predict(worker: Worker, **value: object) -> object:
    model = RModel(MODEL)
    worker.hold(model)
    request = {"kind": "predict", "model": model.id, "value": value}
    reply = worker.ask(request, timeout=30)
    assert reply["kind"] == "result", reply
    return reply["value"]


MODEL = bytes.fromhex("580a000000020004020200020300000000fe")  # serialize(NULL, NULL)


def pid(pool: Pool) -> int:
    with pool.worker() as worker:
        return worker.process.pid


def test_the_worker_that_was_used_last_is_used_again(pool_of: Make) -> None:
    pool = pool_of(2)
    first = pid(pool)
    assert pid(pool) == first
    with pool.worker() as one, pool.worker() as other:
        assert one.process.pid == first != other.process.pid
        with pytest.raises(Busy, match="in use"), pool.worker(0.1):
            pass


def test_crash_timeout_and_kill(pool_of: Make) -> None:
    pool = pool_of(1)
    with pytest.raises(Ended, match="SIGSEGV"), pool.worker() as worker:
        predict(worker, code="tools::pskill(Sys.getpid(), 11)")
    with pool.worker() as worker:
        model = RModel(MODEL)
        worker.hold(model)
        request = {"kind": "predict", "model": model.id, "value": {"code": "repeat {}"}}
        with pytest.raises(TookTooLong):
            worker.ask(request, timeout=0.3)
        assert not worker.alive
    before = pid(pool)
    os.kill(before, signal.SIGKILL)
    deadline = time.monotonic() + 30
    while pid(pool) == before:
        assert time.monotonic() < deadline


def test_models_in_use_are_loaded_into_a_new_worker(pool_of: Make) -> None:
    pool = pool_of(1)
    pool.fill()
    model = RModel(MODEL)
    pool.use(model)
    with pool.worker() as worker:
        assert worker.holds(model)
        worker.process.kill()
    with pool.worker() as another:
        assert another is not worker and another.holds(model)
    with pytest.raises(Refused):
        pool.use(RModel(b"nonsense"))


def test_the_reason_is_told_when_none_can_be_started() -> None:
    def start() -> Worker:
        raise OSError("no R today")

    pool = Pool(start, 2)
    with pytest.raises(OSError, match="no R today"):
        pool.fill()
    with pytest.raises(OSError, match="no R today"), pool.worker():
        pass
    pool.close()


def test_requests_wait_while_starting_fails_for_a_moment(pool_of: Make) -> None:
    failures = [OSError("too many"), OSError("too many")]
    failed = threading.Event()

    def before() -> object:
        if not pool_is_filled:
            return None
        failed.set()
        return failures.pop() if failures else None

    pool_is_filled: list[bool] = []
    pool = pool_of(1, before)
    pool.fill()
    pool_is_filled.append(True)
    number = pid(pool)
    os.kill(number, signal.SIGKILL)
    assert failed.wait(30)
    assert pid(pool) != number and not failures


def test_a_pool_that_nobody_refers_to_ends_its_r(pool_of: Make) -> None:
    made = [pool_of(1)]
    with made[0].worker() as worker:
        process = worker.process
    made.append(made)
    del made, worker
    gc.collect()
    process.wait()
    process.join()
    assert not process.temporary.exists()


def test_a_pool_recovers_when_there_are_threads_again(
    pool_of: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    pool = pool_of(1)

    def fail(self: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patched:
        patched.setattr(threading.Thread, "start", fail)
        for _ in range(2):
            with pytest.raises(RuntimeError, match="new thread"):
                pid(pool)
    assert pid(pool)


def test_threads_get_their_own_answers_while_r_is_killed(pool_of: Make) -> None:
    pool = pool_of(3)
    pool.fill()
    model = RModel(MODEL)
    pool.use(model)
    done = threading.Event()
    killed = []

    def kill() -> None:
        while not done.wait(0.05):
            with pool.worker() as worker:
                number = worker.process.pid
            os.kill(number, signal.SIGKILL)
            killed.append(number)

    def call(number: int) -> object:
        request = {"kind": "predict", "model": model.id, "value": {"x": number}}
        try:
            reply = pool.ask(request, needs=model, timeout=30, patience=30)
        except Ended:
            return None
        return reply["value"]

    killer = threading.Thread(target=kill)
    killer.start()
    with ThreadPoolExecutor(8) as threads:
        numbers = [random.randrange(10**6) for _ in range(2_000)]
        answers = list(threads.map(call, numbers))
    done.set()
    killer.join()
    failed = answers.count(None)
    assert len(killed) > 2 and failed <= 2 * len(killed)
    assert all(a in (n, None) for n, a in zip(numbers, answers, strict=True))
    assert [call(number) for number in range(20)] == list(range(20))


@pytest.mark.parametrize("fork", [os.fork, ctypes.PyDLL(None).fork])
def test_a_child_by_fork_has_workers_of_its_own(
    fork: Callable[[], int], pool_of: Make
) -> None:
    pool = pool_of(1)
    before = pid(pool)
    child = fork()
    if not child:
        try:
            own = pid(pool) != before
            pool.close()
            os._exit(0 if own else 1)
        finally:
            os._exit(2)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert pid(pool) == before
