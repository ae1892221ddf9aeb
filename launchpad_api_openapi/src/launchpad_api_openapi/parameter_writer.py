"""Parameters, headers and forms: from the neutral contract to OpenAPI."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from launchpad_api_openapi.extensions import HEADER, REQUIRED, SEPARATOR
from launchpad_api_openapi.separators import IGNORED_HEADERS, is_array, separator_of
from launchpad_core.contract import Body, Parameter
from launchpad_core.sections import plain_values

_STYLES = {",": "form", " ": "spaceDelimited", "|": "pipeDelimited"}


def parameter_written(parameter: Parameter) -> dict[str, Any]:
    """Return a parameter of a path, query or header as a Parameter Object."""
    written: dict[str, Any] = {"name": parameter.name, "in": parameter.location}
    if parameter.location == "path":
        written["required"] = True
        if not parameter.required:
            written[REQUIRED] = False
    elif parameter.required:
        written["required"] = True
    written.update(_about(parameter))
    return written


def header_written(parameter: Parameter) -> dict[str, Any]:
    """Return a header of a response as a Header Object."""
    required = {"required": True} if parameter.required else {}
    return {**required, **_about(parameter)}


def form_written(body: Body) -> dict[str, Any]:
    """Return a form's ``schema`` and ``encoding``."""
    schema: dict[str, Any] = {
        "type": "object",
        "properties": {field.name: _property(field) for field in body.parameters},
    }
    required = [field.name for field in body.parameters if field.required]
    if required:
        schema["required"] = required
    encodings = {
        field.name: encoding
        for field in body.parameters
        if (encoding := _encoding(field))
    }
    if not encodings:
        return {"schema": schema}
    return {"schema": schema, "encoding": encodings}


def examples_written(examples: Iterable[Any]) -> dict[str, Any]:
    """Return examples as ``example`` or, when there are several, ``examples``."""
    values = [plain_values(example) for example in examples]
    if len(values) == 1:
        return {"example": values[0]}
    if not values:
        return {}
    return {
        "examples": {
            str(number): {"value": value} for number, value in enumerate(values, 1)
        }
    }


def _about(parameter: Parameter) -> dict[str, Any]:
    written: dict[str, Any] = {}
    if parameter.description:
        written["description"] = parameter.description
    if parameter.location == "header" and parameter.name.lower() in IGNORED_HEADERS:
        written[HEADER] = True
    written.update(_style(parameter))
    written["schema"] = plain_values(parameter.schema)
    written.update(examples_written(parameter.examples))
    return written


def _style(parameter: Parameter) -> dict[str, Any]:
    """Return how the items of an array are separated."""
    written: dict[str, Any] = {}
    has_choice = parameter.location in ("query", "form")
    if is_array(parameter.schema) and has_choice and parameter.separator in _STYLES:
        written = {"style": _STYLES[parameter.separator], "explode": False}
    read = separator_of(parameter.schema, written, parameter.location)
    if read != parameter.separator:
        written[SEPARATOR] = parameter.separator
    return written


def _property(field: Parameter) -> dict[str, Any]:
    schema: dict[str, Any] = plain_values(field.schema)
    if field.location == "file":
        schema = _file(schema)
    if field.description:
        schema["description"] = field.description
    if field.examples:
        schema["examples"] = [plain_values(example) for example in field.examples]
    return schema


def _file(schema: dict[str, Any]) -> dict[str, Any]:
    if is_array(schema):
        return {**schema, "items": _file(schema.get("items", {}))}
    return {
        "type": "string",
        "contentMediaType": "application/octet-stream",
        **schema,
    }


def _encoding(field: Parameter) -> dict[str, Any]:
    if field.media_types:
        return {"contentType": ", ".join(field.media_types)}
    return {} if field.location == "file" else _style(field)
