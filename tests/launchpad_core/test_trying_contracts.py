"""How ``check --connect`` tries the live model on the contract's own examples."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

Cli = Callable[..., subprocess.CompletedProcess[str]]
Tried = Callable[..., dict[str, dict[str, Any]]]

X = 'Parameter("x", location="query", schema={"type": "integer"}, required=True'
SUM = '{"type": "object", "properties": {"sum": {"type": "integer"}}}'
SINKS = """
from launchpad_core import DataSink

class Touched(DataSink):
    serves = ["touched"]

    def put_raw(self, raw_data, params=None, chunksize=None):
        open("touched", "a").write(str(raw_data))

    def try_destination(self):
        pass
"""


@pytest.fixture
def tried(project: Path, cli: Cli) -> Tried:
    """Return a function that trains, and then tries what the contract promises."""

    def run(
        *operations: str, predict: str = "", train: bool = True
    ) -> dict[str, dict[str, Any]]:
        (project / "contract.py").write_text(
            "from launchpad_core import ApiContract, Operation, Parameter, Response\n"
            "contract = ApiContract('Sums', version='v1', operations=["
            f"{', '.join(operations)}])\n"
        )
        if train:
            done = cli("-c", "cfg.yml", "train", cwd=project)
            assert done.returncode == 0, done.stderr
        if predict:
            model = (project / "model.py").read_text()
            start = model.index("def predict")
            (project / "model.py").write_text(model[:start] + dedent(predict))
        done = cli("-c", "cfg.yml", "check", "--connect", cwd=project)
        rows = json.loads(done.stdout)
        assert done.returncode == (2 if any(row["failed"] for row in rows) else 0)
        return {row["name"]: row for row in rows if row["kind"] == "contract"}

    return run


def operation(path: str = "/sums", *, parameter: str = X, promised: str = SUM) -> str:
    return (
        f'Operation("GET", path="{path}", parameters=[{parameter})], responses='
        f'[Response(200, media_type="application/json", schema={promised})])'
    )


def test_examples_are_answered_as_promised(tried: Tried) -> None:
    rows = tried(operation(parameter=f"{X}, examples=[1, 2]"))

    assert rows["GET /sums"] == {
        "name": "GET /sums",
        "kind": "contract",
        "type": "",
        "state": "ok",
        "failed": False,
    }


def test_answers_that_are_not_promised_are_mistakes(tried: Tried) -> None:
    promised = SUM.replace("integer", "string")

    rows = tried(operation(parameter=f"{X}, examples=[1]", promised=promised))

    assert rows["GET /sums"]["failed"]
    assert rows["GET /sums"]["state"] == (
        "GET /sums?x=1: not what the contract promises: /sum should be text, not 11"
    )


def test_errors_of_predict_are_mistakes(tried: Tried, project: Path) -> None:
    config = (project / "cfg.yml").read_text()
    (project / "cfg.yml").write_text(
        config.replace("offset: 10", "offset: 10\n  golden_predictions: {requests: 0}")
    )

    rows = tried(
        operation(parameter=f"{X}, examples=[0, 1]"),
        predict="""
            def predict(model, args):
                return {"sum": 1 // args["x"]}
        """,
    )

    assert rows["GET /sums"]["failed"]
    assert rows["GET /sums"]["state"] == (
        "GET /sums?x=0: predict raised ZeroDivisionError: "
        "integer division or modulo by zero"
    )


def test_examples_that_the_contract_refuses_are_mistakes(tried: Tried) -> None:
    rows = tried(operation(parameter=f'{X}, examples=["one"]'))

    assert rows["GET /sums"]["failed"]
    assert "an example is refused" in rows["GET /sums"]["state"]


def test_what_has_no_examples_is_not_tried(tried: Tried) -> None:
    rows = tried(
        operation("/sums"),
        operation("/more", parameter=f"{X}, examples=[1]"),
        'Operation("HEAD", path="/sums")',
    )

    assert {name: row["state"] for name, row in rows.items()} == {
        "GET /sums": "not tried: the contract has no example of x",
        "GET /more": "ok",
        "HEAD /sums": "not tried: the contract has no examples",
    }
    assert not any(row["failed"] for row in rows.values())


def test_without_a_model_nothing_is_tried(tried: Tried) -> None:
    rows = tried(operation(parameter=f"{X}, examples=[1]"), train=False)

    assert rows["GET /sums"]["state"] == (
        "not tried: no model has been trained (launchpad train)"
    )


def test_a_model_that_cannot_be_loaded_is_a_mistake(
    tried: Tried, project: Path
) -> None:
    rows = tried(
        operation(parameter=f"{X}, examples=[1]"),
        predict="""
            def predict(model, args):
                return {"sum": -1}
        """,
    )

    assert rows["GET /sums"]["failed"]
    assert (
        "doesn't predict what it did when it was trained"
        in (rows["GET /sums"]["state"])
    )


def test_data_sinks_are_not_written(tried: Tried, project: Path, cli: Cli) -> None:
    (project / "sinks.py").write_text(SINKS)
    config = (project / "cfg.yml").read_text().replace("[py_c", "[sinks, py_c")
    (project / "cfg.yml").write_text(f"{config}datasinks:\n  log: {{type: touched}}\n")
    model = (project / "model.py").read_text()
    (project / "model.py").write_text(
        model.replace(
            "predict(model, args):",
            "predict(model, args, data_sinks):\n    data_sinks['log'].put_raw('asked')",
        )
    )

    rows = tried(operation(parameter=f"{X}, examples=[1]"))

    assert rows["GET /sums"]["state"] == "ok"
    assert not (project / "touched").exists()
