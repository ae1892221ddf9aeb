"""Which keywords of JSON Schema hold schemas, so that values aren't taken for them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

SINGLE = frozenset(
    (
        *("additionalProperties", "contains", "contentSchema", "else", "if", "items"),
        *("not", "propertyNames", "then", "unevaluatedItems", "unevaluatedProperties"),
    )
)
LISTS = frozenset(("allOf", "anyOf", "oneOf", "prefixItems"))
MAPS = frozenset(
    ("dependentSchemas", "patternProperties", "properties", "$defs", "definitions")
)
OTHERS = frozenset(
    (
        *("$comment", "$ref", "const", "contentEncoding", "contentMediaType"),
        *("default", "dependentRequired", "deprecated", "description", "enum"),
        *("examples", "exclusiveMaximum", "exclusiveMinimum", "format"),
        *("maxContains", "maxItems", "maxLength", "maxProperties", "maximum"),
        *("minContains", "minItems", "minLength", "minProperties", "minimum"),
        *("multipleOf", "pattern", "readOnly", "required", "title", "type"),
        *("uniqueItems", "writeOnly"),
    )
)


def with_inner(
    schema: Mapping[str, Any], convert: Callable[[Any, str], Any]
) -> dict[str, Any]:
    """Return a schema with all schemas that are directly in it converted.

    Args:
        schema: The schema.
        convert: Gets each of them, and the keyword that holds it.
    """
    found: dict[str, Any] = {}
    for key, value in schema.items():
        if key in SINGLE and isinstance(value, (Mapping, bool)):
            found[key] = convert(value, key)
        elif key in LISTS and isinstance(value, (list, tuple)):
            found[key] = [convert(item, key) for item in value]
        elif key in MAPS and isinstance(value, Mapping):
            found[key] = {name: convert(item, key) for name, item in value.items()}
        else:
            found[key] = value
    return found
