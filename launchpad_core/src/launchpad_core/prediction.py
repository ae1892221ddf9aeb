"""From a request's arguments to predictions, for either kind of model."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from launchpad_core.contract import In, Operation, Schema
from launchpad_core.errors import PredictionInputError
from launchpad_core.frames import (
    Columns,
    columns_of,
    frame_of,
    inferred_frame_of,
    results_of,
)
from launchpad_core.requests.given import Arguments
from launchpad_core.runtime import ModelRuntime, Predictor, Resources
from launchpad_core.schemas.faults import (
    Fault,
    InvalidRequest,
    Problem,
    Unfit,
    body_fault,
)

PredictAll = Callable[[Arguments], Any]


def predictor_of(
    runtime: ModelRuntime,
    model: Any,
    resources: Resources,
    *,
    operation: Operation,
    schemas: Mapping[str, Schema] = {},
) -> PredictAll:
    """Return a function from a request's arguments to what predict returns for them.

    A model that predicts on a table gets all records as one frame; another one gets
    them in turn. The answer is a list when the request asked with one.

    Args:
        runtime: What runs the model.
        model: The trained model.
        resources: The data sources and sinks for prediction.
        operation: The operation that is asked for.
        schemas: The named schemas of the contract.
    """
    columns = columns_of(operation, schemas) if runtime.input == "frame" else None
    predict = _predict_records(runtime, model, resources, columns)
    fields = (field for body in operation.bodies for field in body.parameters)
    places = {one.name: one.location for one in (*fields, *operation.parameters)}

    def predict_all(arguments: Arguments) -> Any:
        try:
            results = predict(arguments.records)
        except Unfit as unfit:
            faults = dict.fromkeys(_faults(unfit, places, arguments.many))
            raise InvalidRequest(faults) from None
        return results if arguments.many else results[0]

    return predict_all


def row_predictor(
    runtime: ModelRuntime,
    model: Any,
    resources: Resources,
    *,
    columns: Columns | None = None,
) -> Predictor:
    """Return a function from a dict of arguments to the prediction for them.

    A model that predicts on a table gets a frame of one row. What is too large for it
    is a PredictionInputError.

    Args:
        runtime: What runs the model.
        model: The trained model.
        resources: The data sources and sinks for prediction.
        columns: The frame's columns; None to take them from the arguments.
    """
    predict = _predict_records(runtime, model, resources, columns)

    def predict_row(args: Mapping[str, Any]) -> Any:
        try:
            return predict([args])[0]
        except Unfit as unfit:
            name = unfit.problems[0].path[-1]
            raise PredictionInputError(f'"{name}" {unfit.detail}') from None

    return predict_row


def _faults(unfit: Unfit, places: Mapping[str, In], many: bool) -> Iterator[Fault]:
    """Yield what the model can't be given as faults of the request."""
    for problem in unfit.problems:
        _, name, *_ = problem.path
        if name in places:
            yield Fault(places[str(name)], str(name), problem.code, problem.detail)
        else:
            path = problem.path if many else problem.path[1:]
            yield body_fault(Problem(problem.code, problem.detail, path))


def _predict_records(
    runtime: ModelRuntime, model: Any, resources: Resources, columns: Columns | None
) -> Callable[[Sequence[Mapping[str, Any]]], list[Any]]:
    predict = runtime.predictor(model, resources)
    if runtime.input == "args":
        return lambda records: [
            _predict_one(predict, index, record) for index, record in enumerate(records)
        ]

    def predict_rows(records: Sequence[Mapping[str, Any]]) -> list[Any]:
        if not records:
            return []
        if columns is None:
            frame = inferred_frame_of(records)
        else:
            frame = frame_of(records, columns)
        return results_of(predict(frame), rows=len(records))

    return predict_rows


def _predict_one(predict: Predictor, index: int, record: Mapping[str, Any]) -> Any:
    try:
        return predict(record)
    except Unfit as unfit:
        raise Unfit(*(problem.within(index) for problem in unfit.problems)) from None
