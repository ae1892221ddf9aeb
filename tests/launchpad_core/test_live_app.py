"""Going over to a new build while requests come in, within one process."""

from __future__ import annotations

import gc
import logging
import multiprocessing
import os
import runpy
import shutil
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import Client

from launchpad_core import get_validated_config, train_model
from launchpad_core.errors import LaunchpadError
from launchpad_core.project import Project
from launchpad_core.serving.counting import Count
from launchpad_core.serving.watching import Watch
from launchpad_core.store.aliases import point, roll_back
from launchpad_core.store.build import Build
from launchpad_core.store.builds import ModelBuilds
from launchpad_core.store.pruning import prune
from launchpad_core.web.live import LiveApp

pytestmark = pytest.mark.slow

MODEL = """
import threading
from launchpad_core.errors import Busy

entered, leave = threading.Event(), threading.Event()


class Big:
    def __init__(self, version):
        self.version = version


def train(model_conf):
    return {"version": model_conf["offset"], "big": Big(model_conf["offset"])}


def test():
    return {}


def predict(model, args):
    if model["version"] == 13 and args["x"] % 3 == 0:
        raise ValueError("unlucky")
    if model["version"] == 14 and args["x"] % 3 == 0:
        raise Busy("others are at it")
    if args["x"] == 77:
        raise SystemExit("seventy-seven")
    if args["x"] == 99:
        entered.set()
        leave.wait(30)
    return {"version": model["version"]}
"""


class Server:
    """A model project, its store, and the app that serves it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.train(1)
        self.start()

    def start(self) -> None:
        self.project = Project(self.config(), tags=("predict",))
        self.app = LiveApp(self.project)
        self.client = Client(self.app)

    def config(self, version: int = 1) -> Any:
        config = get_validated_config(self.folder / "cfg.yml")
        config["model"]["offset"] = version
        return config

    def train(self, version: int) -> Build:
        trained, _ = train_model(self.config(version))
        assert trained.build is not None
        return trained.build

    def damage(self, build: Build) -> None:
        payload = self.folder / f"store/Sums/1.2.0/builds/{build.id}/payload"
        (file,) = payload.iterdir()
        file.write_bytes(b"x" + file.read_bytes()[1:])

    def ask(self, x: int = 1) -> tuple[int, Any, str]:
        """Return status, version in the answer, and build in the header."""
        answer = self.client.get(f"/sums/v1/sums?x={x}")
        version = (answer.json or {}).get("version")
        return answer.status_code, version, answer.headers["X-Model-Build"]

    def ready(self) -> Any:
        answer = self.client.get("/ready")
        assert answer.status_code == 200
        return answer.json

    def look(self) -> None:
        self.app.live.look()


@pytest.fixture
def server(project: Path, write: Callable[..., Path]) -> Server:
    write(model_py=MODEL)
    config = project / "cfg.yml"
    config.write_text(
        config.read_text().replace("store\n", "store\n  refresh: 0.05\n")
        + "  trial_requests: 10\n"
    )
    return Server(project)


@pytest.fixture
def watching(server: Server) -> Iterator[Server]:
    watch = server.app.watch()
    yield server
    watch.stop()


def until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not is_so():
        assert time.monotonic() < deadline, "it never came to be"
        time.sleep(0.01)


def test_new_build_is_served_without_a_restart(watching: Server) -> None:
    build = watching.train(2)

    until(lambda: watching.ready()["build"] == build.id)

    assert watching.ask() == (200, 2, build.id)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/sums/v1/sums?x=1", 200),
        ("HEAD", "/sums/v1/sums?x=1", 200),
        ("OPTIONS", "/sums/v1/sums", 200),
        ("GET", "/sums/v1/sums", 400),
        ("GET", "/nothing", 404),
        ("POST", "/sums/v1/sums", 405),
        ("GET", "/sums/v1/contract.py", 200),
        ("GET", "/ready", 200),
        ("HEAD", "/ready", 200),
        ("POST", "/ready", 405),
    ],
)
def test_every_answer_names_its_build(
    method: str, path: str, status: int, server: Server
) -> None:
    answer = server.client.open(path, method=method)

    assert answer.status_code == status
    assert answer.headers.getlist("X-Model-Build") == [server.ready()["build"]]


def test_ready_says_what_is_served(server: Server) -> None:
    first = server.ready()
    build = server.train(2)
    server.look()

    told = server.ready()

    assert told.pop("since") >= first["since"]
    assert told == {
        "status": "ready",
        "model": "Sums",
        "version": "1.2.0",
        "build": build.id,
        "swaps": 1,
        "refused": None,
        "store": "ok",
    }
    assert server.client.get("/ready").headers["Cache-Control"] == "no-store"


def test_no_answer_is_a_mixture(watching: Server) -> None:
    """The build in the header is the one that made the answer, whenever it changes."""
    seen: set[tuple[int, Any, str]] = set()
    done = threading.Event()

    def ask() -> None:
        while not done.is_set():
            seen.add(watching.ask())

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    builds = {1: watching.ready()["build"]}
    for version in range(2, 6):
        builds[version] = watching.train(version).id
        until(lambda: watching.ready()["build"] == builds[version])  # noqa: B023
    until(lambda: (200, 5, builds[5]) in seen)
    done.set()
    for thread in threads:
        thread.join()

    expected = {(200, version, build) for version, build in builds.items()}
    assert seen <= expected and len(seen) > 2


def test_request_under_way_is_finished_by_the_old_build(server: Server) -> None:
    old = server.ready()["build"]
    model = server.project.runtime.code.module  # type: ignore[attr-defined]
    with ThreadPoolExecutor(1) as threads:
        under_way = threads.submit(server.ask, 99)
        assert model.entered.wait(30)

        new = server.train(2)
        server.look()

        assert server.ask() == (200, 2, new.id)
        model.leave.set()
        assert under_way.result() == (200, 1, old)


def test_contract_is_not_read_again(server: Server) -> None:
    build = server.train(2)
    (server.folder / "contract.py").unlink()

    server.look()

    assert server.ask() == (200, 2, build.id)


def test_damaged_build_is_refused_and_told_once(
    server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    good = server.ready()["build"]
    bad = server.train(2)
    server.damage(bad)

    server.look()
    server.look()

    assert server.ask() == (200, 1, good)
    refused = server.ready()["refused"]
    assert refused["build"] == bad.id
    assert refused["reason"] == (
        f"build {bad.id} of Sums 1.2.0 is damaged: payload/model.pkl has changed since "
        "it was published; try: launchpad models import it again; if it is served, "
        "launchpad models rollback"
    )
    assert [r.message for r in caplog.records if r.levelno == logging.ERROR] == [
        f"Build {bad.id} can't be served: build {bad.id} of Sums 1.2.0 is damaged: "
        "payload/model.pkl has changed since it was published (try: launchpad models "
        "import it again; if it is served, launchpad models rollback); "
        f"build {good} is served"
    ]


def swap(path: Path) -> None:
    """Put the file of the first build in the place of another one's."""
    builds = next(found for found in path.parents if found.name == "builds")
    name = path.relative_to(builds).relative_to(path.relative_to(builds).parts[0])
    (other,) = (found for found in builds.glob(f"*/{name}") if found != path)
    path.write_bytes(other.read_bytes())


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize("name", ["metadata.json", "payload/model.pkl"])
@pytest.mark.parametrize(
    "harm",
    [
        flip,
        lambda path: path.write_bytes(path.read_bytes()[:-1]),
        lambda path: path.unlink(),
        lambda path: path.with_name("added").write_bytes(b""),
        swap,
    ],
    ids=["flipped", "truncated", "removed", "added", "swapped"],
)
def test_any_damage_is_refused_by_name(
    harm: Callable[[Path], Any], name: str, server: Server
) -> None:
    good = server.ready()["build"]
    bad = server.train(2)
    harm(server.folder / f"store/Sums/1.2.0/builds/{bad.id}" / name)

    server.look()

    assert server.ask() == (200, 1, good)
    reason = server.ready()["refused"]["reason"]
    assert f"build {bad.id} of Sums 1.2.0 is damaged: " in reason
    assert name in reason or "added" in reason


def test_refused_build_is_tried_again_when_it_is_promoted_again(server: Server) -> None:
    bad = server.train(2)
    payload = server.folder / f"store/Sums/1.2.0/builds/{bad.id}/payload/model.pkl"
    content = payload.read_bytes()
    server.damage(bad)
    server.look()
    payload.write_bytes(content)
    server.look()
    assert server.ask()[1] == 1

    point(server.project.builds, "live", bad)
    server.look()

    assert server.ask() == (200, 2, bad.id)
    assert server.ready()["refused"] is None


@pytest.mark.parametrize("failing", [False, True])
def test_refused_build_is_tried_again_when_a_backup_was_restored(
    failing: bool, server: Server
) -> None:
    build = server.train(13)
    backup = shutil.copytree(server.folder / "store", server.folder / "backup")
    server.project.builds.add_metrics(build, {"accuracy": 1.0})
    if not failing:
        server.damage(build)
    server.look()
    if failing:
        for _ in range(3):
            server.ask(3)
    assert server.ready()["refused"]["build"] == build.id

    shutil.rmtree(server.folder / "store")
    backup.rename(server.folder / "store")
    server.look()

    assert server.ask(1) == (200, 13, build.id)


def test_each_build_that_may_load_later_is_tried_soon(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock()
    monkeypatch.setattr("launchpad_core.serving.live.time", clock)
    with unreadable(server, server.train(2)):
        for _ in range(9):
            server.look()
            clock.now += 1000
    build = server.train(3)
    with unreadable(server, build):
        server.look()

    clock.now += 0.06
    server.look()

    assert server.ask() == (200, 3, build.id)


class Clock:
    now = 0.0

    def monotonic(self) -> float:
        return self.now


@contextmanager
def unreadable(server: Server, build: Build) -> Iterator[None]:
    """Let a build's metadata not be read for a while."""
    path = server.folder / f"store/Sums/1.2.0/builds/{build.id}/metadata.json"
    moved = path.rename(server.folder / "moved")
    path.mkdir()
    yield
    path.rmdir()
    moved.rename(path)


@pytest.mark.parametrize(
    ("raised", "version"),
    [
        ("MemoryError()", 2),
        ("OSError(5, 'Input/output error')", 2),
        ("ModuleNotFoundError('no module')", 1),
    ],
)
def test_build_is_tried_again_when_what_is_wrong_may_pass(
    raised: str, version: int, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock()
    monkeypatch.setattr("launchpad_core.serving.live.time", clock)
    server.train(2)
    with monkeypatch.context() as patched:
        patched.setattr("pickle.load", lambda _: exec(f"raise {raised}"))
        server.look()
    assert server.ask()[:2] == (200, 1)

    clock.now += 0.06
    server.look()

    assert server.ask()[:2] == (200, version)


@pytest.mark.parametrize(
    ("raised", "name", "logged"),
    [
        ("ValueError('no')", "ValueError; the log says more", "raised ValueError: no"),
        ("SystemExit(3)", "Ended; the log says more", "raised Ended: SystemExit(3)"),
        ("MemoryError()", "MemoryError", "raised MemoryError"),
    ],
)
def test_build_that_raises_when_its_app_is_made_is_refused(
    raised: str,
    name: str,
    logged: str,
    server: Server,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def read(_: Path) -> None:
        exec(f"raise {raised}")

    server.train(2)
    monkeypatch.setattr(server.project.runtime, "read", read)

    server.look()

    assert server.ask()[:2] == (200, 1)
    told = f"loading the build raised {name}"
    assert server.ready()["refused"]["reason"] == told
    assert f"loading the build {logged}; build" in caplog.text


def test_store_that_cannot_be_read_is_looked_at_again(
    server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    build = server.train(2)
    log = server.folder / "store/Sums/1.2.0/log/00000002.json"
    moved = log.rename(log.with_name("moved"))
    log.mkdir()

    server.look()
    server.look()

    assert server.ask()[:2] == (200, 1)
    assert server.ready()["store"].startswith(
        "can't read Sums/1.2.0/log/00000002.json in the model store: Is a directory"
    )
    assert caplog.text.count("Can't look for a new build") == 1
    log.rmdir()
    moved.rename(log)
    server.look()
    assert server.ready()["store"] == "ok"
    assert server.ask() == (200, 2, build.id)


def test_store_that_is_gone_is_told_of(server: Server) -> None:
    """As when a file system isn't mounted any more: its folder is there, but empty."""
    store = server.folder / "store"
    moved = store.rename(server.folder / "moved")
    store.mkdir()

    server.look()

    assert server.ask()[:2] == (200, 1)
    told = "there is no trained model Sums 1.2.0; try: launchpad train"
    assert server.ready()["store"] == told
    store.rmdir()
    moved.rename(store)
    server.look()
    assert server.ready()["store"] == "ok"


def test_build_whose_answers_fail_is_gone_back_from(
    server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    good = server.ready()["build"]
    bad = server.train(13)
    server.look()

    answers = [server.ask(x)[0] for x in range(12)]
    server.look()

    assert answers == [500, 200, 200, 500, 200, 200, 500, *[200] * 5]
    assert server.ask(3) == (200, 1, good)
    told = "3 of its first 7 answers were server errors; before, 0 of 0 were"
    assert server.ready()["refused"]["build"] == bad.id
    assert server.ready()["refused"]["reason"] == told
    assert (
        f"Build {bad.id} is not served any more: {told}; build {good} is served again"
        in caplog.text
    )


def test_build_that_is_busy_is_no_failing_build(server: Server) -> None:
    new = server.train(14)
    server.look()

    answers = [server.ask(x)[0] for x in range(16)]
    server.look()

    assert answers == [503, 200, 200] * 5 + [503]
    assert server.ready()["build"] == new.id
    assert server.ready()["refused"] is None


def test_build_that_was_gone_back_from_is_tried_when_it_is_promoted_anew(
    server: Server,
) -> None:
    bad = server.train(13)
    server.look()
    for _ in range(3):
        server.ask(3)
    server.project.builds.add_metrics(bad, {"accuracy": 1.0})
    server.look()
    assert server.ask()[1] == 1

    point(server.project.builds, "live", bad)
    server.look()

    assert server.ask(1) == (200, 13, bad.id)


def test_build_that_was_gone_back_from_costs_no_look_at_all_of_the_log(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = server.train(13)
    server.look()
    for _ in range(3):
        server.ask(3)
    server.project.builds.add_metrics(bad, {"accuracy": 1.0})
    server.look()

    monkeypatch.setattr(server.project.builds, "history", None)
    server.look()

    assert server.ready()["store"] == "ok"
    assert server.ready()["refused"]["build"] == bad.id


def test_model_code_that_ends_the_process_fails_one_request(server: Server) -> None:
    good = server.ready()["build"]
    server.train(2)
    server.look()

    answers = [server.ask(77)[0] for _ in range(3)]

    assert answers == [500, 500, 500]
    assert server.ask() == (200, 1, good)


def test_build_that_proved_itself_is_kept(server: Server) -> None:
    bad = server.train(13)
    server.look()

    answers = [server.ask(1)[0] for _ in range(10)]
    answers += [server.ask(3)[0] for _ in range(10)]

    assert answers == [200] * 10 + [500] * 10
    assert server.ready()["build"] == bad.id


def test_build_that_fails_no_more_than_the_one_before_is_kept(server: Server) -> None:
    server.train(13)
    server.start()
    for x in range(30):
        server.ask(x)
    again = server.train(13)

    server.look()
    for x in range(30):
        server.ask(x)

    assert server.ready()["build"] == again.id


def test_refused_requests_say_nothing_about_a_build(server: Server) -> None:
    server.train(13)
    server.look()

    for _ in range(20):
        server.client.get("/sums/v1/sums?x=many")
    for _ in range(3):
        server.ask(3)

    assert server.ask(3)[:2] == (200, 1)


def test_one_goes_back_to_the_build_that_is_trusted(server: Server) -> None:
    good = server.ready()["build"]
    server.train(2)
    server.look()
    server.ask()
    server.train(13)
    server.look()

    for _ in range(3):
        server.ask(3)

    assert server.ask() == (200, 1, good)


def test_rollback_during_a_trial_needs_no_loading(server: Server) -> None:
    good = server.ready()["build"]
    bad = server.train(2)
    server.look()
    assert server.ask() == (200, 2, bad.id)
    for build in server.project.builds.all():
        server.damage(build)

    roll_back(server.project.builds, "live")
    server.look()

    assert server.ask() == (200, 1, good)
    assert server.ready()["swaps"] == 2


def test_start_falls_back_to_the_build_before(
    server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    before = server.train(2)
    bad = server.train(3)
    server.damage(bad)

    server.start()

    assert server.ask() == (200, 2, before.id)
    assert server.ready()["refused"]["build"] == bad.id
    assert f"build {before.id} is served" in caplog.text
    assert server.app.live.counted()["refused"] == 1


def test_build_that_could_not_be_read_at_the_start_is_tried_again(
    server: Server,
) -> None:
    before = server.ready()["build"]
    build = server.train(2)
    payload = server.folder / f"store/Sums/1.2.0/builds/{build.id}/payload"
    metadata = payload.with_name("metadata.json")
    moved = metadata.rename(payload.parent.parent / "moved")
    metadata.mkdir()
    server.start()
    assert server.ask() == (200, 1, before)

    metadata.rmdir()
    moved.rename(metadata)
    server.look()

    assert server.ask() == (200, 2, build.id)


def test_build_that_is_pruned_while_a_server_starts_is_not_missed(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    build = ModelBuilds.build

    def late(builds: ModelBuilds, *args: Any) -> Build:
        monkeypatch.undo()
        server.train(2)
        server.train(3)
        prune(builds, keep=1)
        return build(builds, *args)

    monkeypatch.setattr(ModelBuilds, "build", late)

    server.start()

    assert server.ask()[:2] == (200, 3)
    assert server.ready()["refused"] is None


def test_start_fails_when_no_build_can_be_served(server: Server) -> None:
    for build in server.project.builds.all():
        server.damage(build)

    with pytest.raises(LaunchpadError, match="is damaged"):
        server.start()


def test_old_app_is_gone_after_the_trial(server: Server) -> None:
    old = weakref.ref(server.app.live.served.app)
    server.train(2)
    gc.disable()
    try:
        server.look()
        for _ in range(10):
            server.ask()

        assert old() is None  # without a search for cycles
    finally:
        gc.enable()


def test_serving_writes_nothing_into_the_store(server: Server) -> None:
    def files() -> dict[Path, int]:
        found = (server.folder / "store").rglob("*")
        return {path: path.stat().st_mtime_ns for path in found}

    server.train(2)
    before = files()

    server.look()
    server.start()
    server.ask()

    assert server.ready()["store"] == "ok" and files() == before


def test_count_is_right_whoever_adds() -> None:
    count = Count()

    def add() -> None:
        for _ in range(10_000):
            count.add()
            assert count.value() > 0

    threads = [threading.Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert count.value() == count.value() == 40_000


def test_thread_that_did_not_wait_for_a_look_leaves_others_their_lock(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Two threads fork at once, one of them after it waited too long for a look."""
    looking, ended = threading.Event(), threading.Event()

    class Slow:
        def look(self) -> None:
            looking.set()
            ended.wait(30)

        def after_fork(self) -> None:
            pass

    module = "launchpad_core.serving.watching"
    monkeypatch.setattr(f"{module}._LONGEST_LOAD_BEFORE_FORK", 0.01)
    watch = Watch(Slow(), refresh=0.01)
    looking.wait(30)
    watch.before_fork()
    watch.stop()
    ended.set()
    watch.wait(30)

    with ThreadPoolExecutor(1) as other:
        other.submit(watch.before_fork).result()
        watch.after_fork_here()
        other.submit(watch.after_fork_here).result()


def test_worker_that_a_server_starts_by_multiprocessing_looks_as_well(
    server: Server,
) -> None:
    script = server.folder / "worker.py"
    script.write_text(WORKER)
    run = multiprocessing.get_context("spawn").Process(
        target=runpy.run_path, args=(str(script),)
    )

    run.start()
    run.join()

    assert run.exitcode == 0


WORKER = """
import time
from pathlib import Path

from launchpad_core import get_validated_config, train_model
from launchpad_core.project import Project
from launchpad_core.web.live import LiveApp

config = get_validated_config(Path(__file__).with_name("cfg.yml"))
app = LiveApp(Project(config, tags=("predict",)))
app.watch()
train_model(config)
deadline = time.monotonic() + 30
while app.live.state().swaps == 0:
    assert time.monotonic() < deadline, "it never came to be"
    time.sleep(0.01)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")
def test_forked_server_looks_on_its_own(watching: Server) -> None:
    """As with gunicorn --preload: the app is made before there are any workers."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            until(lambda: watching.ready()["swaps"] == 1)
            os.write(writing, watching.ready()["build"].encode())
        finally:
            os._exit(0)
    os.close(writing)

    build = watching.train(2)

    with os.fdopen(reading) as pipe:
        assert pipe.read() == build.id
    os.waitpid(child, 0)
    until(lambda: watching.ready()["build"] == build.id)
