"""Models that mllaunchpad has trained are served; it is installed for that and run."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from launchpad_core import list_models

FLOWER = '{"sepal.length": 5.1, "sepal.width": 3.5, "petal.length": 1.4, '
FLOWER += '"petal.width": 0.2}'

pytestmark = pytest.mark.download


@pytest.fixture(scope="session")
def mllaunchpad(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder for PYTHONPATH with mllaunchpad and what is missing here."""
    folder = tmp_path_factory.mktemp("mllaunchpad")
    command = [sys.executable, "-m", "pip", "install", "-q", "--no-deps"]
    command += [f"--target={folder}", "mllaunchpad==1.1.0", "setuptools<80"]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    return folder


@pytest.fixture
def trained(mllaunchpad_examples: Path, mllaunchpad: Path, tmp_path: Path) -> Path:
    """Return the tree example, trained twice and retested by mllaunchpad."""
    folder = tmp_path / "examples"
    shutil.copytree(mllaunchpad_examples, folder)
    config = folder / "tree_cfg.yml"
    config.write_text(config.read_text().replace("examples.bogus", "bogus"))
    command = [sys.executable, "-m", "mllaunchpad", "-c", "tree_cfg.yml"]
    env = {**os.environ, "PYTHONPATH": str(mllaunchpad)}
    for verb in ("train", "train", "retest"):
        subprocess.run(
            [*command, verb], cwd=folder, env=env, check=True, capture_output=True
        )
        time.sleep(1)  # its names of files and its times end with the second
    for file in folder.glob("*.py"):
        content = file.read_bytes()
        file.write_bytes(content.replace(b"from mllaunchpad", b"from launchpad_core"))
    return folder


def test_trained_models_are_brought_over(
    trained: Path, cli: Callable[..., Any]
) -> None:
    store = trained / "model_store"
    before = list_models(store)["IrisModel"]
    assert before["latest"]["system"]["mllaunchpad_version"] == "1.1.0"
    assert len(before["backups"]) == 1

    def launchpad(*args: str, **more: Any) -> Any:
        ran = cli("-c", "tree_cfg.yml", *args, cwd=trained, **more)
        assert ran.returncode == 0, ran.stderr
        return ran

    rows = json.loads(launchpad("models", "list").stdout)
    assert [row["aliases"] for row in rows] == [
        ["(mllaunchpad, previous)"],
        ["(mllaunchpad)"],
    ]

    launchpad("models", "import", "model_store")

    asked = launchpad("predict", "-", input=FLOWER)
    assert json.loads(asked.stdout) == {"iris_variety": "Setosa"}
    after = list_models(store)["IrisModel"]
    for old, new in (
        (before["0.0.2"], after["0.0.2"]),
        (before["backups"][0], after["backups"][0]),
    ):
        assert new["created"] == old["created"]
        assert new["metrics"] == old["metrics"]
        measured = [list(one["metrics_history"].values()) for one in (old, new)]
        assert measured[0] == measured[1]
        assert "build" in new
    assert len(after["0.0.2"]["metrics_history"]) == 2
    payloads = list(store.glob("IrisModel/0.0.2/builds/*/payload/*"))
    assert len(payloads) == 2
    assert all(b"dill" not in path.read_bytes() for path in payloads)
    again = launchpad("models", "import", "model_store")
    assert again.stderr.count("is there already") == 2
    launchpad("models", "verify")
    launchpad("retest")
