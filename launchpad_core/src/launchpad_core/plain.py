"""Turning what models return into plain values that are always valid JSON."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Set
from datetime import date, time, timedelta
from decimal import Decimal
from enum import Enum
from pathlib import PurePath
from typing import Any
from uuid import UUID

_AS_IS = (str, bool, int, type(None))


def plain(value: Any) -> Any:
    """Return a value as dicts, lists, text, numbers, booleans and None.

    NumPy arrays become lists, a frame a dict of columns with a dict of rows each,
    a series a list. NaN, NA, NaT and infinities become None.

    Raises:
        TypeError: For an object that has no plain form.
    """
    kind = type(value)
    if kind in _AS_IS:
        return value
    if kind is float:
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {_key(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, Set)):
        return [plain(item) for item in value]
    if kind.__module__.partition(".")[0] in ("numpy", "pandas"):
        return _from_array(value)
    return _from_other(value)


def as_json(value: Any, *, indent: int | None = None) -> str:
    """Return a value as JSON text; never with NaN or Infinity."""
    return json.dumps(plain(value), ensure_ascii=False, allow_nan=False, indent=indent)


def _key(key: Any) -> str:
    if isinstance(key, str):
        return str(key)
    value = plain(key)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _from_array(value: Any) -> Any:
    import numpy as np
    import pandas as pd

    if value is pd.NA or value is pd.NaT:
        return None
    if isinstance(value, pd.DataFrame):
        return {_key(name): plain(dict(column)) for name, column in value.items()}
    if isinstance(value, (pd.Series, pd.Index, pd.api.extensions.ExtensionArray)):
        return [plain(item) for item in value]
    if isinstance(value, (np.datetime64, np.timedelta64)):
        moment: Any = pd.Timestamp if isinstance(value, np.datetime64) else pd.Timedelta
        return plain(moment(value))
    if isinstance(value, (pd.Timestamp, pd.Timedelta)):
        return value.isoformat()
    if isinstance(value, np.ndarray) and value.dtype.names:
        names = value.dtype.names
        if value.ndim:
            return [_from_array(row) for row in value]
        return {name: plain(value[name][()]) for name in names}
    if isinstance(value, np.void) and value.dtype.names:
        return {name: plain(value[name]) for name in value.dtype.names}
    if isinstance(value, np.ndarray) and value.dtype.kind in "mM":
        return [plain(item) for item in value] if value.ndim else plain(value[()])
    if isinstance(value, (np.ndarray, np.generic)):
        return plain(value.tolist())
    return _from_other(value)


def _from_other(value: Any) -> Any:
    if isinstance(value, Enum):
        return plain(value.value)
    if isinstance(value, str):
        return str(value)
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return plain(float(value))
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, Decimal):
        return plain(float(value))
    if isinstance(value, (UUID, PurePath)):
        return str(value)
    raise TypeError(f"a value of type {type(value).__name__} has no form in JSON")
