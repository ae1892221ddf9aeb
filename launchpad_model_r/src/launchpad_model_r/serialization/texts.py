"""Text as R has it: each with its type and its length before it, many at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from launchpad_model_r.serialization import wire
from launchpad_model_r.serialization.pieces import Pieces
from launchpad_model_r.serialization.unsendable import Place, unsendable

_MANY = 32
"""From how many texts on arrays are quicker than one text after the other."""

_AT_ONCE = 4096
"""How many texts arrays hold, small enough for the processor's caches."""

_SPARE = (b"\0" * 8, b"\0" * 7 + b"\1")
_NA = np.int32(-(2**31))


def write(
    pieces: Pieces, values: Sequence[str | None], place: Place, flags: int = 0
) -> None:
    """Write text, or begin text with attributes, if flags say so; None is NA.

    Raises:
        Unsendable: When it holds a NUL character, or isn't valid Unicode.
    """
    if len(values) < _MANY:
        for index, one in enumerate(values):
            check(one or "", (place, index) if len(values) > 1 else place)
        pieces.texts(values, flags)
        return
    pieces.start(wire.TEXT, len(values), flags)
    for first in range(0, len(values), _AT_ONCE):
        pieces.add(_characters(values[first : first + _AT_ONCE], place, first))


def write_arrow(pieces: Pieces, chunks: Iterable[Any], place: Place) -> None:
    """Write the text in chunks of Arrow, each a ``LargeStringArray``.

    Raises:
        Unsendable: When it holds a NUL character.
    """
    chunks = [*chunks]
    pieces.start(wire.TEXT, sum(map(len, chunks)))
    done = 0
    for chunk in chunks:
        for first in range(0, len(chunk), _AT_ONCE):
            part = chunk.slice(first, _AT_ONCE)
            pieces.add(_characters_of_arrow(part, place, done + first))
        done += len(chunk)


def write_codes(
    pieces: Pieces, codes: Any, different: Sequence[str], place: Place
) -> None:
    """Write text as its different values, of which R takes one for each code.

    Args:
        pieces: Where it is written to.
        codes: Which of the values each text is, from 0; -1 for NA.
        different: The values.
        place: Where it is, for messages.

    Raises:
        Unsendable: When a value holds a NUL character, or isn't valid Unicode.
    """
    for one in different:
        check(one, place)
    pieces.coded = True
    numbers = as_counted_in_r(codes)
    flags = wire.CLASSED | wire.ATTRIBUTED
    pieces.vector(wire.INTEGER, len(numbers), numbers.view("u1").data, flags)
    pieces.attribute("values")
    write(pieces, different, place)
    pieces.classes("launchpad_codes")
    pieces.end()


def as_counted_in_r(codes: Any) -> Any:
    """Return codes from 0, with -1 for NA, as R has them: from 1."""
    return np.where(codes < 0, _NA, codes + 1).astype("<i4")


def check(text: str, place: Place) -> None:
    """Check that R can hold a text.

    Raises:
        Unsendable: When it can't.
    """
    if "\0" in text:
        raise unsendable(place, "text with a NUL character", "send it as bytes")
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            what = "text with half a surrogate pair"
            raise unsendable(place, what, "decode it as UTF-8") from None


def _characters(values: Sequence[str | None], place: Place, first: int) -> memoryview:
    missing = None
    if None in values:
        missing = np.array([one is None for one in values])
    given = ["" if one is None else one for one in values]
    try:
        joined = "\0".join(["", *given]).encode()
    except UnicodeEncodeError:
        joined = b""
    content = np.frombuffer(joined, "u1")
    starts = np.flatnonzero(content == 0)
    if len(starts) != len(given):
        _check_each(given, place, first)
    lengths = np.diff(starts, append=len(content)) - 1
    return _with_heads(content, lengths, missing, spare=1)


def _characters_of_arrow(values: Any, place: Place, first: int) -> memoryview:
    missing = None
    if values.null_count:
        missing = values.is_null().to_numpy(zero_copy_only=False)
        values = values.fill_null("")
    _, offsets, content = values.buffers()
    ends = np.frombuffer(offsets, "<i8")[values.offset :][: len(values) + 1]
    text = np.frombuffer(content or b"", "u1")[ends[0] : ends[-1]]
    if (text == 0).any():
        _check_each(values.to_pylist(), place, first)
    return _with_heads(text, np.diff(ends), missing)


def _check_each(values: Iterable[str], place: Place, first: int) -> None:
    for index, one in enumerate(values, first):
        check(one, (place, index))


def _with_heads(
    content: Any, lengths: Any, missing: Any, *, spare: int = 0
) -> memoryview:
    """Return texts with the head of 8 bytes that R expects before each.

    Args:
        content: The bytes of all texts.
        lengths: How many of them each text has.
        missing: Which of the texts, all empty, are NA; None if none is.
        spare: How many bytes of content stand before each text, in place of its head.
    """
    heads = np.empty((len(lengths), 2), "<i4")
    heads[:, 0] = wire.CHAR | wire.UTF8
    heads[:, 1] = lengths
    if missing is not None:
        heads[missing] = (wire.CHAR, -1)
    starts = np.cumsum(lengths + 8) - lengths - 8
    whole = np.empty(len(content) + (8 - spare) * len(lengths), "u1")
    is_given = np.ones(len(whole), bool)
    _eight_from_each(is_given)[starts] = np.frombuffer(_SPARE[spare], "<u8")
    whole[is_given] = content
    _eight_from_each(whole)[starts] = heads.view("<u8").ravel()
    return whole.data


def _eight_from_each(array: Any) -> Any:
    """Return a view of an array of bytes: 8 of them, as a number, from each on."""
    return np.ndarray((max(len(array) - 7, 0),), "<u8", array, strides=(1,))
