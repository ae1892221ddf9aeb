"""Columns in name order, whatever holds them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from launchpad_core import order_columns


def test_frames_dicts_and_structured_arrays() -> None:
    array = np.array([(1, 2)], dtype=[("b", int), ("a", int)])

    assert list(order_columns(pd.DataFrame({"b": [1], "a": [2]})).columns) == ["a", "b"]
    assert list(order_columns({"b": 1, "a": 2})) == ["a", "b"]
    assert order_columns(array).dtype.names == ("a", "b")


@pytest.mark.parametrize("value", [np.array([1, 2]), [1], "text"])
def test_anything_else_is_told(value: object) -> None:
    with pytest.raises(TypeError, match="has no named columns"):
        order_columns(value)
