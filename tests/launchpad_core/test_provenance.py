"""What a build tells of its training: data, commit, packages; and what differs here."""

from __future__ import annotations

import json
import logging
import os
import platform
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import importlib_metadata
import pandas as pd
import pytest

from launchpad_core import get_validated_config, list_models, predict, train_model
from launchpad_core.differences import Difference, differences
from launchpad_core.errors import StoreError
from launchpad_core.git_state import git_state

HERE = platform.python_version()


@pytest.fixture
def trees(write: Callable[..., Path]) -> Path:
    """Return the folder of a project that reads CSV files to train and to test."""
    folder = write(
        trees_py="""
            import pandas as pd
            from launchpad_core import DataSource

            class Table(DataSource):
                serves = ["table"]

                def get_dataframe(self, params=None, chunksize=None):
                    return pd.read_csv(self.config["path"], chunksize=chunksize)

                def get_raw(self, params=None, chunksize=None):
                    with open(self.config["path"], "rb") as file:
                        return file.read()

            def train(data_sources):
                assert isinstance(data_sources["trees"], Table)
                frame = data_sources["trees"].get_dataframe()
                mean = float(frame.pop("height").mean())
                data_sources["notes"].get_raw()
                return {"mean": mean, "source": data_sources["trees"]}

            def test(model, data_sources):
                chunks = data_sources["trees"].get_dataframe(chunksize=2)
                return {"rows": sum(map(len, chunks))}

            def predict(model, args):
                return model["mean"]
        """,
        trees_csv="""
            height,kind,keeper
            1.5,oak,Ada
            2.5,elm,Bob
            ,oak,Cleo
        """,
        cfg_yml="""
            plugins: [trees]
            model_store: {location: store}
            model:
              name: Trees
              version: 1.0.0
              module: trees
              password: tell-nobody
            datasources:
              trees: {type: table, path: FOLDER/trees.csv, tags: [train, test]}
              notes: {type: table, path: FOLDER/trees.csv, tags: train}
        """,
    )
    config = folder / "cfg.yml"
    config.write_text(config.read_text().replace("FOLDER", str(folder)))
    return folder


def trained(folder: Path) -> dict[str, Any]:
    """Train the project, and return what the store tells of the live build."""
    config = get_validated_config(folder / "cfg.yml")
    train_model(config, cache=False)
    live: dict[str, Any] = list_models(config)["Trees"]["1.0.0"]
    return live


def git(folder: Path, *args: str) -> str:
    names = {
        f"GIT_{role}_{what}": "trees@example.org"
        for role in ("AUTHOR", "COMMITTER")
        for what in ("NAME", "EMAIL")
    }
    done = subprocess.run(
        ["git", "-C", str(folder), *args],
        env={**os.environ, **names, "GIT_CONFIG_GLOBAL": os.devnull},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


def committed(folder: Path) -> str:
    git(folder, "init")
    git(folder, "add", "cfg.yml", "trees.py")
    git(folder, "commit", "-m", "Plant trees")
    return git(folder, "rev-parse", "HEAD")


def test_build_tells_what_train_and_test_read(trees: Path) -> None:
    data = trained(trees)["data"]

    assert data["train"].keys() == {"notes", "trees"}
    frame, notes = data["train"]["trees"], data["train"]["notes"]
    assert (frame["rows"], frame["readings"]) == (3, 1)
    height, kind, keeper = frame["columns"]
    assert (height["name"], height["min"], height["max"]) == ("height", 1.5, 2.5)
    assert height["missing"] == pytest.approx(1 / 3)
    assert (kind["name"], kind["distinct"]) == ("kind", 2)
    assert (keeper["name"], keeper["distinct"]) == ("keeper", 3)
    assert notes.keys() == {"size", "sha256", "readings"}
    assert data["test"].keys() == {"trees"}
    assert data["test"]["trees"]["rows"] == 3


def test_build_keeps_no_names_and_no_secrets(trees: Path) -> None:
    kept = json.dumps(trained(trees))

    for secret in ("Ada", "Cleo", "tell-nobody"):
        assert secret not in kept


def test_model_that_keeps_its_source_keeps_it_as_it_is(trees: Path) -> None:
    trained(trees)
    config = get_validated_config(trees / "cfg.yml")

    assert predict(config, {}) == 2.0


def test_build_tells_the_commit_of_its_code(trees: Path) -> None:
    commit = committed(trees)

    assert trained(trees)["code"] == {"commit": commit, "dirty": False}

    with (trees / "trees.py").open("a") as code:
        code.write("# changed\n")
    assert trained(trees)["code"] == {"commit": commit, "dirty": True}


def test_build_outside_of_a_repository_has_no_commit(trees: Path) -> None:
    assert trained(trees)["code"] is None


def test_repository_of_a_hook_is_not_that_of_the_code(
    trees: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: Any
) -> None:
    commit = committed(trees)
    other = tmp_path_factory.mktemp("other")
    git(other, "init")
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))

    assert git_state(trees) == {"commit": commit, "dirty": False}


def test_repository_without_commits_has_none(tmp_path: Path) -> None:
    git(tmp_path, "init")

    assert git_state(tmp_path) is None


def test_folder_that_is_gone_has_no_commit(tmp_path: Path) -> None:
    assert git_state(tmp_path / "gone") is None


def test_machine_without_git_has_no_commits(trees: Path, monkeypatch: Any) -> None:
    committed(trees)
    monkeypatch.setenv("PATH", str(trees))

    assert git_state(trees) is None


def test_git_that_does_not_answer_is_left(trees: Path, monkeypatch: Any) -> None:
    committed(trees)
    slow = trees / "git"
    slow.write_text("#!/bin/sh\nexec /bin/sleep 60\n")
    slow.chmod(0o755)
    monkeypatch.setenv("PATH", str(trees))
    monkeypatch.setattr("launchpad_core.git_state._TIMEOUT", 0.1)

    assert git_state(trees) is None


def test_build_tells_the_distributions_that_were_used(trees: Path) -> None:
    system = trained(trees)["system"]

    assert system["python_version"] == HERE
    used = system["used"]
    assert used["pandas"] == pd.__version__
    assert used["launchpad-core"] == importlib_metadata.version("launchpad-core")
    assert "numpy" in used
    assert not used.keys() & {"pip", "json"}
    assert {f"{name}=={used[name]}" for name in used} <= set(system["packages"])


def elsewhere(**changes: Any) -> dict[str, Any]:
    """Return the metadata of a build from a place that differs from here."""
    here = {
        "python_version": HERE,
        "operating_system": platform.system(),
        "machine": platform.machine(),
        "used": {"pandas": pd.__version__},
    }
    return {"system": {**here, **changes}}


def differing(metadata: dict[str, Any]) -> tuple[Difference, ...]:
    """Return what differs here; Python models run on nothing but Python."""
    return differences(metadata, lambda names: {})


def test_nothing_differs_where_it_was_trained(trees: Path) -> None:
    assert differing(trained(trees)) == ()
    assert differing(elsewhere()) == ()


def test_grave_differences_come_first() -> None:
    used = {"numpy": "1.0", "no-such-thing": "2.1", "pandas": pd.__version__}
    metadata = elsewhere(
        python_version="3.8.1", operating_system="Solaris", machine="sparc", used=used
    )

    found = differing(metadata)

    numpy = importlib_metadata.version("numpy")
    assert list(map(str, found)) == [
        f"Python 3.8.1 (here {HERE})",
        "no-such-thing 2.1 (not installed here)",
        f"Solaris sparc (here {platform.system()} {platform.machine()})",
        f"numpy 1.0 (here {numpy})",
    ]
    assert [one.is_grave for one in found] == [True, True, False, False]


def test_patch_of_python_is_no_grave_difference() -> None:
    trained = ".".join([*HERE.split(".")[:2], "999"])

    (found,) = differing(elsewhere(python_version=trained))

    assert found == Difference("Python", trained, HERE, runs_models=True)
    assert not found.is_grave


@pytest.mark.parametrize(
    "metadata",
    [
        {},
        {"system": None},
        {"system": "a laptop"},
        {"system": {"launchpad_version": "1.0.0", "platform": "?", "packages": []}},
        {"system": {"python_version": 3, "used": ["pandas"]}},
        {"system": {"used": {"pandas": None, "": "1"}}},
    ],
    ids=str,
)
def test_metadata_from_elsewhere_tell_of_no_difference(metadata: Any) -> None:
    assert differing(metadata) == ()


def test_loading_warns_once_of_what_differs(
    trees: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    trained(trees)
    config = get_validated_config(trees / "cfg.yml")
    monkeypatch.setattr(platform, "python_version", lambda: "3.99.0")

    for _ in range(2):
        predict(config, {}, cache=False)

    (build,) = trees.glob("store/*/*/builds/*")
    warned = [one for one in caplog.records if one.levelno == logging.WARNING]
    assert [one.getMessage() for one in warned] == [
        f"build {build.name} of Trees 1.0.0 was trained with "
        f"Python {HERE} (here 3.99.0)"
    ]


def test_model_that_cannot_be_read_is_told_what_differs(
    trees: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    trained(trees)
    code = (trees / "trees.py").read_text()
    (trees / "trees.py").write_text(code.replace("class Table", "class Other"))
    monkeypatch.setattr(platform, "python_version", lambda: "3.99.0")

    with pytest.raises(StoreError, match="can't be loaded"):
        predict(get_validated_config(trees / "cfg.yml"), {}, cache=False)

    assert "(here 3.99.0)" in caplog.text


def test_loading_where_nothing_differs_is_silent(
    trees: Path, caplog: pytest.LogCaptureFixture
) -> None:
    trained(trees)

    predict(get_validated_config(trees / "cfg.yml"), {}, cache=False)

    assert [one for one in caplog.records if one.levelno >= logging.WARNING] == []
