"""The keywords of JSON Schema that are facets of RAML, and the values they may have."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from launchpad_api_raml.raml10.regexes import why_no_pattern

_NUMBER = ("minimum", "maximum", "multipleOf", "enum")
FACETS: Mapping[str, tuple[str, ...]] = {
    "string": ("pattern", "minLength", "maxLength", "enum"),
    "number": _NUMBER,
    "integer": _NUMBER,
    "boolean": ("enum",),
    "array": ("items", "minItems", "maxItems", "uniqueItems"),
    "object": (
        *("properties", "required", "patternProperties", "additionalProperties"),
        *("minProperties", "maxProperties"),
    ),
}

_SCALARS = ("string", "number", "integer", "boolean")
_PYTHON: Mapping[str, Any] = {
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
}
_PAIRS = (
    ("minLength", "maxLength"),
    ("minItems", "maxItems"),
    ("minProperties", "maxProperties"),
    ("minimum", "maximum"),
)
_SIZES = {key for pair in _PAIRS[:3] for key in pair}


def kind_of(type_: Any) -> tuple[str | None, bool]:
    """Return a type that RAML has, and whether nil will do as well."""
    if isinstance(type_, str) and type_ in FACETS:
        return type_, False
    if isinstance(type_, list) and type_[1:] == ["null"] and type_[0] in _SCALARS:
        return type_[0], True
    return None, False


def is_facet(kind: str, key: str, value: Any) -> bool:
    """Return whether a facet may have a value."""
    if key in _SIZES:
        return _is_number(value) and isinstance(value, int) and value >= 0
    if key in ("minimum", "maximum", "multipleOf"):
        return _is_number(value) and (key != "multipleOf" or value > 0)
    if key == "enum":
        return bool(value) and all(_is_value(kind, item) for item in value)
    if key == "pattern":
        return not why_no_pattern(value)
    if key in ("properties", "patternProperties"):
        return bool(value)
    return key != "uniqueItems" or value is True


def out_of_order(facets: Mapping[str, Any]) -> set[str]:
    """Return the facets of which the least is above the most."""
    return {
        key
        for pair in _PAIRS
        for key in pair
        if facets.get(pair[0], -math.inf) > facets.get(pair[1], math.inf)
    }


def _is_value(kind: str, item: Any) -> bool:
    is_bool = isinstance(item, bool)
    if kind in ("number", "integer") and not _is_number(item):
        return False
    return isinstance(item, _PYTHON[kind]) and is_bool == (kind == "boolean")


def _is_number(value: Any) -> bool:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return is_number and math.isfinite(value)
