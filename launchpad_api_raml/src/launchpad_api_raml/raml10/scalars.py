"""What a YAML scalar means: text, a number, true or false, or nothing."""

from __future__ import annotations

import re
from typing import Any

TEXT = "tag:yaml.org,2002:str"
NULL = "tag:yaml.org,2002:null"
COLLECTIONS = (None, "!", "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq")

_WORDS: dict[str, Any] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), float("inf")),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), float("-inf")),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
}
_INTEGER = re.compile(r"[-+]?[0-9]{1,300}")
_OTHER_BASE = re.compile(r"0o[0-7]{1,300}|0x[0-9a-fA-F]{1,300}")
_NUMBER = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")


def plain_value(text: str) -> Any:
    """Return what a scalar without quotes or tag means.

    Source: YAML 1.2.2, 10.3.2 "Tag Resolution". A leading zero doesn't make a number
    octal, and ``yes`` is text.
    """
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in "+-.0123456789":
        return text
    if _INTEGER.fullmatch(text):
        return int(text)
    if _OTHER_BASE.fullmatch(text):
        return int(text, 0)
    return float(text) if _NUMBER.fullmatch(text) else text


def tagged_value(tag: str, text: str) -> Any:
    """Return what a scalar with a tag of YAML's core schema means.

    Raises:
        ValueError: When the tag isn't allowed, or the text doesn't fit it.
    """
    if tag in (TEXT, "!"):
        return text
    if tag == NULL:
        return None
    kinds: dict[str, Any] = {
        "tag:yaml.org,2002:int": int,
        "tag:yaml.org,2002:float": (int, float),
        "tag:yaml.org,2002:bool": bool,
    }
    if tag not in kinds:
        raise ValueError(f"the tag {tag} is not allowed")
    value = plain_value(text)
    is_boolean = isinstance(value, bool) != (kinds[tag] is bool)
    if is_boolean or not isinstance(value, kinds[tag]):
        raise ValueError(f"{text!r} is no {tag.rpartition(':')[2]}")
    return value
