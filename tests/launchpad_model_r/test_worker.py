"""A worker: an R process that asks back while it works."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from launchpad_model_r import SCRIPTS
from launchpad_model_r.model import RModel
from launchpad_model_r.processes.process import Ended, RProcess
from launchpad_model_r.processes.worker import Refused, Worker

SCRIPT = SCRIPTS / "worker.R"
NULL = bytes.fromhex("580a000000020004020200020300000000fe")  # serialize(NULL, NULL)
CODE = """
predict <- function(args, data_sources) {
  if (args$safely) tryCatch(get_dataframe("a"), python_error = conditionMessage)
  else get_dataframe("a")
}
"""


@pytest.fixture
def load(rscript: str, tmp_path: Path) -> Iterator[Callable[[str], Worker]]:
    """Return a function that starts a worker with model code."""
    started: list[RProcess] = []

    def load(code: str) -> Worker:
        started.append(RProcess([rscript, str(SCRIPT)], folder=tmp_path))
        file = str(tmp_path / "model.R")
        request = {"packages": [], "model_conf": {}, "file": file, "text": code}
        return Worker(started[-1], {"kind": "load", **request})

    yield load
    for one in started:
        one.kill()
        one.close()


def predict(worker: Worker, answer: Any, **value: Any) -> Mapping[str, Any]:
    model = RModel(NULL)
    worker.hold(model)
    request = {"kind": "predict", "model": model.id, "value": value, "sources": ["a"]}
    return worker.ask(request, answer=answer, timeout=30)


def failing(question: Mapping[str, Any]) -> Any:
    raise KeyError(question["name"])


def test_an_error_while_answering_is_told_to_r(load: Callable[[str], Worker]) -> None:
    worker = load(CODE)
    reply = predict(worker, failing, safely=True)
    assert reply["kind"] == "result" and "'a'" in str(reply["value"])
    reply = predict(worker, failing, safely=False)
    assert reply["kind"] == "error" and "KeyError" in reply["classes"]
    assert worker.alive


def test_an_interrupt_ends_the_process(load: Callable[[str], Worker]) -> None:
    worker = load(CODE)

    def interrupted(question: Mapping[str, Any]) -> Any:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        predict(worker, interrupted, safely=True)
    assert not worker.alive


def test_what_ends_after_a_question_had_begun(load: Callable[[str], Worker]) -> None:
    worker = load(CODE)

    def deadly(question: Mapping[str, Any]) -> Any:
        os.kill(worker.process.pid, 9)
        worker.process.wait()

    with pytest.raises(Ended) as ended:
        predict(worker, deadly, safely=True)
    assert ended.value.begun


def test_what_cannot_be_loaded(load: Callable[[str], Worker]) -> None:
    with pytest.raises(Refused, match="no, thanks"):
        load("stop('no, thanks')")


def test_models_that_nobody_uses_are_forgotten(load: Callable[[str], Worker]) -> None:
    worker = load(CODE)
    model, other = RModel(NULL), RModel(NULL)
    worker.hold(model)
    name = model.id
    del model
    worker.hold(other)
    request = {"kind": "predict", "model": name, "value": {"safely": True}}
    assert worker.ask(request)["kind"] == "error"
    assert worker.holds(other)


def test_a_worker_that_has_ended(load: Callable[[str], Worker]) -> None:
    worker = load(CODE)
    os.kill(worker.process.pid, 9)
    with pytest.raises(Ended, match="SIGKILL"):
        predict(worker, failing, safely=True)
