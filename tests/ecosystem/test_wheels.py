"""As a new user does it: wheels in a fresh environment, outside the repository."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
DISTRIBUTIONS = (
    *("launchpad_core", "launchpad_sources_files"),
    *("launchpad_sources_sql", "launchpad_api_raml", "launchpad_api_openapi"),
    *("launchpad_store_fsspec", "launchpad_model_r"),
)
FLOWER = "sepal.length=4.9&sepal.width=2.4&petal.length=3.3&petal.width=1"

pytestmark = [pytest.mark.wheels, pytest.mark.download]


def run(*command: object, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    environment = {key: os.environ[key] for key in os.environ if key != "PYTHONPATH"}
    return subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("wheels")
    built = {}
    for name in DISTRIBUTIONS:
        command = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps"]
        done = run(*command, f"--wheel-dir={folder}", ROOT / name)
        assert done.returncode == 0, done.stderr
        (built[name],) = folder.glob(f"{name}-*.whl")
    return built


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory, wheels: dict[str, Path]) -> Path:
    """Return the programs' folder of an environment with all wheels."""
    core = f"{wheels['launchpad_core']}[serve,docs]"
    others = [wheel for name, wheel in wheels.items() if name != "launchpad_core"]
    return environment(tmp_path_factory.mktemp("fresh"), core, *others, "scikit-learn")


def get(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=30) as answer:
        content: bytes = answer.read()
        return content


def environment(folder: Path, *requirements: object) -> Path:
    made = run(sys.executable, "-m", "virtualenv", "--quiet", "--clear", folder)
    assert made.returncode == 0, made.stderr
    programs = folder / ("Scripts" if os.name == "nt" else "bin")
    done = run(programs / "python", "-m", "pip", "install", "-q", *requirements)
    assert done.returncode == 0, done.stderr
    return programs


def test_the_iris_model(fresh: Path, tmp_path: Path, serve: Callable[..., Any]) -> None:
    project = tmp_path / "iris"
    shutil.copytree(ROOT / "examples" / "iris", project)
    launchpad = [fresh / "launchpad", "-c", "iris_cfg.yml"]

    trained = run(*launchpad, "train", cwd=project)
    assert json.loads(trained.stdout)["accuracy"] > 0.9, trained.stderr
    retested = run(*launchpad, "retest", cwd=project)
    assert json.loads(retested.stdout)["accuracy"] > 0.9
    models = json.loads(run(*launchpad, "models", "--json", cwd=project).stdout)
    assert len(models["Iris"]["0.0.1"]["metrics_history"]) == 2
    asked = run(*launchpad, "predict", "iris_request.json", cwd=project)
    assert json.loads(asked.stdout) == {"iris_variety": "Versicolor"}
    with serve(project / "iris_cfg.yml", workers=2, programs=fresh) as url:
        answer = get(f"{url}/iris/v0/varieties?{FLOWER}")
        described = get(f"{url}/iris/v0/openapi.json")
        page = get(f"{url}/iris/v0/docs")
        raml = get(f"{url}/iris/v0/iris.raml")
    assert json.loads(answer) == {"iris_variety": "Versicolor"}
    assert list(json.loads(described)["paths"]) == ["/varieties"]
    assert b"swagger-ui" in page
    assert raml == (project / "iris.raml").read_bytes()


def test_the_iris_model_in_r(fresh: Path, tmp_path: Path, rpart: str) -> None:
    project = tmp_path / "r_iris"
    shutil.copytree(ROOT / "examples" / "r_iris", project)
    launchpad = [fresh / "launchpad", "-c", "r_iris_cfg.yml"]

    trained = run(*launchpad, "train", cwd=project)
    asked = run(*launchpad, "predict", "iris_request.json", cwd=project)

    assert json.loads(trained.stdout)["accuracy"] > 0.9, trained.stderr
    assert json.loads(asked.stdout) == {"iris_variety": "Versicolor"}


def test_missing_distribution_is_named(wheels: dict[str, Path], tmp_path: Path) -> None:
    needed = (wheels["launchpad_core"], wheels["launchpad_api_raml"])
    programs = environment(tmp_path / "venv", *needed)
    project = tmp_path / "iris"
    shutil.copytree(ROOT / "examples" / "iris", project)

    done = run(programs / "launchpad", "-c", "iris_sql_cfg.yml", "train", cwd=project)

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.splitlines() == [
        'iris_sql_cfg.yml:5: type "dbms.sql" is provided by launchpad-sources-sql, '
        "which is not installed",
        "  try: pip install launchpad-sources-sql",
    ]

    shutil.copytree(ROOT / "examples" / "r_iris", project, dirs_exist_ok=True)

    done = run(programs / "launchpad", "-c", "r_iris_cfg.yml", "retest", cwd=project)

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.splitlines()[-1] == (
        'r_iris_cfg.yml:17: type "r" is provided by launchpad-model-r, which is not '
        "installed (try: pip install launchpad-model-r)"
    )
