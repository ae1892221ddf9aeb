"""JSON Schemas of the drafts that RAML files hold, brought to the draft 2020-12.

Sources: draft-zyp-json-schema-03, draft-fge-json-schema-validation-00 (draft-04),
draft-handrews-json-schema-validation-01 (draft-07), 2019-09, and the migration notes
of json-schema.org.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

CURRENT = "https://json-schema.org/draft/2020-12/schema"

Follow = Callable[[str], str]
"""Returns what a reference is replaced by."""

_OF_SCHEMAS = (
    *("properties", "patternProperties", "definitions", "$defs", "dependentSchemas"),
)
_OF_LISTS = ("allOf", "anyOf", "oneOf", "prefixItems")
_SINGLE = (
    *("items", "additionalItems", "additionalProperties", "not", "contains"),
    *("propertyNames", "if", "then", "else"),
    *("unevaluatedItems", "unevaluatedProperties"),
)
_DROPPED = ("$schema", "id", "$id", "$anchor", "$recursiveAnchor", "$dynamicAnchor")
_RENAMED = {"divisibleBy": "multipleOf", "$recursiveRef": "$ref"}
_FORMATS = {"ip-address": "ipv4", "host-name": "hostname"}
_LIMITS = {"minimum": "exclusiveMinimum", "maximum": "exclusiveMaximum"}


def to_2020_12(schema: Any, follow: Follow = str) -> Any:
    """Return a schema of any draft as one of 2020-12.

    Args:
        schema: The schema.
        follow: What its references are replaced by; they are kept by default.

    Raises:
        ValueError: When it isn't a schema.
    """
    if isinstance(schema, bool):
        return {} if schema else {"not": {}}
    if not isinstance(schema, dict):
        raise ValueError("is not an object")
    return _converted(schema, follow, _ignores_beside_references(schema))


def external_reference(schema: Any) -> str:
    """Return the first reference that leaves a schema, or "" if there is none."""
    if isinstance(schema, dict):
        target = schema.get("$ref")
        if isinstance(target, str) and not target.startswith("#"):
            return target
    inner = schema.values() if isinstance(schema, dict) else schema
    if isinstance(inner, str) or not isinstance(inner, Iterable):
        return ""
    return next(filter(None, map(external_reference, inner)), "")


def _ignores_beside_references(schema: dict[str, Any]) -> bool:
    return any(draft in str(schema.get("$schema")) for draft in ("-03", "-04", "-06"))


def _converted(schema: Any, follow: Follow, only_reference: bool) -> Any:
    if not isinstance(schema, dict):
        return schema
    reference = schema.get("$ref")
    if isinstance(reference, str) and only_reference:
        return {"$ref": follow(reference)}
    converted: dict[str, Any] = {
        str(_RENAMED.get(key, key)): value
        for key, value in schema.items()
        if key not in _DROPPED
    }
    if isinstance(converted.get("$ref"), str):
        converted["$ref"] = follow(converted["$ref"])
    _convert_required(converted, schema)
    _convert_limits(converted)
    _convert_types(converted)
    _convert_dependencies(converted)
    _convert_items(converted)
    if "format" in converted:
        converted["format"] = _FORMATS.get(converted["format"], converted["format"])
    return _with_inner(converted, follow, only_reference)


def _convert_required(converted: dict[str, Any], schema: dict[str, Any]) -> None:
    """Draft-03 says inside a property that it is required."""
    if isinstance(converted.get("required"), bool):
        del converted["required"]
    properties = schema.get("properties")
    required = [
        name
        for name, value in (properties if isinstance(properties, dict) else {}).items()
        if isinstance(value, dict) and value.get("required") is True
    ]
    if required and "required" not in converted:
        converted["required"] = required


def _convert_limits(converted: dict[str, Any]) -> None:
    """Until draft-04, it is true or false whether a limit is exclusive."""
    for limit, exclusive in _LIMITS.items():
        says = converted.get(exclusive)
        if isinstance(says, bool):
            del converted[exclusive]
            if says and limit in converted:
                converted[exclusive] = converted.pop(limit)


def _convert_types(converted: dict[str, Any]) -> None:
    """In draft-03 a type may be a schema, or ``any``; ``disallow`` and ``extends``."""
    alternatives = _alternatives(converted.pop("type", None))
    disallowed = _alternatives(converted.pop("disallow", None))
    if alternatives and all("type" in one for one in alternatives):
        names = [one["type"] for one in alternatives]
        converted["type"] = names[0] if len(names) == 1 else names
    elif alternatives:
        converted["anyOf"] = alternatives
    if disallowed is not None:
        converted["not"] = {"anyOf": disallowed} if disallowed else {}
    extends = converted.pop("extends", None)
    if extends is not None:
        extends = extends if isinstance(extends, list) else [extends]
        converted["allOf"] = [*converted.get("allOf", ()), *extends]


def _alternatives(type_: Any) -> list[dict[str, Any]] | None:
    """Return the schemas that a type stands for: [] for any, None for no type."""
    if type_ is None:
        return None
    types = type_ if isinstance(type_, list) else [type_]
    if "any" in types:
        return []
    return [one if isinstance(one, dict) else {"type": one} for one in types]


def _convert_dependencies(converted: dict[str, Any]) -> None:
    dependencies = converted.pop("dependencies", None)
    if not isinstance(dependencies, dict):
        return
    for name, needed in dependencies.items():
        if isinstance(needed, (str, list)):
            names = [needed] if isinstance(needed, str) else needed
            converted.setdefault("dependentRequired", {})[name] = names
        else:
            converted.setdefault("dependentSchemas", {})[name] = needed


def _convert_items(converted: dict[str, Any]) -> None:
    """Until 2019-09, ``items`` may be a list, and ``additionalItems`` follow it."""
    rest = converted.pop("additionalItems", None)
    if isinstance(converted.get("items"), list):
        first = converted.pop("items")
        if first:
            converted["prefixItems"] = first
        if rest is not None:
            converted["items"] = rest


def _with_inner(
    schema: dict[str, Any], follow: Follow, only_reference: bool
) -> dict[str, Any]:
    for key in _OF_SCHEMAS:
        if isinstance(schema.get(key), dict):
            schema[key] = {
                name: _converted(value, follow, only_reference)
                for name, value in schema[key].items()
            }
    for key in _OF_LISTS:
        if isinstance(schema.get(key), list):
            inner = schema[key]
            schema[key] = [_converted(one, follow, only_reference) for one in inner]
    for key in _SINGLE:
        if key in schema:
            schema[key] = _converted(schema[key], follow, only_reference)
    return schema
