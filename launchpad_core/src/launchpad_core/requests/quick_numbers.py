"""Numbers from text in a single step, where they are spelled as in JSON."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from launchpad_core.contract import Schema
from launchpad_core.schemas.typed_json import Inexpressible, typed

Read = Callable[[Sequence[str]], Any]


def quick_number_reader(schema: Schema, read: Read) -> Read:
    """Return a function that reads a number, and only seldom needs a slower one.

    A JSON decoder reads and checks most numbers at once. It knows neither ``+5`` nor
    ``.5``, and it skips spaces around a number, which aren't allowed here.

    Args:
        schema: The schema of the number.
        read: What reads every number, and tells what is wrong with one.
    """
    try:
        decode = msgspec.json.Decoder(typed(schema)).decode
    except Inexpressible:
        return read

    def read_quickly(texts: Sequence[str]) -> Any:
        if len(texts) == 1:
            text = texts[0]
            try:
                value = decode(text)
            except (msgspec.DecodeError, UnicodeError, RecursionError):
                return read(texts)
            if text[0] > " " and text[-1] > " ":
                return value
        return read(texts)

    return read_quickly
