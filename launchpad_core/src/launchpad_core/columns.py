"""Putting columns in one order, so that training and prediction agree."""

from __future__ import annotations

from typing import Any, TypeVar

T = TypeVar("T")


def order_columns(obj: T) -> T:
    """Return a frame, a dict or a structured array with its columns in name order.

    Use it on the data that you train with, and again where you test and predict.

    Args:
        obj: A ``pandas.DataFrame``, a dict, or a NumPy structured array.

    Raises:
        TypeError: For anything else, such as an array without named columns.
    """
    table: Any = obj
    if isinstance(table, dict):
        return type(table)(sorted(table.items()))  # type: ignore[return-value]
    if hasattr(table, "columns"):
        return table[sorted(table.columns)]  # type: ignore[no-any-return]
    names = getattr(getattr(table, "dtype", None), "names", None)
    if names:
        return table[sorted(names)]  # type: ignore[no-any-return]
    raise TypeError(
        "order_columns takes a frame, a dict or a structured array; "
        f"a {type(obj).__name__} has no named columns"
    )
