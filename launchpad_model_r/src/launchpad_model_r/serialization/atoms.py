"""The elements of R's atomic vectors, as arrays of NumPy."""

from __future__ import annotations

import struct
from datetime import timezone, tzinfo
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np

from launchpad_model_r.serialization import wire
from launchpad_model_r.serialization.vectors import NA_INTEGER, NA_INTEGER64
from launchpad_model_r.serialization.wire import Unreadable, Vector

__all__ = ["NA_INTEGER", "NA_INTEGER64"]

_SECONDS = {"secs": 1, "mins": 60, "hours": 3600, "days": 86400, "weeks": 604800}
_FAR = 2**63 / 1e6


def classes(vector: Vector) -> list[str | None]:
    """Return the classes of a vector."""
    return texts(vector.attributes.get("class")) or []


def texts(vector: Vector | None) -> list[str | None] | None:
    """Return the elements of text; None for what isn't text, or isn't there."""
    if vector is None or vector.kind != wire.TEXT:
        return None if vector is None else text_of(vector)
    found: list[str | None] = vector.data
    return found


def length(vector: Vector) -> int:
    """Return how many elements a vector has, text in a block included."""
    if vector.kind == wire.LIST and _is_block(vector):
        (count,) = doubles(vector.data[1])
        return int(count)
    return vector.length


def text_of(vector: Vector) -> list[str | None] | None:
    """Return the elements of text, also of text in a block; None for other vectors.

    Raises:
        Unreadable: When the block is damaged.
    """
    if vector.kind == wire.TEXT:
        found: list[str | None] = vector.data
        return found
    if vector.kind != wire.LIST or not _is_block(vector):
        return None
    block, count, missing = vector.data
    if block.kind != wire.RAW:
        raise Unreadable("a block of text is damaged")
    try:
        values: list[str | None] = [*str(block.data, "utf-8").split("\0")]
    except UnicodeDecodeError:
        raise Unreadable("text that isn't valid utf-8") from None
    if values.pop() != "" or [len(values)] != doubles(count).tolist():
        raise Unreadable("a block of text is damaged")
    for index in integers(missing).tolist():
        if not 0 < index <= len(values):
            raise Unreadable("a block of text is damaged")
        values[index - 1] = None
    return values


def _is_block(vector: Vector) -> bool:
    kinds = vector.attributes.get("class")
    if kinds is None or kinds.kind != wire.TEXT or "launchpad_text" not in kinds.data:
        return False
    if vector.length != 3 or vector.data[1].length != 1:
        raise Unreadable("a block of text is damaged")
    return True


def integers(vector: Vector) -> Any:
    """Return integers or truth values."""
    _expect(vector, wire.INTEGER, wire.LOGICAL)
    return np.frombuffer(vector.data, "<i4")


def integers64(vector: Vector) -> Any:
    """Return the whole numbers of bit64."""
    _expect(vector, wire.DOUBLE)
    return np.frombuffer(vector.data, "<i8")


def doubles(vector: Vector) -> Any:
    """Return numbers."""
    _expect(vector, wire.DOUBLE)
    return np.frombuffer(vector.data, "<f8")


def without_na(numbers: Any) -> Any:
    """Return a copy in which NaN stands for NA.

    NA is a signalling NaN, at which NumPy's functions would warn.
    """
    found = numbers.copy()
    found[np.isnan(found)] = np.nan
    return found


def complexes(vector: Vector) -> Any:
    """Return complex numbers."""
    _expect(vector, wire.COMPLEX)
    return np.frombuffer(vector.data, "<c16")


def are_missing(numbers: Any) -> Any:
    """Return which doubles are NA, in contrast to NaN."""
    return np.isnan(numbers) & (numbers.view("<u8") & 0xFFFFFFFF == 1954)


def factor(vector: Vector) -> tuple[Any, list[str | None]]:
    """Return the codes of a factor, from 0 and -1 for NA, and its levels."""
    levels = texts(vector.attributes.get("levels"))
    if levels is None:
        if vector.length:
            raise Unreadable("a factor without levels")
        levels = []
    codes = integers(vector)
    codes = np.where(codes == NA_INTEGER, 0, codes) - 1
    if len(codes) and not (codes.min() >= -1 and codes.max() < len(levels)):
        raise Unreadable("a factor with a level that isn't there")
    return codes, levels


def days(vector: Vector) -> Any:
    """Return dates as datetime64."""
    return _whole(np.floor(_numbers(vector)), 1).view("M8[D]")


def moments(vector: Vector) -> Any:
    """Return moments of time as datetime64, in UTC."""
    return _microseconds(_numbers(vector)).view("M8[us]")


def durations(vector: Vector) -> Any:
    """Return durations as timedelta64."""
    (units,) = texts(vector.attributes.get("units")) or [None]
    if units not in _SECONDS:
        raise Unreadable(f"a difftime in {units}")
    return _microseconds(_numbers(vector) * _SECONDS[units]).view("m8[us]")


def zone(vector: Vector) -> tzinfo | None:
    """Return the time zone of moments; None if there is none."""
    name = (texts(vector.attributes.get("tzone")) or [None])[0]
    if not name:
        return None
    if name in ("UTC", "GMT"):
        return timezone.utc
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Unreadable(f"the time zone {name!r} isn't known in Python") from None


def checked(values: list[Any]) -> list[Any]:
    """Return dates and times; raise where they are too far away for Python's own.

    Raises:
        Unreadable: When one is before the year 1 or after the year 9999.
    """
    if int in set(map(type, values)):
        raise Unreadable("a time beyond the years 1 to 9999")
    return values


def _expect(vector: Vector, *kinds: int) -> None:
    if vector.kind not in kinds:
        raise Unreadable(f"a vector has the type {vector.kind}, not {kinds[0]}")


def _numbers(vector: Vector) -> Any:
    if vector.kind == wire.INTEGER:
        numbers = integers(vector)
        return np.where(numbers == NA_INTEGER, np.nan, numbers)
    return without_na(doubles(vector))


def _microseconds(seconds: Any) -> Any:
    # Apart, since whole seconds times a million needn't be exact.
    whole = np.floor(seconds)
    with np.errstate(invalid="ignore"):
        rest = np.rint((seconds - whole) * 1e6)
    found = _whole(whole, 1_000_000)
    there = ~np.isnan(seconds)
    found[there] += rest[there].astype("i8")
    return found


def _whole(numbers: Any, factor: int) -> Any:
    missing = np.isnan(numbers)
    given = np.where(missing, 0, numbers)
    if len(given) and np.abs(given).max() >= _FAR:
        raise Unreadable("a time that is infinite, or too far away")
    whole = given.astype("i8") * factor
    whole[missing] = np.iinfo("i8").min
    return whole


SINGLE_DOUBLE = struct.Struct("<d").unpack
SINGLE_INTEGER = struct.Struct("<i").unpack
