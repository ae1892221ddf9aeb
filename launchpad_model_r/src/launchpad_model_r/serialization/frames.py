"""Frames of pandas and data frames of R, column by column.

====================== =========================== =====================================
pandas                 R                           back in pandas
====================== =========================== =====================================
int8 ... uint64, Int64 integer (or integer64;      int64; Int64 if there are NAs
                       or double)                  (float64)
float, Float64         double; NaN and NA are NA   float64
bool, boolean          logical                     bool; boolean if there are NAs
str, object with text  character                   str; object before pandas 3
category               factor, ordered; levels     category, ordered
                       are text
object with dates      Date                        object with dates
datetime64, with zone  POSIXct, with tzone         datetime64[us], with zone
timedelta64            difftime in seconds         timedelta64[us]
complex                complex                     complex128
object, anything else  list                        object
====================== =========================== =====================================

The index and the row names aren't data, and are dropped. Nanoseconds are lost. Names of
columns become text. A column that holds nothing but None is logical.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from launchpad_model_r.serialization import columns, series, texts, vectors, wire
from launchpad_model_r.serialization.columns import WriteList
from launchpad_model_r.serialization.pieces import Pieces
from launchpad_model_r.serialization.unsendable import Place
from launchpad_model_r.serialization.vectors import NA_INTEGER
from launchpad_model_r.serialization.wire import Unreadable, Vector


def write(
    pieces: Pieces, frame: pd.DataFrame, place: Place, depth: int, write_list: WriteList
) -> None:
    """Write a frame.

    Raises:
        Unsendable: When a column holds what has no form in R.
    """
    pieces.start(wire.LIST, frame.shape[1], wire.CLASSED | wire.ATTRIBUTED)
    names = []
    for name, column in frame.items():
        names.append(str(name))
        texts.check(names[-1], (place, name))
        columns.write(pieces, column, (place, name), depth + 1, write_list)
    pieces.names(names)
    pieces.classes("data.frame")
    pieces.attribute("row.names")
    # R's short form of the row names 1 ... n.
    vectors.write_integers(pieces, [None, -len(frame)], place)
    pieces.end()


def read(vector: Vector, value_of: Callable[[Vector], Any]) -> pd.DataFrame:
    """Return a data frame as a frame.

    Raises:
        Unreadable: When it is damaged, or holds what has no form in pandas.
    """
    names = series.texts(vector.attributes.get("names")) or []
    if len(names) != vector.length:
        raise Unreadable("a data frame without a name for each column")
    rows = _rows(vector)
    read_columns = [series.read(column, rows, value_of) for column in vector.data]
    frame = pd.DataFrame(dict(enumerate(read_columns)), index=pd.RangeIndex(rows))
    frame.columns = pd.Index(
        ["NA" if one is None else one for one in names], dtype=series.TEXT
    )
    return frame


def _rows(vector: Vector) -> int:
    if vector.length:
        return series.length(vector.data[0])
    row_names = vector.attributes.get("row.names", wire.NULL)
    if row_names.kind != wire.INTEGER or row_names.length != 2:
        return row_names.length
    first, second = memoryview(row_names.data).cast("i")
    return abs(second) if first == NA_INTEGER else 2
