"""Values from text, read strictly: nothing is trimmed, rounded or guessed."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from launchpad_core.schemas.faults import TOO_DEEP, Problem, Unfit
from launchpad_core.schemas.words import type_problem

_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
_INTEGER = re.compile(r"[+-]?\d{1,4300}", re.ASCII)
_BOOLEANS = {"true": True, "false": False}
_NULLS = ("", "null")

# What of a surrogate pair stands alone, in JSON; the decoder calls it truncated.
_HIGH, _LOW = rb"\\u[dD][89abAB][0-9a-fA-F]{2}", rb"\\u[dD][c-fC-F][0-9a-fA-F]{2}"
_HALF = re.compile(
    rb"(?<!\\)(?:\\\\)*(?P<half>%b(?!%b)|(?<!%b)%b)" % (_HIGH, _LOW, _HIGH, _LOW)
)

_decode = msgspec.json.Decoder().decode


def number_of(text: str) -> float:
    """Return a number: ASCII digits, finite.

    Raises:
        Unfit: When the text is anything else.
    """
    if _NUMBER.fullmatch(text):
        value = float(text)
        if math.isfinite(value):
            return value
    raise Unfit(type_problem(["number"], text))


def integer_of(text: str) -> int:
    """Return an integer: at most 4300 ASCII digits.

    Raises:
        Unfit: When the text is anything else.
    """
    if _INTEGER.fullmatch(text):
        return int(text)
    raise Unfit(type_problem(["integer"], text))


def boolean_of(text: str) -> bool:
    """Return true or false, in lower or upper case.

    Raises:
        Unfit: When the text is anything else.
    """
    value = _BOOLEANS.get(text.lower())
    if value is None:
        raise Unfit(type_problem(["boolean"], text))
    return value


def null_of(text: str) -> None:
    """Return None for an empty text and for ``null``.

    Raises:
        Unfit: When the text is anything else.
    """
    if text not in _NULLS:
        raise Unfit(type_problem(["null"], text))


def text_of(text: str) -> str:
    """Return text that can be written as UTF-8.

    Raises:
        Unfit: When it has a lone surrogate.
    """
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            raise Unfit(Problem("type", "should be valid Unicode")) from None
    return text


def json_of(text: str | bytes) -> Any:
    """Return the value that JSON text holds: integers are exact, numbers finite.

    Raises:
        Unfit: When it is no JSON, no UTF-8, or nested too deeply.
    """
    try:
        return _decode(text)
    except RecursionError:
        raise Unfit(TOO_DEEP) from None
    except UnicodeError:
        detail = "is not UTF-8"
    except msgspec.DecodeError as error:
        detail = _half_character(text) or f"is not JSON: {_reason(error)}"
    raise Unfit(Problem("syntax", detail))


def _half_character(text: str | bytes) -> str:
    found = _HALF.search(text.encode() if isinstance(text, str) else text)
    if found is None:
        return ""
    return f"is not valid Unicode: {found['half'].decode()} is half of a character"


def _reason(error: msgspec.DecodeError) -> str:
    reason = str(error).removeprefix("JSON is malformed: ").partition(" - at ")[0]
    return reason[:1].lower() + reason[1:]


def _json_object(text: str) -> Any:
    value = json_of(text)
    if not isinstance(value, dict):
        raise Unfit(type_problem(["object"], value))
    return value


def _json_array(text: str) -> Any:
    value = json_of(text)
    if not isinstance(value, list):
        raise Unfit(type_problem(["array"], value))
    return value


READERS: Mapping[str, Callable[[str], Any]] = {
    "null": null_of,
    "boolean": boolean_of,
    "integer": integer_of,
    "number": number_of,
    "object": _json_object,
    "array": _json_array,
    "string": text_of,
}
"""For each type of JSON Schema, what reads it from one text."""
