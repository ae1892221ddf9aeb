"""Small projects of plugins' authors: a config, the command, and the API."""

from __future__ import annotations

import doctest
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from launchpad_core import train_model
from launchpad_core.errors import ConfigError, StoreError
from launchpad_core.project import Project
from launchpad_core.testing import app_client, launchpad_config, projects, run_cli


def test_examples_are_right() -> None:
    assert doctest.testmod(projects).failed == 0


def test_config_has_positions_and_paths(tmp_path: Path) -> None:
    config = launchpad_config(
        """
        datasources:
          x: {type: csvv}
        model: {name: M, version: '1.0.0', module: model}
        model_store: {location: store}
        """,
        folder=tmp_path,
    )

    with pytest.raises(ConfigError) as told:
        Project(config, tags=("train",))

    assert str(told.value.where).endswith("LAUNCHPAD_CFG.yml:2")
    assert (config.folder, config.files) == (
        tmp_path,
        (tmp_path / "LAUNCHPAD_CFG.yml",),
    )


def test_config_that_is_no_yaml_is_told_with_its_line() -> None:
    with pytest.raises(ConfigError, match=r"LAUNCHPAD_CFG\.yml:2: "):
        launchpad_config("model:\n  name: [")


def test_temporary_folders_are_gone_when_the_process_ends() -> None:
    code = "from launchpad_core.testing import launchpad_config as c\n"
    code += "print(c('model: {}').folder, c('model: {}').folder)"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    folders = [Path(folder) for folder in done.stdout.split()]

    assert len(set(folders)) == 2
    assert [folder.exists() for folder in folders] == [False, False]


def test_command_is_run_as_a_user_would(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LAUNCHPAD_CFG", "/nowhere.yml")
    monkeypatch.setenv("LAUNCHPAD_NO_PLUGIN", "core")
    (project / "args.json").write_text('{"x": 1}')
    env = {"LAUNCHPAD_CFG": "cfg.yml"}

    trained = run_cli("train", cwd=project, env=env)
    predicted = run_cli("-c", project / "cfg.yml", "predict", project / "args.json")
    nowhere = run_cli("train", cwd=project)
    nothing = run_cli("no-such-command")

    assert (trained.status, json.loads(trained.stdout)) == (0, {"accuracy": 1.0})
    assert (predicted.status, json.loads(predicted.stdout)) == (0, {"sum": 11})
    assert (nowhere.status, nowhere.stdout) == (2, "")
    assert "there is no config" in nowhere.stderr
    assert (nothing.status, nothing.stdout) == (2, "")
    assert 'no command "no-such-command"' in nothing.stderr
    assert os.environ["LAUNCHPAD_NO_PLUGIN"] == "core"


def test_command_reads_what_it_is_given(project: Path) -> None:
    config = project / "cfg.yml"
    run_cli("-c", config, "train")

    done = run_cli("-c", config, "predict", "-", input='{"x": 2}')

    assert (done.status, json.loads(done.stdout)) == (0, {"sum": 12})


def test_api_of_a_small_project_can_be_asked(project: Path) -> None:
    config = launchpad_config((project / "cfg.yml").read_text(), folder=project)

    with pytest.raises(StoreError):
        app_client(config)
    train_model(config)
    client = app_client(config)
    answer = client.get("/sums/v1/sums?x=1")
    refused = client.get("/sums/v1/sums?x=one")

    assert (answer.status_code, answer.json) == (200, {"sum": 11})
    assert (refused.status_code, refused.mimetype) == (400, "application/problem+json")
