"""Python's own scalars, one or many of a kind, as vectors of R."""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta, timezone, tzinfo
from typing import Any

from launchpad_model_r.serialization import texts, wire
from launchpad_model_r.serialization.pieces import Pieces
from launchpad_model_r.serialization.unsendable import Place, unsendable

NA_INTEGER = -(2**31)
NA_INTEGER64 = -(2**63)

EXACT = 2**53
"""Up to here a double holds every whole number."""

_CLASSED = wire.CLASSED | wire.ATTRIBUTED
_NA_BYTES = struct.pack("<Q", 0x7FF00000000007A2)
_EPOCH = datetime(1970, 1, 1)
_EPOCH_UTC = _EPOCH.replace(tzinfo=timezone.utc)
_EPOCH_DAY = _EPOCH.toordinal()

Scalars = Sequence[Any]
"""Values of one kind, in which None stands for a missing one."""


def write_logicals(pieces: Pieces, values: Scalars, place: Place = ()) -> None:
    """Write truth values."""
    numbers = [NA_INTEGER if one is None else one for one in values]
    pieces.vector(wire.LOGICAL, len(numbers), _integers(numbers))


def write_integers(pieces: Pieces, values: Scalars, place: Place) -> None:
    """Write whole numbers: as integer, integer64 or double, whichever holds them.

    Raises:
        Unsendable: When one is too large.
    """
    given = [one for one in values if one is not None]
    kind = kind_of_integers(
        min(given, default=0), max(given, default=0), pieces.integer64, place
    )
    if kind == wire.INTEGER:
        numbers = [NA_INTEGER if one is None else one for one in values]
        pieces.vector(wire.INTEGER, len(numbers), _integers(numbers))
    elif kind == wire.DOUBLE:
        write_doubles(pieces, values)
    else:
        numbers = [NA_INTEGER64 if one is None else one for one in values]
        data = struct.pack(f"<{len(numbers)}q", *numbers)
        pieces.vector(wire.DOUBLE, len(numbers), data, _CLASSED)
        pieces.classes("integer64")
        pieces.end()


def kind_of_integers(
    least: int, most: int, integer64: bool, place: Place
) -> int | None:
    """Return the kind of vector that whole numbers fit into; None for integer64.

    Raises:
        Unsendable: When there is none.
    """
    if least > NA_INTEGER and most < 2**31:
        return wire.INTEGER
    if integer64 and least > NA_INTEGER64 and most < 2**63:
        return None
    if not integer64 and least >= -EXACT and most <= EXACT:
        return wire.DOUBLE
    number = most if most >= -least else least
    if least > NA_INTEGER64 and most < 2**63:
        hint = 'install.packages("bit64") in R'
    else:
        hint = "send it as text or as a float"
    raise unsendable(place, f"the whole number {number}", hint)


def write_doubles(pieces: Pieces, values: Scalars, place: Place = ()) -> None:
    """Write numbers; NaN stays NaN.

    Raises:
        Unsendable: When one is a whole number that is too large.
    """
    pieces.vector(wire.DOUBLE, len(values), _doubles(values, place))


def write_complexes(pieces: Pieces, values: Scalars, place: Place = ()) -> None:
    """Write complex numbers."""
    numbers = []
    for one in values:
        numbers += [None, None] if one is None else [one.real, one.imag]
    pieces.vector(wire.COMPLEX, len(values), _doubles(numbers, place))


def write_dates(pieces: Pieces, values: Scalars, place: Place = ()) -> None:
    """Write dates."""
    days = [None if one is None else one.toordinal() - _EPOCH_DAY for one in values]
    pieces.vector(wire.DOUBLE, len(days), _doubles(days, place), _CLASSED)
    pieces.classes("Date")
    pieces.end()


def write_moments(pieces: Pieces, values: Scalars, place: Place = ()) -> None:
    """Write moments of time, all with a time zone or all without."""
    zones = {one.tzinfo for one in values if one is not None}
    zone = zones.pop() if len(zones) == 1 else timezone.utc
    epoch = _EPOCH if zone is None else _EPOCH_UTC
    seconds = [None if one is None else _seconds(one - epoch) for one in values]
    start_moments(pieces, _doubles(seconds, place), zone)


def start_moments(pieces: Pieces, data: bytes | memoryview, zone: Any) -> None:
    """Write moments of time, given as the bytes of seconds since 1970 in UTC."""
    pieces.vector(wire.DOUBLE, len(data) // 8, data, _CLASSED)
    if zone is not None:
        pieces.attribute("tzone")
        pieces.texts([zone_name(zone)])
    pieces.classes("POSIXct", "POSIXt")
    pieces.end()


def zone_name(zone: tzinfo) -> str:
    """Return R's name of a time zone; UTC for one that has no name.

    Moments are told in seconds since 1970, so they stay the same ones in any case.
    """
    name = getattr(zone, "key", None) or getattr(zone, "zone", None)
    if name:
        return str(name)
    hours, rest = divmod(zone.utcoffset(None) or timedelta(), timedelta(hours=1))
    if rest or not hours or not -14 <= hours <= 12:
        return "UTC"
    return f"Etc/GMT{-hours:+d}"


def write_durations(pieces: Pieces, values: Scalars, place: Place = ()) -> None:
    """Write durations, in seconds."""
    seconds = [None if one is None else _seconds(one) for one in values]
    start_durations(pieces, _doubles(seconds, place))


def start_durations(pieces: Pieces, data: bytes | memoryview) -> None:
    """Write durations, given as the bytes of seconds."""
    pieces.vector(wire.DOUBLE, len(data) // 8, data, _CLASSED)
    pieces.attribute("units")
    pieces.texts(["secs"])
    pieces.classes("difftime")
    pieces.end()


WRITERS: Mapping[type, Callable[[Pieces, Scalars, Place], None]] = {
    bool: write_logicals,
    int: write_integers,
    float: write_doubles,
    complex: write_complexes,
    str: texts.write,
    date: write_dates,
    datetime: write_moments,
    timedelta: write_durations,
}


def _integers(numbers: Sequence[int]) -> bytes:
    return struct.pack(f"<{len(numbers)}i", *numbers)


def _doubles(values: Scalars, place: Place) -> bytes:
    numbers = [0.0 if one is None else one for one in values]
    try:
        data = struct.pack(f"<{len(numbers)}d", *numbers)
    except OverflowError:
        what = "a whole number of more than 308 digits"
        raise unsendable(place, what, "send it as text") from None
    if None not in values:
        return data
    # NA is a NaN with a payload, which Python's floats needn't keep.
    patched = bytearray(data)
    for index, one in enumerate(values):
        if one is None:
            patched[index * 8 : index * 8 + 8] = _NA_BYTES
    return bytes(patched)


def _seconds(duration: timedelta) -> float:
    # total_seconds() loses microseconds of long durations earlier than need be.
    return duration.days * 86400 + duration.seconds + duration.microseconds / 1e6
