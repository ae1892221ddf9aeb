"""Whatever is done to a directory store in any order, a simple model tells the same."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)
from store_writers import Start, opened, publish, writers

from launchpad_core.errors import NoSuchBuild
from launchpad_core.store.aliases import point, roll_back, unalias
from launchpad_core.store.build import Build
from launchpad_core.store.builds import ModelBuilds
from launchpad_core.store.pruning import prune

pytestmark = pytest.mark.slow

EXAMPLES = int(os.environ.get("LAUNCHPAD_EXAMPLES", "12"))
STEPS = 30
OPENERS = 3
openers = st.integers(0, OPENERS - 1)
aliases = st.sampled_from(["live", "staging", "champion"])
which = st.integers(0, 20)


@dataclass
class Model:
    """What a store should be: lists and dicts, without files."""

    builds: list[str] = field(default_factory=list)
    pointed: dict[str, list[str]] = field(default_factory=dict)
    metrics: dict[str, list[Any]] = field(default_factory=dict)
    files: dict[str, dict[str, bytes]] = field(default_factory=dict)
    latest: str = ""

    def add(self, sha256: str, *, promote: bool) -> None:
        if sha256 not in self.builds:
            self.builds.append(sha256)
        self.latest = sha256
        if promote:
            self.point("live", sha256)

    def point(self, alias: str, sha256: str) -> None:
        pointed = self.pointed.setdefault(alias, [])
        if not pointed or pointed[-1] != sha256:
            pointed.append(sha256)

    def prune(self, keep: int) -> list[str]:
        kept = {build for pointed in self.pointed.values() for build in pointed[-2:]}
        kept.update(list(reversed(self.builds))[:keep])
        removed = [build for build in self.builds if build not in kept]
        self.builds = [build for build in self.builds if build in kept]
        for alias, pointed in self.pointed.items():
            self.pointed[alias] = []
            for build in pointed:
                if build in kept:
                    self.point(alias, build)
        if self.latest in removed:
            self.latest = ""
        return removed

    def aliases_of(self, sha256: str) -> tuple[str, ...]:
        named = [alias for alias in self.pointed if self.pointed[alias][-1] == sha256]
        return tuple(sorted(named))


class StoreMachine(RuleBasedStateMachine):
    """Does to a store and to the model what people do."""

    start: Start

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.location = self.folder / "store"
        self.openers = [opened(self.location) for _ in range(OPENERS)]
        self.model = Model()
        self.count = 0

    def teardown(self) -> None:
        shutil.rmtree(self.folder)

    @initialize()
    def has_a_first_build(self) -> None:
        self.publish(0, promote=True)

    @rule(opener=openers)
    def reopen(self, opener: int) -> None:
        self.openers[opener] = opened(self.location)

    @rule(opener=openers, promote=st.booleans())
    def publish(self, opener: int, promote: bool) -> None:
        build = publish(self.openers[opener], promote=promote)
        self.model.add(build.sha256, promote=promote)
        self.model.files[build.sha256] = files_of(self.openers[opener], build)
        left = {path.name for path in (self.location / ".tmp").iterdir()}
        assert left == {".alone"}

    @rule(opener=openers, number=which)
    def import_again(self, opener: int, number: int) -> None:
        known = list(self.model.files)
        sha256 = known[number % len(known)]
        builds = self.openers[opener]
        with builds.store.workspace() as workspace:
            for name, content in self.model.files[sha256].items():
                path = workspace / "build" / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
            builds.add(workspace / "build", "import", aliases=(), details={})
        self.model.add(sha256, promote=False)

    @rule(promote=st.booleans(), at=st.integers(1, 130))
    def is_killed_while_it_publishes(self, promote: bool, at: int) -> None:
        verb = "publish" if promote else "hold"
        before = opened(self.location).last().number
        writer = self.start("repeat", self.location, verb=verb, killed_at=at)
        assert writer.wait() in (0, -9)
        after = opened(self.location)
        if after.last().number > before:
            build = after.build(after.last().build, after.last())
            self.model.add(build.sha256, promote=promote)
            self.model.files[build.sha256] = files_of(after, build)

    @rule(at=st.integers(1, 130))
    def is_killed_while_it_prunes(self, at: int) -> None:
        before = opened(self.location).last().number
        writer = self.start("repeat", self.location, verb="prune", killed_at=at)
        assert writer.wait() in (0, -9)
        if opened(self.location).last().number > before:
            self.model.prune(2)

    @precondition(lambda self: self.model.builds)
    @rule(opener=openers, alias=aliases, number=which)
    def point(self, opener: int, alias: str, number: int) -> None:
        build = self.build(opener, number)
        moved = point(self.openers[opener], alias, build)
        self.model.point(alias, build.sha256)
        assert moved.aliases == self.model.aliases_of(build.sha256)

    @rule(opener=openers, alias=aliases)
    def unalias(self, opener: int, alias: str) -> None:
        if self.model.pointed.pop(alias, None):
            unalias(self.openers[opener], alias)
            return
        with pytest.raises(NoSuchBuild, match=f"has no alias {alias}"):
            unalias(self.openers[opener], alias)

    @rule(opener=openers, alias=aliases)
    def roll_back(self, opener: int, alias: str) -> None:
        pointed = self.model.pointed.get(alias, [])
        if len(pointed) > 1:
            pointed.pop()
            assert roll_back(self.openers[opener], alias).sha256 == pointed[-1]
            return
        with pytest.raises(NoSuchBuild, match="no other build"):
            roll_back(self.openers[opener], alias)

    @precondition(lambda self: self.model.builds)
    @rule(opener=openers, number=which)
    def retest(self, opener: int, number: int) -> None:
        self.count += 1
        build = self.build(opener, number)
        self.openers[opener].add_metrics(build, {"n": self.count})
        self.model.metrics.setdefault(build.sha256, []).append({"n": self.count})

    @rule(opener=openers, keep=st.integers(0, 6))
    def prune(self, opener: int, keep: int) -> None:
        removed = prune(self.openers[opener], keep=keep)
        assert list(removed) == [build[:16] for build in self.model.prune(keep)]
        folders = {path.name for path in self.location.glob("*/*/builds/*")}
        assert folders == {build[:16] for build in self.model.builds}

    @invariant()
    def all_openers_tell_what_the_model_tells(self) -> None:
        for builds in (*self.openers, opened(self.location)):
            found = builds.all()
            assert [build.sha256 for build in found] == self.model.builds
            for build in found:
                assert build.aliases == self.model.aliases_of(build.sha256)
            live = self.model.pointed.get("live")
            if live:
                assert builds.live_id() == live[-1][:16]
                assert files_of(builds, builds.live()) == self.model.files[live[-1]]
            else:
                with pytest.raises(NoSuchBuild):
                    builds.live_id()

    @invariant()
    def nothing_is_lost(self) -> None:
        builds = opened(self.location)
        history = builds.history()
        assert history.last.latest == self.model.latest
        for build in builds.all():
            assert files_of(builds, build) == self.model.files[build.sha256]
            metrics = [metrics for _, metrics in history.metrics(build.sha256)]
            assert metrics == self.model.metrics.get(build.sha256, [])

    def build(self, opener: int, number: int) -> Build:
        builds = self.openers[opener]
        sha256 = self.model.builds[number % len(self.model.builds)]
        return builds.build(sha256, builds.last())


def files_of(builds: ModelBuilds, build: Build) -> dict[str, bytes]:
    with builds.verified(build) as folder:
        return {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in folder.rglob("*")
            if path.is_file()
        }


@pytest.fixture(scope="module", autouse=True)
def _start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with ExitStack() as stack:
        folder = tmp_path_factory.mktemp("writers")
        StoreMachine.start = staticmethod(stack.enter_context(writers(folder)))
        yield


TestStore = StoreMachine.TestCase
TestStore.settings = settings(
    max_examples=EXAMPLES,
    stateful_step_count=STEPS,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
