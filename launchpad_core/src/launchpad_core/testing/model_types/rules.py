"""What all rules of model types work with: code, data, a trained model."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from launchpad_core.registrations import ModelType
from launchpad_core.runtime import ModelRuntime, Predictor, Resources
from launchpad_core.sections import Section, as_section
from launchpad_core.testing.model_types.answers import Arguments, answers_of, asked
from launchpad_core.testing.type_contract import TypeContract

Answers = Callable[[ModelRuntime, Any], list[Any]]
Ask = Callable[[Predictor], list[Any]]
OpenRuntime = Callable[..., ModelRuntime]


class ModelTypeRules(TypeContract):
    """Base of the rules of model types; it has the fixtures."""

    kind = ModelType
    known_capabilities = ("frame", "old_model")
    given = ("section", "arguments", "resources", "other_section", "failing_section")

    @pytest.fixture
    def resources(self) -> Resources:
        """Return the data sources and sinks for the model's functions."""
        return Resources()

    @pytest.fixture
    def arguments(self) -> Arguments:
        """Return valid inputs of predict: two or more, with different answers.

        For a model that predicts on a frame, they are its rows.
        """
        pytest.fail(f"{type(self).__name__} needs a fixture that returns arguments")

    @pytest.fixture
    def other_section(self) -> Mapping[str, Any] | None:
        """Return a section whose model answers otherwise, if that is to be tested.

        It has the same code, and another value that train keeps in the model.
        """
        return None

    @pytest.fixture
    def failing_section(self) -> Mapping[str, Any] | None:
        """Return a section of code whose train raises, if there can be such."""
        return None

    @pytest.fixture
    def written(self, section: Mapping[str, Any], tmp_path: Path) -> Section:
        """Return the section as the core hands it to the implementation."""
        return self.as_written(section, tmp_path)

    def as_written(self, section: Mapping[str, Any], folder: Path) -> Section:
        """Return a section with what every section ``model`` has."""
        common = {"type": self.type, "name": "tested", "version": "1.0.0"}
        return as_section({**common, **section}, folder=folder)

    @pytest.fixture
    def open_runtime(
        self, implementation: Any, written: Section
    ) -> Iterator[OpenRuntime]:
        """Return a function that makes a runtime, as another training or server does.

        It takes a section other than that of the test. What has a ``close`` is closed
        after the test.
        """
        opened: list[ModelRuntime] = []

        def make(section: Section = written) -> ModelRuntime:
            opened.append(implementation(section))
            return opened[-1]

        yield make
        for runtime in opened:
            getattr(runtime, "close", int)()

    @pytest.fixture
    def runtime(self, open_runtime: OpenRuntime) -> ModelRuntime:
        """Return the runtime that trains."""
        return open_runtime()

    @pytest.fixture
    def model(self, runtime: ModelRuntime, resources: Resources) -> Any:
        """Return a trained model."""
        return runtime.train(resources, None)

    @pytest.fixture
    def predict(
        self, runtime: ModelRuntime, model: Any, resources: Resources
    ) -> Predictor:
        """Return the trained model's predictor."""
        return runtime.predictor(model, resources)

    @pytest.fixture
    def ask(self, runtime: ModelRuntime, arguments: Arguments) -> Ask:
        """Return a function that returns what a predictor answers."""
        return lambda predict: asked(predict, runtime.input, arguments)

    @pytest.fixture
    def answers(self, arguments: Arguments, resources: Resources) -> Answers:
        """Return a function that returns what a model answers in a runtime."""
        return lambda runtime, model: answers_of(runtime, model, arguments, resources)

    @pytest.fixture
    def other_model(
        self,
        open_runtime: OpenRuntime,
        other_section: Mapping[str, Any] | None,
        resources: Resources,
        tmp_path: Path,
    ) -> Any:
        """Return a trained model that answers otherwise."""
        if other_section is None:
            pytest.skip("it needs a fixture other_section: one whose model is another")
        runtime = open_runtime(self.as_written(other_section, tmp_path))
        return runtime.train(resources, None)
