"""mllaunchpad's example in R runs as it is; the config only says ``type: r``.

It comes from the source distribution, which pip downloads; nothing of it is kept.
"""

from __future__ import annotations

import json
import shutil
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

FLOWER = "sepal.length=5.1&sepal.width=3.5&petal.length=1.4&petal.width=0.2"
ANSWER = {"iris_variety": "Setosa", "probability": 0.9999, "test": "hello"}

pytestmark = pytest.mark.download


@pytest.fixture
def project(mllaunchpad_examples: Path, tmp_path: Path, rpart: str) -> Path:
    project = tmp_path / "project"
    project.mkdir()
    for name in (
        *("r_example.R", "r_example.raml", "r_example_cfg.yml"),
        *("iris_train.csv", "iris_holdout.csv"),
    ):
        shutil.copy(mllaunchpad_examples / name, project)
    config = project / "r_example_cfg.yml"
    text = config.read_text()
    config.write_text(text.replace("\nmodel:\n", "\nmodel:\n  type: r\n"))
    return project


def test_r_example(
    project: Path, cli: Callable[..., Any], serve: Callable[..., Any]
) -> None:
    config = ("-c", "r_example_cfg.yml")
    names, values = zip(*(pair.split("=") for pair in FLOWER.split("&")), strict=True)
    flower = json.dumps(dict(zip(names, map(float, values), strict=True)))

    trained = cli(*config, "train", cwd=project)
    retrained = cli(*config, "train", cwd=project)  # now with an old model
    retested = cli(*config, "retest", cwd=project)
    asked = cli(*config, "predict", "-", cwd=project, input=flower)
    with serve(project / "r_example_cfg.yml", workers=2) as url:
        path = f"{url}/some/v0/varieties?{FLOWER}"
        with urllib.request.urlopen(path, timeout=30) as answer:
            served = json.load(answer)

    for done in (trained, retrained, retested):
        metrics = json.loads(done.stdout)
        assert metrics["accuracy"] > 0.9, done.stderr
        assert metrics["favoritecolor"] == "green"
    assert json.loads(asked.stdout) == ANSWER, asked.stderr
    assert served == ANSWER
    assert "Hello from RExampleModel" in trained.stderr
    log = (project / "server.log").read_text()
    assert "Predicting with model" in log
