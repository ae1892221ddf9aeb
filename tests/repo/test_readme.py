"""What the README shows works as it stands there."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

ROOT = Path(__file__).parents[2]
IRIS = ROOT / "examples" / "iris"
POSTGRESQL = """\
    connection_string: postgresql+psycopg://reader@db.example.com/flowers
    options: {password_var: FLOWERS_PW}   # the name of an environment variable
"""

pytestmark = pytest.mark.ecosystem


@pytest.fixture(scope="module")
def shown() -> dict[str, list[str]]:
    """Return the blocks of the README by their language."""
    text = (ROOT / "README.md").read_text("utf-8")
    blocks: dict[str, list[str]] = {}
    for language, code in re.findall(r"^```(\w+)\n(.*?)^```", text, re.M | re.S):
        blocks.setdefault(language, []).append(code)
    return blocks


@pytest.fixture
def project(tmp_path: Path, shown: dict[str, list[str]]) -> Path:
    for name in ("iris_train.csv", "iris.raml", "iris_request.json"):
        shutil.copy(IRIS / name, tmp_path)
    (tmp_path / "iris_model.py").write_text(shown["python"][0], encoding="utf-8")
    (tmp_path / "iris_cfg.yml").write_text(shown["yaml"][0], encoding="utf-8")
    return tmp_path


def test_config_has_no_mistake(project: Path, cli: Callable[..., Any]) -> None:
    checked = cli("-c", "iris_cfg.yml", "check", env={"FLOWERS_PW": "secret"})

    assert checked.returncode == 0, checked.stderr


def test_model_is_trained(project: Path, cli: Callable[..., Any]) -> None:
    config = project / "iris_cfg.yml"
    text = config.read_text("utf-8")
    assert POSTGRESQL in text
    sqlite = "    connection_string: sqlite:///flowers.db\n"
    config.write_text(text.replace(POSTGRESQL, sqlite), encoding="utf-8")
    with closing(sqlite3.connect(project / "flowers.db")) as database:
        holdout = pd.read_csv(IRIS / "iris_holdout.csv")
        holdout.to_sql("iris_holdout", database, index=False)
        database.commit()

    trained = cli("-c", "iris_cfg.yml", "train")
    assert trained.returncode == 0, trained.stderr
    assert json.loads(trained.stdout)["accuracy"] > 0.9
    asked = cli("-c", "iris_cfg.yml", "predict", "iris_request.json")
    assert json.loads(asked.stdout) == {"iris_variety": "Versicolor"}, asked.stderr


def test_local_plugin_provides_its_type(
    tmp_path: Path, shown: dict[str, list[str]], cli: Callable[..., Any]
) -> None:
    (tmp_path / "weather.py").write_text(shown["python"][1], encoding="utf-8")
    (tmp_path / "model.py").write_text(
        "def train(data_sources): return data_sources['oslo'].get_dataframe()\n"
        "def test(model): return {'degrees': int(model['degrees'].sum())}\n"
        "def predict(model, args): return None\n"
    )
    (tmp_path / "cfg.yml").write_text(
        "plugins: [weather]\n"
        "datasources: {oslo: {type: weather, degrees: 7, tags: train}}\n"
        "model_store: {location: store}\n"
        "model: {name: m, version: 0.1.0, module: model}\n"
    )

    trained = cli("-c", "cfg.yml", "train")

    assert trained.returncode == 0, trained.stderr
    assert json.loads(trained.stdout) == {"degrees": 7}


def test_table_of_contents_registers_its_type(shown: dict[str, list[str]]) -> None:
    module: dict[str, Any] = {}
    exec(shown["python"][2], module)

    (registration,) = module["launchpad_data_sources"]()

    assert registration.type == "weather"
    assert registration.summary == "Daily weather"


def test_links_lead_somewhere() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    linked = re.findall(r"\]\((?!https?:)([^)#]+)\)", text)

    assert [link for link in linked if not (ROOT / link).exists()] == []
