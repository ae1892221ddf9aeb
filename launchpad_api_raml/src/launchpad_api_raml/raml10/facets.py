"""The facets of the built-in types: which there are, and which values they take."""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from launchpad_api_raml.raml10.nodes import Node, fault, scalar
from launchpad_api_raml.raml10.regexes import why_no_pattern
from launchpad_api_raml.raml10.types import Type
from launchpad_core.spelling import meant_or_known

_NUMBER = ("minimum", "maximum", "multipleOf", "format")
_OBJECT = (
    *("properties", "minProperties", "maxProperties", "additionalProperties"),
    *("discriminator", "discriminatorValue"),
)
FACETS: Mapping[str, tuple[str, ...]] = {
    "any": (),
    "nil": (),
    "boolean": (),
    "string": ("pattern", "minLength", "maxLength"),
    "number": _NUMBER,
    "integer": _NUMBER,
    "file": ("fileTypes", "minLength", "maxLength"),
    "array": ("items", "minItems", "maxItems", "uniqueItems"),
    "object": _OBJECT,
    "date-only": (),
    "time-only": (),
    "datetime-only": (),
    "datetime": ("format",),
}
SCALARS = tuple(kind for kind in FACETS if kind not in ("any", "array", "object"))
TEXTS = ("displayName", "description", "example", "examples")
COMMON = ("type", "schema", "default", *TEXTS, "facets", "xml", "enum", "required")
PAIRS = (
    ("minLength", "maxLength"),
    ("minItems", "maxItems"),
    ("minProperties", "maxProperties"),
    ("minimum", "maximum"),
)
INTEGERS: Mapping[str, int] = {
    **{"int8": 7, "int16": 15, "int32": 31, "int": 31, "int64": 63, "long": 63},
}

_COUNTS = {key for pair in PAIRS[:3] for key in pair}
_RISING = tuple(least for least, _ in PAIRS)
_FALLING = tuple(most for _, most in PAIRS)
_KINDS: Mapping[str, tuple[type, str]] = {
    "pattern": (str, "text"),
    "discriminator": (str, "the name of a property"),
    "discriminatorValue": (object, "a value"),
    "uniqueItems": (bool, "true or false"),
    "additionalProperties": (bool, "true or false"),
    "required": (bool, "true or false"),
}


def implied_kind(node: Node, default: str) -> str:
    """Return the type of a declaration that states none: its facets tell."""
    for kind in ("object", "array", "number", "file"):
        own = set(FACETS[kind]) - {"minLength", "maxLength", "format"}
        if any(key in node for key in own):
            return kind
    is_string = any(key in node for key in (*FACETS["string"], "enum"))
    return "string" if is_string else default


def allowed(type_: Type) -> tuple[str, ...]:
    """Return the facets that a type has; a union has those that all its types have."""
    if type_.kind != "union":
        return FACETS.get(type_.kind, ())
    if type_.allowed is None:
        members = [member for member in type_.members if member.kind != "nil"]
        sets = [{*allowed(member), *member.own_facets} for member in members]
        type_.allowed = tuple(sorted(set.intersection(*sets))) if sets else ()
    return type_.allowed


def value_of(key: str, node: Node, kind: str) -> Any:
    """Return the value of a facet.

    Raises:
        ContractError: When the facet can't have it.
    """
    inner = scalar(node)
    value = inner.plain()
    if key in _COUNTS:
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            raise fault(f"{key} must be a whole number of at least 0", node)
    elif key in ("minimum", "maximum", "multipleOf"):
        _check_number(key, value, node)
    elif key == "format":
        _check_format(value, node, kind)
    elif key == "enum":
        if not inner.is_list or not value:
            raise fault("enum must be a list of values", node)
    elif key == "fileTypes":
        value = [value] if isinstance(value, str) else value
        if not isinstance(value, list) or not all("/" in str(item) for item in value):
            raise fault("fileTypes must be a list of media types", node)
    elif not isinstance(value, _KINDS[key][0]):
        raise fault(f"{key} must be {_KINDS[key][1]}", node)
    if key == "pattern" and (reason := why_no_pattern(value)):
        raise fault(f"{value!r} is no pattern: {reason}", node)
    return value


def check_narrower(key: str, value: Any, inherited: Any, node: Node) -> None:
    """Check that a facet only narrows what is inherited.

    Raises:
        ContractError: When it allows more.
    """
    is_below = key in _RISING and value < inherited
    if is_below or (key in _FALLING and value > inherited):
        raise fault(f"{key} widens the {inherited} of the type it is based on", node)
    if key == "enum":
        for item in value:
            if not any(is_same(item, other) for other in inherited):
                raise fault(
                    f"{item!r} is not in the enum of the type it is based on", node
                )
    if key == "additionalProperties" and value and not inherited:
        raise fault("the type it is based on has no additionalProperties", node)
    if key == "uniqueItems" and inherited and not value:
        raise fault("the items of the type it is based on are unique", node)
    if key == "format" and INTEGERS.get(value, 0) > INTEGERS.get(inherited, 63):
        raise fault(f"format widens the {inherited} of the type it is based on", node)


def both(key: str, one: Any, other: Any) -> Any:
    """Return the value of a facet that means two of its values; else the other."""
    if key == "pattern" and one != other:
        return f"^(?=[\\s\\S]*(?:{one}))(?=[\\s\\S]*(?:{other}))"
    if key == "multipleOf":
        first, second = Fraction(str(one)), Fraction(str(other))
        common = Fraction(
            math.lcm(first.numerator, second.numerator),
            math.gcd(first.denominator, second.denominator),
        )
        return common.numerator if common.denominator == 1 else float(common)
    if key == "format" and INTEGERS.get(one, 63) < INTEGERS.get(other, 64):
        return one
    return other


def check_pairs(type_: Type, node: Node) -> None:
    """Check that no minimum is above its maximum.

    Raises:
        ContractError: When one is.
    """
    for least, most in PAIRS:
        if type_.facets.get(least, -math.inf) > type_.facets.get(most, math.inf):
            at = most if most in node else least
            raise fault(f"{least} is above {most}", node.where_is(at))


def is_same(one: Any, other: Any) -> bool:
    """Return whether two values are the same in JSON: true is not 1."""
    return bool(one == other and isinstance(one, bool) == isinstance(other, bool))


def _check_number(key: str, value: Any, node: Node) -> None:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise fault(f"{key} must be a number", node)
    if isinstance(value, float) and not math.isfinite(value):
        raise fault(f"{key} can't be {value}", node)
    if key == "multipleOf" and value <= 0:
        raise fault("multipleOf must be above 0", node)


def _check_format(value: Any, node: Node, kind: str) -> None:
    known = (*INTEGERS, "float", "double")
    if kind == "datetime":
        known = ("rfc3339", "rfc2616")
    if value not in known:
        hint = meant_or_known(str(value), known)
        raise fault(f"there is no format {value!r} of {kind}", node, hint=hint)
