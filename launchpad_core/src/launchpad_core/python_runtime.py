"""The model type ``python``: a module with train, test and predict."""

from __future__ import annotations

import errno
from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from launchpad_core.data import Tag
from launchpad_core.errors import ConfigError, LaunchpadError, UnloadableModel
from launchpad_core.model_code import ModelCode
from launchpad_core.plain import plain
from launchpad_core.project_modules import ProjectModules
from launchpad_core.python_formats import FORMATS, FormatName, stored_format
from launchpad_core.runtime import Input, ModelRuntime, Predictor, Resources
from launchpad_core.sections import as_section
from launchpad_core.store.build import unwritable
from launchpad_core.tracebacks import developers_errors

_FAULTS_OF_DISKS = (errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS)


class PythonRuntime(ModelRuntime):
    """Runs models written in Python; the payload is one file in the config's format."""

    class Config(ModelRuntime.Config, extra="allow"):
        """The section ``model``; further keys are the developer's own."""

        module: str
        """The module with train, test and predict, beside the config or installed."""
        format: FormatName = "pickle"
        """How the trained model is stored: `skops` loads no code."""
        trusted_types: list[str] = []
        """Types that `skops` may load besides the harmless ones, such as
        `my_model.Scaler`."""

    settings: Config

    @property
    def modules(self) -> ProjectModules:
        """The modules that lie beside the config."""
        return ProjectModules.of(as_section(self.config).folder)

    @cached_property
    def code(self) -> ModelCode:
        """The developer's functions; the module is imported on first use."""
        name = self.settings.module
        section = as_section(self.config)
        with developers_errors(f"importing {name}"):
            try:
                module = self.modules.load(name)
            except ModuleNotFoundError as missing:
                if missing.name not in (name, name.partition(".")[0]):
                    raise
                raise ConfigError(
                    f'there is no module "{name}"',
                    where=section.where("module"),
                    hint=f"{name}.py beside the config, or an installed module",
                ) from missing
        return ModelCode(module)

    @property
    def input(self) -> Input:
        """What predict takes: ``args`` or ``frame``."""
        return self.code.input

    @property
    def uses_old_model(self) -> bool:
        """Whether the train function asks for ``old_model``."""
        return self.code.uses_old_model

    def check(self, functions: Iterable[Tag]) -> None:
        """Import the module, and see that it and the format's package are there."""
        for function in functions:
            self.code.require(function)
        FORMATS[self.settings.format]().check_package()

    def train(self, resources: Resources, old_model: Any) -> Any:
        """Return what the developer's train function returns."""
        code = self.code
        with developers_errors("train"):
            return code.train(self._available(resources, old_model=old_model))

    def test(self, model: Any, resources: Resources) -> Mapping[str, Any]:
        """Return the metrics that the developer's test function returns."""
        code = self.code
        with developers_errors("test"):
            metrics = plain(code.test(self._available(resources, model=model)))
            if not isinstance(metrics, dict):
                raise TypeError(f"test must return a dict of metrics, not {metrics!r}")
        return metrics

    def predictor(self, model: Any, resources: Resources) -> Predictor:
        """Return the developer's predict function, bound to model and resources."""
        return self.code.predictor(self._available(resources, model=model))

    def write(self, model: Any, folder: Path) -> None:
        """Write a model; what the module defines is referred to by its name."""
        format = FORMATS[self.settings.format](self.settings.trusted_types)
        path = folder / format.payload
        with (
            self.modules.active(),
            developers_errors(f"storing the trained model as {self.settings.format}"),
        ):
            try:
                format.write(model, path)
            except OSError as error:
                if error.errno in _FAULTS_OF_DISKS:
                    raise unwritable(error) from error
                raise

    def read(self, folder: Path) -> Any:
        """Read a model, with the project's own modules at hand."""
        settings = self.settings
        format = stored_format(folder, settings.format, settings.trusted_types)
        _ = self.code  # classes of the model module must exist before it is read
        try:
            with self.modules.active():
                return format.read(folder / format.payload)
        except LaunchpadError:
            raise
        except Exception as error:
            raise UnloadableModel(
                f"the stored model can't be loaded: {type(error).__name__}: {error}",
                hint="launchpad train, or the packages that it was trained with",
            ) from error

    def watched_files(self) -> tuple[Path, ...]:
        """Return the model module's file."""
        return (as_section(self.config).folder / f"{self.settings.module}.py",)

    def _available(self, resources: Resources, **more: Any) -> dict[str, Any]:
        return {
            "model_conf": self.config,
            "data_sources": resources.data_sources,
            "data_sinks": resources.data_sinks,
            **more,
        }
