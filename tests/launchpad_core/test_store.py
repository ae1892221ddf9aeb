"""The directory store: builds that never change, and a pointer replaced whole."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from launchpad_core.errors import StoreError
from launchpad_core.files import replacing
from launchpad_core.store.build import Build
from launchpad_core.store.builds import ModelBuilds
from launchpad_core.store.directory import DirectoryStore
from launchpad_core.store.finding import models, with_history

METADATA = {"created": "2026-01-01T00:00:00+00:00", "metrics": {"accuracy": 1}}


@pytest.fixture
def store(tmp_path: Path) -> DirectoryStore:
    return DirectoryStore({"location": str(tmp_path / "store")})


@pytest.fixture
def builds(store: DirectoryStore) -> ModelBuilds:
    return ModelBuilds(store, "my_model", "1.0.0")


def publish(builds: ModelBuilds, payload: str = "x") -> Build:
    def write(folder: Path) -> None:
        (folder / "payload").write_text(payload)

    return builds.publish(write, METADATA)


def test_payload_that_cannot_be_written_leaves_nothing(
    builds: ModelBuilds, tmp_path: Path
) -> None:
    before = publish(builds)

    def fail(folder: Path) -> None:
        (folder / "half").write_text("x")
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        builds.publish(fail, METADATA)

    assert [build.id for build in builds.all()] == [before.id]
    assert [path.name for path in tmp_path.glob("store/*/*/builds/*")] == [before.id]
    assert not list(tmp_path.glob("store/.tmp/[!.]*"))


def test_metrics_are_added_and_builds_are_not_touched(
    builds: ModelBuilds, tmp_path: Path
) -> None:
    build = publish(builds)
    (file,) = tmp_path.glob("store/*/*/builds/*/metadata.json")
    before = file.read_bytes()
    threads = [
        threading.Thread(target=builds.add_metrics, args=(build, {"accuracy": n}))
        for n in range(20)
    ]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    described = with_history(builds.live(), builds.history())
    history = described["metrics_history"].values()
    assert sorted(entry["accuracy"] for entry in history) == sorted([1, *range(20)])
    assert file.read_bytes() == before


def test_other_files_in_the_folder_are_passed_by(
    builds: ModelBuilds, store: DirectoryStore, tmp_path: Path
) -> None:
    publish(builds)
    (tmp_path / "store" / "notes.txt").write_text("x")
    (tmp_path / "store" / "Old_1.0.0.pkl").write_text("x")
    (tmp_path / "store" / "previous").mkdir()

    assert [found.name for found in models(store)] == ["my_model"]


def test_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    store = DirectoryStore({"location": str(tmp_path / "file")})

    with pytest.raises(StoreError) as told:
        publish(ModelBuilds(store, "my_model", "1.0.0"))

    assert told.value.message.endswith("file is a file, not a folder")


def test_killed_writer_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("old")
    code = (
        "import os, signal, pathlib\n"
        "from launchpad_core.files import replacing\n"
        f"with replacing(pathlib.Path({str(path)!r})) as temporary:\n"
        "    temporary.write_text('new')\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )

    killed = subprocess.run([sys.executable, "-c", code], check=False)

    assert killed.returncode == -9
    assert path.read_text() == "old"


def test_replacing_keeps_mode_and_follows_links(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("old")
    path.chmod(0o640)
    link = tmp_path / "link"
    link.symlink_to(path)

    with replacing(link) as temporary:
        temporary.write_text("new")

    assert link.is_symlink()
    assert path.read_text() == "new"
    assert path.stat().st_mode & 0o777 == 0o640


def test_devices_are_written_to_and_not_replaced(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    reader = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)

    with replacing(tmp_path / "pipe") as target:
        target.write_text("told")

    assert os.read(reader, 10) == b"told"
    os.close(reader)
    with pytest.raises(IsADirectoryError), replacing(tmp_path):
        pass


def test_killed_training_leaves_the_old_build(
    builds: ModelBuilds, tmp_path: Path
) -> None:
    before = publish(builds)
    code = (
        "import os, signal\n"
        "from launchpad_core.store.builds import ModelBuilds\n"
        "from launchpad_core.store.directory import DirectoryStore\n"
        f"store = DirectoryStore({{'location': {str(tmp_path / 'store')!r}}})\n"
        "ModelBuilds(store, 'my_model', '1.0.0').publish(\n"
        "    lambda folder: os.kill(os.getpid(), signal.SIGKILL), {})\n"
    )

    killed = subprocess.run([sys.executable, "-c", code], check=False)

    assert killed.returncode == -9
    assert [build.id for build in builds.all()] == [before.id]
    after = publish(builds)
    assert builds.live() == after
    assert not list(tmp_path.glob("store/.tmp/[!.]*"))


def test_alias_that_never_was_has_no_build_before(builds: ModelBuilds) -> None:
    assert builds.history().stack("champion") == []
