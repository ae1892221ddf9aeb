"""What to say about a key that the JSON Schema of OpenAPI doesn't know."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from launchpad_core.spelling import did_you_mean, meant_or_known

MAX_LISTED = 15  # enough for the methods of a path, and still one line

_SAME_MAPPING = ("if", "then", "else")
_SPELLING_HINT = "remove it, or correct its spelling"
_STATUS_HINT = "such as 200, 4XX or default"


@dataclass(frozen=True, slots=True)
class UnknownKey:
    """A key that has no meaning where it stands.

    Attributes:
        message: What is wrong with it.
        hint: What to do about it.
        is_certain: Whether it is wrong by itself, and not only because of its value.
        is_named: Whether the message says enough without the name of the mapping.
    """

    message: str
    hint: str
    is_certain: bool = False
    is_named: bool = False


def unknown_key(
    key: str, schema: Mapping[str, Any], schema_path: Sequence[str | int]
) -> UnknownKey:
    """Return what to say about a key.

    Args:
        key: The key.
        schema: The JSON Schema of OpenAPI, or an empty one for values of others.
        schema_path: What leads in it to the keyword that refuses the key.
    """
    message = f'the key "{key}" is unknown'
    if not schema:
        return UnknownKey(message, _SPELLING_HINT)
    holder = _at(schema, schema_path[:-1])
    kind = str(schema_path[-2]).lower() if len(schema_path) > 1 else ""
    has_pattern = any(
        re.search(one, key) for one in holder.get("patternProperties", ())
    )
    if kind == "responses" and not has_pattern:
        hint = did_you_mean(key, ["default"]) or _STATUS_HINT
        return UnknownKey(
            f'"{key}" is no HTTP status', hint, is_certain=True, is_named=True
        )
    if kind == "paths" and not has_pattern:
        return UnknownKey(
            f"{message}: a path begins with /", f"/{key}", is_certain=True
        )
    known = [one for one in dict.fromkeys(_keys(holder, schema)) if one[0] != "$"]
    is_short = 0 < len(known) <= MAX_LISTED
    listed = meant_or_known(key, known) if is_short else did_you_mean(key, known)
    return UnknownKey(message, listed or _SPELLING_HINT)


def _at(schema: Mapping[str, Any], path: Sequence[str | int]) -> Any:
    found: Any = schema
    for part in path:
        found = found[part]
    return found


def _keys(holder: Any, schema: Mapping[str, Any]) -> Iterator[str]:
    """Yield the keys that a part of a JSON Schema knows for one mapping."""
    if not isinstance(holder, Mapping):
        return
    yield from holder.get("properties", ())
    for pattern in holder.get("patternProperties", ()):
        yield from _alternatives(pattern)
    reference = holder.get("$ref", "")
    if reference.startswith("#/"):
        yield from _keys(_at(schema, reference.split("/")[1:]), schema)
    inner = [holder.get(keyword) for keyword in _SAME_MAPPING]
    inner += holder.get("allOf", ())
    inner += holder.get("dependentSchemas", {}).values()
    for one in inner:
        yield from _keys(one, schema)


def _alternatives(pattern: str) -> list[str]:
    """Return the keys of a pattern that is no more than a list: ``^(get|put)$``."""
    found = re.fullmatch(r"\^\(([\w|]+)\)\$", pattern)
    return found[1].split("|") if found else []
