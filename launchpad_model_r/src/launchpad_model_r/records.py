"""The predictions of R as answers: a data frame is a list of records there."""

from __future__ import annotations

from typing import Any

import pandas as pd


def records(value: Any) -> Any:
    """Return a value with each frame in it as a list of its rows, as dicts."""
    if isinstance(value, dict):
        return {name: records(one) for name, one in value.items()}
    if isinstance(value, list):
        return [records(one) for one in value]
    if isinstance(value, pd.DataFrame):
        return value.to_dict(orient="records")
    return value
