"""Model types that break their contract, each in one way that authors may come to."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from launchpad_core.errors import ModelCodeError, UnloadableModel
from launchpad_core.python_runtime import PythonRuntime
from launchpad_core.runtime import Predictor, Resources


class MixesModels(PythonRuntime):
    """Keeps the model that was loaded last."""

    def predictor(self, model: Any, resources: Resources) -> Predictor:
        self.loaded = model
        return lambda args: super(MixesModels, self).predictor(self.loaded, resources)(
            args
        )


class SharesState(PythonRuntime):
    """Keeps the arguments of a request in the runtime while it works."""

    def predictor(self, model: Any, resources: Resources) -> Predictor:
        predict = super().predictor(model, resources)

        def predict_current(args: Any) -> Any:
            self.current = args
            time.sleep(0.001)
            return predict(self.current)

        return predict_current


class ReturnsNumpy(PythonRuntime):
    def predictor(self, model: Any, resources: Resources) -> Predictor:
        predict = super().predictor(model, resources)
        return lambda args: {"sum": np.int64(predict(args)["sum"])}


class MeasuresInNumpy(PythonRuntime):
    def test(self, model: Any, resources: Resources) -> Mapping[str, Any]:
        return {"accuracy": np.float64(0.5)}


class ReadsLater(PythonRuntime):
    """Returns the folder, and reads it when it predicts."""

    def read(self, folder: Path) -> Any:
        return folder

    def predictor(self, model: Any, resources: Resources) -> Predictor:
        if not isinstance(model, Path):
            return super().predictor(model, resources)

        def predict(args: Any) -> Any:
            read = super(ReadsLater, self).read(model)
            return super(ReadsLater, self).predictor(read, resources)(args)

        return predict


class RaisesKeyErrors(PythonRuntime):
    def read(self, folder: Path) -> Any:
        try:
            return super().read(folder)
        except UnloadableModel as error:
            raise KeyError("model") from error


class ChangesArguments(PythonRuntime):
    def predictor(self, model: Any, resources: Resources) -> Predictor:
        predict = super().predictor(model, resources)
        return lambda args: predict({"x": args.pop("x"), **args})


class Learns(PythonRuntime):
    """Changes the model while it predicts."""

    def predictor(self, model: Any, resources: Resources) -> Predictor:
        predict = super().predictor(model, resources)

        def predict_and_learn(args: Any) -> Any:
            model["offset"] += 1
            return predict(args)

        return predict_and_learn


class ForgetsTracebacks(PythonRuntime):
    def train(self, resources: Resources, old_model: Any) -> Any:
        try:
            return super().train(resources, old_model)
        except ModelCodeError as error:
            raise ModelCodeError(error.message) from error


class TrainsToCheck(PythonRuntime):
    def check(self, functions: Any) -> None:
        super().check(functions)
        self.train(Resources(), None)


class LeavesFilesOpen(PythonRuntime):
    def read(self, folder: Path) -> Any:
        for path in folder.rglob("*"):
            if path.is_file():
                path.open("rb").read()
        return super().read(folder)


class EndsForks(PythonRuntime):
    """Ends a process that was forked, as some drivers of devices do."""

    def predictor(self, model: Any, resources: Resources) -> Predictor:
        predict, begun = super().predictor(model, resources), os.getpid()

        def predict_here(args: Any) -> Any:
            if os.getpid() != begun:
                os._exit(1)
            return predict(args)

        return predict_here
