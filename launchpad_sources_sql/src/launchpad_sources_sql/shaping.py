"""Options of a data source that change a frame after it was read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd


def shaped(frame: pd.DataFrame, options: Mapping[str, Any]) -> pd.DataFrame:
    """Return a frame as ``pandas.read_sql_query`` would with these options.

    Args:
        frame: The frame as it was read.
        options: Of them ``parse_dates``, ``dtype`` and ``index_col``.

    Raises:
        KeyError: When the frame hasn't a column.
        ValueError: When a value doesn't fit.
    """
    for name, how in _dates(options.get("parse_dates")):
        frame[name] = pd.to_datetime(frame[name], **how)
    if options.get("dtype") is not None:
        frame = frame.astype(options["dtype"])
    if options.get("index_col") is not None:
        frame = frame.set_index(options["index_col"])
    return frame


def _dates(told: Any) -> Iterable[tuple[str, dict[str, Any]]]:
    if not told:
        return
    if not isinstance(told, Mapping):
        told = {name: {} for name in ([told] if isinstance(told, str) else told)}
    for name, how in told.items():
        if isinstance(how, Mapping):
            yield name, dict(how)
        elif how in ("D", "s", "ms", "us", "ns"):
            yield name, {"unit": how}
        else:
            yield name, {"format": how}
