"""What predictions keep to: their values, and that none mixes with another."""

from __future__ import annotations

from copy import deepcopy
from functools import partial
from typing import Any, ClassVar

from launchpad_core.frames import inferred_frame_of
from launchpad_core.runtime import ModelRuntime, Predictor, Resources
from launchpad_core.testing.model_types.answers import (
    Arguments,
    asked,
    foreign_values,
    shown,
)
from launchpad_core.testing.model_types.rules import Answers, Ask, ModelTypeRules
from launchpad_core.testing.rules import rule
from launchpad_core.testing.threads import at_once


class ModelTypePredictions(ModelTypeRules):
    """The rules of predictions."""

    threads: ClassVar[int] = 8
    """How many threads predict at once."""
    turns: ClassVar[int] = 20
    """How often each of them does."""

    @rule()
    def test_answers_are_plain_values(
        self, runtime: ModelRuntime, model: Any, answers: Answers
    ) -> None:
        """Predictions are plain values, which go into JSON; not those of NumPy.

        Plain values are text, numbers, True, False, None, and lists and dicts of them.
        A model on frames may return a frame as well, a row for each answer.
        """
        foreign = next(foreign_values(answers(runtime, model), "the answers"), None)
        assert foreign is None, f"{foreign}, which isn't plain"

    @rule(lacks=["frame"])
    def test_input_is_a_dict_of_arguments(self, runtime: ModelRuntime) -> None:
        """A model that predicts on a dict says so: its input is ``args``."""
        assert runtime.input == "args", f"the input is {runtime.input!r}, not 'args'"

    @rule(needs=["frame"])
    def test_frame_has_a_result_for_each_row(
        self, runtime: ModelRuntime, predict: Predictor, arguments: Arguments
    ) -> None:
        """A model that predicts on a frame has a result for each row, in their order.

        One at a time, rows have the same results. So a request with many records needs
        a single call.
        """
        assert runtime.input == "frame", f"the input is {runtime.input!r}, not 'frame'"
        together = asked(predict, "frame", arguments)
        for index, row in enumerate(arguments):
            (alone,) = asked(predict, "frame", [row])
            same = alone == together[index]
            assert same, (
                f"row {index} has the result {shown(together[index])} among others, "
                f"and {shown(alone)} alone"
            )

    @rule()
    def test_arguments_are_not_changed(
        self, runtime: ModelRuntime, predict: Predictor, arguments: Arguments
    ) -> None:
        """Predict leaves its input as it is; the server may use it again."""
        if runtime.input == "frame":
            frame = inferred_frame_of([dict(one) for one in arguments])
            before = frame.copy()
            predict(frame)
            assert frame.equals(before), "predict changes the frame that it is given"
            return
        for one in arguments:
            given = deepcopy(dict(one))
            predict(given)
            assert given == one, f"predict changes its arguments to {shown(given)}"

    @rule()
    def test_predicting_does_not_change_the_model(
        self,
        runtime: ModelRuntime,
        model: Any,
        predict: Predictor,
        ask: Ask,
        answers: Answers,
    ) -> None:
        """The same arguments have the same answer, however often a model is asked."""
        first = ask(predict)

        again = ask(predict)
        assert again == first, f"asked again, it answers {shown(again)}, not as before"
        anew = answers(runtime, model)
        assert anew == first, f"another predictor answers {shown(anew)}, not as before"

    @rule()
    def test_threads_get_the_answers_of_their_own_arguments(
        self, runtime: ModelRuntime, predict: Predictor, arguments: Arguments
    ) -> None:
        """Threads that predict at once get the answers of their own arguments.

        A server has several. What a call works with belongs to that call, not to the
        predictor or to the runtime.
        """
        expected = [asked(predict, runtime.input, [one])[0] for one in arguments]
        differ = any(answer != expected[0] for answer in expected)
        assert differ, "the fixture arguments: all of them have the same answer"

        def ask(number: int) -> list[bool]:
            index = number % len(arguments)
            return [
                asked(predict, runtime.input, [arguments[index]]) == [expected[index]]
                for _ in range(self.turns)
            ]

        told = at_once(*(partial(ask, number) for number in range(self.threads)))

        right = [one for each in told for one in each]
        wrong = right.count(False)
        assert not wrong, (
            f"{wrong} of {len(right)} answers in {self.threads} threads are those of "
            "other arguments: threads share what they work with"
        )

    @rule()
    def test_models_that_are_loaded_at_once_do_not_mix(
        self,
        runtime: ModelRuntime,
        predict: Predictor,
        other_model: Any,
        resources: Resources,
        ask: Ask,
    ) -> None:
        """Of two models that are loaded at once, each gives its own answers.

        While a server loads a new build, the old one still answers: its predictor goes
        on with its own model.
        """
        before = ask(predict)

        new = runtime.predictor(other_model, resources)

        meanwhile = ask(predict)
        assert meanwhile == before, _mixed("once another model is loaded")
        others = ask(new)
        assert others != before, (
            "the models mix: another one gives the same answers; or other_section does "
            "not make another one"
        )
        for _ in range(3):
            assert ask(predict) == before, _mixed("in turns")
            assert ask(new) == others, _mixed("in turns")


def _mixed(when: str) -> str:
    return f"the models mix: {when}, a predictor answers as another model would"
