"""What a model type keeps to from the check of its code to the metrics."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from launchpad_core.data import TAGS
from launchpad_core.errors import ModelCodeError
from launchpad_core.runtime import ModelRuntime, Resources
from launchpad_core.testing.model_types.answers import foreign_values, shown
from launchpad_core.testing.model_types.rules import (
    Answers,
    ModelTypeRules,
    OpenRuntime,
)
from launchpad_core.testing.rules import refused, rule


class ModelTypeLife(ModelTypeRules):
    """The rules of training and testing."""

    @rule()
    def test_code_is_checked_before_it_runs(
        self,
        open_runtime: OpenRuntime,
        failing_section: Mapping[str, Any] | None,
        tmp_path: Path,
    ) -> None:
        """What check is asked about is looked at, and not run.

        It is called before a training of hours, and by ``launchpad check``. With a
        ``failing_section``, a train that raises is checked as well.
        """
        open_runtime().check(TAGS)
        if failing_section is None:
            return
        try:
            open_runtime(self.as_written(failing_section, tmp_path)).check(("train",))
        except Exception as error:
            raise AssertionError(
                f"check() of code whose train raises, raises {type(error).__name__}: "
                "does it run train?"
            ) from error

    @rule(needs=["old_model"])
    def test_training_goes_on_from_the_old_model(
        self,
        runtime: ModelRuntime,
        model: Any,
        resources: Resources,
        answers: Answers,
    ) -> None:
        """A train function that asks for the old model gets it, and leaves it as it is.

        The old model is what the last training returned; it goes on to answer.
        """
        assert runtime.uses_old_model, (
            "uses_old_model is False, though train asks for it"
        )
        before = answers(runtime, model)

        new = runtime.train(resources, model)

        answers(runtime, new)
        assert answers(runtime, model) == before, (
            "training from an old model changes the old one"
        )

    @rule(lacks=["old_model"])
    def test_old_model_is_not_loaded_for_nothing(self, runtime: ModelRuntime) -> None:
        """When train doesn't ask for the old model, uses_old_model is False.

        Otherwise each training would load it; see ``ModelRuntime.uses_old_model``.
        """
        assert not runtime.uses_old_model, "uses_old_model is True for code without it"

    @rule()
    def test_metrics_are_plain_values_by_name(
        self, runtime: ModelRuntime, model: Any, resources: Resources
    ) -> None:
        """Metrics are a mapping from text to plain values, which go into JSON.

        Plain values are text, numbers, True, False, None, and lists and dicts of them;
        not those of NumPy.
        """
        metrics = runtime.test(model, resources)

        assert isinstance(metrics, Mapping), f"test() returns {shown(metrics)}, no dict"
        foreign = next(foreign_values(metrics, "metrics"), None)
        assert foreign is None, f"{foreign}, which isn't plain"

    @rule()
    def test_model_says_in_short_what_it_is(self, model: Any) -> None:
        """The repr of a trained model is short, below 200 characters: it is kept.

        The metadata of each build have it, and logs show it; it isn't all the data.
        """
        length = len(repr(model))
        assert length < 200, f"the repr of a model has {length} characters"

    @rule()
    @pytest.mark.usefixtures("model")
    def test_software_is_told_by_name_and_version(self, runtime: ModelRuntime) -> None:
        """Software is a mapping of names to versions, both of them text.

        What is asked for and isn't installed isn't in it.
        """
        for software in (runtime.software(), runtime.software(["No such software"])):
            assert isinstance(software, Mapping), f"software() is {shown(software)}"
            wrong = [
                item
                for item in software.items()
                if not all(isinstance(part, str) for part in item)
            ]
            assert not wrong, f"software() tells {shown(wrong[0])}, which is no text"
            assert "No such software" not in software, (
                "software() tells what isn't there"
            )

    @rule()
    def test_watched_files_are_there(self, runtime: ModelRuntime) -> None:
        """Watched files are paths of files that there are: those of the code."""
        missing = [path for path in runtime.watched_files() if not path.is_file()]
        assert not missing, f"watched_files() names {missing[0]}, which isn't there"

    @rule()
    def test_serving_is_prepared_as_often_as_one_likes(
        self, runtime: ModelRuntime, model: Any, answers: Answers
    ) -> None:
        """Preparing to serve once more does nothing, and all works without it, too."""
        before = answers(runtime, model)
        runtime.prepare_to_serve()
        runtime.prepare_to_serve()

        after = answers(runtime, model)
        assert after == before, "after prepare_to_serve(), answers are others"

    @rule()
    def test_errors_of_the_code_are_told_with_its_lines(
        self,
        open_runtime: OpenRuntime,
        failing_section: Mapping[str, Any] | None,
        resources: Resources,
        tmp_path: Path,
    ) -> None:
        """What the developer's train raises, becomes a ModelCodeError with its lines.

        The lines are those of the developer's own code, as ``traceback``, in the words
        of its language.
        """
        if failing_section is None:
            pytest.skip("it needs a fixture failing_section: code whose train raises")
        runtime = open_runtime(self.as_written(failing_section, tmp_path))
        lines = _lines_of_error(runtime, resources)
        assert lines.strip(), "the error of train has no lines of the code"
        ours = "launchpad_core" in lines
        assert not ours, "the error of train shows launchpad's own lines"


def _lines_of_error(runtime: ModelRuntime, resources: Resources) -> str:
    lines = ""
    with refused("code whose train raises", by=ModelCodeError):
        try:
            runtime.train(resources, None)
        except ModelCodeError as error:
            lines = error.traceback
            raise
    return lines
