"""Whatever a model returns becomes valid JSON."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from launchpad_core.plain import as_json, plain


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (np.int64(3), 3),
        (np.float32(0.5), 0.5),
        (np.float64("nan"), None),
        (np.bool_(True), True),
        (np.str_("a"), "a"),
        (float("inf"), None),
        (float("-inf"), None),
        (Decimal("NaN"), None),
        (pd.NA, None),
        (pd.NaT, None),
        (np.datetime64("NaT", "ns"), None),
        (pd.Timestamp("2024-01-02"), "2024-01-02T00:00:00"),
        (np.datetime64("2024-01-02"), "2024-01-02T00:00:00"),
        (datetime(2024, 1, 2, tzinfo=timezone.utc), "2024-01-02T00:00:00+00:00"),
        (date(2024, 1, 2), "2024-01-02"),
        (timedelta(seconds=90), 90.0),
        (np.array([[1.0, np.nan], [np.inf, 2.0]]), [[1.0, None], [None, 2.0]]),
        (np.array(["2024-01-02"], dtype="datetime64[D]"), ["2024-01-02T00:00:00"]),
        (np.array([(1, "a")], dtype=[("n", int), ("t", "U1")]), [{"n": 1, "t": "a"}]),
        (np.array(3), 3),
        (pd.Series([1, None], dtype="Int64"), [1, None]),
        (pd.Index(["a", "b"]), ["a", "b"]),
        (pd.Categorical(["a", None]), ["a", None]),
        (pd.DataFrame({"a": [1, 2]}, index=["x", "y"]), {"a": {"x": 1, "y": 2}}),
        (pd.DataFrame({0: [1.5, None]}), {"0": {"0": 1.5, "1": None}}),
        ({1: (2, {3})}, {"1": [2, [3]]}),
        ({np.int64(1): [np.nan]}, {"1": [None]}),
        (Path("a"), "a"),
    ],
)
def test_value_becomes_plain(value: Any, expected: Any) -> None:
    assert plain(value) == expected
    assert json.loads(as_json(value)) == expected


def test_what_has_no_form_is_told() -> None:
    with pytest.raises(TypeError, match="a value of type complex has no form in JSON"):
        plain({"x": [1j]})
