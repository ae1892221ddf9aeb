"""Values that fit the schemas of contracts, for property tests."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from email.utils import format_datetime
from typing import Any

from hypothesis import strategies as st

from launchpad_core.references import referred_name

ODD_TEXTS = (
    *("yes", "no", "on", "~", "null", "010", "0o17", "1e3", "1.5", "1.10", "true"),
    *("-", "#", "<<", "a: b", "{x}", "[y]", "*z", "&z", "!z", "%", "@", "`", "'", '"'),
    *("\\", "|", "> ", "a\nb", " lead", "tail ", "Größe", "日本", "a,b", "?", "? a"),
    *("- a", "=", "a\x85\u2028b", "a\rb", "a\tb", "<<resourcePath>>", "a \n b\n", "\n"),
    *("2024-01-01", '{"a": 1}', "[1]", "<a/>", "x: |\n  {", "\ufeff", "😀", "a  #b"),
)
PATTERNS: Mapping[str, st.SearchStrategy[str]] = {
    "^[a-z]+$": st.text("abcxyz", min_size=1, max_size=5),
    "^[0-9]{2,4}$": st.text("0123456789", min_size=2, max_size=4),
    "#: '\"|^a*": st.just("aaa"),
    "[A-Z]": st.just("bQ"),
    "": st.just(""),
}
FORMATS: Mapping[str, st.SearchStrategy[str]] = {
    "date": st.dates(dt.date(1000, 1, 1)).map(dt.date.isoformat),
    "time": st.just("12:30:00Z"),
    "date-time": st.datetimes(dt.datetime(1000, 1, 1)).map(
        lambda at: at.replace(microsecond=0).isoformat() + "Z"
    ),
    "http-date": st.datetimes(dt.datetime(1900, 1, 1)).map(
        lambda at: format_datetime(at.replace(tzinfo=dt.timezone.utc), usegmt=True)
    ),
}

CHARACTERS = st.characters(codec="utf-8", exclude_categories=("Cs",))
texts = st.sampled_from(ODD_TEXTS) | st.text(CHARACTERS, max_size=8)
optional_texts = st.just("") | texts
integers = st.integers(-1000, 1000)
numbers = integers | st.floats(-1e9, 1e9, allow_nan=False, allow_infinity=False)
plain_values = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(texts, inner, max_size=2)
    ),
    max_leaves=4,
)


def instances(
    schema: Mapping[str, Any],
    schemas: Mapping[str, Any] | None = None,
    *,
    depth: int = 3,
) -> st.SearchStrategy[Any]:
    """Values that fit one of the schemas above.

    Args:
        schema: The schema.
        schemas: The named schemas that it may refer to.
        depth: How far optional parts go.
    """
    known = schemas or {}
    if (name := referred_name(schema)) is not None:
        return st.deferred(lambda: instances(known[name], known, depth=depth - 1))
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if "const" in schema:
        return st.just(schema["const"])
    if "anyOf" in schema:
        # Without depth the last one that can be small: references may lead in circles.
        members = schema["anyOf"] if depth > 0 else [_smallest(schema["anyOf"])]
        return st.one_of([instances(item, known, depth=depth) for item in members])
    kinds = schema.get("type")
    if kinds is None:
        return plain_values
    if isinstance(kinds, list):
        return st.one_of(
            [instances({**schema, "type": kind}, known, depth=depth) for kind in kinds]
        )
    if kinds == "object":
        return _object_instances(schema, known, depth=depth)
    if kinds == "array":
        return _array_instances(schema, known, depth=depth)
    return _scalar_instances(kinds, schema)


def _smallest(members: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    return min(members, key=lambda member: ("$ref" in member, len(member)))


def _scalar_instances(kind: str, schema: Mapping[str, Any]) -> st.SearchStrategy[Any]:
    if kind == "null":
        return st.none()
    if kind == "boolean":
        return st.booleans()
    if kind == "string":
        if "pattern" in schema:
            return PATTERNS[schema["pattern"]]
        if "format" in schema:
            return FORMATS[schema["format"]]
        least, most = schema.get("minLength", 0), schema.get("maxLength", 9)
        odd = [text for text in ODD_TEXTS if least <= len(text) <= most]
        any_text = st.text(CHARACTERS, min_size=least, max_size=most)
        return any_text | st.sampled_from(odd) if odd else any_text
    low = schema.get("minimum", schema.get("exclusiveMinimum", -1000))
    high = schema.get("maximum", schema.get("exclusiveMaximum", 1e6))
    step = schema.get("multipleOf", 1)
    whole = st.integers(math.floor(low / step) + 1, math.ceil(high / step) - 1)
    stepped = whole.map(lambda count: count * step)
    if kind == "integer" or "multipleOf" in schema:
        return stepped
    return stepped | st.floats(low, high, exclude_min=True, exclude_max=True)


def _array_instances(
    schema: Mapping[str, Any], known: Mapping[str, Any], *, depth: int
) -> st.SearchStrategy[Any]:
    least = schema.get("minItems", 0)
    most = schema.get("maxItems", 3) if depth > 0 else least
    return st.lists(
        instances(schema["items"], known, depth=depth - 1),
        min_size=least,
        max_size=max(least, most),
        unique_by=_as_compared if schema.get("uniqueItems") else None,
    )


def _object_instances(
    schema: Mapping[str, Any], known: Mapping[str, Any], *, depth: int
) -> st.SearchStrategy[Any]:
    properties = {
        name: instances(inner, known, depth=depth - 1)
        for name, inner in schema.get("properties", {}).items()
    }
    required = set(schema.get("required", ()))
    return st.fixed_dictionaries(
        {name: value for name, value in properties.items() if name in required},
        optional={
            name: value
            for name, value in properties.items()
            if name not in required and depth > 0
        },
    )


def _as_compared(value: Any) -> str:
    """Return a value so that those are alike that are so in JSON: 0 and 0.0."""
    if isinstance(value, float) and value.is_integer():
        return repr(int(value))
    if isinstance(value, list):
        return repr([_as_compared(item) for item in value])
    if isinstance(value, dict):
        return repr(sorted((key, _as_compared(item)) for key, item in value.items()))
    return repr(value)
