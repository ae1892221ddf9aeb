"""Schemas whose values are easily lost: those that are nested, 0, false, or null."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from launchpad_core.contract import (
    JSON,
    ApiContract,
    Body,
    Operation,
    Response,
    Schema,
)

_WORD: Schema = {
    "type": "string",
    "title": "Word",
    "description": "A word.\n\nOf two letters.",
    "pattern": "^[a-z]+$",
    "maxLength": 2,
    "enum": ["to", "be"],
    "default": "be",
}
_NUMBER: Schema = {"type": "integer", "minimum": 0, "maximum": 9, "multipleOf": 3}
_RECORD: Schema = {
    "type": "object",
    "properties": {"words": {"type": "array", "items": _WORD}, "number": _NUMBER},
    "required": ["words", "number"],
    "additionalProperties": False,
}

ODD_SCHEMAS: Mapping[str, Schema] = {
    "items": {"type": "array", "items": _WORD},
    "items of items": {"type": "array", "items": {"type": "array", "items": _WORD}},
    "numbers as items": {"type": "array", "items": _NUMBER},
    "a property": {"type": "object", "properties": {"word": _WORD}},
    "properties of a property": {"type": "object", "properties": {"record": _RECORD}},
    "records": {"type": "array", "items": _RECORD, "minItems": 1},
    "additional properties": {"type": "object", "additionalProperties": _NUMBER},
    "alternatives": {"anyOf": [_WORD, _NUMBER]},
    "bounds of 0": {"type": "integer", "minimum": 0, "maximum": 0},
    "a length of 0": {"type": "string", "minLength": 0, "maxLength": 0},
    "a number of items of 0": {"type": "array", "items": {}, "maxItems": 0},
    "the empty text by default": {"type": "string", "default": ""},
    "0 by default": {"type": "integer", "default": 0},
    "false by default": {"type": "boolean", "default": False},
    "null by default": {"type": ["string", "null"], "default": None},
    "an empty array by default": {"type": "array", "items": {}, "default": []},
    "null as the only value": {"const": None},
    "0 as the only value": {"type": "integer", "const": 0},
    "false as the only value": {"type": "boolean", "const": False},
    "true and 1 as values": {"enum": [True, 1, "true", "1"]},
    "values that aren't in order": {"type": "string", "enum": ["c", "a", "b"]},
    "examples that say little": {"examples": [None, False, 0, "", [], {}]},
}
"""Schemas by what is odd about them."""


def with_schemas() -> Iterator[tuple[str, ApiContract]]:
    """Yield contracts with a schema in a body and in an answer, and what is odd."""
    for what, schema in ODD_SCHEMAS.items():
        post = Operation(
            "POST",
            path="/odd",
            bodies=(Body(JSON, schema=schema),),
            body_required=True,
            responses=(Response(200, media_type=JSON, schema=schema),),
        )
        yield what, ApiContract("Odd", version="v1", operations=(post,))
