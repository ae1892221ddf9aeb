"""The developer's functions: both forms, what they ask for, and their errors."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from launchpad_core.errors import ModelCodeError
from launchpad_core.model_code import ModelCode
from launchpad_core.tracebacks import developers_errors, own_traceback

EVERYTHING = {
    "model_conf": "conf",
    "data_sources": "sources",
    "data_sinks": "sinks",
    "old_model": "old",
    "model": "model",
}


def code(text: str, tmp_path: Path) -> ModelCode:
    path = tmp_path / "some_model.py"
    path.write_text(text)
    module = ModuleType("some_model")
    module.__file__ = str(path)
    exec(compile(text, str(path), "exec"), vars(module))
    return ModelCode(module)


def test_functions_get_what_they_ask_for(tmp_path: Path) -> None:
    found = code(
        "def train(old_model, data_sources): return old_model, data_sources\n"
        "def test(model): return model\n"
        "def predict(args, data_sinks): return args, data_sinks\n",
        tmp_path,
    )

    assert found.train(EVERYTHING) == ("old", "sources")
    assert found.test(EVERYTHING) == "model"
    assert found.predictor(EVERYTHING)({"x": 1}) == ({"x": 1}, "sinks")


@pytest.mark.parametrize(
    ("name", "input_"), [("args", "args"), ("args_dict", "args"), ("frame", "frame")]
)
def test_input_is_known_from_the_signature(
    name: str, input_: str, tmp_path: Path
) -> None:
    found = code(f"def predict({name}): return {name}\n", tmp_path)

    assert found.input == input_
    assert found.predictor(EVERYTHING)("given") == "given"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "\ndef train(data_source): pass\n",
            'train asks for "data_source", which does not exist; it can ask for '
            "model_conf, data_sources, data_sinks, old_model\n"
            '  try: did you mean "data_sources"?',
        ),
        (
            "\ndef predict(args, frame): pass\n",
            "predict asks for more than one of args, args_dict and frame\n"
            "  try: args for one record as a dict, frame for a table",
        ),
    ],
)
def test_unknown_name_is_told(text: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(ModelCodeError) as told:
        code(text, tmp_path)

    assert str(told.value).partition(": ")[2] == message


def test_missing_function_is_told_when_it_is_needed(tmp_path: Path) -> None:
    found = code("def predict(args): return 1\n", tmp_path)

    with pytest.raises(ModelCodeError) as told:
        found.train(EVERYTHING)

    assert str(told.value).endswith(
        "some_model.py:1: the model code has no function train\n"
        "  try: define train(...), or a class with create_trained_model"
    )


CLASSES = """
from launchpad_core import ModelInterface, ModelMakerInterface

class Maker(ModelMakerInterface):
    def create_trained_model(
        self, model_conf, data_sources, data_sinks, old_model=None
    ):
        return [model_conf, data_sources, data_sinks, old_model]

    def test_trained_model(self, model_conf, data_sources, data_sinks, model):
        return {"model": model}

class Model(ModelInterface):
    def predict(self, model_conf, data_sources, data_sinks, model, args_dict):
        assert self.contents is model
        return [model_conf, data_sources, data_sinks, model[0], args_dict]
"""


def test_classes_get_their_full_arguments(tmp_path: Path) -> None:
    found = code(CLASSES, tmp_path)
    available: dict[str, Any] = {**EVERYTHING, "model": ["contents"]}

    assert found.train(available) == ["conf", "sources", "sinks", "old"]
    assert found.test(available) == {"model": ["contents"]}
    assert found.predictor(available)({"x": 1}) == [
        "conf",
        "sources",
        "sinks",
        "contents",
        {"x": 1},
    ]
    assert found.input == "args"
    assert found.uses_old_model


def test_methods_may_call_their_arguments_what_they_like(tmp_path: Path) -> None:
    found = code(
        "from launchpad_core import ModelInterface, ModelMakerInterface\n"
        "class Maker(ModelMakerInterface):\n"
        "    def create_trained_model(self, conf, sources, sinks, old=None):\n"
        "        return conf, sources, sinks, old\n"
        "    def test_trained_model(self, conf, sources, sinks, trained):\n"
        "        return conf, sources, sinks, trained\n"
        "class Model(ModelInterface):\n"
        "    def predict(self, conf, sources, sinks, trained, asked):\n"
        "        return conf, sources, sinks, trained, asked\n",
        tmp_path,
    )
    all_of_it = ("conf", "sources", "sinks")

    assert found.train(EVERYTHING) == (*all_of_it, "old")
    assert found.test(EVERYTHING) == (*all_of_it, "model")
    assert found.predictor(EVERYTHING)({"x": 1}) == (*all_of_it, "model", {"x": 1})


def test_two_classes_are_told(tmp_path: Path) -> None:
    with pytest.raises(ModelCodeError) as told:
        code(CLASSES + "\nclass Second(Maker): pass\n", tmp_path)

    assert told.value.message == (
        "some_model has several classes derived from ModelMakerInterface: Maker, Second"
    )


def test_only_the_developers_lines_are_shown(tmp_path: Path) -> None:
    text = "def train():\n    return half()\n\ndef half():\n    return 1 / 0\n"
    found = code(text, tmp_path)

    with pytest.raises(ModelCodeError) as told, developers_errors("train"):
        found.train(EVERYTHING)
    with pytest.raises(ZeroDivisionError) as raised:
        found.train(EVERYTHING)

    assert str(told.value).endswith(
        "some_model.py:5: train raised ZeroDivisionError: division by zero"
    )
    lines = own_traceback(raised.value).splitlines()
    path = tmp_path / "some_model.py"
    assert [line for line in lines if "^" not in line] == [
        "Traceback (most recent call last):",
        f'  File "{path}", line 2, in train',
        "    return half()",
        f'  File "{path}", line 5, in half',
        "    return 1 / 0",
    ]
