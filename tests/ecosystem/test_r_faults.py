"""What becomes of requests, of the pool and of R processes when R fails under load."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from clients import Clients

CONFIG = """
model_store: {location: store}
model:
  name: faults
  version: '1.0.0'
  type: r
  file: faults.R
  workers: 2
  timeout: 2
  memory: 1 GB
api: {name: faults, raml: faults.raml}
"""
RAML = """#%RAML 0.8
title: Faults
version: v1
/squares:
  get:
    queryParameters:
      x: {type: integer, required: true, example: 1}
      fault: {example: none}
"""
MODEL = """
train <- function() list(power = 2)

test <- function() list()

predict <- function(model, args) {
  switch(args$fault,
    none = NULL,
    segfault = tools::pskill(Sys.getpid(), 11),
    quit = quit("no"),
    loop = repeat {},
    hog = numeric(2^28), # 2 GB
    sleep = Sys.sleep(1)
  )
  list(square = args$x^model$power)
}
"""
BIN = Path(sys.executable).parent
EACH = 2  # web workers, and R processes of each

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="looks at processes in /proc"),
]


@pytest.fixture
def config(tmp_path: Path, rscript: str, cli: Callable[..., Any]) -> Path:
    (tmp_path / "faults.yml").write_text(CONFIG)
    (tmp_path / "faults.raml").write_text(RAML)
    (tmp_path / "faults.R").write_text(MODEL)
    trained = cli("-c", "faults.yml", "train")
    assert trained.returncode == 0, trained.stderr
    until(lambda: not r_processes(tmp_path), "the R of the training ends")
    return tmp_path / "faults.yml"


def ask(url: str, x: int, fault: str = "none") -> tuple[int, Any]:
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)
    with closing(connection):
        connection.request("GET", f"/faults/v1/squares?x={x}&fault={fault}")
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())


class Squares(Clients):
    """Clients that count the right answers, and keep the wrong ones."""

    def __init__(self, url: str) -> None:
        super().__init__(range(6))
        self.url = url
        self.right = 0
        self.wrong: list[Any] = []

    def ask(self, number: int) -> None:
        answer = ask(self.url, number)
        if answer == (200, {"square": number**2}):
            self.right += 1
        else:
            self.wrong.append(answer)

    def failed(self, error: Exception) -> None:
        self.wrong.append(repr(error))


def status_of(pid: int) -> dict[str, str]:
    """Return the name, the state and the parent of a process; nothing if it is gone."""
    try:
        text = Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return {}
    return dict(re.findall(r"^(Name|State|PPid):\t(\S+)", text, re.M))


def r_processes(folder: Path) -> set[int]:
    """Return the R processes in a project's folder, whoever their parents are."""
    found = set()
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal() and status_of(int(entry.name)).get("Name") == "R":
            try:
                if (entry / "cwd").readlink() == folder:
                    found.add(int(entry.name))
            except (FileNotFoundError, ProcessLookupError):
                continue
    return found


def children(pid: int) -> list[int]:
    numbers = [int(one.name) for one in Path("/proc").iterdir() if one.name.isdecimal()]
    return [one for one in numbers if status_of(one).get("PPid") == str(pid)]


def until(is_so: Callable[[], bool], what: str) -> float:
    """Wait until something is so; print and return how many seconds that took."""
    start = time.monotonic()
    while not is_so():
        assert time.monotonic() < start + 30, f"in vain: {what}"
        time.sleep(0.01)
    took = time.monotonic() - start
    print(f"{took:6.2f} s until {what}")
    return took


def answers(url: str) -> bool:
    try:
        return ask(url, 1)[0] == 200
    except OSError:
        return False


@contextmanager
def gunicorn(config: Path, port: int, *options: str) -> Iterator[tuple[str, int]]:
    """Yield a server's URL and the id of its master, which is ended by SIGKILL."""
    command = [str(BIN / "gunicorn"), f"--workers={EACH}", "--threads=8", *options]
    command += [f"--bind=127.0.0.1:{port}", "launchpad_core.wsgi"]
    log = config.parent / "server.log"
    env = {**os.environ, "LAUNCHPAD_CFG": str(config)}
    with log.open("wb") as out:
        process = subprocess.Popen(
            command, env=env, stdout=out, stderr=out, start_new_session=True
        )
    url = f"http://127.0.0.1:{port}"
    try:
        until(lambda: answers(url), "the server answers")
        yield url, process.pid
    finally:
        for pid in (process.pid, *children(process.pid)):
            os.kill(pid, signal.SIGKILL)
        process.wait(10)


def whole(folder: Path, but: set[int] = frozenset()) -> Callable[[], bool]:
    """Return whether all R processes are there that should be, without some."""
    return lambda: len(now := r_processes(folder)) == EACH * EACH and not now & but


def test_other_requests_are_answered(config: Path, free_port: int) -> None:
    folder = config.parent
    with gunicorn(config, free_port) as (url, _), Squares(url) as clients:
        until(whole(folder), "the pools are whole")
        for fault in ("segfault", "quit", "loop", "hog"):
            before = r_processes(folder)
            status, body = ask(url, 3, fault)
            until(whole(folder), f"the pools are whole after {fault}")
            count = clients.right
            until(lambda count=count: clients.right > count + 100, "100 answers")

            assert (status, body["status"]) == (500, 500), fault
            assert body["id"] in (folder / "server.log").read_text()
            ended = before - r_processes(folder)
            assert len(ended) <= 1 and (ended or fault == "hog"), fault
        assert clients.wrong == []

        killed = r_processes(folder)
        for pid in killed:
            os.kill(pid, signal.SIGKILL)
        until(whole(folder, but=killed), "the pools are whole after kill -9 of all R")
        count = clients.right
        until(lambda: clients.right > count + 100, "100 answers")
    under_way = len(clients.wrong)
    assert under_way <= len(killed)
    assert {status for status, _ in clients.wrong} <= {500}


@pytest.mark.parametrize("options", [(), ("--preload",)])
def test_no_r_process_is_left_after_kill_9(
    options: tuple[str, ...], config: Path, free_port: int
) -> None:
    folder = config.parent
    with gunicorn(config, free_port, *options) as (url, master):
        with Squares(url) as clients:
            until(lambda: clients.right > 200, "200 answers")
        assert clients.wrong == []
        # What was started before the fork stays the master's, and no worker uses it.
        of_master = set(children(master)) & r_processes(folder)
        assert len(of_master) == (EACH if options else 0)
        workers = set(children(master)) - of_master
        until(
            lambda: (
                sorted(len(set(children(w)) & r_processes(folder)) for w in workers)
                == [EACH] * EACH
            ),
            "each worker has its own R processes",
        )
        asking = [
            threading.Thread(target=swallow, args=(url, fault))
            for fault in ("loop", "sleep", "loop", "sleep")
        ]
        for thread in asking:
            thread.start()
        time.sleep(0.5)  # R is busy, and sees no end of its pipe
        assert len(r_processes(folder) - of_master) == EACH * EACH
    until(lambda: not r_processes(folder), "no R is left after kill -9")
    for thread in asking:
        thread.join()


def swallow(url: str, fault: str) -> None:
    """Ask, and expect that the server ends meanwhile."""
    with pytest.raises((http.client.HTTPException, OSError)):
        ask(url, 1, fault)


@pytest.mark.parametrize("options", ["--threads=8", "--threads=8 --preload"])
def test_no_r_process_is_left_after_sigterm(
    options: str,
    config: Path,
    serve: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("GUNICORN_CMD_ARGS", options)
    with serve(config, workers=EACH) as url:
        with Squares(url) as clients:
            until(lambda: clients.right > 200, "200 answers")
        assert clients.wrong == []
        until(lambda: len(r_processes(config.parent)) >= EACH * EACH, "all R is there")

    until(lambda: not r_processes(config.parent), "no R is left after SIGTERM")


@pytest.mark.parametrize("ended_by", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_no_r_process_is_left_when_a_training_is_ended(
    ended_by: signal.Signals, tmp_path: Path, rscript: str
) -> None:
    (tmp_path / "faults.yml").write_text(CONFIG)
    (tmp_path / "faults.raml").write_text(RAML)
    endless = MODEL.replace("train <- function()", "train <- function() repeat {} #")
    (tmp_path / "faults.R").write_text('writeLines("", "began")\n' + endless)
    command = [str(BIN / "launchpad"), "-c", "faults.yml", "train"]
    training = subprocess.Popen(
        command,
        cwd=tmp_path,
        stderr=subprocess.PIPE,
        # Who starts the tests in the background has it ignored.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    try:
        until((tmp_path / "began").exists, "R has begun")
        time.sleep(0.2)
        training.send_signal(ended_by)
        _, told = training.communicate(timeout=30)
    finally:
        training.kill()
    until(lambda: not r_processes(tmp_path), f"no R is left after {ended_by.name}")
    assert b"Traceback" not in told
