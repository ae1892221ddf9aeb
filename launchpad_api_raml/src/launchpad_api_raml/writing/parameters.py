"""Parameters as RAML declares them, those of forms and files included."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from launchpad_api_raml.annotations import NAME, SEPARATOR
from launchpad_api_raml.writing.layout import Short
from launchpad_api_raml.writing.names import property_keys
from launchpad_api_raml.writing.types import (
    Declaration,
    Types,
    shortened,
    with_examples,
)
from launchpad_core.contract import Parameter
from launchpad_core.errors import ContractError

_OUTSIDE = ("description", "examples")
_LAST = ("displayName", "default", "required", "example", "examples")
_OF_FILES = {"minLength", "maxLength"}
_OF_LISTS = {"type", "items", "minItems", "maxItems", "uniqueItems"}


def declared(parameters: Iterable[Parameter], types: Types) -> dict[str, Any]:
    """Return parameters by their keys.

    Raises:
        ContractError: When a file has a constraint that RAML doesn't know.
    """
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
    about = {key: schema[key] for key in ("title",) if key in schema}
    is_list = schema.get("type") == "array"
    one = schema.get("items", {}) if is_list else schema
    unknown = {*one} - _OF_FILES - {*about}
    if is_list:
        unknown = {*one} - _OF_FILES | {*schema} - _OF_LISTS - {*about}
    if unknown:
        what = ", ".join(sorted(unknown))
        raise ContractError(
            f'file "{parameter.name}": RAML 1.0 can\'t say {what}',
            where=parameter.where,
        )
    facets: Declaration = {"type": "file"}
    if parameter.media_types:
        facets["fileTypes"] = list(parameter.media_types)
    facets.update({key: one[key] for key in ("minLength", "maxLength") if key in one})
    if is_list:
        rest = ("minItems", "maxItems", "uniqueItems")
        items = Short(facets) if len(facets) > 1 else "file"
        facets = {
            "type": "array",
            "items": items,
            **{key: schema[key] for key in rest if key in schema},
        }
        if {*facets} == {"type", "items"} and items == "file":
            facets = {"type": "file[]"}
    return {"displayName": about["title"], **facets} if about else facets
