"""The developer's three functions: found, and called with what they ask for."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

from launchpad_core.data import Tag
from launchpad_core.errors import ModelCodeError
from launchpad_core.model_interface import ModelInterface, ModelMakerInterface, at_work
from launchpad_core.positions import Position, shown_path
from launchpad_core.runtime import Input, Predictor
from launchpad_core.spelling import did_you_mean

_COMMON = ("model_conf", "data_sources", "data_sinks")
KNOWN_NAMES = {
    "train": (*_COMMON, "old_model"),
    "test": (*_COMMON, "model"),
    "predict": (*_COMMON, "model", "args", "args_dict", "frame"),
}
"""What each of the three functions may ask for by name."""

_METHODS = {
    "train": "create_trained_model",
    "test": "test_trained_model",
    "predict": "predict",
}
_INPUTS: Mapping[str, Input] = {"args": "args", "args_dict": "args", "frame": "frame"}

C = TypeVar("C")


@dataclass(frozen=True, slots=True)
class Function:
    """One of the developer's functions and the names that it asks for."""

    call: Callable[..., Any]
    names: tuple[str, ...]

    def __call__(self, available: Mapping[str, Any]) -> Any:
        """Call it with what it asks for."""
        return self.call(**{name: available[name] for name in self.names})


class ModelCode:
    """A model module's three functions, whichever form they are written in.

    Raises:
        ModelCodeError: When a function asks for a name that doesn't exist.
    """

    def __init__(self, module: ModuleType) -> None:
        self.module = module
        maker = _only_class(module, ModelMakerInterface)
        model = _only_class(module, ModelInterface)
        self._model_class = model
        self._train = self._test = self._predict = None
        if maker or model:
            instance = maker() if maker else None
            if instance is not None:
                self._train = _method(instance.create_trained_model, "train")
                self._test = _method(instance.test_trained_model, "test")
        else:
            self._train = _function(module, "train")
            self._test = _function(module, "test")
            self._predict = _function(module, "predict")
        self.input: Input = next(
            (_INPUTS[name] for name in self._asked() if name in _INPUTS), "args"
        )

    @property
    def uses_old_model(self) -> bool:
        """Whether train asks for the old model."""
        return self._train is not None and "old_model" in self._train.names

    def require(self, role: Tag) -> None:
        """Raise when there is no function for a role.

        Raises:
            ModelCodeError: Saying how to define one.
        """
        is_there = {
            "train": self._train,
            "test": self._test,
            "predict": self._predict or self._model_class,
        }
        if is_there[role] is None:
            file = getattr(self.module, "__file__", None) or self.module.__name__
            raise ModelCodeError(
                f"the model code has no function {role}",
                where=Position(shown_path(Path(file)), 1),
                hint=f"define {role}(...), or a class with {_METHODS[role]}",
            )

    def train(self, available: Mapping[str, Any]) -> Any:
        """Call the developer's train function."""
        self.require("train")
        assert self._train is not None
        return self._train(available)

    def test(self, available: Mapping[str, Any]) -> Any:
        """Call the developer's test function."""
        self.require("test")
        assert self._test is not None
        return self._test(available)

    def predictor(self, available: Mapping[str, Any]) -> Predictor:
        """Return the developer's predict function with all but its input bound."""
        if self._model_class:
            return _class_predictor(self._model_class, available)
        self.require("predict")
        assert self._predict is not None
        return _function_predictor(self._predict, available)

    def _asked(self) -> tuple[str, ...]:
        return self._predict.names if self._predict else ()


def _only_class(module: ModuleType, base: type[C]) -> type[C] | None:
    found = [
        value
        for value in vars(module).values()
        if inspect.isclass(value) and issubclass(value, base) and value is not base
    ]
    own = [cls for cls in found if cls.__module__ == module.__name__] or found
    if len(own) > 1:
        names = ", ".join(cls.__name__ for cls in own)
        raise ModelCodeError(
            f"{module.__name__} has several classes derived from "
            f"{base.__name__}: {names}",
            where=_definition(own[1]),
            hint="keep one of them in this module",
        )
    return own[0] if own else None


def _function(module: ModuleType, role: str) -> Function | None:
    call = getattr(module, role, None)
    if not callable(call):
        return None
    known = KNOWN_NAMES[role]
    names = []
    for parameter in inspect.signature(call).parameters.values():
        if parameter.name in known:
            names.append(parameter.name)
        elif parameter.default is parameter.empty and parameter.kind not in (
            parameter.VAR_POSITIONAL,
            parameter.VAR_KEYWORD,
        ):
            raise ModelCodeError(
                f'{role} asks for "{parameter.name}", which does not exist; '
                f"it can ask for {', '.join(known)}",
                where=_definition(call),
                hint=did_you_mean(parameter.name, known),
            )
    if len([name for name in names if name in _INPUTS]) > 1:
        raise ModelCodeError(
            f"{role} asks for more than one of args, args_dict and frame",
            where=_definition(call),
            hint="args for one record as a dict, frame for a table",
        )
    return Function(call, tuple(names))


def _method(call: Callable[..., Any], role: str) -> Function:
    """Return a method, which gets all that there is, whatever it calls it."""
    names = KNOWN_NAMES[role]

    def by_position(**available: Any) -> Any:
        return call(*(available[name] for name in names))

    return Function(by_position, names)


def _function_predictor(function: Function, available: Mapping[str, Any]) -> Predictor:
    fixed = {name: available[name] for name in function.names if name in available}
    bound = partial(function.call, **fixed)
    inputs = [name for name in function.names if name in _INPUTS]
    if not inputs:
        return lambda _: bound()
    name = inputs[0]
    return lambda value: bound(**{name: value})


def _class_predictor(
    model_class: type[ModelInterface], available: Mapping[str, Any]
) -> Predictor:
    contents = available["model"]
    predict = model_class(contents).predict
    bound = partial(
        predict,
        available["model_conf"],
        available["data_sources"],
        available["data_sinks"],
        contents,
    )

    def predictor(args: Any) -> Any:
        with at_work(contents):
            return bound(args)

    return predictor


def _definition(item: Any) -> Position | None:
    try:
        file = inspect.getsourcefile(item)
        line = inspect.getsourcelines(item)[1]
    except (OSError, TypeError):
        return None
    return Position(shown_path(Path(file)), line) if file else None
