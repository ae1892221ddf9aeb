"""What a model type does: train, test, predict, write a model and read it back."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from launchpad_core.config_sections import ModelSettings
from launchpad_core.data import DataSink, DataSource, Tag
from launchpad_core.settings import validate


@dataclass(frozen=True, slots=True)
class Resources:
    """What the config gives to one of the three functions.

    Attributes:
        data_sources: The data sources for this function, by name.
        data_sinks: The data sinks for this function, by name.
    """

    data_sources: Mapping[str, DataSource] = field(default_factory=dict)
    data_sinks: Mapping[str, DataSink] = field(default_factory=dict)


Input = Literal["args", "frame"]
Predictor = Callable[[Any], Any]


class ModelRuntime(ABC):
    """How models of one type are run; the base class of every model type.

    Attributes:
        config: The section ``model`` as it was written.
        settings: The section as typed settings.
    """

    class Config(ModelSettings):
        """What the section ``model`` may say for this type."""

    settings: Config

    def __init__(self, config: Mapping[str, Any]) -> None:
        self.config = config
        self.settings = validate(config, type(self).Config, label="model")

    @property
    @abstractmethod
    def input(self) -> Input:
        """What predict takes: ``args``, a dict, or ``frame``, a row per record."""

    @property
    def uses_old_model(self) -> bool:
        """Whether train wants what the last training returned."""
        return True

    def check(self, functions: Iterable[Tag]) -> None:
        """Raise now what would go wrong later, before a long training begins.

        Args:
            functions: What is going to run, in the order of running.

        Raises:
            ModelCodeError: When the developer's code can't be run.
        """
        _ = functions

    @abstractmethod
    def train(self, resources: Resources, old_model: Any) -> Any:
        """Return a trained model.

        Args:
            resources: The data sources and sinks for training.
            old_model: What the last training returned, or None.

        Raises:
            ModelCodeError: When the developer's code raises.
        """

    @abstractmethod
    def test(self, model: Any, resources: Resources) -> Mapping[str, Any]:
        """Return a model's metrics, by name.

        Raises:
            ModelCodeError: When the developer's code raises.
        """

    @abstractmethod
    def predictor(self, model: Any, resources: Resources) -> Predictor:
        """Return a function from a request's input to its prediction.

        Everything that doesn't change between requests is bound to it once. It
        raises whatever the developer's code raises.
        """

    @abstractmethod
    def write(self, model: Any, folder: Path) -> None:
        """Write a trained model as files into an empty folder."""

    @abstractmethod
    def read(self, folder: Path) -> Any:
        """Return the trained model that :meth:`write` wrote into a folder."""

    def watched_files(self) -> tuple[Path, ...]:
        """Return the files whose change makes a development server start anew."""
        return ()
