"""Making a process's system calls fail, or killing it at one of them, by strace."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_LINE = re.compile(r"(?:\d+ +)?(\w+)\(")


@dataclass(frozen=True)
class Call:
    """One system call of a process: the nth of its name."""

    name: str
    nth: int

    def __str__(self) -> str:
        return f"{self.name} {self.nth}"


def is_installed() -> bool:
    """Whether there is strace (Debian's package is ``strace``)."""
    return shutil.which("strace") is not None


@contextmanager
def recording(process: int, log: Path) -> Iterator[None]:
    """Write a process's calls to a file, with the paths of the files they are about."""
    with _attached(process, "-y", "-s", "200", "-o", str(log)):
        yield


@contextmanager
def hindering(process: int, call: Call, fault: str) -> Iterator[None]:
    """Let one call fail: ``error=ENOSPC``, or ``signal=KILL``."""
    inject = f"inject={call.name}:{fault}:when={call.nth}"
    with _attached(process, "-o", "/dev/null", "-e", inject):
        yield


def recorded(log: Path, about: Path) -> list[Call]:
    """Return the calls in a recording that are about paths below a folder."""
    counted: Counter[str] = Counter()
    calls = []
    for line in log.read_text("utf-8", "replace").splitlines():
        found = _LINE.match(line)
        if found is None:
            continue
        name = found[1]
        counted[name] += 1
        if str(about) in line:
            calls.append(Call(name, counted[name]))
    return calls


@contextmanager
def _attached(process: int, *options: str) -> Iterator[None]:
    command = ["strace", *options, "-p", str(process)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as strace:
        assert strace.stderr is not None
        attached = strace.stderr.readline()
        assert "attached" in attached, attached
        yield
