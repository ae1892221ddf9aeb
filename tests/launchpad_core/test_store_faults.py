"""Faults while a directory store is written: kills, failing calls, full disks."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import system_calls
from store_writers import Start, Writer, opened, publish
from system_calls import Call, hindering, recorded, recording

from launchpad_core.store.aliases import point
from launchpad_core.store.builds import ModelBuilds
from launchpad_core.store.pruning import prune

pytestmark = pytest.mark.slow

KILLS = int(os.environ.get("LAUNCHPAD_KILLS", "60"))
EVERY = int(os.environ.get("LAUNCHPAD_FAULTS_EVERY", "25"))
FAULTS = ("signal=KILL", "error=ENOSPC", "error=EIO")
ACTIONS = {
    "publish": "publish",
    "hold": "publish",
    "retest": "retest",
    "move": "alias",
    "prune": "prune",
    "rollback": "rollback",
    "unalias": "unalias",
}


@pytest.fixture
def make_store(tmp_path: Path) -> Callable[[], Path]:
    made = 0

    def make() -> Path:
        nonlocal made
        made += 1
        location = tmp_path / f"store-{made}"
        builds = opened(location)
        for _ in range(4):
            publish(builds)
        point(builds, "staging", builds.all()[0])
        return location

    return make


def is_whole(builds: ModelBuilds) -> bool:
    """Whether all builds that the log knows can be loaded, and an alias no others."""
    history = builds.history()
    for build in builds.all():
        with builds.verified(build) as folder:
            model = (folder / "payload" / "model").read_bytes()
            assert model[:16] == (folder / "golden.json").read_bytes()
    return set(history.last.aliases.values()) <= set(history.builds)


def log_of(location: Path) -> list[bytes]:
    return [path.read_bytes() for path in sorted(location.glob("*/*/log/*"))]


def is_clear(location: Path, builds: ModelBuilds) -> bool:
    """Whether nothing is there but what the log knows."""
    folders = {path.name for path in location.glob("*/*/builds/*")}
    assert folders == {build.id for build in builds.all()}
    left = {path.name for path in (location / ".tmp").iterdir()}
    assert left == {".alone"}
    assert {path.name for path in location.iterdir()} == {".tmp", "my_model"}
    return True


def is_told(writer: Writer, what: str) -> None:
    while what not in writer.told():
        time.sleep(0.001)


def test_writers_that_are_killed_at_any_moment_lose_nothing(
    start: Start, location: Path
) -> None:
    publish(opened(location))
    chance = random.Random(1)
    for number in range(KILLS):
        before = log_of(location)
        writer = start("churn", location, seed=number, size=3_000_000)
        time.sleep(chance.uniform(0.002, 0.25))
        writer.kill()

        after = log_of(location)
        assert after[: len(before)] == before
        builds = opened(location)
        assert is_whole(builds)
        added = builds.history().entries[len(before) :]
        done = [(ACTIONS[verb], it) for verb, *it in writer.told() if it]
        for entry, (action, told) in zip(added, done, strict=False):
            assert entry.action == action
            assert entry.build in told or action in ("prune", "retest")
        assert len(added) - len(done) in (0, 1)

        trained = publish(builds)
        prune(builds, keep=2)
        assert builds.live() == trained
        assert is_clear(location, builds)


@pytest.mark.parametrize("verb", ["publish", "prune", "move", "rollback", "retest"])
def test_fault_at_any_system_call_leaves_the_old_or_the_new(
    start: Start, make_store: Callable[[], Path], tmp_path: Path, verb: str
) -> None:
    if not system_calls.is_installed():
        assert not os.environ.get("CI")
        pytest.skip("strace is not installed")
    calls = calls_of(verb, start, make_store(), tmp_path / "strace.log")
    assert len(calls) > 50
    number = 0
    for call in calls:
        for fault in FAULTS:
            number += 1
            if number % EVERY == 0:
                hinder(verb, call, fault, start, make_store())


def calls_of(verb: str, start: Start, location: Path, log: Path) -> list[Call]:
    writer = start("once", location, verb=verb)
    is_told(writer, "ready")
    with recording(writer.pid, log):
        writer.go()
        assert writer.wait() == 0
    return recorded(log, about=location)


def hinder(verb: str, call: Call, fault: str, start: Start, location: Path) -> None:
    before = log_of(location)
    writer = start("once", location, verb=verb)
    is_told(writer, "ready")
    with hindering(writer.pid, call, fault):
        writer.go()
        status = writer.wait()

    _, *told = writer.told()
    killed = [] if fault == "signal=KILL" else ["never"]
    context = (verb, str(call), fault, told)
    assert status == (-9 if not killed and not told else 0), context
    assert [it[0] for it in told] in (killed, ["done"], ["refused"]), context
    if told and told[0][0] == "refused":
        assert told[0][1].startswith("can't ") and "\n  try: " in told[0][1], context
    after = log_of(location)
    builds = opened(location)
    assert after[: len(before)] == before, context
    assert len(after) - len(before) in (0, 1), context
    assert is_whole(builds), context
    if told and told[0][0] == "done":
        assert builds.last().action == ACTIONS[verb], context
    trained = publish(builds)
    prune(builds, keep=2)
    assert builds.live() == trained, context
    assert is_clear(location, builds), context
