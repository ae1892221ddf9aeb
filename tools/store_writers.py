"""Processes that write to a model store: to be killed, hindered, set on each other.

Started as a program, it imports what they need once, and forks one for each line on
its standard input; so a thousand of them can be killed in a minute.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from circumstances import meet

from launchpad_core.errors import NoSuchBuild, StoreError
from launchpad_core.store.aliases import point, roll_back, unalias
from launchpad_core.store.build import Build
from launchpad_core.store.builds import ModelBuilds
from launchpad_core.store.directory import DirectoryStore
from launchpad_core.store.pruning import prune

METADATA = {"created": "2026-01-01T00:00:00+00:00", "metrics": {"accuracy": 1}}


def opened(location: Path | str) -> ModelBuilds:
    """Return the builds of the model that all of this is about."""
    store = DirectoryStore({"location": str(location)})
    return ModelBuilds(store, "my_model", "1.0.0")


def publish(builds: ModelBuilds, *, size: int = 1, promote: bool = True) -> Build:
    """Publish a build: two files, one of them in a folder, that are like no others."""
    filling = os.urandom(16) * (size // 16 + 1)

    def write(folder: Path) -> None:
        (folder / "payload").mkdir()
        (folder / "payload" / "model").write_bytes(filling)
        (folder / "golden.json").write_bytes(filling[:16])

    return builds.publish(write, METADATA, promote=promote)


@dataclass
class Writer:
    """A process that writes."""

    pid: int
    _told: Path
    _server: subprocess.Popen[str]
    _ended: list[int] = field(default_factory=list)

    def kill(self) -> None:
        """Kill it, if it is still there."""
        os.kill(self.pid, signal.SIGKILL)
        self.wait()

    def go(self) -> None:
        """Let a writer begin that waits for it."""
        os.kill(self.pid, signal.SIGUSR1)

    def wait(self) -> int:
        """Wait for its end, and return its exit status; negative for a signal."""
        if not self._ended:
            self._ended.append(int(_ask(self._server, f"{self.pid}")))
        return self._ended[0]

    def told(self) -> list[Any]:
        """Return what it has told so far."""
        lines = self._told.read_text("utf-8").splitlines(keepends=True)
        return [json.loads(line) for line in lines if line.endswith("\n")]


Start = Callable[..., Writer]


@contextmanager
def writers(folder: Path) -> Iterator[Start]:
    """Yield a function that starts a process, given a work's name and arguments."""
    command = [sys.executable, __file__]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as server:
        started = 0

        def start(work: str, location: Path, **arguments: Any) -> Writer:
            nonlocal started
            told = folder / f"told-{started}"
            told.touch()
            told.chmod(0o666)
            started += 1
            asked = {"work": work, "told": str(told), "location": str(location)}
            pid = _ask(server, json.dumps({**asked, "arguments": arguments}))
            return Writer(int(pid), told, server)

        yield start
        assert server.stdin is not None
        server.stdin.close()


def _ask(server: subprocess.Popen[str], line: str) -> str:
    assert server.stdin is not None and server.stdout is not None
    server.stdin.write(f"{line}\n")
    server.stdin.flush()
    return server.stdout.readline()


Tell = Callable[[Any], None]


def churn(location: str, tell: Tell, *, seed: int, size: int) -> None:
    """Do whatever writers do, until it is killed; tell of each thing that is done."""
    builds, chance = opened(location), random.Random(seed)
    while True:
        verb = chance.choice(["publish", "publish", "hold", "prune", "retest", "move"])
        tell([verb, *VERBS[verb](builds, size)])


def once(location: str, tell: Tell, *, verb: str, size: int = 1) -> None:
    """Do one thing when told to go, and tell what came of it."""
    builds = opened(location)
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])
    tell("ready")
    signal.sigwait([signal.SIGUSR1])
    try:
        tell(["done", *VERBS[verb](builds, size)])
    except StoreError as error:
        tell(["refused", str(error)])


def repeat(
    location: str, tell: Tell, *, verb: str, times: int = 1, size: int = 1, **how: Any
) -> None:
    """Do the same thing several times, perhaps in adverse circumstances."""
    meet(**how)
    builds = opened(location)
    for _ in range(times):
        try:
            tell(["done", *VERBS[verb](builds, size)])
        except StoreError as error:
            tell(["refused", str(error)])


def read(location: str, tell: Tell, *, until: str, **how: Any) -> None:
    """Load the live build again and again, as a server does, until there is a file."""
    meet(**how)
    builds = opened(location)

    def load(build: Build) -> str:
        with builds.verified(build) as folder:
            model = (folder / "payload" / "model").read_bytes()
            assert model[:16] == (folder / "golden.json").read_bytes()
        return build.id

    loaded = 0
    while not loaded or not Path(until).exists():
        builds.with_live(load)
        opened(location).live()
        loaded += 1
    tell(loaded)


def _retest(builds: ModelBuilds, _: int) -> list[str]:
    token = os.urandom(8).hex()
    builds.add_metrics(builds.live(), {"token": token})
    return [token]


def _retest_alike(builds: ModelBuilds, _: int) -> list[str]:
    builds.add_metrics(builds.live(), {})
    return []


def _move(builds: ModelBuilds, _: int) -> list[str]:
    history = builds.history()
    sha256 = random.choice(history.builds)
    try:
        return [point(builds, "staging", builds.build(sha256, history.last)).sha256]
    except StoreError:
        if sha256 in builds.history().removed:
            return []  # somebody pruned it meanwhile
        raise


def _roll_back(builds: ModelBuilds, _: int) -> list[str]:
    try:
        return [roll_back(builds, builds.alias).sha256]
    except NoSuchBuild:
        return []


def _unalias(builds: ModelBuilds, _: int) -> list[str]:
    unalias(builds, "staging")
    return []


def _prune(builds: ModelBuilds, _: int) -> list[str]:
    return list(prune(builds, keep=2))


VERBS: Mapping[str, Callable[[ModelBuilds, int], list[str]]] = {
    "publish": lambda builds, size: [publish(builds, size=size).sha256],
    "hold": lambda builds, size: [publish(builds, size=size, promote=False).sha256],
    "prune": _prune,
    "retest": _retest,
    "retest_alike": _retest_alike,
    "move": _move,
    "rollback": _roll_back,
    "unalias": _unalias,
}


WORKS: Mapping[str, Callable[..., None]] = {
    "churn": churn,
    "once": once,
    "repeat": repeat,
    "read": read,
}


def main() -> None:
    """Fork for each work, and answer with its process; wait for each process."""
    _import_all()
    for line in sys.stdin:
        if line.strip().isdigit():
            _, status = os.waitpid(int(line), 0)
            answer = os.waitstatus_to_exitcode(status)
        else:
            answer = _forked(json.loads(line))
        print(answer, flush=True)


def _import_all() -> None:
    with tempfile.TemporaryDirectory() as folder:
        builds = opened(folder)
        for verb in ("publish", "hold", "publish", "move", "rollback", "retest"):
            VERBS[verb](builds, 1)
        for verb in ("unalias", "prune"):
            VERBS[verb](builds, 1)


def _forked(asked: Mapping[str, Any]) -> int:
    pid = os.fork()
    if pid:
        return pid
    told = os.open(asked["told"], os.O_WRONLY | os.O_APPEND)
    random.seed()
    try:
        WORKS[asked["work"]](
            asked["location"],
            lambda it: os.write(told, json.dumps(it).encode() + b"\n") and None,
            **asked["arguments"],
        )
    except BaseException:
        os.write(told, json.dumps(["failed", traceback.format_exc()]).encode() + b"\n")
        os._exit(1)
    os._exit(0)


if __name__ == "__main__":
    main()
