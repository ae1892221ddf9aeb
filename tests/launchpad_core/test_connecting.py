"""What ``check --connect`` tries, and what it says of it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

UNTRAINED = "not tried: no model has been trained (launchpad train)"

Cli = Callable[..., subprocess.CompletedProcess[str]]

SOURCES = """
from pathlib import Path
from launchpad_core import DataError, DataSink, DataSource

class Chunked(DataSource):
    serves = ["chunked"]

    def get_dataframe(self, params=None, chunksize=None):
        print("reading")
        yield [1]
        raise DataError("more than a row was read")

class Whole(DataSource):
    serves = ["whole"]

    def get_dataframe(self, params=None, chunksize=None):
        self.refuse(chunksize=chunksize)
        return [1]

class Raw(DataSource):
    serves = ["raw"]

    def get_raw(self, params=None, chunksize=None):
        return b"1"

class Asking(Whole):
    serves = ["asking"]
    asked = frozenset({"since", "by"})

class Gone(DataSource):
    serves = ["gone"]

    def get_dataframe(self, params=None, chunksize=None):
        raise DataError("nobody answers", hint="start the server")

class Faulty(DataSource):
    serves = ["faulty"]

    def get_dataframe(self, params=None, chunksize=None):
        return 1 / 0

class Untried(DataSink):
    serves = ["untried"]

    def put_dataframe(self, dataframe, params=None, chunksize=None):
        raise DataError("it was written")
"""


@pytest.fixture
def connecting(project: Path, cli: Cli) -> Callable[..., Any]:
    """Return a function that tries a config with data sources, by name and type."""
    (project / "my_sources.py").write_text(SOURCES)
    config = project / "cfg.yml"
    config.write_text(
        config.read_text().replace("[py_contracts]", "[py_contracts, my_sources]")
        + "datasinks:\n  sink: {type: untried}\n"
    )

    def run(**sources: str) -> subprocess.CompletedProcess[str]:
        listed = "".join(f"  {name}: {text}\n" for name, text in sources.items())
        with config.open("a") as file:
            file.write(f"datasources:\n{listed}" if listed else "")
        return cli("--config", "cfg.yml", "check", "--connect", "--json", cwd=project)

    return run


def states(done: subprocess.CompletedProcess[str]) -> dict[str, str]:
    return {row["name"]: row["state"] for row in json.loads(done.stdout)}


def test_sources_of_every_kind_are_tried(connecting: Any, project: Path) -> None:
    done = connecting(
        a="{type: chunked, tags: train}",
        b="{type: whole, tags: predict}",
        c="{type: raw}",
        d="{type: asking}",
    )

    assert done.returncode == 0, done.stderr
    assert states(done) == {
        "a": "ok",
        "b": "ok",
        "c": "ok",
        "d": "not tried: it asks for params: by, since",
        "sink": 'not tried: "sink" of type untried can\'t be tried',
        "model_store": "ok",
        "GET /sums": UNTRAINED,
    }
    assert json.loads(done.stdout)[0] == {
        "name": "a",
        "kind": "data source",
        "type": "chunked",
        "state": "ok",
        "failed": False,
    }
    assert done.stderr == "reading\ncfg.yml: no mistakes\n"
    assert list((project / "store").iterdir()) == []


def test_all_is_tried_though_some_of_it_fails(connecting: Any, project: Path) -> None:
    (project / "store").write_text("a file")

    done = connecting(a="{type: gone}", b="{type: faulty}", c="{type: raw}")

    assert done.returncode == 2
    told = states(done)
    assert told["a"] == "nobody answers (try: start the server)"
    assert told["b"].endswith(
        "my_sources.py:40: trying it raised ZeroDivisionError: division by zero"
    )
    assert told["c"] == "ok"
    assert told["model_store"].startswith("the model store store is a file")
    assert "no mistakes" not in done.stderr


def test_mistakes_of_the_model_are_told_after_the_table(
    connecting: Any, project: Path
) -> None:
    (project / "model.py").write_text("def train(): pass\n")

    done = connecting()

    assert done.returncode == 1
    assert states(done)["model_store"] == "ok"
    assert "the model code has no function test" in done.stderr


def test_check_alone_connects_to_nothing(project: Path, cli: Cli) -> None:
    assert cli("--config", "cfg.yml", "check", cwd=project).returncode == 0
    assert not (project / "store").exists()
