"""R values as Python values.

==================================== ==================================================
R                                    Python
==================================== ==================================================
NULL, NA                             None
logical, integer, double, character  bool, int, float, str
vector of one element                scalar; a list of one for ``I(x)``
any other vector                     list; its names are dropped
matrix, array, table                 nested lists, by row; [] if it is empty
factor                               str
Date; POSIXct with, without tzone    date; datetime with, without time zone
difftime, integer64, complex, raw    timedelta, int, complex, bytes
named list                           dict; what has no name gets its position
unnamed list                         list
data.frame                           DataFrame
==================================== ==================================================
"""

from __future__ import annotations

from typing import Any

import numpy as np

from launchpad_model_r.serialization import atoms, frames, wire
from launchpad_model_r.serialization.vectors import NA_INTEGER
from launchpad_model_r.serialization.wire import Unreadable, Vector


def value_of(vector: Vector) -> Any:
    """Return a value of R as one of Python.

    Raises:
        Unreadable: When it is damaged, or has no form in Python.
    """
    kind = vector.kind
    if kind == wire.NIL:
        return None
    if vector.length == 1 and not vector.attributes:
        if kind == wire.DOUBLE:
            return _double(vector.data)
        if kind == wire.TEXT:
            return vector.data[0]
        if kind in (wire.INTEGER, wire.LOGICAL):
            return _integer(vector)
    if kind == wire.RAW:
        return bytes(vector.data)
    classes = atoms.classes(vector) if vector.attributes else []
    if "data.frame" in classes:
        return frames.read(vector, value_of)
    elements = atoms.text_of(vector)
    if elements is None and kind == wire.LIST:
        return _list(vector)
    if elements is None:
        elements = _elements(vector, classes)
    for name in {"dim", "dimensions"} & vector.attributes.keys():
        shape = atoms.integers(vector.attributes[name]).tolist()
        if len(shape) > 1:
            return _nested(elements, shape)
    if len(elements) == 1 and "AsIs" not in classes:
        return elements[0]
    return elements


def _double(data: Any) -> float | None:
    (number,) = atoms.SINGLE_DOUBLE(data)
    if number != number and data[:4] == b"\xa2\x07\0\0":
        return None
    return float(number)


def _integer(vector: Vector) -> int | bool | None:
    (number,) = atoms.SINGLE_INTEGER(vector.data)
    if number == NA_INTEGER:
        return None
    return bool(number) if vector.kind == wire.LOGICAL else int(number)


def _list(vector: Vector) -> Any:
    values = [value_of(one) for one in vector.data]
    if "names" not in vector.attributes:
        return values
    names = atoms.texts(vector.attributes["names"])
    if names is None or len(names) != len(values):
        raise Unreadable("a list without a name for each element")
    keys = [name or str(index) for index, name in enumerate(names, 1)]
    return dict(zip(keys, values, strict=True))


def _elements(vector: Vector, classes: list[str | None]) -> list[Any]:
    """Return the elements of an atomic vector; None for those that are NA."""
    if "factor" in classes:
        codes, levels = atoms.factor(vector)
        by_code = [*levels, None]
        return [by_code[code] for code in codes.tolist()]
    if "Date" in classes:
        return atoms.checked(atoms.days(vector).tolist())
    if "difftime" in classes:
        return atoms.checked(atoms.durations(vector).tolist())
    if "POSIXct" in classes:
        return _moments(vector)
    if "integer64" in classes:
        numbers = atoms.integers64(vector)
        return _without(numbers, numbers == atoms.NA_INTEGER64)
    if vector.kind == wire.DOUBLE:
        numbers = atoms.doubles(vector)
        return _without(numbers, atoms.are_missing(numbers))
    if vector.kind == wire.COMPLEX:
        numbers = atoms.complexes(vector)
        parts = atoms.are_missing(numbers.real.copy())
        return _without(numbers, parts | atoms.are_missing(numbers.imag.copy()))
    numbers = atoms.integers(vector)
    missing = numbers == NA_INTEGER
    return _without(numbers != 0 if vector.kind == wire.LOGICAL else numbers, missing)


def _moments(vector: Vector) -> list[Any]:
    moments = atoms.checked(atoms.moments(vector).tolist())
    zone = atoms.zone(vector)
    if zone is None:
        return moments
    from datetime import timezone

    return [
        None if one is None else one.replace(tzinfo=timezone.utc).astimezone(zone)
        for one in moments
    ]


def _without(values: Any, missing: Any) -> list[Any]:
    elements: list[Any] = values.tolist()
    if missing.any():
        for index in np.flatnonzero(missing).tolist():
            elements[index] = None
    return elements


def _nested(elements: list[Any], shape: list[int]) -> list[Any]:
    if not elements:
        return []
    if any(one < 1 for one in shape) or np.prod(shape, dtype=object) != len(elements):
        raise Unreadable("a matrix whose size isn't that of its dimensions")
    array = np.empty(len(elements), dtype=object)
    array[:] = elements
    nested: list[Any] = array.reshape(shape, order="F").tolist()
    return nested
