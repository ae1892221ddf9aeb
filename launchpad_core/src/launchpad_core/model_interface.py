"""The class form of model code, as mllaunchpad has it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

_contents: ContextVar[Any] = ContextVar("contents", default=None)


class ModelMakerInterface:
    """Trains and tests a model; derive one class from it and fill both methods."""

    def create_trained_model(
        self,
        model_conf: Mapping[str, Any],
        data_sources: Mapping[str, Any],
        data_sinks: Mapping[str, Any],
        old_model: Any = None,
    ) -> Any:
        """Return the trained model: any object that can be pickled.

        Args:
            model_conf: The config's section ``model``.
            data_sources: The data sources for training, by name.
            data_sinks: The data sinks for training, by name.
            old_model: What the last training returned, or None.
        """
        raise NotImplementedError

    def test_trained_model(
        self,
        model_conf: Mapping[str, Any],
        data_sources: Mapping[str, Any],
        data_sinks: Mapping[str, Any],
        model: Any,
    ) -> Mapping[str, Any]:
        """Return the model's metrics, by name.

        Args:
            model_conf: The config's section ``model``.
            data_sources: The data sources for testing, by name.
            data_sinks: The data sinks for testing, by name.
            model: What :meth:`create_trained_model` returned.
        """
        raise NotImplementedError


class ModelInterface:
    """Predicts with a model; derive one class from it and fill :meth:`predict`.

    Attributes:
        contents: What ``create_trained_model`` returned. An object that is made
            within :meth:`predict` without contents has those of the model at work.
    """

    def __init__(self, contents: Any = None) -> None:
        self.contents = _contents.get() if contents is None else contents

    def __getitem__(self, key: Any) -> Any:
        """Return a part of the contents."""
        return self.contents[key]

    def predict(
        self,
        model_conf: Mapping[str, Any],
        data_sources: Mapping[str, Any],
        data_sinks: Mapping[str, Any],
        model: Any,
        args_dict: Mapping[str, Any],
    ) -> Any:
        """Return the prediction: plain values, NumPy and pandas ones included.

        Args:
            model_conf: The config's section ``model``.
            data_sources: The data sources for prediction, by name.
            data_sinks: The data sinks for prediction, by name.
            model: What ``create_trained_model`` returned.
            args_dict: The request's parameters, converted and validated.
        """
        raise NotImplementedError


@contextmanager
def at_work(contents: Any) -> Iterator[None]:
    """Make contents those of a ``ModelInterface()`` that is made meanwhile."""
    token = _contents.set(contents)
    try:
        yield
    finally:
        _contents.reset(token)
