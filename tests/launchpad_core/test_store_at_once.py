"""Many writers and readers of one directory store at the same moment."""

from __future__ import annotations

import json
from collections import Counter
from contextlib import suppress
from pathlib import Path

import pytest
from store_writers import Start, opened, publish

from launchpad_core.errors import NoSuchBuild, StoreError
from launchpad_core.files import write_bytes
from launchpad_core.store.aliases import point, roll_back
from launchpad_core.store.build import Build
from launchpad_core.store.builds import ModelBuilds
from launchpad_core.store.directory import DirectoryStore
from launchpad_core.store.history import History
from launchpad_core.store.pruning import prune
from launchpad_core.store.workspaces import Workspaces

pytestmark = pytest.mark.slow

MANY = 8
EACH = 25


def loads(builds: ModelBuilds, build: Build) -> bytes:
    with builds.verified(build) as folder:
        return (folder / "payload" / "model").read_bytes()


def imported(builds: ModelBuilds, build: Build, content: dict[str, bytes]) -> Build:
    """Add a build's files once more, as an import does."""
    with builds.store.workspace() as workspace:
        for name, data in content.items():
            path = workspace / "build" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        return builds.add(workspace / "build", "import", aliases=(), details={})


def content_of(builds: ModelBuilds, build: Build) -> dict[str, bytes]:
    with builds.verified(build) as folder:
        return {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in folder.rglob("*")
            if path.is_file()
        }


def test_no_build_of_many_trainers_is_lost(start: Start, location: Path) -> None:
    trainers = [
        start("repeat", location, verb="publish", times=EACH, size=10_000)
        for _ in range(MANY)
    ]

    assert [trainer.wait() for trainer in trainers] == [0] * MANY

    told = [tuple(it) for trainer in trainers for it in trainer.told()]
    builds = opened(location)
    assert len(builds.all()) == MANY * EACH
    assert sorted(told) == sorted(("done", build.sha256) for build in builds.all())
    assert [len(loads(builds, build)) for build in builds.all()] == [10_016] * 200
    found = [
        json.loads(metadata.read_bytes())
        for metadata in location.glob("*/*/builds/*/metadata.json")
    ]
    assert [it["metrics"] for it in found] == [{"accuracy": 1}] * MANY * EACH
    assert builds.live() == builds.all()[-1]
    assert [path.name for path in (location / ".tmp").iterdir()] == [".alone"]


def test_no_metrics_of_many_retests_are_lost(start: Start, location: Path) -> None:
    publish(opened(location))
    testers = [
        start("repeat", location, verb="retest", times=EACH) for _ in range(MANY)
    ]

    assert [tester.wait() for tester in testers] == [0] * MANY

    told = [token for tester in testers for _, token in tester.told()]
    history = opened(location).history()
    metrics = history.metrics(history.builds[0])
    assert len(told) == MANY * EACH
    assert sorted(m["token"] for _, m in metrics) == sorted(told)


def test_same_metrics_at_the_same_moment_are_not_lost(
    start: Start, location: Path
) -> None:
    """Who finds its own entry in the log takes it for one that it wrote itself."""
    publish(opened(location))
    still = "2026-01-01T00:00:00+00:00"
    testers = [
        start("repeat", location, verb="retest_alike", times=EACH, at=still)
        for _ in range(MANY)
    ]

    assert [tester.wait() for tester in testers] == [0] * MANY

    assert opened(location).last().number == 1 + MANY * EACH


def test_live_build_can_always_be_read(
    start: Start, location: Path, tmp_path: Path
) -> None:
    publish(opened(location))
    readers = [start("read", location, until=str(tmp_path / "end")) for _ in range(2)]
    verbs = ["publish", "publish", "hold", "retest", "move", "rollback", "prune"]
    crowd = [
        start("repeat", location, verb=verb, times=EACH, size=100_000) for verb in verbs
    ]
    ended = [one.wait() for one in crowd]
    (tmp_path / "end").touch()

    assert [reader.wait() for reader in readers] == [0, 0]
    assert all(reader.told()[0] > 0 for reader in readers)
    assert ended == [0] * len(verbs)
    done = [
        (verb, it) for verb, one in zip(verbs, crowd, strict=True) for it in one.told()
    ]
    assert {it[0] for _, it in done} == {"done"}
    history = opened(location).history()
    entries = Counter(entry.action for entry in history.entries)
    assert entries["publish"] == 1 + 3 * EACH
    assert entries["retest"] == EACH
    assert entries["alias"] == sum(v == "move" and len(it) > 1 for v, it in done)
    assert entries["rollback"] == sum(v == "rollback" and len(it) > 1 for v, it in done)
    published = {it[1] for verb, it in done if verb in ("publish", "hold")}
    assert published <= {entry.build for entry in history.entries}
    builds = opened(location)
    assert all(loads(builds, build) for build in builds.all())
    prune(builds, keep=0)
    assert len(list(location.glob("*/*/builds/*"))) == len(builds.all())


def test_build_that_was_pruned_and_imported_again_stays(location: Path) -> None:
    builds = opened(location)
    old = publish(builds)
    content = content_of(builds, old)
    publish(builds)
    prune(builds, keep=1)

    imported(builds, old, content)
    publish(builds)
    prune(builds, keep=3)

    assert len(builds.all()) == 3
    assert loads(builds, builds.build(old.sha256, builds.last()))


def test_build_that_is_imported_while_it_is_pruned_stays(location: Path) -> None:
    builds = opened(location)
    old = publish(builds)
    content = content_of(builds, old)
    publish(builds)
    store = DirectoryStore({"location": str(location)})
    removed = builds.folder(old.sha256)

    def unwanted() -> tuple[str, ...]:
        return (removed,)

    with store.workspace() as workspace:
        for name, data in content.items():
            path = workspace / "build" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        store.put(removed, workspace / "build")
        store.discard(unwanted)

        assert loads(builds, old)
    store.discard(unwanted)
    assert not (location / removed).exists()


def test_live_build_that_is_removed_while_it_is_loaded_gives_way(
    location: Path,
) -> None:
    builds = opened(location)
    first = publish(builds)
    asked = []

    def load(build: Build) -> bytes:
        asked.append(build.id)
        if build.id == first.id:
            publish(opened(location))
            publish(opened(location))
            prune(opened(location), keep=1)
        return loads(builds, build)

    assert builds.with_live(load)
    assert asked == [first.id, builds.live_id()]


def test_live_build_that_is_damaged_is_not_asked_for_again(location: Path) -> None:
    builds = opened(location)
    build = publish(builds)
    (location / builds.folder(build.sha256) / "golden.json").write_text("x")

    with pytest.raises(StoreError, match=r"golden\.json has 1 bytes"):
        builds.with_live(lambda build: loads(builds, build))


def test_two_leftovers_of_one_build_are_cleared(location: Path) -> None:
    """Killed sweepers leave a workspace that claims a build, and holds it."""
    builds = opened(location)
    publish(builds)
    key = f"{builds.name}/{builds.version}/builds/0123456789abcdef"
    workspaces = Workspaces(location / ".tmp")
    (location / key).mkdir()
    (location / key / "file").touch()
    with suppress(KeyError), workspaces.workspace() as first:
        write_bytes(first / "key", key.encode())
        for name in ("unknown", "damaged", "removed", "build"):
            (first / name).mkdir()
            (first / name / "file").touch()
        raise KeyError  # as a kill does, it leaves the workspace as it is

    publish(builds)

    assert not (location / key).exists()
    assert [path.name for path in (location / ".tmp").iterdir()] == [".alone"]


def test_leftovers_of_a_model_with_a_damaged_log_hinder_no_other(
    location: Path, caplog: pytest.LogCaptureFixture
) -> None:
    store = DirectoryStore({"location": str(location)})
    other = ModelBuilds(store, "other", "1.0.0")
    build = publish(other)
    with suppress(KeyError), store.workspace() as workspace:
        (workspace / "build").mkdir()
        (workspace / "build" / "metadata.json").write_text("{}")
        store.put(f"{other.name}/{other.version}/builds/0123", workspace / "build")
        raise KeyError
    (entry,) = location.glob("other/*/log/*")
    before = entry.read_bytes()
    entry.write_bytes(before[:-10])

    publish(opened(location))

    assert "00000001.json" in caplog.text
    assert (location / "other" / "1.0.0" / "builds" / "0123").exists()
    entry.write_bytes(before)
    publish(opened(location))
    assert [path.name for path in location.glob("other/*/builds/*")] == [build.id]


def test_older_log_than_the_one_that_is_known_is_read_anew(location: Path) -> None:
    """A worker goes on with what is there when a backup was restored."""
    worker = opened(location)
    first = publish(worker)
    second = publish(worker)
    assert worker.live_id() == second.id
    newest = max(location.glob("*/*/log/*"))

    newest.unlink()
    assert worker.live_id() == first.id

    third = publish(opened(location))
    assert worker.live_id() == third.id


def test_store_that_is_removed_and_made_anew_is_read(
    location: Path, tmp_path: Path
) -> None:
    worker = opened(location)
    publish(worker)
    publish(worker)
    location.rename(tmp_path / "gone")

    with pytest.raises(StoreError, match="there is no trained model"):
        worker.live_id()

    anew = publish(opened(location))
    assert worker.live() == anew
    assert loads(worker, anew)


def test_rollback_to_a_damaged_build_changes_nothing(location: Path) -> None:
    builds = opened(location)
    first, second = publish(builds), publish(builds)
    (location / builds.folder(first.sha256) / "metadata.json").write_text("{}")

    with pytest.raises(StoreError, match=r"metadata\.json has changed"):
        roll_back(builds, "live")

    assert builds.live() == second
    assert builds.last().number == 2


def test_alias_of_a_build_that_is_gone_is_refused(location: Path) -> None:
    builds = opened(location)
    first = publish(builds)
    publish(builds)
    publish(builds)
    prune(builds, keep=1)

    with pytest.raises(StoreError, match="is not there any more"):
        point(builds, "staging", first)


def test_prune_keeps_all_when_there_are_fewer(location: Path) -> None:
    builds = opened(location)
    published = [publish(builds).id for _ in range(3)]

    assert prune(builds, keep=5) == ()
    assert [build.id for build in builds.all()] == published


def test_builds_that_are_pruned_while_they_are_listed_are_left_out(
    location: Path,
) -> None:
    builds = opened(location)
    published = [publish(builds).id for _ in range(4)]
    before = builds.history
    pruned = []

    def history() -> History:
        found = before()
        if not pruned:
            pruned.extend(prune(opened(location), keep=1))
        return found

    builds.history = history  # type: ignore[method-assign]

    assert [build.id for build in builds.all()] == published[2:]
    assert pruned == published[:2]


def test_build_that_was_pruned_is_removed_and_not_damaged(location: Path) -> None:
    builds = opened(location)
    first = publish(builds)
    publish(builds)
    publish(builds)
    prune(builds, keep=1)

    with pytest.raises(NoSuchBuild) as told, builds.verified(first):
        pass

    assert told.value.message == f"{first} was removed"


def test_rollback_finds_its_build_whatever_is_pruned_meanwhile(location: Path) -> None:
    builds = opened(location)
    first, second, third = publish(builds), publish(builds), publish(builds)
    before = builds.history
    pruned = []

    def history() -> History:
        found = before()
        if not pruned:
            pruned.extend(prune(opened(location), keep=0))
        return found

    builds.history = history  # type: ignore[method-assign]

    assert roll_back(builds, "live") == builds.live()
    assert builds.live_id() == second.id
    assert pruned == [first.id]
    assert third.id in [build.id for build in opened(location).all()]
