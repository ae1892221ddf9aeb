"""Processes that write to a store at once, and that are killed while they do."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from typing import Any

import pytest

from launchpad_core.sections import as_section
from launchpad_core.store.model_store import ModelStore
from launchpad_core.testing.stores import works

_PATIENCE = 60  # seconds, after which a writer is said to hang


class Processes:
    """Starts processes that work on stores, until it is closed."""

    def __init__(self) -> None:
        self._program: subprocess.Popen[bytes] | None = None
        self._buffer = b""
        self._running: set[int] = set()

    def together(
        self, stores: Sequence[ModelStore], work: str, **more: Any
    ) -> list[list[Any]]:
        """Return what processes told that did the same at once, each with its store.

        Raises:
            AssertionError: When one of them raised, or hangs.
        """
        self._start(stores, work, more)
        numbers: dict[int, int] = {}
        told: list[list[Any]] = [[] for _ in stores]
        while len(numbers) < len(stores) or self._running:
            kind, pid, what = self._next()
            if kind == "begun":
                numbers[pid] = what
                self._ask(pid)
            elif kind == "told":
                told[numbers[pid]].append(what)
        return told

    def killed(
        self, store: ModelStore, work: str, *, part: float | None = None, **more: Any
    ) -> list[Any]:
        """Return what a process told until it was killed.

        Args:
            store: Its store.
            work: What it does.
            part: Of a work that is done again and again, at which part of the time that
                one turn of it takes it is killed; None to kill it after the first.
            more: Arguments of the work.
        """
        self._start([store], work, more)
        _, pid, _ = self._next()
        told = [self._next()[2]]
        if part is not None:
            begun = time.monotonic()
            told.append(self._next()[2])
            time.sleep((time.monotonic() - begun) * part)
        os.kill(pid, signal.SIGKILL)
        self._ask(pid)
        while pid in self._running:
            kind, _, what = self._next()
            if kind == "told":
                told.append(what)
        return told

    def close(self) -> None:
        """Kill what is still running; the next work starts anew."""
        for pid in self._running:
            os.kill(pid, signal.SIGKILL)
        if self._program is not None:
            self._program.kill()
            self._program.communicate()
        self._program, self._buffer, self._running = None, b"", set()

    def _start(self, stores: Sequence[ModelStore], work: str, more: Any) -> None:
        if self._program is None:
            self._program = _program()
        self._ask([{"work": work, "store": _sent(it), "more": more} for it in stores])

    def _ask(self, what: Any) -> None:
        assert self._program is not None and self._program.stdin is not None
        self._program.stdin.write(json.dumps(what, default=str).encode() + b"\n")
        self._program.stdin.flush()

    def _next(self) -> tuple[str, int, Any]:
        """Return what is told next: its kind, the process, and what it tells."""
        kind, pid, what = json.loads(self._line())
        if kind == "raised":
            raise self._broken(f"a process that writes raises {what}")
        if kind == "begun":
            self._running.add(pid)
        if kind == "ended":
            self._running.remove(pid)
        return kind, pid, what

    def _line(self) -> bytes:
        assert self._program is not None and self._program.stdout is not None
        output = self._program.stdout.fileno()
        while b"\n" not in self._buffer:
            ready, _, _ = select.select([output], [], [], _PATIENCE)
            if not ready:
                raise self._broken(
                    f"a process that writes hangs: nothing in {_PATIENCE} seconds"
                )
            some = os.read(output, 1 << 16)
            if not some:
                raise self._broken("the processes that write don't start")
            self._buffer += some
        line, _, self._buffer = self._buffer.partition(b"\n")
        return line

    def _broken(self, found: str) -> AssertionError:
        self.close()
        return AssertionError(found)


def _program() -> subprocess.Popen[bytes]:
    if not hasattr(os, "fork"):
        pytest.skip("processes are started by os.fork, which isn't there")
    program = f"from {works.__name__} import main; main()"
    command = [sys.executable, "-c", program]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdin=pipe, stdout=pipe, env=environment)


def _sent(store: ModelStore) -> dict[str, Any]:
    """Return what another process opens a store by."""
    return {
        "address": f"{type(store).__module__}:{type(store).__qualname__}",
        "config": store.config,
        "folder": str(as_section(store.config).folder),
    }
