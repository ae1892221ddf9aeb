"""Checking our own members of a document, which OpenAPI lets be anything."""

from __future__ import annotations

from functools import cache
from typing import Any

import jsonschema_rs

from launchpad_api_openapi import extensions
from launchpad_api_openapi.document import Document
from launchpad_api_openapi.explanation import explained
from launchpad_api_openapi.faults import Faults
from launchpad_api_openapi.structure import parts_of
from launchpad_core.sections import plain_values
from launchpad_core.spelling import meant_or_known

PREFIX = "x-launchpad-"

_TEXT = {"type": "string"}
_BOOLEAN = {"type": "boolean"}
_PARAMETER = {
    "type": "object",
    "required": ["name", "in", "schema"],
    "properties": {
        "name": _TEXT,
        "in": {"enum": ["header", "query"]},
        "schema": {"$ref": "https://json-schema.org/draft/2020-12/schema"},
        "required": _BOOLEAN,
        "description": _TEXT,
    },
}
_MEMBERS: dict[str, Any] = {
    extensions.BASE_URI: _TEXT,
    extensions.DESCRIPTION: _TEXT,
    extensions.HEADER: _BOOLEAN,
    extensions.KIND: _TEXT,
    extensions.NAMES: {"type": "object", "additionalProperties": _TEXT},
    extensions.PARAMETERS: {"type": "array", "items": _PARAMETER},
    extensions.REQUIRED: _BOOLEAN,
    extensions.SEPARATOR: _TEXT,
    extensions.SETTINGS: {"type": "object"},
}


def check_extensions(document: Document, faults: Faults) -> None:
    """Note each of our own members that is misspelt, or no such value."""
    for part in parts_of(document.root):
        section = part.section
        ours = {
            key: plain_values(section[key]) for key in section if key.startswith(PREFIX)
        }
        for key in ours.keys() - _MEMBERS.keys():
            faults.add(
                f'the key "{key}" is unknown',
                where=section.where(key),
                hint=meant_or_known(key, _MEMBERS),
            )
        for error in _validator().iter_errors(ours) if ours else ():
            for one in explained(error):
                where = document.position(one.path, start=section)
                faults.add(one.message, where=where, hint=one.hint)


@cache
def _validator() -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(
        {"properties": _MEMBERS}, mask="this", offline=True
    )
