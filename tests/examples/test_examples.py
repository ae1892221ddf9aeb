"""The examples run as their READMEs say."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"
FLOWER = "sepal.length=4.9&sepal.width=2.4&petal.length=3.3&petal.width=1"


@pytest.fixture
def example(tmp_path: Path) -> Callable[[str], Path]:
    def copy(name: str) -> Path:
        return Path(shutil.copytree(EXAMPLES / name, tmp_path / name))

    return copy


def get(url: str) -> Any:
    with urllib.request.urlopen(url, timeout=30) as answer:
        return json.load(answer)


@pytest.mark.parametrize("config", ["iris_cfg.yml", "iris_sql_cfg.yml"])
def test_iris(
    config: str,
    example: Callable[[str], Path],
    cli: Callable[..., Any],
    serve: Callable[..., Any],
) -> None:
    folder = example("iris")
    subprocess.run([sys.executable, "make_database.py"], cwd=folder, check=True)

    assert cli("-c", config, "check", cwd=folder).returncode == 0
    for action in ("train", "retest"):
        done = cli("-c", config, action, cwd=folder)
        assert json.loads(done.stdout)["accuracy"] > 0.9, done.stderr
    asked = cli("-c", config, "predict", "iris_request.json", cwd=folder)
    assert json.loads(asked.stdout) == {"iris_variety": "Versicolor"}
    with serve(folder / config) as url:
        answer = get(f"{url}/iris/v0/varieties?{FLOWER}")
    assert answer == {"iris_variety": "Versicolor"}


def test_addition(
    example: Callable[[str], Path], cli: Callable[..., Any], serve: Callable[..., Any]
) -> None:
    folder = example("addition")

    trained = cli("-c", "addition_cfg.yml", "train", cwd=folder)
    assert json.loads(trained.stdout) == {"accuracy": 1.0}
    args = '{"x1": 3, "x2": 2}'
    asked = cli("-c", "addition_cfg.yml", "predict", cwd=folder, input=args)
    assert json.loads(asked.stdout) == {"sum": 5}
    with serve(folder / "addition_cfg.yml") as url:
        assert get(f"{url}/add/v0/sum?x1=3&x2=2") == {"sum": 5.0}


def test_generated_raml_is_read_back(
    example: Callable[[str], Path], cli: Callable[..., Any], serve: Callable[..., Any]
) -> None:
    folder = example("iris")
    args = ("-c", "iris_cfg.yml", "-g", "petals")
    whole = cli(*args, cwd=folder)
    assert "variety:\n" in whole.stdout, whole.stderr
    args = ("-c", "iris_cfg.yml", "generate-raml", "petals", "--target", "variety")
    generated = cli(*args, "--resource", "flowers", cwd=folder)
    (folder / "iris.raml").write_text(generated.stdout)

    assert cli("-c", "iris_cfg.yml", "train", cwd=folder).returncode == 0
    with serve(folder / "iris_cfg.yml") as url:
        answer = get(f"{url}/iris/v0/flowers?{FLOWER}")
    assert answer == {"iris_variety": "Versicolor"}
