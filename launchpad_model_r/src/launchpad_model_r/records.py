"""The predictions of R as answers: a data frame is a list of records there."""

from __future__ import annotations

from typing import Any

import pandas as pd

from launchpad_core.errors import ModelCodeError


def records(value: Any) -> Any:
    """Return a value with each frame in it as a list of its rows, as dicts.

    Raises:
        ModelCodeError: When two columns of a frame have the same name.
    """
    if isinstance(value, dict):
        return {name: records(one) for name, one in value.items()}
    if isinstance(value, list):
        return [records(one) for one in value]
    if isinstance(value, pd.DataFrame):
        if not value.columns.is_unique:
            twice = value.columns[value.columns.duplicated()][0]
            raise ModelCodeError(
                f"a data frame of R has two columns that are named {twice}"
            )
        return value.to_dict(orient="records")
    return value
