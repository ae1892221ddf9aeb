"""Parameters as RAML declares them, those of forms and files included."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from launchpad_api_raml.annotations import NAME, SCHEMA, SEPARATOR
from launchpad_api_raml.writing.layout import Short, short
from launchpad_api_raml.writing.names import property_keys
from launchpad_api_raml.writing.types import (
    Declaration,
    Types,
    shortened,
    with_examples,
)
from launchpad_core.contract import Parameter, Schema

_OUTSIDE = ("description", "examples")
_LAST = ("displayName", "default", "required", "example", "examples")
_OF_FILES = ("minLength", "maxLength")
_OF_LISTS = ("minItems", "maxItems")


def declared(parameters: Iterable[Parameter], types: Types) -> dict[str, Any]:
    """Return parameters by their keys."""
    found = tuple(parameters)
    keys = property_keys(parameter.name for parameter in found)
    return {
        keys[parameter.name]: _declaration(parameter, keys[parameter.name], types)
        for parameter in found
    }


def _declaration(parameter: Parameter, key: str, types: Types) -> Any:
    is_file = parameter.location == "file"
    declaration: Declaration = (
        _file(parameter)
        if is_file
        else types.declaration(parameter.schema, not_as_facets=_OUTSIDE)
    )
    facets: Declaration = {}
    if key != parameter.name:
        facets[NAME.key] = parameter.name
    if "displayName" in declaration:
        facets["displayName"] = declaration["displayName"]
    if parameter.description:
        facets["description"] = parameter.description
    facets.update({k: v for k, v in declaration.items() if k not in _LAST})
    if parameter.separator != _separator(parameter):
        facets[SEPARATOR.key] = parameter.separator
    if "default" in declaration:
        facets["default"] = declaration["default"]
    if not parameter.required or key.endswith("?"):
        facets["required"] = parameter.required
    facets.update(with_examples(parameter.examples))
    return shortened(Short(facets))


def _separator(parameter: Parameter) -> str:
    """Return what stands between items when RAML doesn't tell."""
    is_array = parameter.schema.get("type") == "array"
    return "," if is_array and parameter.location in ("header", "path") else ""


def _file(parameter: Parameter) -> Declaration:
    schema = parameter.schema
    is_list = schema.get("type") == "array"
    one = schema.get("items", {}) if is_list else schema
    facets: Declaration = {"type": "file"}
    if parameter.media_types:
        facets["fileTypes"] = list(parameter.media_types)
    facets.update(_said(one, _OF_FILES, elsewhere=() if is_list else ("title",)))
    if is_list:
        items = Short(facets) if len(facets) > 1 else "file"
        counts = _said(schema, _OF_LISTS, elsewhere=("type", "items", "title"))
        facets = {"type": "array", "items": items, **counts}
        if items == "file" and not counts:
            facets = {"type": "file[]"}
    about = {"displayName": schema["title"]} if "title" in schema else {}
    return {**about, **facets}


def _said(
    schema: Schema, known: Collection[str], *, elsewhere: Collection[str]
) -> Declaration:
    """Return what a schema says, as facets and beside them."""
    facets = {key: schema[key] for key in known if key in schema}
    rest = {key: schema[key] for key in schema if key not in (*known, *elsewhere)}
    beside: Declaration = {SCHEMA.key: short(rest)} if rest else {}
    return {**facets, **beside}
