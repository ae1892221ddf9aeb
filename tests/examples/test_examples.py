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


def post(url: str, body: bytes, media_type: str) -> Any:
    request = urllib.request.Request(url, body, {"Content-Type": media_type})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


def tells_varieties(
    path: Path, cli: Callable[..., Any], serve: Callable[..., Any]
) -> None:
    """Check, train, retest, ask and serve a model that knows irises."""
    folder, config = path.parent, path.name
    checked = cli("-c", config, "check", cwd=folder)
    assert checked.returncode == 0, checked.stderr
    for action in ("train", "retest"):
        done = cli("-c", config, action, cwd=folder)
        assert json.loads(done.stdout)["accuracy"] > 0.9, done.stderr
    asked = cli("-c", config, "predict", "iris_request.json", cwd=folder)
    assert json.loads(asked.stdout) == {"iris_variety": "Versicolor"}
    with serve(path) as url:
        answer = get(f"{url}/iris/v0/varieties?{FLOWER}")
    assert answer == {"iris_variety": "Versicolor"}


@pytest.mark.parametrize("config", ["iris_cfg.yml", "iris_sql_cfg.yml"])
def test_iris(
    config: str,
    example: Callable[[str], Path],
    cli: Callable[..., Any],
    serve: Callable[..., Any],
) -> None:
    folder = example("iris")
    subprocess.run([sys.executable, "make_database.py"], cwd=folder, check=True)

    tells_varieties(folder / config, cli, serve)


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


def test_iris_table(
    example: Callable[[str], Path], cli: Callable[..., Any], serve: Callable[..., Any]
) -> None:
    folder = example("iris_table")
    config = "iris_table_cfg.yml"
    expected = [{"variety": "Versicolor"}, {"variety": "Setosa"}]

    trained = cli("-c", config, "train", cwd=folder)
    assert json.loads(trained.stdout)["accuracy"] > 0.9, trained.stderr
    (folder / "iris_train.csv").unlink()  # the build keeps the contract
    flowers = (folder / "flowers.csv").read_bytes()
    names, *rows = (line.split(",") for line in flowers.decode().splitlines())
    records = [dict(zip(names, map(float, row), strict=True)) for row in rows]
    with serve(folder / config) as url:
        path = f"{url}/flowers/v1/varieties"
        one = get(f"{path}?{FLOWER}")
        as_json = post(path, json.dumps(records).encode(), "application/json")
        as_csv = post(path, flowers, "text/csv")
        described = get(f"{url}/flowers/v1/openapi.json")
    assert (one, as_json, as_csv) == (expected[0], expected, expected)
    assert list(described["paths"]) == ["/varieties"]


def test_r_iris(
    example: Callable[[str], Path],
    cli: Callable[..., Any],
    serve: Callable[..., Any],
    rpart: str,
) -> None:
    folder = example("r_iris")
    contract = (EXAMPLES / "iris" / "iris.raml").read_bytes()
    assert (folder / "iris.raml").read_bytes() == contract

    tells_varieties(folder / "r_iris_cfg.yml", cli, serve)


def test_r_iris_table(
    example: Callable[[str], Path],
    cli: Callable[..., Any],
    serve: Callable[..., Any],
    rpart: str,
) -> None:
    folder = example("r_iris")
    config = "r_iris_table_cfg.yml"

    trained = cli("-c", config, "train", cwd=folder)
    assert json.loads(trained.stdout)["accuracy"] > 0.9, trained.stderr
    with serve(folder / config) as url:
        path = f"{url}/flowers/v1/varieties"
        one = get(f"{path}?{FLOWER}")
        both = post(path, (folder / "flowers.csv").read_bytes(), "text/csv")
    assert one == {"variety": "Versicolor"}
    assert both == [{"variety": "Versicolor"}, {"variety": "Setosa"}]


def test_generated_raml_is_read_back(
    example: Callable[[str], Path], cli: Callable[..., Any], serve: Callable[..., Any]
) -> None:
    folder = example("iris")
    args = ("-c", "iris_cfg.yml", "-g", "petals")
    whole = cli(*args, cwd=folder)
    assert "      variety: {" in whole.stdout, whole.stderr
    args = ("-c", "iris_cfg.yml", "generate-raml", "petals", "--target", "variety")
    generated = cli(*args, "--resource", "flowers", cwd=folder)
    (folder / "iris.raml").write_text(generated.stdout)

    assert cli("-c", "iris_cfg.yml", "train", cwd=folder).returncode == 0
    with serve(folder / "iris_cfg.yml") as url:
        answer = get(f"{url}/iris/v0/flowers?{FLOWER}")
    assert answer == {"iris_variety": "Versicolor"}
