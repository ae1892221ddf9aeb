"""Models that run elsewhere than in Python: what the core does for their types."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from launchpad_core import get_validated_config, list_models, predict, train_model
from launchpad_core.differences import differences
from launchpad_core.errors import LaunchpadError
from launchpad_core.project import Project
from launchpad_core.store.describing import description_lines
from launchpad_core.store.diff.builds import build_diff
from launchpad_core.store.diff.text import diff_lines
from launchpad_core.web import create_app
from launchpad_core.web.live import LiveApp

PLUGIN = '''
"""Models in a language of our own: what is asked of its runtime is in a log."""
import runpy
from pathlib import Path
from launchpad_core import ModelRuntime, ModelType, hookimpl
from launchpad_core.errors import Busy, LaunchpadError, ModelCodeError

LOG = Path(__file__).with_name("log")
INSTALLED = Path(__file__).with_name("installed")

@hookimpl
def launchpad_model_types():
    yield ModelType("tally", implementation="tally:Tally", summary="Counts")

def log(what):
    with LOG.open("a") as file:
        file.write(what + "\\n")

class Tally(ModelRuntime):
    class Config(ModelRuntime.Config, extra="allow"):
        """The section ``model``."""

    input = "args"

    def check(self, functions):
        log("check " + " ".join(functions))

    def prepare_to_serve(self):
        log("prepare")
        if "broken" in INSTALLED.read_text():
            raise LaunchpadError("tally can't be started", hint="install it anew")

    def software(self, names=()):
        log("software " + " ".join(names))
        lines = INSTALLED.read_text().splitlines()
        there = dict(line.split("==") for line in lines)
        return {name: there[name] for name in names or there if name in there}

    def train(self, resources, old_model):
        log("train")
        return b"tally"

    def test(self, model, resources):
        log("test")
        return {}

    def write(self, model, folder):
        (folder / "model").write_bytes(model)

    def read(self, folder):
        log("read")
        if "unreadable" in INSTALLED.read_text():
            raise ModelCodeError(
                "loading stopped: Ada is gone", traceback="tally.t:9: load()\\n"
            )
        return (folder / "model").read_bytes()

    def predictor(self, model, resources):
        return self.predict

    def predict(self, args):
        if "busy" in INSTALLED.read_text():
            raise Busy("others are counting")
        if args["x"] == 12:
            runpy.run_path(str(LOG.with_name("mine.py")))["mine"]()
        if args["x"] == 13:
            raise ModelCodeError(
                "predict stopped: no 13 for Ada", traceback="tally.t:3: thirteen()\\n"
            )
        if args["x"] == 14:
            return {}["fourteen"]
        if args["x"] == 15:
            return int("fifteen")
        return {"sum": args["x"] + 1}
'''
INSTALLED = "Tally==4.2.2\nTally package maths==4.1.19\n"


@pytest.fixture
def tally(project: Path, write: Callable[..., Path]) -> Path:
    """Return the folder of a project whose model type is a local plugin."""
    config = project / "cfg.yml"
    config.write_text(
        config.read_text()
        .replace("[py_contracts]", "[py_contracts, tally]")
        .replace("module: model", "type: tally")
    )
    (project / "installed").write_text(INSTALLED)
    return write(tally_py=PLUGIN)


def trained(folder: Path) -> Any:
    config = get_validated_config(folder / "cfg.yml")
    train_model(config, cache=False)
    return config


def asked(folder: Path, *, of: str = "") -> list[str]:
    """Return what the runtime was asked for since the last time."""
    log = folder / "log"
    lines = log.read_text().splitlines() if log.exists() else []
    log.unlink(missing_ok=True)
    return [line for line in lines if line.startswith(of)]


def serving(config: Any) -> Project:
    return Project(config, tags=("predict",))


@pytest.mark.parametrize("development", [True, False])
def test_server_prepares_a_model_type_once_and_before_it_loads(
    tally: Path, development: bool
) -> None:
    config = trained(tally)
    asked(tally)

    app = LiveApp(serving(config), development=development)

    first, *more = asked(tally)
    assert first == "prepare"
    assert "prepare" not in more
    trained(tally)
    asked(tally)
    app.live.look()
    assert asked(tally, of="prepare") == []


def test_app_that_is_used_alone_prepares_the_model_type(tally: Path) -> None:
    config = trained(tally)
    asked(tally)

    app = create_app(serving(config))

    assert asked(tally)[0] == "prepare"
    assert app.test_client().get("/sums/v1/sums?x=1").json == {"sum": 2}


def test_model_type_that_cannot_be_prepared_is_no_fault_of_a_build(
    tally: Path,
) -> None:
    config = trained(tally)
    (tally / "installed").write_text("broken")

    with pytest.raises(LaunchpadError) as told:
        LiveApp(serving(config))

    assert str(told.value) == "tally can't be started\n  try: install it anew"
    assert told.value.__context__ is None


def test_predicting_once_prepares_nothing(tally: Path) -> None:
    config = trained(tally)
    asked(tally)

    assert predict(config, {"x": 1}, cache=False) == {"sum": 2}

    assert asked(tally, of="prepare") == []


def test_build_keeps_the_software_that_was_used(tally: Path) -> None:
    config = trained(tally)

    assert list_models(config)["Sums"]["latest"]["system"]["software"] == {
        "Tally": "4.2.2",
        "Tally package maths": "4.1.19",
    }
    lines = asked(tally)
    assert lines.index("software ") > lines.index("test") > lines.index("train")


def test_software_that_cannot_be_told_costs_no_training(
    tally: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tally / "installed").unlink()

    config = trained(tally)

    assert "Can't tell what the model ran on: [Errno 2]" in caplog.text
    assert "software" not in list_models(config)["Sums"]["latest"]["system"]


def test_loading_warns_of_other_software(
    tally: Path, caplog: pytest.LogCaptureFixture
) -> None:
    config = trained(tally)
    (tally / "installed").write_text("Tally==4.2.9\nTally package more==1\n")
    asked(tally)

    predict(config, {"x": 1}, cache=False)

    (warned,) = [one for one in caplog.records if one.levelno == logging.WARNING]
    assert warned.getMessage().endswith(
        "of Sums 1.2.0 was trained with Tally package maths 4.1.19 "
        "(not installed here), Tally 4.2.2 (here 4.2.9)"
    )
    assert asked(tally, of="software") == ["software Tally Tally package maths"]


def test_other_minor_version_of_what_runs_models_is_grave() -> None:
    there = {"Tally package maths": "1.0.0", "Tally": "4.2.2"}
    here = {"Tally package maths": "2.0.0", "Tally": "4.3.0"}

    found = differences({"system": {"software": there}}, lambda names: here)

    assert [(one.name, one.is_grave) for one in found] == [
        ("Tally", True),
        ("Tally package maths", False),
    ]


@pytest.mark.parametrize(
    "system", [{}, {"software": {}}, {"software": ["R"]}, {"software": {"R": 4}}]
)
def test_software_of_which_nothing_is_kept_is_not_asked_for(system: Any) -> None:
    def never(names: Any) -> Any:
        raise AssertionError(names)

    assert differences({"system": system}, never) == ()


def test_software_is_shown_and_compared(tally: Path) -> None:
    builds = serving(trained(tally)).builds
    old = builds.live()
    (tally / "installed").write_text(INSTALLED.replace("4.2.2", "4.3.0"))
    trained(tally)
    new, history = builds.live(), builds.history()

    shown = list(description_lines(new, history))
    found = build_diff(old, new, old_history=history, new_history=history)

    assert f"{' ' * 14}Tally 4.3.0, Tally package maths 4.1.19" in shown
    assert list(diff_lines(found)) == ["system", "  Tally  4.2.2  -> 4.3.0"]


@pytest.mark.parametrize(
    ("x", "logged"),
    [
        (13, "tally.t:3: thirteen()\npredict stopped: no 13 for Ada"),
        (14, "KeyError: 'fourteen'"),
        (15, "ValueError: invalid literal for int() with base 10: 'fifteen'"),
    ],
)
def test_log_has_the_lines_that_a_model_type_tells(
    x: int, logged: str, tally: Path, caplog: pytest.LogCaptureFixture
) -> None:
    client = create_app(serving(trained(tally))).test_client()

    answer = client.get(f"/sums/v1/sums?x={x}")

    assert answer.status_code == 500
    assert "Ada" not in answer.text
    (record,) = [one for one in caplog.records if one.levelno == logging.ERROR]
    if x == 13:
        assert record.getMessage() == f"Fault {answer.json['id']}\n{logged}"
        assert record.exc_info is None
    else:  # the model type's own fault is told in full
        assert record.getMessage() == f"Fault {answer.json['id']}"
        assert record.exc_info is not None
        assert logged in caplog.text


def test_log_has_the_developers_lines_without_those_of_the_model_type(
    tally: Path, caplog: pytest.LogCaptureFixture
) -> None:
    mine = tally / "mine.py"
    mine.write_text("def mine():\n    raise ValueError('mine')\n")
    client = create_app(serving(trained(tally))).test_client()

    answer = client.get("/sums/v1/sums?x=12")

    (record,) = [one for one in caplog.records if one.levelno == logging.ERROR]
    assert record.getMessage() == (
        f"Fault {answer.json['id']}\n"
        "Traceback (most recent call last):\n"
        f'  File "{mine}", line 2, in mine\n'
        "    raise ValueError('mine')\n"
        "ValueError('mine')"
    )


def test_what_foreign_code_says_of_a_build_is_in_the_log_only(
    tally: Path, caplog: pytest.LogCaptureFixture
) -> None:
    config = trained(tally)
    app = LiveApp(serving(config))
    trained(tally)
    (tally / "installed").write_text("unreadable==1\n")

    app.live.look()

    refused = app.live.state().refused
    assert refused is not None
    assert refused.reason == "loading stopped; the log says more"
    assert "loading stopped: Ada is gone" in caplog.text
    assert "tally.t:9: load()" in caplog.text


def test_golden_predictions_differ_in_no_build_that_is_busy(tally: Path) -> None:
    (tally / "contract.py").write_text(
        (tally / "contract.py")
        .read_text()
        .replace('{"type": "integer"}', '{"type": "integer", "examples": [1]}')
    )
    app = LiveApp(serving(trained(tally)))
    trained(tally)
    (tally / "installed").write_text("busy==1\n")

    app.live.look()

    refused = app.live.state().refused
    assert refused is not None
    assert (refused.reason, refused.may_pass) == ("others are counting", True)
