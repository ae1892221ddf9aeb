"""Changing a frame in place, as model code may do with a frame that it was given."""

from __future__ import annotations

from typing import Any

import pandas as pd

ADDED = "launchpad_added"


def change_in_place(frame: pd.DataFrame) -> None:
    """Change values of a frame, where they are, and add a column."""
    for position in range(frame.shape[1]):
        frame.iloc[:, position] = _changed(frame.iloc[:, position])
    frame[ADDED] = 1


def _changed(column: pd.Series[Any]) -> Any:
    """Return other values of the same type; only in reverse where nothing is known."""
    types = pd.api.types
    if types.is_bool_dtype(column.dtype):
        return (~column).array
    if types.is_numeric_dtype(column.dtype):
        return (column + 1).astype(column.dtype).array
    if types.is_string_dtype(column.dtype) and column.map(type).eq(str).all():
        return (column + "!").astype(column.dtype).array
    return column.array[::-1]
