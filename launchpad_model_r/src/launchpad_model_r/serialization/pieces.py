"""Writing R's own binary serialization, in pieces that are sent one after another.

Version 2, little-endian, as in the manual "R Internals". The bytes of large columns
become pieces of their own, which aren't copied.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from functools import lru_cache

from launchpad_model_r.serialization import wire

Piece = bytes | memoryview

_START = b"B\n" + struct.pack("<iii", 2, 0x040000, 0x020300)
_NIL = struct.pack("<i", wire.NIL)
_NA = struct.pack("<ii", wire.CHAR, -1)
_LARGE = 1 << 16
_INTS = struct.Struct("<ii").pack
_DOUBLE = struct.Struct("<iid").pack
_INTEGER = struct.Struct("<iii").pack


class Pieces:
    """What was written so far.

    Args:
        integer64: Whether R has bit64, so that large whole numbers can be sent.

    Attributes:
        coded: Whether there is text as codes, of which R makes text again.
    """

    def __init__(self, *, integer64: bool) -> None:
        self.integer64 = integer64
        self.coded = False
        self._pieces: list[Piece] = [_START]
        self.add = self._pieces.append

    def joined(self) -> Sequence[Piece]:
        """Return the pieces with small ones put together."""
        joined: list[Piece] = []
        small: list[Piece] = []
        for piece in self._pieces:
            if len(piece) < _LARGE:
                small.append(piece)
                continue
            joined += [b"".join(small), piece]
            small = []
        joined.append(b"".join(small))
        return joined

    def null(self) -> None:
        """Write NULL."""
        self.add(_NIL)

    def double(self, value: float) -> None:
        """Write one number."""
        self.add(_DOUBLE(wire.DOUBLE, 1, value))

    def integer(self, value: int, kind: int = wire.INTEGER) -> None:
        """Write one whole number or, with another kind, one truth value."""
        self.add(_INTEGER(kind, 1, value))

    def start(self, kind: int, length: int, flags: int = 0) -> None:
        """Begin a vector; its elements follow, then its attributes."""
        if length < 2**31:
            self.add(_INTS(kind | flags, length))
        else:
            self.add(struct.pack("<iiiI", kind | flags, -1, *divmod(length, 2**32)))

    def vector(self, kind: int, length: int, data: Piece, flags: int = 0) -> None:
        """Write a vector of numbers, or begin one with attributes, if flags say so."""
        self.start(kind, length, flags)
        self.add(data)

    def texts(self, values: Sequence[str | None], flags: int = 0) -> None:
        """Write text; None is NA."""
        self.start(wire.TEXT, len(values), flags)
        self._pieces += map(_text, values)

    def attribute(self, name: str) -> None:
        """Begin an attribute; its value follows."""
        self.add(_attribute(name))

    def classes(self, *names: str) -> None:
        """Write the attribute that says of which class a vector is."""
        self.add(_attribute("class"))
        self.texts(names)

    def names(self, names: Iterable[str]) -> None:
        """Write the attribute with the names of the elements."""
        self.add(_attribute("names"))
        self.texts([*names])

    def end(self) -> None:
        """End the attributes of a vector."""
        self.add(_NIL)


def _text(value: str | None) -> bytes:
    if value is None:
        return _NA
    return _short_text(value) if len(value) < 40 else _any_text(value)


@lru_cache(4096)
def _attribute(name: str) -> bytes:
    return _INTS(wire.PAIRLIST | wire.TAGGED, wire.SYM) + _short_text(name)


def _any_text(value: str) -> bytes:
    encoded = value.encode()
    flag = wire.ASCII if value.isascii() else wire.UTF8
    return _INTS(wire.CHAR | flag, len(encoded)) + encoded


_short_text = lru_cache(4096)(_any_text)
