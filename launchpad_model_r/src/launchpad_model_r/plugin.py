"""What this distribution provides: the model type ``r``."""

from __future__ import annotations

from collections.abc import Iterator

from launchpad_core import ModelType, hookimpl


@hookimpl
def launchpad_model_types() -> Iterator[ModelType]:
    """Return the model type."""
    yield ModelType(
        "r",
        implementation="launchpad_model_r.runtime:RRuntime",
        summary="Models written in R: a file with train, test and predict",
    )
