"""Changing a frame in place, as model code may do with a frame that it was given."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

ADDED = "launchpad_added"


def change_in_place(frame: pd.DataFrame) -> None:
    """Change values of a frame, where they are, and add a column."""
    for position in range(frame.shape[1]):
        column = frame.iloc[:, position]
        if not isinstance(column.dtype, pd.SparseDtype):  # which nothing can change
            frame.iloc[:, position] = _changed(column)
    frame[ADDED] = 1


def _changed(column: pd.Series[Any]) -> Any:
    """Return other values of the same type; only in reverse where nothing is known."""
    types = pd.api.types
    if types.is_bool_dtype(column.dtype):
        return (~column).array
    if types.is_numeric_dtype(column.dtype):
        changed = (column + 1).astype(column.dtype)
        # pandas 3 takes missing values of a type of NumPy's only from NumPy
        is_numpy = isinstance(column.dtype, np.dtype)
        return changed.to_numpy() if is_numpy else changed.array
    if types.is_string_dtype(column.dtype) and column.map(type).eq(str).all():
        return (column + "!").astype(column.dtype).array
    return column.array[::-1]
