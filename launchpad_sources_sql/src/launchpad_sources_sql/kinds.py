"""What columns a frame gets: one dtype for each kind of value that a database has.

It doesn't matter which driver read the values, nor in how many parts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timezone
from enum import Enum
from typing import Any

import numpy as np
import pandas as pd

PANDAS_2 = int(pd.__version__.split(".")[0]) < 3


class Kind(Enum):
    """A kind of value, with the dtype of its columns."""

    INTEGER = "int64; Int64 where some are missing"
    FLOAT = "float64"
    BOOLEAN = "bool; boolean where some are missing"
    TEXT = "str; object in pandas 2"
    DAY = "datetime64[us] of midnights"
    MOMENT = "datetime64[us]"
    INSTANT = "datetime64[us, UTC]"
    OBJECT = "object"
    UNKNOWN = "float64: all are missing, and nothing tells their kind"


@dataclass(frozen=True, slots=True)
class Part:
    """Some values of a column.

    Attributes:
        kind: Their kind.
        values: An array; where a value is missing, it holds anything.
        missing: Which ones are missing, for integers and booleans.
    """

    kind: Kind
    values: Any
    missing: np.ndarray[Any, Any] | None = None


_INFERRED = {
    "integer": Kind.INTEGER,
    "floating": Kind.FLOAT,
    "mixed-integer-float": Kind.FLOAT,
    "decimal": Kind.FLOAT,
    "boolean": Kind.BOOLEAN,
    "string": Kind.TEXT,
    "date": Kind.MOMENT,
    "datetime": Kind.MOMENT,
}


def part_of(values: Sequence[Any], *, declared: Kind | None, exact: bool) -> Part:
    """Return values as a driver hands them over, None for NULL, as a part of a column.

    Args:
        values: Python values.
        declared: What the database says that they are; None where it says nothing.
        exact: Whether decimals stay decimals rather than becoming floats.
    """
    objects = object_array(values)
    missing = np.fromiter((value is None for value in values), bool, len(values))
    present = objects[~missing] if missing.any() else objects
    if not len(present):
        return _missing_part(declared or Kind.UNKNOWN, len(values))
    inferred = pd.api.types.infer_dtype(present, skipna=False)
    kind = _INFERRED.get(inferred, Kind.OBJECT)
    if exact and inferred == "decimal":
        kind = Kind.OBJECT
    if inferred in ("integer", "floating") and declared is Kind.FLOAT:
        kind = Kind.FLOAT
    if kind is Kind.INTEGER and declared is Kind.BOOLEAN and set(present) <= {0, 1}:
        kind = Kind.BOOLEAN
    if kind is Kind.MOMENT and inferred == "datetime":
        kind = _kind_of_moments(present)
    return _part(kind, objects, missing)


def object_array(values: Sequence[Any]) -> Any:
    """Return values, whatever they are, as an array of objects."""
    return np.fromiter(values, dtype=object, count=len(values))


def column_of(parts: Iterable[Part]) -> Any:
    """Return parts as one array, which a frame can take as a column."""
    some = [part for part in parts if len(part.values)] or list(parts)
    known = {part.kind for part in some} - {Kind.UNKNOWN}
    if known == {Kind.INTEGER, Kind.BOOLEAN}:  # truths that are numbers after all
        some, known = [_as_integers(part) for part in some], {Kind.INTEGER}
    if len(known) > 1 and known <= {Kind.INTEGER, Kind.FLOAT}:
        some, known = [as_floats(part) for part in some], {Kind.FLOAT}
    if len(known) > 1:
        some, known = [_as_objects(part) for part in some], {Kind.OBJECT}
    kind = known.pop() if known else Kind.UNKNOWN
    alike = [
        _missing_part(kind, len(part.values)) if part.kind is Kind.UNKNOWN else part
        for part in some
    ]
    return _array(kind, alike)


def as_floats(part: Part) -> Part:
    """Return integers as floats; other values as they are."""
    if part.kind is not Kind.INTEGER:
        return part
    values = part.values.astype("float64")
    if part.missing is not None:
        values[part.missing] = np.nan
    return Part(Kind.FLOAT, values)


def _as_integers(part: Part) -> Part:
    if part.kind is not Kind.BOOLEAN:
        return part
    return Part(Kind.INTEGER, part.values.astype("int64"), part.missing)


def _kind_of_moments(values: Any) -> Kind:
    zoned = {value.tzinfo is not None for value in values}
    if len(zoned) > 1:
        return Kind.OBJECT
    return Kind.INSTANT if zoned.pop() else Kind.MOMENT


def _part(kind: Kind, objects: Any, missing: Any) -> Part:
    if kind is Kind.INTEGER:
        return _integers(objects, missing)
    if kind is Kind.BOOLEAN:
        return Part(kind, np.where(missing, False, objects).astype(bool), missing)
    if kind is Kind.FLOAT:
        return Part(kind, np.where(missing, np.nan, objects).astype("float64"))
    if kind is Kind.TEXT:
        return Part(kind, _texts(objects, missing))
    if kind in (Kind.MOMENT, Kind.DAY):
        return Part(Kind.MOMENT, objects.astype("datetime64[us]"))
    if kind is Kind.INSTANT:
        naive = [v and v.astimezone(timezone.utc).replace(tzinfo=None) for v in objects]
        return Part(kind, np.array(naive, dtype="datetime64[us]"))
    return Part(Kind.OBJECT, object_array([_plain(value) for value in objects]))


def _texts(objects: Any, missing: Any) -> Any:
    if PANDAS_2:
        return np.where(missing, np.nan, objects)
    return pd.array(objects, dtype="str")


def _integers(objects: Any, missing: Any) -> Part:
    filled = np.where(missing, 0, objects)
    for dtype in ("int64", "uint64"):
        try:
            return Part(Kind.INTEGER, filled.astype(dtype), missing)
        except OverflowError:
            continue
    return Part(Kind.OBJECT, objects)


def _plain(value: Any) -> Any:
    return bytes(value) if isinstance(value, (memoryview, bytearray)) else value


def _missing_part(kind: Kind, length: int) -> Part:
    nothing = np.full(length, None, dtype=object)
    everywhere = np.ones(length, dtype=bool)
    if kind is Kind.UNKNOWN:
        return Part(kind, np.full(length, np.nan))
    return _part(kind, nothing, everywhere)


def _as_objects(part: Part) -> Part:
    if part.kind is Kind.UNKNOWN:
        return part
    values = np.array(pd.Series(_array(part.kind, [part])).astype(object))
    values[pd.isna(values)] = None
    return Part(Kind.OBJECT, values)


def _array(kind: Kind, parts: Sequence[Part]) -> Any:
    values = _joined([part.values for part in parts])
    if kind in (Kind.INTEGER, Kind.BOOLEAN):
        masks = [part.missing for part in parts if part.missing is not None]
        missing = _joined(masks)
        return _nullable(values, missing) if missing.any() else values
    if kind is Kind.INSTANT:
        return pd.array(values, dtype="datetime64[us, UTC]")
    if kind is Kind.OBJECT or values.dtype == object:  # which pandas is not to infer
        return pd.arrays.NumpyExtensionArray(values)
    return values


def _nullable(values: Any, missing: Any) -> Any:
    if values.dtype == bool:
        return pd.arrays.BooleanArray(values, missing)
    return pd.arrays.IntegerArray(values, missing)


def _joined(arrays: Sequence[Any]) -> Any:
    """Return arrays as one that its taker may change, which Arrow's memory isn't."""
    if len(arrays) == 1:
        (array,) = arrays
        may_change = not isinstance(array, np.ndarray) or array.flags.writeable
        return array if may_change else array.copy()
    if isinstance(arrays[0], np.ndarray):
        return np.concatenate(arrays)
    return pd.concat([pd.Series(array) for array in arrays]).array
