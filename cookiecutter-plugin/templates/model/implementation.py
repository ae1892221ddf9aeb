"""The model type `{{ cookiecutter.type }}`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from launchpad_core import (
    DataError,
    Input,
    ModelRuntime,
    Predictor,
    Resources,
    UnloadableModel,
)


class {{ cookiecutter.__class }}(ModelRuntime):
    """Predicts what was most frequent among the rows with the same value.

    Such a model needs no code. A type for models with code reads it from a file beside
    the config, whose name its ``Config`` asks for.
    """

    class Config(ModelRuntime.Config):
        """What the section ``model`` may say, besides what that of every type may."""

        source: str
        """The data source with the rows."""
        target: str
        """The column that is predicted."""
        by: str
        """The column, and the argument, that it is predicted by."""

    settings: Config

    @property
    def input(self) -> Input:
        """What predict takes: a dict of arguments."""
        return "args"

    @property
    def uses_old_model(self) -> bool:
        """Whether train wants the model before: no."""
        return False

    def train(self, resources: Resources, old_model: Any) -> dict[str, Any]:
        """Return the most frequent target by the value that it is predicted by."""
        rows = self._rows(resources)
        by = rows.groupby(rows[self.settings.by].astype(str))
        found = by[self.settings.target].agg(lambda of_it: of_it.mode().iloc[0])
        answers: dict[str, Any] = found.to_dict()
        return answers

    def test(self, model: Any, resources: Resources) -> Mapping[str, Any]:
        """Return which part of the rows is predicted as it is."""
        rows = self._rows(resources)
        predicted = rows[self.settings.by].astype(str).map(model)
        return {"accuracy": float((predicted == rows[self.settings.target]).mean())}

    def predictor(self, model: Any, resources: Resources) -> Predictor:
        """Return a function from arguments to the prediction."""
        target, by = self.settings.target, self.settings.by
        return lambda args: {target: model.get(str(args[by]))}

    def write(self, model: Any, folder: Path) -> None:
        """Write the model as JSON."""
        (folder / "model.json").write_text(json.dumps(model), "utf-8")

    def read(self, folder: Path) -> Any:
        """Return the model that was written into a folder."""
        try:
            model = json.loads((folder / "model.json").read_text("utf-8"))
        except (OSError, ValueError) as error:
            raise self._unloadable(str(error)) from error
        if not isinstance(model, dict):
            raise self._unloadable("it holds no answers")
        return model

    def _unloadable(self, why: str) -> UnloadableModel:
        return UnloadableModel(
            f"the stored model can't be loaded: {why}", hint="launchpad train"
        )

    def _rows(self, resources: Resources) -> Any:
        name = self.settings.source
        if name not in resources.data_sources:
            raise DataError(
                f"the model needs the data source {name}",
                hint=f"add {name}: to datasources:, for train and for test",
            )
        return resources.data_sources[name].get_dataframe()
