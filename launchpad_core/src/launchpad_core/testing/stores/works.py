"""What the processes do that write to a store at once: this module is their program.

It imports what they need once, and forks one for each work that it reads as a line of
JSON; so dozens of them are started and killed in a second. The works of a line begin at
the same moment. What they tell are lines of JSON on the standard output: the kind of
line, the process, and what it tells.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from itertools import count
from pathlib import Path
from typing import Any

from launchpad_core.sections import as_section
from launchpad_core.store.model_store import ModelStore
from launchpad_core.testing.stores.contents import (
    builds_of,
    publish,
    written_below,
)

_BEAT = 0.003  # seconds between the files that all create at the same moment


@dataclass(frozen=True, slots=True)
class Writer:
    """One of several processes that write.

    Attributes:
        number: Which one it is, from 0.
        begin: When all of them begin, by the clock that they share.
    """

    number: int
    begin: float

    def tell(self, what: Any) -> None:
        """Tell the tests something, as JSON."""
        _say("told", os.getpid(), what)

    def wait(self, beat: int) -> None:
        """Wait until all writers do something for the n-th time."""
        time.sleep(max(0, self.begin + beat * _BEAT - time.monotonic()))


def create(store: ModelStore, writer: Writer, *, times: int) -> None:
    """Create files that others create as well, and tell which of them it did."""
    for n in range(times):
        writer.wait(n)
        writer.tell(store.create(f"log/{n}", b"%d" % writer.number))


def publish_some(store: ModelStore, writer: Writer, *, times: int) -> None:
    """Publish builds, and tell their ids."""
    for n in range(times):
        writer.tell(publish(builds_of(store), f"{writer.number} {n}").id)


def publish_on(store: ModelStore, writer: Writer, *, size: int) -> None:
    """Publish builds until it is killed, and tell of each one that is published."""
    for n in count():
        payload = f"{os.getpid()} {n}"
        build = publish(builds_of(store), payload, size=size)
        writer.tell([build.id, payload])


def leave(store: ModelStore, writer: Writer, *, key: str) -> None:
    """Put a build that never reaches the log, and wait to be killed."""
    with store.workspace() as workspace:
        store.put(key, written_below(workspace, {"payload": b"x"}))
        writer.tell("put")
        signal.pause()


WORKS: Mapping[str, Callable[..., None]] = {
    work.__name__: work for work in (create, publish_some, publish_on, leave)
}


def main() -> None:
    """Fork for each work of a line, and tell of the end of each."""
    for line in sys.stdin:
        asked = json.loads(line)
        if isinstance(asked, int):
            os.waitpid(asked, 0)
            _say("ended", asked)
        else:
            _start(asked)


def _start(works: Sequence[Mapping[str, Any]]) -> None:
    gate = os.pipe()
    begin = time.monotonic() + 0.1
    for number, work in enumerate(works):
        if not os.fork():
            os.close(gate[1])
            os.read(gate[0], 1)  # until all have been forked
            _do(Writer(number, begin), work)
            os._exit(0)
    for end in gate:
        os.close(end)


def _do(writer: Writer, asked: Mapping[str, Any]) -> None:
    me = os.getpid()
    _say("begun", me, writer.number)
    try:
        store = _opened(**asked["store"])
        work = WORKS[asked["work"]]
        work(store, writer, **asked["more"])
    except BaseException as error:
        _say("raised", me, f"{type(error).__name__}: {error}")


def _opened(address: str, config: Mapping[str, Any], folder: str) -> ModelStore:
    module, _, name = address.partition(":")
    implementation = getattr(import_module(module), name)
    store: ModelStore = implementation(as_section(config, folder=Path(folder)))
    return store


def _say(kind: str, pid: int, what: Any = None) -> None:
    """Write a line at once: of a process that is killed, all of it or nothing."""
    os.write(1, json.dumps([kind, pid, what]).encode() + b"\n")
