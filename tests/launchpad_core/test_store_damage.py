"""Damaged files of a directory store: refused by name, before anything is loaded."""

from __future__ import annotations

import os
import pickle
import random
import shutil
from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from store_writers import opened, publish

from launchpad_core import get_validated_config, train_model
from launchpad_core.actions import open_project
from launchpad_core.errors import StoreError
from launchpad_core.store.builds import ModelBuilds

Damage = Callable[[Path], None]

MARKING_MODEL = """
    import pathlib

    class Marking:
        def __init__(self, mark):
            self.mark = mark

        def __setstate__(self, state):
            pathlib.Path(state["mark"]).touch()

    def train(model_conf):
        return Marking(model_conf["mark"])

    def test(model):
        return {"accuracy": 1.0}

    def predict(model, args):
        return 1
"""


class Swapped:
    """What somebody else put there: it runs when it is loaded."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> Any:
        return os.mkdir, (str(self.mark),)


def flip(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[random.randrange(len(content))] ^= 1 << random.randrange(8)
    file.write_bytes(content)


def truncate(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-1])


def empty(file: Path) -> None:
    file.write_bytes(b"")


def lengthen(file: Path) -> None:
    file.write_bytes(file.read_bytes() + b"\n")


def link(file: Path) -> None:
    elsewhere = file.parents[5] / "elsewhere"
    file.rename(elsewhere)
    file.symlink_to(elsewhere)


def dangle(file: Path) -> None:
    file.unlink()
    file.symlink_to("nowhere")


def make_folder(file: Path) -> None:
    content = file.read_bytes()
    file.unlink()
    file.mkdir()
    (file / file.name).write_bytes(content)


def swap(file: Path) -> None:
    file.write_bytes(pickle.dumps(Swapped(file.parents[5] / "mark")))


DAMAGES: tuple[Damage, ...] = (
    flip,
    truncate,
    empty,
    lengthen,
    link,
    dangle,
    make_folder,
    Path.unlink,
    swap,
)


@pytest.fixture
def trained(write: Callable[..., Path], project: Path) -> Path:
    """Return a project with a build that leaves a mark when it is loaded."""
    write(model_py=MARKING_MODEL)
    config = get_validated_config(project / "cfg.yml")
    config["model"]["mark"] = str(project / "mark")
    train_model(config)
    (project / "mark").unlink(missing_ok=True)
    return project


def load(project: Path) -> None:
    config = get_validated_config(project / "cfg.yml")
    open_project(config, tags=("predict",), cache=False).live_model()


def files_of(project: Path) -> list[str]:
    (folder,) = project.glob("store/*/*/builds/*")
    return [
        path.relative_to(project).as_posix()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    ]


def test_build_that_is_not_damaged_is_loaded(trained: Path) -> None:
    load(trained)

    assert (trained / "mark").exists()


def test_damaged_file_is_named_before_anything_is_loaded(trained: Path) -> None:
    shutil.copytree(trained / "store", trained / "good")
    files = files_of(trained)
    assert [Path(name).name for name in files][-2:] == ["metadata.json", "model.pkl"]
    for damage, name in product(DAMAGES, files):
        damage(trained / name)

        with pytest.raises(StoreError) as told:
            load(trained)

        assert name.split("/", 5)[5] in told.value.message, damage
        assert not (trained / "mark").exists()
        shutil.rmtree(trained / "store")
        shutil.copytree(trained / "good", trained / "store")


@pytest.mark.parametrize("place", ["added.pkl", "payload/added", "payload/new/added"])
def test_added_file_is_named(trained: Path, place: str) -> None:
    (folder,) = trained.glob("store/*/*/builds/*")
    (folder / place).parent.mkdir(exist_ok=True)
    (folder / place).write_bytes(b"")

    with pytest.raises(StoreError, match=f"{place} was added after it was published"):
        load(trained)

    assert not (trained / "mark").exists()


def test_pipe_in_place_of_an_empty_file_is_not_waited_for(tmp_path: Path) -> None:
    builds = opened(tmp_path / "store")

    build = builds.publish(lambda folder: (folder / "empty").touch(), {})
    file = tmp_path / "store" / builds.folder(build.sha256) / "empty"
    file.unlink()
    os.mkfifo(file)

    with pytest.raises(StoreError, match="empty is not a file now"):
        builds.verified(build).__enter__()


@pytest.fixture
def builds(tmp_path: Path) -> ModelBuilds:
    builds = opened(tmp_path / "store")
    publish(builds)
    publish(builds)
    builds.add_metrics(builds.live(), {"rate": 1e-7, "note": "\ud83d\ude00 é"})
    publish(builds)
    return builds


def entry(builds: ModelBuilds, number: int) -> Path:
    folder = Path(str(builds.store.settings.location))  # type: ignore[attr-defined]
    return folder / "my_model" / "1.0.0" / "log" / f"{number:08d}.json"


def test_flipped_bit_anywhere_in_the_last_entry_is_found(
    builds: ModelBuilds, tmp_path: Path
) -> None:
    file = entry(builds, 4)
    content = file.read_bytes()
    for place in range(len(content)):
        flipped = bytearray(content)
        flipped[place] ^= 1 << random.randrange(8)
        file.write_bytes(flipped)
        with pytest.raises(StoreError, match=r"log/00000004\.json in "):
            opened(tmp_path / "store").live_id()


@pytest.mark.parametrize("number", [1, 2, 3, 4])
@pytest.mark.parametrize("damage", [d for d in DAMAGES if d not in (link, swap)])
def test_damaged_entry_is_named(
    builds: ModelBuilds, tmp_path: Path, damage: Damage, number: int
) -> None:
    if (damage, number) == (Path.unlink, 4):
        return  # a log without its last entry is the log as it was before
    damage(entry(builds, number))
    with pytest.raises(StoreError, match=rf"log/0000000{number}\.json in ") as told:
        opened(tmp_path / "store").history()

    assert "that file" in str(told.value) or damage is make_folder


def test_last_entry_counts_where_one_before_it_is_lost(
    builds: ModelBuilds, tmp_path: Path
) -> None:
    live = builds.live_id()
    for number in (1, 2, 3):
        entry(builds, number).unlink()

        assert opened(tmp_path / "store").live_id() == live


def test_entry_that_was_added_is_named(builds: ModelBuilds, tmp_path: Path) -> None:
    shutil.copy(entry(builds, 4), entry(builds, 9))

    with pytest.raises(StoreError) as told:
        opened(tmp_path / "store").live_id()

    assert "00000009.json" in told.value.message
    assert "it is entry 4 of my_model 1.0.0" in told.value.message


def test_other_files_beside_the_entries_are_passed_by(
    builds: ModelBuilds, tmp_path: Path
) -> None:
    for name in ("00000004.json.bak", "notes", "9.json"):
        (entry(builds, 1).parent / name).touch()

    assert opened(tmp_path / "store").history() == builds.history()


def test_entry_of_another_history_is_named(builds: ModelBuilds, tmp_path: Path) -> None:
    other = opened(tmp_path / "other")
    publish(other)
    publish(other)
    shutil.copy(entry(other, 2), entry(builds, 2))

    with pytest.raises(StoreError, match=r"0002\.json.* does not follow from the ent"):
        opened(tmp_path / "store").history()


@pytest.mark.parametrize("number", [2, 4])
def test_remedy_without_a_backup_is_to_remove_entries(
    builds: ModelBuilds, tmp_path: Path, number: int
) -> None:
    before = builds.history().entries[: number - 1]
    published = builds.all()
    truncate(entry(builds, number))
    with pytest.raises(StoreError) as told:
        opened(tmp_path / "store").history()
    assert told.value.hint == (
        "restore that file from a backup; if there is none, remove it and those with "
        "higher numbers: what they say has not happened then"
    )

    for later in range(number, 5):
        entry(builds, later).unlink()

    assert builds.history().entries == before
    assert builds.live().id == published[len(builds.all()) - 1].id
    trained = publish(builds)
    assert builds.live() == trained
