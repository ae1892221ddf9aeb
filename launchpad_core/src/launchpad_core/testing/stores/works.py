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
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from launchpad_core.sections import as_section
from launchpad_core.store.model_store import ModelStore
from launchpad_core.testing.stores.contents import builds_of, publish

Tell = Callable[[Any], None]


def create(store: ModelStore, tell: Tell, *, number: int, times: int) -> None:
    """Create files that others create as well, and tell which of them it did."""
    tell([store.create(f"log/{n}", b"%d" % number) for n in range(times)])


def publish_some(store: ModelStore, tell: Tell, *, number: int, times: int) -> None:
    """Publish builds, and tell their ids."""
    for n in range(times):
        tell(publish(builds_of(store), f"{number} {n}").id)


def publish_on(store: ModelStore, tell: Tell, *, number: int, size: int) -> None:
    """Publish builds until it is killed, and tell of each one that is published."""
    n = 0
    while True:
        payload = f"{number} {n}"
        tell([publish(builds_of(store), payload, size=size).id, payload])
        n += 1


def leave(store: ModelStore, tell: Tell, *, number: int, key: str) -> None:
    """Put a build that never reaches the log, and wait to be killed."""
    with store.workspace() as workspace:
        folder = workspace / "build"
        folder.mkdir()
        (folder / "payload").write_text(f"{number}")
        store.put(key, folder)
        tell("put")
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
    for number, work in enumerate(works):
        if not os.fork():
            os.close(gate[1])
            os.read(gate[0], 1)  # until all have been forked
            _do(number, work)
            os._exit(0)
    for end in gate:
        os.close(end)


def _do(number: int, asked: Mapping[str, Any]) -> None:
    me = os.getpid()
    _say("begun", me, number)
    try:
        store = _opened(**asked["store"])
        work = WORKS[asked["work"]]
        work(store, lambda it: _say("told", me, it), number=number, **asked["more"])
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


if __name__ == "__main__":
    main()
