"""From one request's arguments to one prediction, for either kind of model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from launchpad_core.frames import Columns, frame_of, inferred_frame_of, results_of
from launchpad_core.runtime import ModelRuntime, Predictor, Resources


def row_predictor(
    runtime: ModelRuntime,
    model: Any,
    resources: Resources,
    *,
    columns: Columns | None = None,
) -> Predictor:
    """Return a function from a dict of arguments to the prediction for them.

    A model that predicts on a table gets a frame of one row.

    Args:
        runtime: What runs the model.
        model: The trained model.
        resources: The data sources and sinks for prediction.
        columns: The frame's columns; None to take them from the arguments.
    """
    predict = runtime.predictor(model, resources)
    if runtime.input == "args":
        return predict

    def predict_row(args: Mapping[str, Any]) -> Any:
        records = [args]
        if columns is None:
            frame = inferred_frame_of(records)
        else:
            frame = frame_of(records, columns)
        return results_of(predict(frame), rows=1)[0]

    return predict_row
