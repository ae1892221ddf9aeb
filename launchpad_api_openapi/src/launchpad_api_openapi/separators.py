"""How OpenAPI's styles separate the items of an array."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

IGNORED_HEADERS = frozenset(("accept", "authorization", "content-type"))
STYLES = {"form": ",", "spaceDelimited": " ", "pipeDelimited": "|", "simple": ","}

_DEFAULTS = {"path": "simple", "header": "simple"}


def separator_of(
    schema: Mapping[str, Any], section: Mapping[str, Any], location: str
) -> str:
    """Return what stands between the items of a parameter, by style and explode."""
    if not is_array(schema):
        return ""
    style = section.get("style", _DEFAULTS.get(location, "form"))
    is_exploded = section.get("explode", style == "form") and style != "simple"
    return "" if is_exploded else STYLES[style]


def is_array(schema: Mapping[str, Any]) -> bool:
    """Whether a schema admits arrays."""
    kind = schema.get("type")
    return kind == "array" or (isinstance(kind, Sequence) and "array" in kind)
