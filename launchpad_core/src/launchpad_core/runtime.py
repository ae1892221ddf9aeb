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
"""What predict takes: ``args``, a dict, or ``frame``, a row per record."""
Predictor = Callable[[Any], Any]
"""A function that predicts for what its model type's ``input`` says."""


class ModelRuntime(ABC):
    """How models of one type are run; the base class of every model type.

    What train returns is whatever the type says, such as the bytes of a file: the core
    keeps it, hands it on, and shows its ``repr``, which should be short.

    There may be several runtimes of one config in a process: a training has another
    one for predictions, and a model is often trained by one and used by another. So
    what is expensive, such as processes, belongs to what they share, not to each.

    Predictors are called by several threads at once. Threads are also what loads a new
    build while the one before answers. What can't be had in time, since others use it,
    is ``errors.Busy``.

    A server may fork after it has loaded a model (``gunicorn --preload``): threads and
    locks don't live on in the new process, and pipes and sockets are shared with the
    one that forked. So what is of that kind is made anew on first use in another
    process (``os.getpid()``), and never used or ended from there.

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

    def prepare_to_serve(self) -> None:
        """Do what takes time, such as starting processes, before the first request.

        An app calls it before a build is loaded; calling it again does nothing. All
        works without it, too: commands that predict once don't call it.

        Raises:
            LaunchpadError: When models can't be run here; the server doesn't start.
        """
        return

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
            LaunchpadError: When something is missing that models are run with.
            ModelCodeError: When the developer's code can't be run.
        """
        _ = functions

    def software(self, names: Iterable[str] = ()) -> Mapping[str, str]:
        """Return the versions of what models run on besides Python and its packages.

        They are kept with each build, and compared where it is loaded. A name of one
        word, such as ``R``, is that of what runs the models: another first or second
        number of its version is as grave as with Python.

        Args:
            names: What is asked for besides; a build was trained with it.

        Returns:
            What has been used so far, and of the names those that are installed; by
            names as messages show them, such as ``{"R": "4.2.2", "R package rpart":
            "4.1.19"}``.
        """
        _ = names
        return {}

    @abstractmethod
    def train(self, resources: Resources, old_model: Any) -> Any:
        """Return a trained model.

        Data sources, data sinks and ``launchpad_core.report`` are to be used by the
        thread that calls this: context variables hold what is kept of it.

        Args:
            resources: The data sources and sinks for training.
            old_model: What the last training returned, or None.

        Raises:
            ModelCodeError: When the developer's code raises, with the developer's own
                lines as ``traceback``.
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

        Everything that doesn't change between requests is bound to it once. It is
        called by several threads at once, and goes on to answer while other builds have
        predictors of their own. What it holds on to is freed when it is garbage.

        Of an error, the server logs the lines that aren't of the core and not of the
        package that this class is in; or exactly the ``traceback`` of a ModelCodeError
        that has one. In neither case they are part of an answer.

        Raises:
            Busy: From the function, when others use what it needs.
            Unfit: From the function, when the input holds what such models can't be
                given; the path of a problem begins with the name of the argument, and
                for a frame with the number of the row, from 0, and the column.
            Exception: From the function, whatever the developer's code raises.
        """

    @abstractmethod
    def write(self, model: Any, folder: Path) -> None:
        """Write a trained model as files into an empty folder.

        Raises:
            ModelCodeError: When the developer's model can't be written.
            StoreError: When the disk is at fault.
        """

    @abstractmethod
    def read(self, folder: Path) -> Any:
        """Return the trained model that :meth:`write` wrote into a folder.

        The folder may be gone as soon as this returns.

        Raises:
            UnloadableModel: When no model can be made of the files.
        """

    def watched_files(self) -> tuple[Path, ...]:
        """Return the files whose change makes a development server start anew."""
        return ()
