"""Reading R's own binary serialization, in which R and Python tell each other values.

The format is described in the manual "R Internals", section "Serialization Formats".
Versions 2 and 3 are read, in the little-endian binary form ("B"). The content may come
from a process that went wrong: every length is checked before it is believed.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

NIL, SYM, PAIRLIST, CHAR = 254, 1, 2, 9
LOGICAL, INTEGER, DOUBLE, COMPLEX, TEXT, LIST, RAW = 10, 13, 14, 15, 16, 19, 24
REFERENCE, ATTRIBUTED_PAIRLIST = 255, 239

CLASSED, ATTRIBUTED, TAGGED = 1 << 8, 1 << 9, 1 << 10
BYTES, LATIN1, UTF8, ASCII = 1 << 13, 1 << 14, 1 << 15, 1 << 18

MAX_DEPTH = 100
"""How deep lists may be nested in lists."""

_SIZES = {LOGICAL: 4, INTEGER: 4, DOUBLE: 8, COMPLEX: 16, RAW: 1}
_UNREADABLE = {
    3: "a function",
    4: "an environment",
    5: "a promise",
    6: "a call",
    7: "a function",
    8: "a function",
    20: "an expression",
    21: "compiled code",
    22: "an external pointer",
    23: "a weak reference",
    25: "an S4 object",
    238: "an ALTREP object (serialize it with version = 2)",
    **dict.fromkeys(range(247, 251), "an environment"),
    **dict.fromkeys((241, 242, 253), "an environment"),
}
_INT = struct.Struct("<i").unpack_from
_INTS = struct.Struct("<ii").unpack_from
_HEADER = struct.Struct("<2siii").unpack_from
_LONG = struct.Struct("<iiI").unpack_from
_FLAGS = struct.Struct("<I").unpack_from


class Unreadable(ValueError):
    """Content that isn't what R writes, or holds what has no form in Python."""


@dataclass(frozen=True, slots=True)
class Vector:
    """A vector of R, as it was read.

    Attributes:
        kind: The type, such as ``DOUBLE``; ``NIL`` for NULL.
        length: How many elements it has.
        data: Their bytes; for text a list of str or None, for lists one of vectors.
        attributes: By their names.
    """

    kind: int
    length: int
    data: Any
    attributes: Mapping[str, Vector]


NULL = Vector(NIL, 0, (), {})


def read(content: bytes | bytearray | memoryview) -> Vector:
    """Return what R serialized.

    Raises:
        Unreadable: When the content is damaged, or holds what can't be read.
    """
    reader = _Reader(memoryview(content))
    try:
        vector = reader.whole()
    except struct.error:
        raise Unreadable("the content is cut off") from None
    except UnicodeDecodeError as error:
        raise Unreadable(f"text that isn't valid {error.encoding}") from None
    return vector


class _Reader:
    def __init__(self, content: memoryview) -> None:
        self.content = content
        self.size = len(content)
        self.position = 0
        self.symbols: list[str] = []

    def whole(self) -> Vector:
        magic, version, _, _ = _HEADER(self.content, 0)
        if magic != b"B\n" or version not in (2, 3):
            raise Unreadable("the content isn't R's binary serialization")
        self.position = 14
        if version == 3:
            (length,) = _INT(self.content, self.position)
            self.position += 4
            self.take(length)
        vector = self.vector(MAX_DEPTH)
        if self.position != self.size:
            raise Unreadable("the content is longer than what it holds")
        return vector

    def take(self, length: int) -> memoryview:
        start = self.position
        if not 0 <= length <= self.size - start:
            raise Unreadable("the content is cut off")
        self.position = start + length
        return self.content[start : start + length]

    def flags(self) -> int:
        (flags,) = _FLAGS(self.content, self.position)
        self.position += 4
        return int(flags)

    def vector(self, depth: int) -> Vector:
        flags = self.flags()
        kind = flags & 255
        if kind == NIL:
            return NULL
        if kind in (PAIRLIST, ATTRIBUTED_PAIRLIST):
            raise Unreadable("a pairlist can't be read")
        if kind not in _SIZES and kind not in (TEXT, LIST):
            what = _UNREADABLE.get(kind, f"what has the type {kind}")
            raise Unreadable(f"{what} can't be read")
        length = self.length()
        data: Any
        if kind == TEXT:
            data = self.texts(length)
        elif kind == LIST:
            data = self.vectors(length, depth)
        else:
            data = self.take(length * _SIZES[kind])
        attributes = self.attributes(depth) if flags & ATTRIBUTED else {}
        return Vector(kind, length, data, attributes)

    def length(self) -> int:
        (length,) = _INT(self.content, self.position)
        self.position += 4
        if length == -1:
            _, high, low = _LONG(self.content, self.position - 4)
            self.position += 8
            length = (high << 32) + low
        if length < 0:
            raise Unreadable("a length below zero")
        return int(length)

    def texts(self, count: int) -> list[str | None]:
        self.expect(count * 8)
        return [self.text() for _ in range(count)]

    def text(self) -> str | None:
        flags, length = _INTS(self.content, self.position)
        self.position += 8
        if flags & 255 != CHAR:
            raise Unreadable("text was expected")
        if length == -1:
            return None
        if flags & BYTES:
            raise Unreadable('text with the encoding "bytes" can\'t be read')
        encoding = "latin-1" if flags & LATIN1 else "utf-8"
        return str(self.take(length), encoding)

    def vectors(self, count: int, depth: int) -> list[Vector]:
        self.expect(count * 4)
        if depth == 0:
            raise Unreadable(f"lists are nested more than {MAX_DEPTH} deep")
        return [self.vector(depth - 1) for _ in range(count)]

    def expect(self, size: int) -> None:
        """Check that so many bytes are left, before anything is made for them."""
        if size > self.size - self.position:
            raise Unreadable("the content is cut off")

    def attributes(self, depth: int) -> dict[str, Vector]:
        found = {}
        if depth == 0:
            raise Unreadable(f"attributes are nested more than {MAX_DEPTH} deep")
        while (flags := self.flags()) & 255 != NIL:
            if flags & 255 != PAIRLIST or not flags & TAGGED:
                raise Unreadable("attributes were expected")
            name = self.symbol()
            found[name] = self.vector(depth - 1)
        return found

    def symbol(self) -> str:
        flags = self.flags()
        if flags & 255 == SYM:
            self.symbols.append(self.text() or "")
            return self.symbols[-1]
        if flags & 255 != REFERENCE:
            raise Unreadable("a name was expected")
        # The number stands in the flags; after them, if it is too large for that.
        number = flags >> 8 or self.flags()
        if not 0 < number <= len(self.symbols):
            raise Unreadable("a name was referred to that isn't there")
        return self.symbols[number - 1]
