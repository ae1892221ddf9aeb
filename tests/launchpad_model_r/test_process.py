"""R processes: what they are sent, what they print, and that nothing outlives them."""

from __future__ import annotations

import errno
import logging
import os
import resource
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from launchpad_model_r.processes.process import Ended, RProcess, TookTooLong

SCRIPT = Path(__file__).parent / "evaluate.R"
Start = Callable[..., RProcess]


@pytest.fixture
def start(rscript: str, tmp_path: Path) -> Iterator[Start]:
    """Return a function that starts an R process, which evaluates R code."""
    started: list[RProcess] = []

    def start(memory: int | None = None) -> RProcess:
        command = [rscript, "--vanilla", str(SCRIPT)]
        started.append(RProcess(command, folder=tmp_path, memory=memory))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.close()


def ask(process: RProcess, code: str, timeout: float = 60) -> str:
    process.send([code.encode()], timeout)
    return process.receive(timeout).decode()


def runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{pid}/stat")  # a zombie waits for a parent, it doesn't run
    try:
        return not status.parent.parent.exists() or ") Z " not in status.read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False


def wait_until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_messages_go_both_ways(start: Start, tmp_path: Path) -> None:
    process = start()
    assert ask(process, "Sys.getpid()") == str(process.pid)
    assert ask(process, "getwd()") == str(tmp_path)
    assert ask(process, "Sys.timezone()") == "UTC"
    large = os.urandom(100_000_000)
    process.send([large[:7], b"", memoryview(large)[7:]], 60)
    assert process.receive(60) == large


def test_what_is_printed_is_logged(
    start: Start, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "launchpad_model_r.console")
    process = start()
    ask(process, 'message("gr\u00fcn"); cat("\\xff\\n"); cat(strrep("x", 1e6))')
    process.close()
    lines = [record.getMessage() for record in caplog.records]
    assert lines == ["gr\u00fcn", "\ufffd", "x" * 4000 + " ..."]


@pytest.mark.slow
def test_a_million_lines(start: Start) -> None:
    process = start()
    assert ask(process, "cat(1:1e6, sep = '\\n'); 'done'") == "done"
    with pytest.raises(Ended) as ended:
        ask(process, "cat('last\\n'); quit(status = 3)")
    assert ended.value.message.startswith(
        "R ended: its process quit with status 3; it printed last:\n"
    )
    assert ended.value.lines[-2:] == ("1000000", "last")


def test_segmentation_fault(start: Start) -> None:
    process = start()
    with pytest.raises(Ended, match="ended by SIGSEGV") as ended:
        ask(process, "cat('before\\n'); tools::pskill(Sys.getpid(), 11)")
    assert "before" in ended.value.lines and ended.value.begun


@pytest.mark.parametrize("code", ["repeat {}", "Sys.sleep(100)"])
def test_what_takes_too_long(start: Start, code: str) -> None:
    process = start()
    with pytest.raises(TookTooLong):
        ask(process, code, timeout=0.5)
    process.kill()
    with pytest.raises(Ended, match="SIGKILL"):
        process.receive()


def test_sending_to_what_does_not_read(start: Start) -> None:
    process = start()
    process.send([b"Sys.sleep(100)"])
    with pytest.raises(TookTooLong):
        process.send([bytes(10_000_000)], timeout=0.3)


def test_what_had_not_begun(start: Start) -> None:
    process = start()
    ask(process, "1")
    os.kill(process.pid, signal.SIGSTOP)
    process.send([b"1"])
    process.kill()
    with pytest.raises(Ended) as ended:
        process.receive()
    assert not ended.value.begun


def test_memory(start: Start) -> None:
    process = start(memory=1_000_000_000)
    assert ask(process, "1 + 1") == "2"
    with pytest.raises(Ended, match=r"cannot allocate|memory exhausted"):
        ask(process, "x <- numeric(3e8)")


def test_children_end_with_r(start: Start) -> None:
    process = start()
    code = "system('sleep 100 & echo $!', intern = TRUE)"
    sleeping = int(ask(process, code.replace("& echo", ">/dev/null 2>&1 & echo")))
    forked = int(ask(process, "parallel::mcparallel(Sys.sleep(100))$pid"))
    assert runs(sleeping) and runs(forked)
    with pytest.raises(Ended):
        ask(process, "quit()")
    process.close()
    wait_until(lambda: not runs(sleeping) and not runs(forked))


def test_the_end_is_told(start: Start) -> None:
    process = start()
    ended = threading.Event()
    threading.Thread(target=lambda: (process.wait(), ended.set())).start()
    os.kill(process.pid, signal.SIGKILL)
    assert ended.wait(30) and not process.alive


KILL = "kill"
PARENT = """
import os
import sys
from pathlib import Path
from launchpad_model_r.processes.process import RProcess
process = RProcess(sys.argv[1:4], folder=Path.cwd())
process.send([b"Sys.getpid()"])
process.receive()
if sys.argv[4] not in ("", "kill"):
    process.send([sys.argv[4].encode()])
print(process.pid, process.temporary, flush=True)
if sys.argv[4] == "kill":
    process.kill()
    os._exit(0)
sys.stdin.read()
"""


@pytest.mark.parametrize("code", ["", "repeat {}", "Sys.sleep(100)", KILL])
def test_r_does_not_outlive_its_parent(rscript: str, tmp_path: Path, code: str) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, rscript, "--vanilla", str(SCRIPT), code],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=tmp_path,
    )
    with parent:
        assert parent.stdout
        pid, temporary = parent.stdout.readline().decode().split()
        assert code == KILL or (runs(int(pid)) and Path(temporary).is_dir())
        parent.kill()
    wait_until(lambda: not runs(int(pid)) and not Path(temporary).exists())


def test_a_child_by_fork_does_not_keep_r_alive(start: Start) -> None:
    process = start()
    ask(process, "1")
    child = os.fork()
    if not child:
        os._exit(0 if not process.alive else 1)
    assert os.waitpid(child, 0)[1] == 0
    assert ask(process, "2") == "2"


@pytest.mark.slow
def test_nothing_is_left(start: Start) -> None:
    start().close()
    before = len(os.listdir("/dev/fd")), threading.active_count()  # noqa: PTH208
    for _ in range(20):
        process = start()
        process.close()
        assert not process.temporary.exists()
    assert (len(os.listdir("/dev/fd")), threading.active_count()) == before  # noqa: PTH208


def descriptors() -> list[str]:
    return os.listdir("/dev/fd")  # noqa: PTH208


def test_nothing_is_left_of_what_lacks_descriptors(
    start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    start().close()
    before, failed = len(descriptors()), 0
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    for limit in range(11, soft):
        resource.setrlimit(resource.RLIMIT_NOFILE, (limit, hard))
        try:
            start().close()
            break
        except OSError as error:
            failed += error.errno == errno.EMFILE
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert failed > 5
    assert len(descriptors()) == before
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("lacking", ["launchpad-r-console", "launchpad-r-watcher"])
def test_nothing_is_left_of_what_lacks_threads(
    lacking: str, start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    before, begin = len(descriptors()), threading.Thread.start

    def fail(self: threading.Thread) -> None:
        if self.name == lacking:
            raise RuntimeError("can't start new thread")
        begin(self)

    monkeypatch.setattr(threading.Thread, "start", fail)
    with pytest.raises(RuntimeError, match="new thread"):
        start()
    assert len(descriptors()) == before
    assert list(tmp_path.iterdir()) == []
