"""The formats of models written in Python: pickle by cloudpickle, and skops."""

from __future__ import annotations

import json
import pickle
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from launchpad_core import get_validated_config, predict, train_model
from launchpad_core.cli import main
from launchpad_core.errors import LaunchpadError, ModelCodeError, StoreError
from launchpad_core.files import write_bytes
from launchpad_core.store.builds import ModelBuilds
from launchpad_core.store.directory import DirectoryStore

SCALING = """
    class Scaler:
        def __init__(self, factor):
            self.factor = factor

        def scale(self, x):
            return x * self.factor

    def train(model_conf):
        return {"scaler": Scaler(3)}

    def test(model):
        return {}

    def predict(model, args):
        return model["scaler"].scale(args["x"])
"""


@pytest.fixture
def config(project: Path) -> Any:
    return get_validated_config(project / "cfg.yml")


def payload(project: Path) -> Path:
    """Return the newest build's payload."""
    found = project.glob("store/*/*/builds/*/payload/*")
    return max(found, key=lambda path: path.stat().st_mtime_ns)


def publish(project: Path, name: str, content: bytes) -> None:
    """Store a build with one file of the model type's, as another machine might."""

    def write(folder: Path) -> None:
        write_bytes(folder / "payload" / name, content)

    store = DirectoryStore({"location": str(project / "store")})
    builds = ModelBuilds(store, "Sums", "1.2.0")
    builds.publish(write, {"created": "2026-01-01", "metrics": {}})


def test_pickle_takes_lambdas_and_closures(
    config: Any, write: Callable[..., Path], project: Path
) -> None:
    write(
        model_py="""
            def adder(n):
                def add(x):
                    return x + n
                return add

            def train():
                return {"add": adder(10), "double": lambda x: 2 * x}

            def test(model):
                return {}

            def predict(model, args):
                return model["add"](model["double"](args["x"]))
        """
    )

    train_model(config)

    assert payload(project).name == "model.pkl"
    assert predict(config, {"x": 1}) == 12


def test_modules_code_is_not_in_the_pickle(
    config: Any, write: Callable[..., Path], project: Path
) -> None:
    write(model_py=SCALING)
    train_model(config)
    assert predict(config, {"x": 2}) == 6

    write(model_py=SCALING.replace("x * self.factor", "-x * self.factor"))

    assert predict(config, {"x": 2}, cache=False) == -6
    stored = payload(project).read_bytes()
    assert b"Scaler" in stored and b"scale\x94" not in stored and len(stored) < 100


def test_skops_is_written_and_read(config: Any, project: Path) -> None:
    config["model"]["format"] = "skops"

    train_model(config)

    assert payload(project).name == "model.skops"
    assert predict(config, {"x": 3}, cache=False) == {"sum": 13}


def test_skops_takes_models_of_scikit_learn(
    config: Any, write: Callable[..., Path]
) -> None:
    config["model"]["format"] = "skops"
    write(
        model_py="""
            from sklearn.linear_model import LinearRegression
            from sklearn.pipeline import make_pipeline
            from sklearn.preprocessing import StandardScaler

            def train():
                model = make_pipeline(StandardScaler(), LinearRegression())
                return model.fit([[0], [1], [2]], [0, 2, 4])

            def test(model):
                return {}

            def predict(model, args):
                return round(model.predict([[args["x"]]])[0], 6)
        """
    )

    train_model(config)

    assert predict(config, {"x": 5}, cache=False) == 10.0


def test_untrusted_types_are_refused_at_training(
    config: Any, write: Callable[..., Path], project: Path
) -> None:
    config["model"].update(format="skops", trusted_types=["model.Other"])
    write(model_py=SCALING)

    with pytest.raises(StoreError) as told:
        train_model(config)

    assert str(told.value) == (
        "the model holds objects of types that are not trusted: model.Scaler\n"
        "  try: if you do trust them, model: trusted_types: [model.Other, model.Scaler]"
    )
    assert not list(project.glob("store/*/*/builds/*"))


def test_types_that_the_config_trusts_are_loaded(
    config: Any, write: Callable[..., Path]
) -> None:
    config["model"].update(format="skops", trusted_types=["model.Scaler"])
    write(model_py=SCALING)
    train_model(config)

    assert predict(config, {"x": 2}, cache=False) == 6
    config["model"]["trusted_types"] = []
    with pytest.raises(StoreError, match=r"not trusted: model\.Scaler"):
        predict(config, {"x": 2})


def test_what_skops_cannot_read_again_is_not_stored(
    config: Any, write: Callable[..., Path], project: Path
) -> None:
    trusted = ["model.<lambda>", "model.make.<locals>.<lambda>"]
    config["model"].update(format="skops", trusted_types=trusted)
    write(
        model_py="""
            def train():
                return lambda x: x

            def test(model):
                return {}
        """
    )

    with pytest.raises(ModelCodeError, match="storing the trained model as skops"):
        train_model(config)

    assert not list(project.glob("store/*/*/builds/*"))


class Planted:
    """A pickle that leaves a trace when it is loaded."""

    def __init__(self, trace: Path) -> None:
        self.trace = trace

    def __reduce__(self) -> Any:
        return (Path.touch, (self.trace,))


def test_skops_never_loads_a_pickle(config: Any, project: Path, tmp_path: Path) -> None:
    trace = tmp_path / "loaded"
    publish(project, "model.pkl", pickle.dumps(Planted(trace)))
    config["model"]["format"] = "skops"

    with pytest.raises(StoreError) as told:
        predict(config, {"x": 1})

    assert not trace.exists()
    assert str(told.value) == (
        "the model is stored as pickle, which can run any code when it is loaded, but "
        "the config says format: skops\n"
        "  try: launchpad train, or format: pickle if you trust its writer"
    )
    config["model"]["format"] = "pickle"
    with pytest.raises(LaunchpadError):
        predict(config, {"x": 1})
    assert trace.exists()  # so the trace does tell whether it was loaded


def test_pickle_under_the_name_of_skops_is_not_loaded(
    config: Any, project: Path, tmp_path: Path
) -> None:
    trace = tmp_path / "loaded"
    publish(project, "model.skops", pickle.dumps(Planted(trace)))

    for format in ("skops", "pickle"):
        config["model"]["format"] = format
        with pytest.raises(StoreError, match="BadZipFile"):
            predict(config, {"x": 1})

    assert not trace.exists()


def test_skops_is_read_as_such_where_pickle_is_configured(config: Any) -> None:
    config["model"]["format"] = "skops"
    train_model(config)
    config["model"]["format"] = "pickle"

    assert predict(config, {"x": 3}) == {"sum": 13}


def test_build_of_another_model_type_is_told(config: Any, project: Path) -> None:
    publish(project, "model.rds", b"x")

    with pytest.raises(StoreError, match="holds no model written in Python"):
        predict(config, {"x": 1})


def test_missing_package_is_told_before_the_training(
    config: Any, write: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    write(model_py="def train(): raise AssertionError('too late')\ndef test(): pass\n")
    config["model"]["format"] = "skops"
    monkeypatch.setitem(sys.modules, "skops", None)

    with pytest.raises(LaunchpadError) as told:
        train_model(config)

    assert str(told.value) == (
        "format: skops needs the package skops, which is not installed\n"
        "  try: pip install 'launchpad-core[skops]'"
    )


def test_check_tells_the_missing_package(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = project / "cfg.yml"
    path.write_text(path.read_text().replace("offset: 10", "format: skops"))
    monkeypatch.setitem(sys.modules, "skops", None)

    checked = CliRunner().invoke(main, ["-c", str(path), "check"])

    assert checked.exit_code == 1
    assert "pip install 'launchpad-core[skops]'" in checked.output


def test_unknown_format_is_a_mistake_in_the_config(config: Any) -> None:
    config["model"]["format"] = "joblib"

    with pytest.raises(LaunchpadError, match="'pickle' or 'skops'"):
        train_model(config)


def test_format_is_kept_with_the_build(config: Any, project: Path) -> None:
    config["model"]["format"] = "skops"
    trained, _ = train_model(config)

    assert trained.build is not None
    assert trained.build.metadata["format"] == "skops"
    assert json.dumps(trained.build.metadata["files"]).count("payload/model.skops") == 1
