"""Refusing what a schema says and nothing would enforce."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from launchpad_core.contract import Schema
from launchpad_core.errors import ContractError
from launchpad_core.schemas.formats import (
    FORMATS_OF_JSON_SCHEMA,
    NUMBER_FORMATS,
    OWN_FORMATS,
    UNCHECKED_FORMATS,
    NumberFormat,
)
from launchpad_core.spelling import did_you_mean

_ONE_SCHEMA = frozenset(
    (
        *("additionalProperties", "contains", "else", "if", "items", "not"),
        *("propertyNames", "then", "unevaluatedItems", "unevaluatedProperties"),
    )
)
_SCHEMAS = frozenset(("allOf", "anyOf", "oneOf", "prefixItems"))
_NAMED_SCHEMAS = frozenset(
    ("$defs", "dependentSchemas", "patternProperties", "properties")
)
_CONSTRAINTS = frozenset(
    (
        *("$ref", "const", "dependentRequired", "enum", "exclusiveMaximum"),
        *("exclusiveMinimum", "format", "maxContains", "maxItems", "maxLength"),
        *("maxProperties", "maximum", "minContains", "minItems", "minLength"),
        *("minProperties", "minimum", "multipleOf", "pattern", "required", "type"),
        "uniqueItems",
    )
)
ANNOTATIONS = frozenset(
    (
        *("$comment", "contentEncoding", "contentMediaType", "contentSchema"),
        *("default", "deprecated", "description", "discriminator", "example"),
        *("examples", "externalDocs", "readOnly", "title", "writeOnly", "xml"),
    )
)
"""Keywords that describe values and don't constrain them."""

_KNOWN = _ONE_SCHEMA | _SCHEMAS | _NAMED_SCHEMAS | _CONSTRAINTS | ANNOTATIONS


class Unenforceable(ContractError):
    """A schema with something that can't be checked."""


def enforceable(schema: Schema | bool) -> Any:
    """Return a schema without annotations, in which every word is enforced.

    Formats of numbers become the bounds that they stand for.

    Raises:
        Unenforceable: For a keyword or format that isn't known.
    """
    if isinstance(schema, bool):
        return schema
    if not isinstance(schema, Mapping):
        raise Unenforceable(f"{schema!r} is no schema")
    found: dict[str, Any] = {}
    for keyword, value in schema.items():
        if keyword in ANNOTATIONS or keyword.startswith("x-"):
            continue
        if keyword not in _KNOWN:
            raise Unenforceable(
                f"the keyword {keyword} can't be enforced",
                hint=did_you_mean(keyword, _KNOWN) or "leave it out",
            )
        found[keyword] = _enforceable_value(keyword, value)
    return _with_format(found)


def _enforceable_value(keyword: str, value: Any) -> Any:
    if keyword in _ONE_SCHEMA:
        return enforceable(value)
    if keyword in _SCHEMAS and isinstance(value, (list, tuple)):
        return [enforceable(inner) for inner in value]
    if keyword in _NAMED_SCHEMAS and isinstance(value, Mapping):
        return {name: enforceable(inner) for name, inner in value.items()}
    return value


def _with_format(schema: dict[str, Any]) -> dict[str, Any]:
    name = schema.get("format")
    if name is None or name in FORMATS_OF_JSON_SCHEMA or name in OWN_FORMATS:
        return schema
    rest = {keyword: value for keyword, value in schema.items() if keyword != "format"}
    if name in UNCHECKED_FORMATS:
        return rest
    if name in NUMBER_FORMATS:
        return _within(rest, NUMBER_FORMATS[name])
    known = (*FORMATS_OF_JSON_SCHEMA, *OWN_FORMATS, *NUMBER_FORMATS)
    raise Unenforceable(
        f"the format {name!r} is not supported",
        hint=did_you_mean(str(name), known) or "leave it out, or write a pattern",
    )


def _within(schema: dict[str, Any], format_: NumberFormat) -> dict[str, Any]:
    """Return a schema with the bounds that a format of numbers stands for."""
    schema["minimum"] = max(schema.get("minimum", format_.least), format_.least)
    schema["maximum"] = min(schema.get("maximum", format_.most), format_.most)
    if format_.whole:
        types = schema.get("type", "integer")
        given = [types] if isinstance(types, str) else types
        schema["type"] = ["integer" if type_ == "number" else type_ for type_ in given]
    return schema
