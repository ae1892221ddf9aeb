"""What ``check --connect`` tries, and what it says of it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from terminal import in_terminal

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

AWAY = """
from launchpad_core import ModelStoreType, hookimpl
from launchpad_core.store.directory import DirectoryStore

@hookimpl
def launchpad_model_stores():
    yield ModelStoreType("away", implementation="away:AwayStore", summary="Away")

class AwayStore(DirectoryStore):
    opens_connections = True

    def __init__(self, config):
        raise ConnectionError("nobody answers")
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
    assert told["model_store"].startswith("cfg.yml:")
    assert ": the model store store is a file" in told["model_store"]
    assert "no mistakes" not in done.stderr


def test_mistakes_of_the_model_are_told_after_the_table(
    connecting: Any, project: Path
) -> None:
    (project / "model.py").write_text("def train(): pass\n")

    done = connecting()

    assert done.returncode == 1
    assert states(done)["model_store"] == "ok"
    assert "the model code has no function test" in done.stderr


def test_a_mistake_of_the_model_beside_others_ends_with_the_status_of_those(
    connecting: Any, project: Path
) -> None:
    (project / "model.py").write_text("def train(): pass\n")

    done = connecting(a="{type: gone}")

    assert done.returncode == 2
    assert "the model code has no function test" in done.stderr


def test_terminal_shows_what_is_being_tried(connecting: Any, project: Path) -> None:
    connecting(a="{type: gone}", b="{type: raw}")

    command = [sys.executable, "-m", "launchpad_core", "-c", "cfg.yml"]
    shown = in_terminal([*command, "check", "--connect"], project)

    cleared = "\r\x1b[K"
    tried = ("a", "b", "sink", "model_store", "the contract")
    begun = "".join(f"{cleared}trying {name} ..." for name in tried)
    assert shown.startswith(f"{begun}{cleared}NAME")


@pytest.mark.parametrize("options", [[], ["--connect"]])
def test_store_behind_a_network_is_compared_with_only_when_asked(
    options: list[str], project: Path, cli: Cli
) -> None:
    (project / "away.py").write_text(AWAY)
    config = project / "cfg.yml"
    config.write_text(
        config.read_text()
        .replace("[py_contracts]", "[py_contracts, away]")
        .replace("model_store:\n", "model_store:\n  type: away\n")
    )

    done = cli("--config", "cfg.yml", "check", *options, cwd=project)

    assert done.returncode == (2 if options else 0)
    assert ("nobody answers" in done.stdout + done.stderr) == bool(options)


def test_check_warns_of_broken_modules_that_no_section_needs(
    project: Path, cli: Cli
) -> None:
    config = project / "cfg.yml"
    text = config.read_text()
    config.write_text(text.replace("[py_contracts]", "[py_contracts, tides]"))

    done = cli("-c", "cfg.yml", "check", cwd=project)

    assert done.returncode == 0
    assert done.stderr == (
        'Warning: cfg.yml:1: project-local plugin "tides" is broken: '
        "ModuleNotFoundError: No module named 'tides'\n"
        "cfg.yml: no mistakes\n"
    )


def test_check_alone_connects_to_nothing(project: Path, cli: Cli) -> None:
    assert cli("--config", "cfg.yml", "check", cwd=project).returncode == 0
    assert not (project / "store").exists()
