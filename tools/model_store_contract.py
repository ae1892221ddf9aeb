"""What every type of model store has to keep: the tests that its authors run.

A test module derives a class from :class:`ModelStoreContract`, and says how to open the
store::

    class TestMyStore(ModelStoreContract):
        @pytest.fixture
        def open_store(self, tmp_path):
            return lambda **more: MyStore({"location": ..., **more})
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from launchpad_core.errors import NoSuchBuild, StoreError
from launchpad_core.store.aliases import point, roll_back, unalias
from launchpad_core.store.build import Build
from launchpad_core.store.builds import ModelBuilds
from launchpad_core.store.files import METADATA, DamagedBuild
from launchpad_core.store.finding import listing, models, with_history
from launchpad_core.store.model_store import ModelStore
from launchpad_core.store.pruning import prune

OpenStore = Callable[..., ModelStore]

_METADATA = {"created": "2026-01-01T00:00:00+00:00", "metrics": {"accuracy": 1}}
_SIGNING_KEY = "a-key-of-32-characters-for-tests"
_OTHER_PROCESS = """
import importlib, json, sys
from launchpad_core.store.builds import ModelBuilds
from model_store_contract import publish
module, name = sys.argv[1].split(":")
store = getattr(importlib.import_module(module), name)(json.loads(sys.argv[2]))
number = int(sys.argv[3])
"""


class ModelStoreContract:
    """Tests of a type of model store."""

    @pytest.fixture
    def open_store(self) -> OpenStore:
        """Return a function that opens an empty store, as often as it is called.

        Each time, it does so as another host would: with a cache of its own, if it
        has one. It takes further keys of the section ``model_store``.
        """
        raise NotImplementedError("a fixture of the derived class")

    @pytest.fixture
    def store(self, open_store: OpenStore) -> ModelStore:
        return open_store()

    @pytest.fixture
    def elsewhere(self, open_store: OpenStore, store: ModelStore) -> ModelStore:
        """Return the same store, as another host sees it."""
        return open_store()

    # The verbs

    def test_nothing_is_read_where_nothing_is(self, store: ModelStore) -> None:
        assert store.read("Iris/1.0.0/log/00000001.json") is None
        assert list(store.read_all(["a/b", "a/c"])) == [None, None]
        assert list(store.names()) == []
        assert list(store.names("Iris/1.0.0")) == []
        assert _files(store.get("Iris/1.0.0/builds/x")) == {}
        store.remove("Iris/1.0.0/builds/x")
        store.forget("Iris/1.0.0/builds/x")

    def test_created_file_is_seen_at_once_everywhere(
        self, store: ModelStore, elsewhere: ModelStore
    ) -> None:
        assert elsewhere.read("a/b/c.json") is None

        assert store.create("a/b/c.json", b"1")

        assert elsewhere.read("a/b/c.json") == store.read("a/b/c.json") == b"1"
        assert list(elsewhere.names("a/b")) == ["c.json"]

    def test_file_is_created_only_once(
        self, store: ModelStore, elsewhere: ModelStore
    ) -> None:
        assert store.create("a/b", b"first")

        assert not store.create("a/b", b"second")
        assert not elsewhere.create("a/b", b"third")
        assert store.read("a/b") == b"first"

    @pytest.mark.parametrize("content", [b"", bytes(range(256)) * 4000])
    def test_content_is_kept_byte_by_byte(
        self, content: bytes, store: ModelStore
    ) -> None:
        store.create("a/b", content)

        assert store.read("a/b") == content

    def test_one_of_8_threads_creates(self, store: ModelStore) -> None:
        def create(attempt: int) -> bool:
            number, thread = divmod(attempt, 8)
            return store.create(f"log/{number}", b"%d" % thread)

        with ThreadPoolExecutor(8) as threads:
            created = list(threads.map(create, range(20 * 8)))

        for number in range(20):
            of_it = created[number * 8 : number * 8 + 8]
            assert sum(of_it) == 1
            assert store.read(f"log/{number}") == b"%d" % of_it.index(True)

    def test_one_of_4_processes_creates(
        self, store: ModelStore, open_store: OpenStore
    ) -> None:
        code = (
            "for n in range(50):\n"
            "    print(int(store.create(f'log/{n}', b'%d' % number)))\n"
        )

        told = [list(map(int, out.split())) for out in _processes(open_store, code, 4)]

        for number, of_it in enumerate(zip(*told, strict=True)):
            assert sum(of_it) == 1
            assert store.read(f"log/{number}") == b"%d" % of_it.index(1)

    def test_reader_sees_all_of_a_file_or_nothing(
        self, store: ModelStore, elsewhere: ModelStore
    ) -> None:
        content = b"x" * 500_000
        keys = [f"log/{number}" for number in range(20)]

        with ThreadPoolExecutor(2) as threads:
            writing = threads.submit(lambda: [store.create(k, content) for k in keys])
            seen = {elsewhere.read(key) for key in keys * 3}
            assert all(writing.result())

        assert seen <= {None, content}

    def test_many_files_are_read_in_their_order(self, store: ModelStore) -> None:
        for number in range(0, 60, 2):
            store.create(f"log/{number}", b"%d" % number)

        read = list(store.read_all(f"log/{number}" for number in range(60)))

        assert read == [None if n % 2 else b"%d" % n for n in range(60)]

    def test_names_are_those_directly_below(self, store: ModelStore) -> None:
        for key in ("my_model/1.0.0/log/1", "my.model/2/log/1", "my_model/10/x"):
            store.create(key, b"x")

        assert sorted(store.names()) == ["my.model", "my_model"]
        assert sorted(store.names("my_model")) == ["1.0.0", "10"]
        assert list(store.names("my_model/1.0.0")) == ["log"]
        assert list(store.names("my")) == []

    def test_workspace_is_empty_and_gone_afterwards(self, store: ModelStore) -> None:
        with store.workspace() as folder, store.workspace() as other:
            assert folder != other
            assert list(folder.iterdir()) == []
            (folder / "build").mkdir()

        assert not folder.exists()
        with pytest.raises(ValueError, match="mine"), store.workspace() as folder:
            raise ValueError("mine")
        assert not folder.exists()

    def test_folder_comes_back_as_it_was_put(
        self, store: ModelStore, elsewhere: ModelStore
    ) -> None:
        files = {
            METADATA: b"{}",
            "payload/empty": b"",
            "payload/deep/er/Grüße 1.0_x.bin": bytes(range(256)),
            "payload/.hidden": b"x",
            "payload/[a]*?#%25&+": b"y",
        }

        put(store, "m/1/builds/x", files)

        assert _files(elsewhere.get("m/1/builds/x")) == files
        assert _files(store.get("m/1/builds/x")) == files
        assert store.read(f"m/1/builds/x/{METADATA}") == b"{}"
        assert list(elsewhere.names("m/1/builds")) == ["x"]

    def test_large_file_and_many_files(
        self, store: ModelStore, elsewhere: ModelStore
    ) -> None:
        files = {f"payload/{n:03}": b"%d" % n for n in range(300)}
        files["payload/large"] = bytes(range(256)) * (20_000_000 // 256)

        put(store, "m/1/builds/x", files)

        assert _files(elsewhere.get("m/1/builds/x")) == files

    def test_putting_again_changes_nothing(
        self, store: ModelStore, elsewhere: ModelStore
    ) -> None:
        files = {METADATA: b"{}", "payload/x": b"1"}
        put(store, "m/1/builds/x", files)

        put(elsewhere, "m/1/builds/x", files)

        assert _files(store.get("m/1/builds/x")) == files

    def test_putting_again_repairs(
        self, store: ModelStore, open_store: OpenStore
    ) -> None:
        files = {METADATA: b"{}", "payload/x": b"1", "payload/y": b"2"}
        put(store, "m/1/builds/x", {**files, "payload/x": b"!", "payload/z": b"3"})

        put(open_store(), "m/1/builds/x", files)

        assert _files(open_store().get("m/1/builds/x")) == files

    def test_forgotten_folder_is_there_again(self, store: ModelStore) -> None:
        put(store, "m/1/builds/x", {"payload/x": b"1"})
        store.get("m/1/builds/x")

        store.forget("m/1/builds/x")

        assert _files(store.get("m/1/builds/x")) == {"payload/x": b"1"}

    def test_removed_is_gone_everywhere(
        self, store: ModelStore, elsewhere: ModelStore
    ) -> None:
        for name in ("x", "xy"):
            put(store, f"m/1/builds/{name}", {METADATA: b"{}", "payload/x": b"1"})
        elsewhere.get("m/1/builds/x")

        store.remove("m/1/builds/x")
        elsewhere.remove("m/1/builds/x")

        assert list(elsewhere.names("m/1/builds")) == ["xy"]
        assert elsewhere.read(f"m/1/builds/x/{METADATA}") is None
        assert _files(elsewhere.get("m/1/builds/x")) == {}

    def test_prepare_leaves_nothing(self, store: ModelStore) -> None:
        store.prepare()

        assert list(store.names()) == []

    # Builds

    def test_published_build_is_live_everywhere(
        self, store: ModelStore, elsewhere: ModelStore
    ) -> None:
        there = _builds(elsewhere)
        with pytest.raises(NoSuchBuild):
            there.live_id()
        for payload in ("1", "2"):
            build = publish(_builds(store), payload)

            assert there.live() == build
            assert _payload(there, there.live()) == payload
        assert [one.aliases for one in there.all()] == [(), ("live",)]

    def test_build_that_is_not_promoted_is_only_kept(self, store: ModelStore) -> None:
        first = publish(_builds(store), "1")
        second = publish(_builds(store), "2", promote=False)

        assert _builds(store).live() == first
        assert [one.id for one in _builds(store).all()] == [first.id, second.id]

    def test_failing_write_leaves_nothing(self, store: ModelStore) -> None:
        first = publish(_builds(store), "1")

        def fail(folder: Path) -> None:
            (folder / "half").write_text("x")
            raise ValueError("no")

        with pytest.raises(ValueError, match="no"):
            _builds(store).publish(fail, _METADATA)

        assert _builds(store).live() == first
        assert list(store.names("my_model/1.0.0/builds")) == [first.id]

    def test_aliases_move_and_roll_back(
        self, store: ModelStore, elsewhere: ModelStore
    ) -> None:
        here, there = _builds(store), _builds(elsewhere)
        builds = [publish(here, str(number)) for number in range(3)]

        point(there, "champion", builds[0])
        assert roll_back(here, "live").id == builds[1].id
        assert roll_back(there, "live").id == builds[0].id
        with pytest.raises(NoSuchBuild):
            roll_back(here, "live")

        assert here.live().aliases == ("champion", "live")
        unalias(here, "champion")
        assert there.live().aliases == ("live",)

    def test_pruning_keeps_the_newest_and_what_aliases_point_at(
        self, store: ModelStore, elsewhere: ModelStore
    ) -> None:
        ids = [publish(_builds(store), str(number)).id for number in range(6)]
        point(_builds(store), "champion", _builds(store).all()[1])

        assert prune(_builds(elsewhere), keep=2) == (ids[0], ids[2], ids[3])

        assert [one.id for one in _builds(store).all()] == [ids[1], ids[4], ids[5]]
        there = sorted(store.names("my_model/1.0.0/builds"))
        assert there == sorted([ids[1], ids[4], ids[5]])

    def test_no_metrics_are_lost_when_8_retest_at_once(
        self, store: ModelStore, open_store: OpenStore
    ) -> None:
        build = publish(_builds(store))

        def retest(number: int) -> None:
            builds = _builds(open_store())
            for step in range(5):
                builds.add_metrics(build, {"accuracy": number * 5 + step})

        with ThreadPoolExecutor(8) as threads:
            list(threads.map(retest, range(8)))

        described = with_history(_builds(store).live(), _builds(store).history())
        history = described["metrics_history"].values()
        measured = sorted(one["accuracy"] for one in history)
        assert measured == sorted([1, *range(40)])

    def test_no_build_is_lost_when_4_processes_publish(
        self, store: ModelStore, open_store: OpenStore
    ) -> None:
        code = (
            "builds = ModelBuilds(store, 'my_model', '1.0.0')\n"
            "for n in range(5):\n"
            "    print(publish(builds, f'{number} {n}').id)\n"
        )

        told = " ".join(_processes(open_store, code, 4)).split()

        builds = _builds(store)
        assert sorted(one.id for one in builds.all()) == sorted(told)
        assert builds.live_id() == build_ids(builds)[-1]
        payloads = {_payload(builds, build) for build in builds.all()}
        assert payloads == {f"{number} {n}" for number in range(4) for n in range(5)}

    def test_models_are_listed_in_the_order_of_their_versions(
        self, store: ModelStore
    ) -> None:
        for version in ("10.0.0", "9.0.0", "9.10.0"):
            publish(ModelBuilds(store, "my_model", version))

        versions = [builds.version for builds in models(store)]
        listed = listing(models(store))["my_model"]

        assert versions == ["9.0.0", "9.10.0", "10.0.0"]
        assert listed["latest"] == listed["10.0.0"]

    def test_sweeping_keeps_what_the_log_knows_and_who_is_at_work(
        self, store: ModelStore, elsewhere: ModelStore
    ) -> None:
        before = publish(_builds(store), "1")

        def write(folder: Path) -> None:
            (folder / "payload").write_text("2")
            _builds(elsewhere).sweep()

        after = _builds(store).publish(write, _METADATA)
        _builds(elsewhere).sweep()

        assert _payload(_builds(elsewhere), before) == "1"
        assert _payload(_builds(elsewhere), after) == "2"

    # Damage

    @pytest.mark.parametrize("name", [METADATA, "payload", "more/x"])
    @pytest.mark.parametrize("fault", ["flipped", "truncated", "removed", "swapped"])
    def test_damaged_file_is_refused_and_named(
        self, fault: str, name: str, store: ModelStore, open_store: OpenStore
    ) -> None:
        build, other = publish(_builds(store), "11"), publish(_builds(store), "22")
        changed = _files(store.get(_builds(store).folder(build.sha256)))
        swapped = _files(store.get(_builds(store).folder(other.sha256)))[name]
        content = changed.pop(name)
        if fault != "removed":
            flipped = bytes([content[0] ^ 1]) + content[1:]
            changed[name] = {"flipped": flipped, "truncated": content[:-1]}.get(
                fault, swapped if swapped != content else b"swapped"
            )
        put(store, _builds(store).folder(build.sha256), changed)

        fresh = _builds(open_store())
        with pytest.raises(DamagedBuild) as told, fresh.verified(build):
            pass

        assert f"{build} is damaged: {name} " in told.value.message
        assert _payload(fresh, fresh.live()) == "22"

    def test_added_file_is_refused_and_named(
        self, store: ModelStore, open_store: OpenStore
    ) -> None:
        build = publish(_builds(store))
        key = _builds(store).folder(build.sha256)
        put(store, key, {**_files(store.get(key)), "payload2/sitecustomize.py": b"x"})

        with pytest.raises(DamagedBuild) as told, _builds(open_store()).verified(build):
            pass

        assert "payload2/sitecustomize.py was added" in told.value.message

    @pytest.mark.parametrize("change", [None, b"", b"{}", b"changed"])
    def test_damaged_log_is_refused_and_named(
        self, change: bytes | None, store: ModelStore, open_store: OpenStore
    ) -> None:
        for payload in "12":
            publish(_builds(store), payload)
        log = "my_model/1.0.0/log"
        entries = {name: store.read(f"{log}/{name}") for name in store.names(log)}
        store.remove(log)
        entries["00000001.json"] = change
        for name, content in entries.items():
            if content is not None:
                store.create(f"{log}/{name}", content)

        with pytest.raises(StoreError) as told:
            _builds(open_store()).history()

        assert f"{log}/00000001.json in {store.shown_name}" in told.value.message
        assert _payload(_builds(open_store()), _builds(open_store()).live()) == "2"

    def test_unsigned_builds_are_refused(
        self, open_store: OpenStore, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("SIGNING_KEY", _SIGNING_KEY)
        signing = _builds(open_store(signing_key_var="SIGNING_KEY"))
        signed = publish(signing, "1")
        assert _payload(signing, signing.live()) == "1"
        publish(_builds(open_store()), "2")

        with pytest.raises(StoreError) as told:
            _builds(open_store(signing_key_var="SIGNING_KEY")).live()

        assert f"00000002.json in {open_store().shown_name} is not signed" in str(
            told.value
        )
        assert signed.id == build_ids(_builds(open_store()))[0]


def publish(builds: ModelBuilds, payload: str = "x", *, promote: bool = True) -> Build:
    """Publish a build of three files, of which one is its metadata."""

    def write(folder: Path) -> None:
        (folder / "payload").write_text(payload)
        (folder / "more").mkdir()
        (folder / "more" / "x").write_text(f"more of {payload}")

    return builds.publish(write, {**_METADATA, "payload": payload}, promote=promote)


def put(store: ModelStore, key: str, files: dict[str, bytes]) -> None:
    """Put files as a writer does: from a workspace."""
    with store.workspace() as workspace:
        folder = workspace / "build"
        folder.mkdir()
        for name, content in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)
        store.put(key, folder)


def build_ids(builds: ModelBuilds) -> list[str]:
    """Return the ids of builds in the order in which they were published."""
    return [build.id for build in builds.all()]


def _builds(store: ModelStore) -> ModelBuilds:
    return ModelBuilds(store, "my_model", "1.0.0")


def _payload(builds: ModelBuilds, build: Build) -> str:
    with builds.verified(build) as folder:
        return (folder / "payload").read_text()


def _files(folder: Path) -> dict[str, bytes]:
    if not folder.is_dir():
        return {}
    paths = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def _processes(open_store: OpenStore, code: str, count: int) -> list[str]:
    """Return what processes print that run code at once, as if each had its host."""
    started = [
        subprocess.Popen(
            [*_with_store(open_store(), code), str(number)],
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parent,
        )
        for number in range(count)
    ]
    told = [process.communicate(timeout=120)[0] for process in started]
    assert [process.returncode for process in started] == [0] * count
    return told


def _with_store(store: ModelStore, code: str) -> list[str]:
    address = f"{type(store).__module__}:{type(store).__qualname__}"
    config = json.dumps(store.config)
    return [sys.executable, "-c", _OTHER_PROCESS + code, address, config]
