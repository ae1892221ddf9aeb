"""Messages between Python and R: dicts here, named lists there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from launchpad_model_r.serialization import answers, values, wire
from launchpad_model_r.serialization.pieces import Piece, Pieces
from launchpad_model_r.serialization.unsendable import Unsendable
from launchpad_model_r.serialization.wire import Unreadable

__all__ = ["Unreadable", "Unsendable", "decode", "encode"]


def encode(message: Mapping[str, Any], *, integer64: bool = False) -> Sequence[Piece]:
    """Return a message to R as bytes that are to be sent one after another.

    Args:
        message: The message; :mod:`launchpad_model_r.serialization.values` says which
            values it may hold.
        integer64: Whether bit64 is installed in R.

    Raises:
        Unsendable: When a value has no form in R.
    """
    pieces = Pieces(integer64=integer64)
    pieces.start(wire.LIST, len(message), wire.ATTRIBUTED)
    for key, value in message.items():
        values.write(pieces, value, ((), key))
    pieces.names(message)
    if pieces.coded:
        pieces.attribute("coded")
        pieces.integer(1, wire.LOGICAL)
    pieces.end()
    return pieces.joined()


def decode(content: bytes | bytearray | memoryview) -> dict[str, Any]:
    """Return a message from R.

    Raises:
        Unreadable: When the content is damaged, or holds what has no form in Python.
    """
    message = answers.value_of(wire.read(content))
    if not isinstance(message, dict):
        raise Unreadable("the content isn't a message")
    return message
