"""NumPy's scalars and arrays, and pandas' series, as vectors of R."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from launchpad_model_r.serialization import columns, texts, vectors, wire
from launchpad_model_r.serialization.columns import WriteList
from launchpad_model_r.serialization.pieces import Pieces
from launchpad_model_r.serialization.unsendable import Place

_SERIES = (pd.Series, pd.Index, pd.api.extensions.ExtensionArray)


def as_scalar(value: Any) -> Any:
    """Return a scalar of NumPy or pandas as one of Python; others as they are.

    What is missing becomes None; NaN stays. Nanoseconds are lost.
    """
    if isinstance(value, (np.datetime64, np.timedelta64)):
        moment: Any = pd.Timestamp if isinstance(value, np.datetime64) else pd.Timedelta
        value = moment(value)
    if value is pd.NA or value is pd.NaT:
        return None
    if isinstance(value, pd.Timestamp):
        return value.to_pydatetime(warn=False)
    if isinstance(value, pd.Timedelta):
        return value.to_pytimedelta()
    if isinstance(value, np.generic) or (
        isinstance(value, np.ndarray) and value.ndim == 0
    ):
        item = value.item()
        return None if isinstance(value, np.longdouble) and item is value else item
    return value


def is_array(value: Any) -> bool:
    """Return whether a value is an array of NumPy or a series of pandas."""
    return isinstance(value, (np.ndarray, *_SERIES))


def write(
    pieces: Pieces, value: Any, place: Place, depth: int, write_list: WriteList
) -> None:
    """Write an array or a series.

    Raises:
        Unsendable: When it holds what has no form in R.
    """
    if isinstance(value, _SERIES):
        columns.write(pieces, pd.Series(value), place, depth, write_list)
    elif value.dtype.names:
        records = [
            dict(zip(value.dtype.names, row, strict=False)) for row in value.tolist()
        ]
        write_list(pieces, records, place, depth)
    elif value.dtype.kind in "biufc":
        _write_numbers(pieces, value, place)
    elif value.dtype.kind in "mM" and value.ndim == 1:
        columns.write(pieces, pd.Series(value), place, depth, write_list)
    elif value.dtype.kind == "U" and value.ndim > 1:
        flat = value.ravel(order="F").tolist()
        texts.write(pieces, flat, place, wire.ATTRIBUTED)
        _end_with_shape(pieces, value.shape)
    else:
        kind = value.dtype.kind
        fine = value.astype(f"{kind}8[us]") if kind in "mM" else value
        write_list(pieces, fine.tolist(), place, depth)


def _write_numbers(pieces: Pieces, value: Any, place: Place) -> None:
    flat = value.ravel(order="F")
    shape = value.shape if value.ndim > 1 else ()
    flags = wire.ATTRIBUTED if shape else 0
    if value.dtype.kind == "b":
        columns.write_numbers(pieces, wire.LOGICAL, flat, flags)
    elif value.dtype.kind == "f":
        columns.write_numbers(pieces, wire.DOUBLE, flat, flags)
    elif value.dtype.kind == "c":
        columns.write_numbers(pieces, wire.COMPLEX, flat, flags)
    else:
        flags = columns.start_integers(pieces, flat, None, place, flags)
    if shape:
        _end_with_shape(pieces, shape)
    elif flags:
        pieces.end()


def _end_with_shape(pieces: Pieces, shape: tuple[int, ...]) -> None:
    pieces.attribute("dim")
    vectors.write_integers(pieces, shape, ())
    pieces.end()
