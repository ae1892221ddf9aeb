"""Forms, whose fields OpenAPI writes as the properties of an object."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from launchpad_api_openapi.document import Document
from launchpad_api_openapi.extensions import SEPARATOR
from launchpad_api_openapi.schemas import Schemas
from launchpad_api_openapi.separators import is_array, separator_of
from launchpad_core.contract import MULTIPART, Parameter
from launchpad_core.errors import ContractError
from launchpad_core.positions import Position
from launchpad_core.sections import Section

_ANY = "application/octet-stream"
_FILE_WORDS = ("contentMediaType", "format", "type")


def fields_of(
    media_type: str,
    content: Section,
    *,
    where: Position | None,
    schemas: Schemas,
) -> Iterator[Parameter]:
    """Yield the fields and files of a form.

    Args:
        media_type: Which kind of form it is.
        content: Its Media Type Object.
        where: Its position.
        schemas: Reads its schema.

    Raises:
        ContractError: When its schema is no plain object.
    """
    if "schema" not in content:
        return
    schema = schemas.inlined(content["schema"], content.where("schema"))
    if ("properties" not in schema and schema.get("type", "object") != "object") or (
        schema.keys() & {"allOf", "anyOf", "oneOf"}
    ):
        raise ContractError(
            "the schema of a form has to be one object with properties",
            where=content.where("schema") or where,
        )
    positions = _positions(content["schema"], schemas.document)
    encodings = content.get("encoding") or Section()
    for name, stated in (schema.get("properties") or {}).items():
        encoding, _ = schemas.document.followed(encodings.get(name) or Section(), where)
        yield _field(
            name,
            _as_mapping(stated),
            encoding,
            is_file=media_type == MULTIPART and _is_file(stated, encoding),
            required=name in schema.get("required", ()),
            where=positions.get(name, content.where("schema")),
            schemas=schemas,
        )


def _field(
    name: str,
    schema: dict[str, Any],
    encoding: Section,
    *,
    is_file: bool,
    required: bool,
    where: Position | None,
    schemas: Schemas,
) -> Parameter:
    description = schema.pop("description", "")
    examples = tuple(schema.pop("examples", ()))
    if is_file:
        return Parameter(
            name,
            location="file",
            schema=_constraints(schema),
            required=required,
            description=description,
            media_types=_media_types(schema, encoding),
            where=where,
        )
    return Parameter(
        name,
        location="form",
        schema=schema,
        required=required,
        description=description,
        examples=schemas.fitting(examples, schema, where),
        separator=encoding.get(SEPARATOR, separator_of(schema, encoding, "form")),
        where=where,
    )


def _as_mapping(schema: Any) -> dict[str, Any]:
    if isinstance(schema, bool):
        return {} if schema else {"not": {}}
    return dict(schema)


def _is_file(schema: Any, encoding: Mapping[str, Any]) -> bool:
    """Whether a property is a file, or a list of files."""
    if not isinstance(schema, Mapping):
        return False
    if is_array(schema):
        return _is_file(schema.get("items"), encoding)
    if schema.get("type", "string") != "string" or "contentEncoding" in schema:
        return False
    if "contentMediaType" in schema or schema.get("format") == "binary":
        return True
    return "type" not in schema and "contentType" in encoding


def _constraints(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a file's schema says beyond that it is a file."""
    if is_array(schema):
        return {**schema, "items": _constraints(schema["items"])}
    return {key: value for key, value in schema.items() if key not in _FILE_WORDS}


def _media_types(
    schema: Mapping[str, Any], encoding: Mapping[str, Any]
) -> tuple[str, ...]:
    written = encoding.get("contentType")
    if written is None:
        one = schema.get("items", {}) if is_array(schema) else schema
        written = one.get("contentMediaType", _ANY)
    types = [text.strip() for text in written.split(",")]
    return () if types == [_ANY] else tuple(types)


def _positions(value: Any, document: Document) -> dict[str, Position | None]:
    """Return where the properties of a form stand, as far as that is plain to see."""
    if not isinstance(value, Section):
        return {}
    section, _ = document.followed(value, value.position)
    properties = section.get("properties")
    if not isinstance(properties, Section):
        return {}
    return {name: properties.where(name) for name in properties}
