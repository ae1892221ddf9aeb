"""What models answer, and whether these are answers that a request can be given."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from typing import Any

from launchpad_core.frames import inferred_frame_of, results_of
from launchpad_core.runtime import Input, ModelRuntime, Predictor, Resources

Arguments = Sequence[Mapping[str, Any]]

_PLAIN = (str, int, float, bool, type(None))


def answers_of(
    runtime: ModelRuntime, model: Any, arguments: Arguments, resources: Resources
) -> list[Any]:
    """Return what a model answers, for each of its arguments."""
    return asked(runtime.predictor(model, resources), runtime.input, arguments)


def asked(predict: Predictor, input: Input, arguments: Arguments) -> list[Any]:
    """Return what a predictor answers, for each of its arguments."""
    if input == "frame":
        frame = inferred_frame_of([dict(one) for one in arguments])
        return results_of(predict(frame), rows=len(arguments))
    return [predict(deepcopy(dict(one))) for one in arguments]


def shown(value: Any) -> str:
    """Return a value in few words."""
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def foreign_values(value: Any, place: str) -> Iterator[str]:
    """Yield where in a value there is something that isn't plain."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            if not isinstance(key, str):
                yield f"{place} has the key {key!r}, which is no text"
            yield from foreign_values(item, f"{place}[{key!r}]")
    elif isinstance(value, (list, tuple)):
        for index, item in enumerate(value):
            yield from foreign_values(item, f"{place}[{index}]")
    elif type(value) not in _PLAIN:
        kind = type(value)
        yield f"{place} is of type {kind.__module__}.{kind.__qualname__}"
