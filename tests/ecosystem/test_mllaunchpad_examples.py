"""mllaunchpad's own examples run when only the import name changes.

They come from its source distribution, which pip downloads; nothing of it is kept.
"""

from __future__ import annotations

import json
import sqlite3
import urllib.request
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

# A flower that every tree tells from the others; theirs are grown at random.
FLOWER = "sepal.length=5.1&sepal.width=3.5&petal.length=1.4&petal.width=0.2"
VARIETIES = ("Setosa", "Versicolor", "Virginica")

pytestmark = pytest.mark.download


@pytest.fixture
def examples(mllaunchpad_examples: Path, tmp_path: Path) -> Path:
    """Return the examples with another import name, and the plugin's path changed."""
    folder = tmp_path / "examples"
    folder.mkdir()
    for file in mllaunchpad_examples.iterdir():
        if file.is_dir():
            continue
        content = file.read_bytes()
        if file.suffix == ".py":
            content = content.replace(b"from mllaunchpad", b"from launchpad_core")
        (folder / file.name).write_bytes(content)
    config = folder / "tree_cfg.yml"
    config.write_text(config.read_text().replace("examples.bogus", "bogus"))
    return folder


def get(url: str) -> Any:
    with urllib.request.urlopen(url, timeout=30) as answer:
        return json.load(answer)


def test_addition(
    examples: Path, cli: Callable[..., Any], serve: Callable[..., Any]
) -> None:
    trained = cli("-c", "addition_cfg.yml", "train", cwd=examples)

    assert json.loads(trained.stdout) == {"accuracy": 1, "precision": "whatever"}
    with serve(examples / "addition_cfg.yml") as url:
        assert get(f"{url}/add/v0/sum?x1=3&x2=2") == {"my_addition_result": 5.0}
        assert get(f"{url}/add/v0/sum?x1=3") == {"my_addition_result": 3.0}


def test_tree(
    examples: Path, cli: Callable[..., Any], serve: Callable[..., Any]
) -> None:
    trained = cli("-c", "tree_cfg.yml", "train", cwd=examples)
    flower = '{"sepal.length": 5.1, "sepal.width": 3.5, "petal.length": 1.4, '
    flower += '"petal.width": 0.2}'

    assert json.loads(trained.stdout)["accuracy"] > 0.8, trained.stderr
    asked = cli("-c", "tree_cfg.yml", "predict", "-", cwd=examples, input=flower)
    assert json.loads(asked.stdout) == {"iris_variety": "Setosa"}
    with serve(examples / "tree_cfg.yml") as url:
        api = f"{url}/iris/v0/varieties"
        assert get(f"{api}?{FLOWER}") == {"iris_variety": "Setosa"}
        assert get(f"{api}/1?hallo=metric")["iris_variety"] in VARIETIES
        assert get(api) == {"status": "ok"}
    assert (examples / "iris_pred_output.csv").read_text().startswith("myid,")


def test_complex_without_oracle(
    examples: Path, cli: Callable[..., Any], serve: Callable[..., Any]
) -> None:
    use_sqlite_in_place_of_oracle(examples)

    trained = cli("-c", "complex_cfg.yml", "train", cwd=examples)

    assert json.loads(trained.stdout)["accuracy"] > 0.8, trained.stderr
    with serve(examples / "complex_cfg.yml") as url:
        answer = get(f"{url}/guessiris/v0/somethings?x=3&{FLOWER}")
    assert answer["the_result_yo"] == 16.0
    assert answer["iris_variety"] == "Setosa"
    names = (examples / "firstnames.csv").read_text("utf-8")
    assert f"\n{answer['random_name']};" in names


def use_sqlite_in_place_of_oracle(examples: Path) -> None:
    """Change the one connection that is used, and neither the query nor the rest."""
    with closing(sqlite3.connect(examples / "test.db")) as database:
        database.execute("CREATE TABLE test_table (rownum INTEGER)")
        database.executemany(
            "INSERT INTO test_table VALUES (?)", [(row,) for row in range(20)]
        )
        database.commit()
    config = examples / "complex_cfg.yml"
    text = config.read_text()
    start = text.index("  xob10:")
    end = text.index("  bda:")
    sqlite = "  xob10: {type: sql, connection_string: 'sqlite:///test.db'}\n"
    config.write_text(text[:start] + sqlite + text[end:])
