"""Train, retest and predict from Python."""

from __future__ import annotations

import copy
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from launchpad_core import (
    get_validated_config,
    list_models,
    predict,
    report,
    retest,
    train_model,
)
from launchpad_core.errors import (
    ConfigErrors,
    LaunchpadError,
    ModelCodeError,
    NoSuchBuild,
    PredictionInputError,
    StoreError,
)


@pytest.fixture
def config(project: Path) -> Any:
    return get_validated_config(project / "cfg.yml")


def test_round(config: Any) -> None:
    trained, metrics = train_model(config)

    assert trained.contents == {"offset": 10}
    assert metrics == {"accuracy": 1.0}
    assert retest(config) == {"accuracy": 1.0}
    assert predict(config, {"x": 3}) == {"sum": 13}


@pytest.mark.parametrize(
    ("shown", "told"),
    [
        ("'x' * 1_000_000", "x" * 10_000 + "..."),
        ("1 / 0", "Big, whose repr raised ZeroDivisionError('division by zero')"),
    ],
)
def test_metadata_hold_no_more_of_a_model_than_people_read(
    shown: str, told: str, project: Path
) -> None:
    (project / "model.py").write_text(
        f"class Big:\n def __repr__(self): return {shown}\n"
        "def train(): return Big()\ndef test(): return {}\n"
        "def predict(model, args): return 1\n"
    )

    trained, _ = train_model(get_validated_config(project / "cfg.yml"))

    assert trained.build is not None
    assert trained.build.metadata["train_report"]["algorithm"] == told


def test_metadata_tells_what_was_trained_where_and_with_what(config: Any) -> None:
    config["dbms"] = {"x": {"type": "sql", "password": "secret", "pw_var": "MY_PW"}}
    train_model(config)

    listed = list_models(config)
    metadata = listed["Sums"]["1.2.0"]

    assert listed["Sums"]["latest"] == metadata
    assert listed["Sums"]["backups"] == []
    assert metadata["metrics"] == {"accuracy": 1.0}
    assert list(metadata["metrics_history"].values()) == [{"accuracy": 1.0}]
    assert metadata["offset"] == 10
    assert metadata["train_report"]["algorithm"] == "{'offset': 10}"
    assert metadata["config_snapshot"]["dbms"]["x"] == {
        "type": "sql",
        "password": "***",
        "pw_var": "MY_PW",
    }
    assert metadata["system"]["python"] == sys.version
    assert any(
        package.startswith("launchpad-core==")
        for package in metadata["system"]["packages"]
    )
    assert {"created", "started", "created_by", "build"} <= set(metadata)
    assert metadata["duration_seconds"] >= 0
    assert "secret" not in json.dumps(metadata)


def test_training_again_keeps_the_old_build(config: Any) -> None:
    train_model(config)
    train_model(config)
    retest(config)

    models = list_models(config["model_store"]["location"] and config)

    assert len(models["Sums"]["backups"]) == 1
    assert len(models["Sums"]["1.2.0"]["metrics_history"]) == 2


def test_prediction_follows_a_new_training(config: Any) -> None:
    train_model(config)
    assert predict(config, {"x": 1}) == {"sum": 11}

    config["model"]["offset"] = 20
    train_model(config)

    assert predict(config, {"x": 1}) == {"sum": 21}


def test_code_that_was_edited_is_read_without_the_cache(
    config: Any, project: Path
) -> None:
    train_model(config)
    model = project / "model.py"
    model.write_text(model.read_text().replace('"sum": args', '"total": args'))

    assert predict(config, {"x": 1}) == {"sum": 11}
    assert predict(config, {"x": 1}, cache=False) == {"total": 11}


def test_sections_that_are_added_in_python_start_at_the_configs_folder(
    config: Any, project: Path
) -> None:
    config["model_store"] = {"location": "another"}

    train_model(copy.deepcopy(config))

    assert (project / "another" / "Sums" / "1.2.0" / "log").exists()


def test_nothing_is_stored_unless_it_should_be(config: Any, project: Path) -> None:
    trained, metrics = train_model(config, persist=False, test=False)

    assert metrics == {}
    assert retest(config, persist=False, model=trained) == {"accuracy": 1.0}
    assert predict(config, {"x": 1}, model={"offset": 1}) == {"sum": 2}
    assert not (project / "store").exists()


def test_model_that_is_not_trained_is_told(config: Any, project: Path) -> None:
    with pytest.raises(NoSuchBuild) as told:
        predict(config, {"x": 1})

    assert told.value.message.startswith("there is no trained model Sums 1.2.0 in ")
    assert told.value.hint == "launchpad train"


def test_config_without_api_trains_and_predicts(config: Any) -> None:
    del config["api"]
    del config["plugins"]

    train_model(config)

    assert predict(config, {"x": 1}) == {"sum": 11}


def test_old_model_is_handed_on(write: Callable[..., Path], project: Path) -> None:
    write(
        model_py="""
            def train(old_model):
                return (old_model or 0) + 1

            def test(model):
                return {"trained": model}
        """
    )
    config = get_validated_config(project / "cfg.yml")

    assert [train_model(config)[1]["trained"] for _ in range(3)] == [1, 2, 3]
    assert train_model(config, persist=False, model=41)[1] == {"trained": 42}


def test_old_model_that_cannot_be_read_is_no_obstacle(
    write: Callable[..., Path], project: Path, caplog: pytest.LogCaptureFixture
) -> None:
    write(
        model_py="""
            class Gone: pass
            def train(old_model): return Gone()
            def test(model): return {}
        """
    )
    train_model(get_validated_config(project / "cfg.yml"))
    write(
        model_py="""
            def train(old_model): return old_model
            def test(model): return {"model": model}
        """
    )
    config = get_validated_config(project / "cfg.yml")

    assert train_model(config, cache=False)[1] == {"model": None}
    assert "Training without the old model" in caplog.text


def test_reports_are_kept_with_the_build(
    write: Callable[..., Path], project: Path
) -> None:
    write(
        model_py="""
            import pandas as pd
            from launchpad_core import report

            def train():
                report("answer", 42)
                report("data", pd.DataFrame({"a": [1, 2, None], "b": ["x", "y", "z"]}))

            def test():
                report("tested", True)
                return {}
        """
    )
    config = get_validated_config(project / "cfg.yml")
    train_model(config)

    kept = list_models(config)["Sums"]["latest"]["train_report"]

    assert (kept["answer"], kept["tested"]) == (42, True)
    assert kept["data"]["data"]["nrows"] == 3
    assert kept["data"]["data"]["colnames"] == ["a", "b"]
    assert kept["data"]["data"]["description"]["a"]["mean"] == 1.5
    report("outside", "of training it does nothing")


def test_functions_and_classes_of_the_model_module_are_pickled(
    write: Callable[..., Path], project: Path
) -> None:
    write(
        model_py="""
            class Adder:
                def __init__(self, offset): self.offset = offset
                def __call__(self, x): return x + self.offset

            def train():
                def twice(x): return 2 * x
                return {"class": Adder(1), "closure": twice, "lambda": lambda x: -x}

            def test(model): return {name: call(5) for name, call in model.items()}
            def predict(model, args): return test(model)
        """
    )
    config = get_validated_config(project / "cfg.yml")
    train_model(config)
    code = (
        "from launchpad_core import get_validated_config, predict; "
        f"print(predict(get_validated_config({str(project / 'cfg.yml')!r})))"
    )

    asked = subprocess.run(
        [sys.executable, "-c", code],
        cwd=os.sep,
        capture_output=True,
        text=True,
        check=True,
    )

    assert asked.stdout == "{'class': 6, 'closure': 10, 'lambda': -5}\n"


def test_two_projects_with_the_same_module_names(tmp_path: Path, project: Path) -> None:
    configs = []
    for number in (1, 2):
        folder = tmp_path / f"project{number}"
        folder.mkdir()
        (folder / "helper.py").write_text(f"NUMBER = {number}\nclass Own: n = NUMBER\n")
        (folder / "model.py").write_text(
            "import helper\n"
            "def train(): return helper.Own()\n"
            "def test(model): return {'own': model.n}\n"
            "def predict(model, args): return [helper.NUMBER, model.n]\n"
        )
        (folder / "cfg.yml").write_text(
            "model: {name: M, version: '1', module: model}\n"
        )
        configs.append(get_validated_config(folder / "cfg.yml"))

    metrics = [train_model(config)[1] for config in configs]

    assert metrics == [{"own": 1}, {"own": 2}]
    for _ in range(2):
        assert [predict(config) for config in configs] == [[1, 1], [2, 2]]
    assert [retest(config, cache=False) for config in configs] == metrics


TABLE_MODEL = """
    def train(): return None
    def test(): return {{}}
    def predict(frame):
        assert list(frame.columns) == ["x"], frame.columns
        return {returned}
"""


@pytest.mark.parametrize(
    ("returned", "expected"),
    [
        ("[str(frame.x.dtype)]", "int64"),
        ("frame.x * 2", 14),
        ("(frame.x * 2).to_numpy()", 14),
        ("frame.assign(y=0.5)", {"x": 7, "y": 0.5}),
        ("[{'a': frame.x[0]}]", {"a": 7}),
    ],
)
def test_table_model_gets_a_frame_of_one_row(
    returned: str, expected: Any, write: Callable[..., Path], project: Path
) -> None:
    write(model_py=TABLE_MODEL.format(returned=returned))
    config = get_validated_config(project / "cfg.yml")
    train_model(config)

    assert predict(config, {"x": 7}) == expected


@pytest.mark.parametrize(
    ("returned", "message"),
    [
        ("[1, 2]", "predict returned 2 results for 1 rows"),
        ("{'a': 1}", "predict returned one value, not one result per row: a dict"),
        ("3", "predict returned one value, not one result per row: a int"),
    ],
)
def test_table_model_must_return_a_result_per_row(
    returned: str, message: str, write: Callable[..., Path], project: Path
) -> None:
    write(model_py=TABLE_MODEL.format(returned=returned))
    config = get_validated_config(project / "cfg.yml")
    train_model(config)

    with pytest.raises(ModelCodeError) as told:
        predict(config, {"x": 7})

    assert told.value.message == message


def test_arguments_that_no_operation_takes_are_told(
    write: Callable[..., Path], project: Path
) -> None:
    write(model_py=TABLE_MODEL.format(returned="frame.x"))
    config = get_validated_config(project / "cfg.yml")
    train_model(config)

    with pytest.raises(PredictionInputError) as told:
        predict(config, {"y": 7})

    assert str(told.value) == (
        "the contract has no operation that takes y\n  try: it has x"
    )


@pytest.mark.parametrize(
    ("model", "location", "message"),
    [
        (
            "def train(): raise AssertionError('trained')\n",
            "store",
            "the model code has no function test",
        ),
        (
            "def train(): raise AssertionError('trained')\ndef test(): return {}\n",
            "cfg.yml",
            "cfg.yml is a file, not a folder",
        ),
    ],
)
def test_what_would_fail_after_the_training_fails_before(
    model: str,
    location: str,
    message: str,
    write: Callable[..., Path],
    project: Path,
) -> None:
    write(model_py=model)
    config = get_validated_config(project / "cfg.yml")
    config["model_store"]["location"] = location

    with pytest.raises(LaunchpadError) as told:
        train_model(config)

    assert message in told.value.message


def test_metrics_must_be_a_dict(write: Callable[..., Path], project: Path) -> None:
    write(model_py="def train(): return 1\ndef test(): return 0.9\n")

    with pytest.raises(ModelCodeError) as told:
        train_model(get_validated_config(project / "cfg.yml"))

    assert told.value.message == (
        "test raised TypeError: test must return a dict of metrics, not 0.9"
    )


def test_only_sections_that_are_used_are_resolved(config: Any) -> None:
    config["datasources"] = {
        "x": {"type": "not_installed_here", "tags": "train"},
        "y": {"type": "not_installed_there", "tags": ["train", "test"]},
    }
    assert predict(config, {"x": 1}, model={"offset": 0}) == {"sum": 1}

    with pytest.raises(ConfigErrors) as told:
        retest(config, model={"offset": 0})
    assert [error.message for error in told.value.errors] == [
        'no plugin provides type "not_installed_there"'
    ]


def test_damaged_store_is_told(config: Any, project: Path) -> None:
    train_model(config)
    (file,) = project.glob("store/Sums/1.2.0/builds/*/metadata.json")
    file.write_text("{")

    with pytest.raises(StoreError, match=r"is damaged: metadata\.json has changed"):
        predict(config, {"x": 1}, cache=False)


def test_frames_have_the_contracts_dtypes() -> None:
    from launchpad_core.contract import Operation, Parameter
    from launchpad_core.frames import columns_of, frame_of

    def parameter(name: str, schema: dict[str, Any], required: bool) -> Parameter:
        return Parameter(name, location="query", schema=schema, required=required)

    operation = Operation(
        "GET",
        path="/x",
        parameters=(
            parameter("n", {"type": "number"}, False),
            parameter("i", {"type": "integer"}, True),
            parameter("i0", {"type": "integer"}, False),
            parameter("b", {"type": "boolean", "default": True}, False),
            parameter("b0", {"type": "boolean"}, False),
            parameter("s", {"type": "string"}, False),
            parameter("e", {"type": "string", "enum": ["u", "v"]}, False),
            parameter("d", {"type": "string", "format": "http-date"}, False),
            parameter("l", {"type": "array"}, False),
        ),
    )
    record = {
        **dict.fromkeys(("n", "i0", "b0", "s", "e", "d")),
        "i": 3,
        "b": True,
        "l": [1, 2],
    }

    frame = frame_of([record], columns_of(operation))

    text = "str" if int(pd.__version__.split(".")[0]) >= 3 else "object"
    assert {name: str(dtype) for name, dtype in frame.dtypes.items()} == {
        "n": "float64",
        "i": "int64",
        "i0": "Int64",
        "b": "bool",
        "b0": "boolean",
        "s": text,
        "e": "category",
        "d": "datetime64[ns, UTC]",
        "l": "object",
    }
    assert frame.isna().sum(axis=1).to_list() == [6]
    assert frame["e"].cat.categories.to_list() == ["u", "v"]
