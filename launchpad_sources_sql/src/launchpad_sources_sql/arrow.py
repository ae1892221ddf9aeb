"""From Arrow's columns to those that rows of Python values would have become."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from launchpad_sources_sql.fast import Unlike
from launchpad_sources_sql.kinds import PANDAS_2, Kind, Part, column_of, object_array
from launchpad_sources_sql.rows import framed

Reading = Callable[[Any], Part]
"""From Arrow's values of a column to a part of the column of a frame."""


def frame_of(table: pa.Table, readings: Sequence[Reading]) -> pd.DataFrame:
    """Return a table as a frame, column by column, each freed when it is done.

    Args:
        table: The table.
        readings: How each of its columns is read.

    Raises:
        Unlike: When a column would be another one if a driver of Python read it.
    """
    names = table.column_names
    columns = []
    for reading in readings:
        values = table.column(0)
        table = table.remove_column(0)
        columns.append(column_of([reading(values)]))
        del values
    return framed(names, columns)


def plain_reading(type_: pa.DataType) -> Reading:
    """Return how a column of one of Arrow's own types is read.

    Raises:
        Unlike: When there is no way.
    """
    if pa.types.is_integer(type_):
        return _integers
    for matches, reading in _READINGS:
        if matches(type_):
            return reading
    raise Unlike(f"columns of type {type_}")


def floats_of_texts(values: Any) -> Part:
    """Return numbers that are written as texts, with all the digits they have."""
    return _floats(pc.cast(_storage(values), pa.float64()))


def floats_as_written(values: Any) -> Part:
    """Return narrow floats as the numbers that their shortest spellings say."""
    return floats_of_texts(pc.cast(values, pa.string()))


def parsed_json(values: Any) -> Part:
    """Return texts of JSON as what they mean."""
    found = [None if v is None else json.loads(v) for v in _storage(values).to_pylist()]
    return Part(Kind.OBJECT, object_array(found))


def objects(values: Any) -> Part:
    """Return values as Python objects."""
    return Part(Kind.OBJECT, object_array(values.to_pylist()))


def moments_of_texts(values: Any, *, pattern: str) -> Part:
    """Return moments that are texts of a pattern, which is one of ISO 8601.

    Raises:
        Unlike: When one of them is written otherwise.
    """
    if not pc.all(pc.match_substring_regex(values, pattern)).as_py():
        raise Unlike("moments in a format of their own")
    return _moments(pc.cast(values, pa.timestamp("us")))


def _integers(values: Any) -> Part:
    wide = values.type if pa.types.is_uint64(values.type) else pa.int64()
    missing = _missing(values)
    filled = pc.fill_null(values, 0).cast(wide).to_numpy()
    if wide == pa.uint64() and (not len(filled) or filled.max() < 2**63):
        filled = filled.astype("int64")
    return Part(Kind.INTEGER, filled, missing)


def _floats(values: Any) -> Part:
    filled = pc.fill_null(values.cast(pa.float64()), np.nan)
    return Part(Kind.FLOAT, filled.to_numpy())


def truths(values: Any) -> Part:
    """Return booleans."""
    filled = pc.fill_null(values, False).to_numpy(zero_copy_only=False)
    return Part(Kind.BOOLEAN, filled.astype(bool), _missing(values))


def _texts(values: Any) -> Part:
    series = values.cast(pa.string()).to_pandas()
    if PANDAS_2:
        return Part(Kind.TEXT, np.where(series.isna(), np.nan, series))
    return Part(Kind.TEXT, series.array)


def _moments(values: Any) -> Part:
    zoned = getattr(values.type, "tz", None) is not None
    naive = values.cast(pa.timestamp("us", "UTC" if zoned else None), safe=False)
    moments = naive.cast(pa.timestamp("us")).to_numpy().astype("datetime64[us]")
    years = moments.astype("datetime64[Y]").astype("int64") + 1970
    present = years[~np.isnat(moments)]
    if ((present < 1) | (present > 9999)).any():
        raise Unlike("moments that Python doesn't know")
    return Part(Kind.INSTANT if zoned else Kind.MOMENT, moments)


def _days(values: Any) -> Part:
    days = values.to_numpy().astype("datetime64[D]").astype("int64")
    present = days[~pc.is_null(values).to_numpy(zero_copy_only=False)]
    if ((present < _FIRST_DAY) | (present > _LAST_DAY)).any():
        raise Unlike("days that Python doesn't know")
    return _moments(values.cast(pa.timestamp("us")))


_FIRST_DAY, _LAST_DAY = (
    int(np.datetime64(day).astype("int64")) for day in ("0001-01-01", "9999-12-31")
)


def _times(values: Any) -> Part:
    if pc.any(pc.greater_equal(values.cast(pa.int64()), _DAY)).as_py():
        raise Unlike("the time 24:00, which Python doesn't know")
    return objects(values)


_DAY = 24 * 60 * 60 * 10**6  # in microseconds


def _missing(values: Any) -> Any:
    if not values.null_count:
        return np.zeros(len(values), dtype=bool)
    return pc.is_null(values).to_numpy(zero_copy_only=False)


def _storage(values: Any) -> Any:
    if not isinstance(values.type, pa.BaseExtensionType):
        return values
    return pa.chunked_array(
        [chunk.storage for chunk in values.chunks], values.type.storage_type
    )


_READINGS: Sequence[tuple[Callable[[pa.DataType], bool], Reading]] = (
    (pa.types.is_floating, _floats),
    (pa.types.is_boolean, truths),
    (pa.types.is_string, _texts),
    (pa.types.is_large_string, _texts),
    (pa.types.is_dictionary, _texts),
    (pa.types.is_binary, objects),
    (pa.types.is_large_binary, objects),
    (pa.types.is_date32, _days),
    (pa.types.is_timestamp, _moments),
    (pa.types.is_time64, _times),
)
