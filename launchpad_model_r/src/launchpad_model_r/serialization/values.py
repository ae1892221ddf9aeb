"""Python values as R values.

====================================== ================================================
Python                                 R
====================================== ================================================
None                                   NULL; NA among other values
bool, int, float, complex, str         logical, integer, double, complex, character
int beyond 32 bits                     integer64 where bit64 is installed, else double
datetime with, without time zone       POSIXct with, without tzone
date, timedelta                        Date, difftime in seconds
bytes                                  raw
Decimal; UUID, Path, time; Enum        double; character; as its value
list, tuple, set of scalars of a kind  an atomic vector (int and float mix to double)
any other list, []                     list
dict                                   named list
NumPy array, Series, Index             a vector, matrix or array
DataFrame                              data.frame
====================================== ================================================
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from pathlib import PurePath
from typing import Any
from uuid import UUID

import pandas as pd

from launchpad_model_r.serialization import arrays, frames, texts, vectors, wire
from launchpad_model_r.serialization.pieces import Pieces
from launchpad_model_r.serialization.unsendable import Place, unsendable

_SCALARS = frozenset(vectors.WRITERS)
_PLAIN = _SCALARS | {type(None), bytes, list, dict}
_NUMBERS = {int, float}


def write(pieces: Pieces, value: Any, place: Place, depth: int = 0) -> None:
    """Write a value.

    Args:
        pieces: Where it is written to.
        value: The value.
        place: Where it is, for messages.
        depth: In how many lists it is nested.

    Raises:
        Unsendable: When it has no form in R.
    """
    writer = _WRITERS.get(type(value))
    if writer is None:
        _write_other(pieces, value, place, depth)
    else:
        writer(pieces, value, place, depth)


def _write_none(pieces: Pieces, value: None, place: Place, depth: int) -> None:
    pieces.null()


def _write_bool(pieces: Pieces, value: bool, place: Place, depth: int) -> None:
    pieces.integer(value, wire.LOGICAL)


def _write_int(pieces: Pieces, value: int, place: Place, depth: int) -> None:
    if -(2**31) < value < 2**31:
        pieces.integer(value)
    else:
        vectors.write_integers(pieces, [value], place)


def _write_float(pieces: Pieces, value: float, place: Place, depth: int) -> None:
    pieces.double(value)


def _write_scalar(pieces: Pieces, value: Any, place: Place, depth: int) -> None:
    vectors.WRITERS[type(value)](pieces, [value], place)


def _write_bytes(pieces: Pieces, value: bytes, place: Place, depth: int) -> None:
    pieces.vector(wire.RAW, len(value), value)


def _write_list(
    pieces: Pieces, values: Sequence[Any], place: Place, depth: int
) -> None:
    kinds = set(map(type, values))
    if not kinds <= _PLAIN:
        values = [simplified(one) for one in values]
        kinds = set(map(type, values))
    kinds.discard(type(None))
    kind = float if kinds == _NUMBERS else next(iter(kinds), bool)
    if not values or not (kinds <= {kind} or kinds == _NUMBERS):
        _write_items(pieces, values, place, depth)
    elif kind in _SCALARS and not _mixes_zones(kind, values):
        vectors.WRITERS[kind](pieces, values, place)
    else:
        _write_items(pieces, values, place, depth)


def _mixes_zones(kind: type, values: Sequence[Any]) -> bool:
    """Return whether some moments have a time zone, and others don't."""
    if kind is not datetime:
        return False
    return len({one.tzinfo is None for one in values if one is not None}) == 2


def _write_items(
    pieces: Pieces, values: Sequence[Any], place: Place, depth: int
) -> None:
    _check_depth(place, depth)
    pieces.start(wire.LIST, len(values))
    for index, one in enumerate(values):
        write(pieces, one, (place, index), depth + 1)


def _write_dict(
    pieces: Pieces, values: Mapping[Any, Any], place: Place, depth: int
) -> None:
    _check_depth(place, depth)
    pieces.start(wire.LIST, len(values), wire.ATTRIBUTED)
    names = []
    for key, one in values.items():
        inside = (place, key)
        name = key if type(key) is str else _name(key, inside)
        texts.check(name, inside)
        names.append(name)
        write(pieces, one, inside, depth + 1)
    pieces.names(names)
    pieces.end()


def _check_depth(place: Place, depth: int) -> None:
    if depth >= wire.MAX_DEPTH:
        what = f"a value that is nested more than {wire.MAX_DEPTH} deep"
        raise unsendable(place, what, "nest it less deep")


def _name(key: Any, place: Place) -> str:
    name = simplified(key)
    if type(name) in (str, int, float, bool):
        return str(name)
    what = f"a dict with a key of type {type(key).__name__}"
    raise unsendable(place, what, "make its keys text")


_WRITERS: Mapping[type, Callable[[Pieces, Any, Place, int], None]] = {
    type(None): _write_none,
    bool: _write_bool,
    int: _write_int,
    float: _write_float,
    bytes: _write_bytes,
    list: _write_list,
    tuple: _write_list,
    dict: _write_dict,
    **dict.fromkeys((complex, str, date, datetime, timedelta), _write_scalar),
}


def simplified(value: Any) -> Any:
    """Return a value as one of Python's own types, if it is akin to one."""
    if type(value) in _PLAIN:
        return value
    if isinstance(value, Enum):
        return simplified(value.value)
    value = arrays.as_scalar(value)
    kind: Any
    for kind in (bool, int, float, complex, str):
        if isinstance(value, kind):
            return kind(value)
    if isinstance(value, datetime):
        return datetime.combine(value.date(), value.timetz())
    if isinstance(value, date):
        return date.fromordinal(value.toordinal())
    if isinstance(value, timedelta):
        return timedelta(value.days, value.seconds, value.microseconds)
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, (UUID, PurePath)):
        return str(value)
    if isinstance(value, time):
        return value.isoformat()
    if isinstance(value, (bytes, bytearray, memoryview)):
        return bytes(value)
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, (list, tuple, Set)):
        return [*value]
    return value


def _write_other(pieces: Pieces, value: Any, place: Place, depth: int) -> None:
    simple = simplified(value)
    if type(simple) in _WRITERS:
        write(pieces, simple, place, depth)
    elif isinstance(simple, pd.DataFrame):
        frames.write(pieces, simple, place, depth, _write_list)
    elif arrays.is_array(simple):
        arrays.write(pieces, simple, place, depth, _write_list)
    else:
        what = f"a value of type {type(value).__name__}"
        raise unsendable(place, what, "a number, text, list, dict or DataFrame")
