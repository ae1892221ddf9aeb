"""Request bodies and responses: from OpenAPI to the neutral contract."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from typing import Any

from launchpad_api_openapi.examples import examples_of
from launchpad_api_openapi.extensions import DESCRIPTION
from launchpad_api_openapi.forms import fields_of
from launchpad_api_openapi.parameters import headers_of
from launchpad_api_openapi.schemas import Schemas
from launchpad_core.contract import FORM, MULTIPART, Body, Response, Schema
from launchpad_core.positions import Position
from launchpad_core.references import resolved
from launchpad_core.sections import Section

_JSON = re.compile(r"(application|text)/(.+\+)?json(;.*)?", re.IGNORECASE)
_STATUS = re.compile(r"[1-5][0-9][0-9]")
_LEFT_OUT = ("itemEncoding", "itemSchema", "prefixEncoding")

logger = logging.getLogger(__name__)


def bodies_of(operation: Section, schemas: Schemas) -> tuple[tuple[Body, ...], bool]:
    """Return the bodies that an operation takes, and whether there has to be one."""
    if "requestBody" not in operation:
        return (), False
    body, _ = schemas.document.followed(
        operation["requestBody"], operation.where("requestBody")
    )
    about = body.get("description", "")
    return tuple(_bodies(body, about, schemas)), body.get("required", False)


def _bodies(body: Section, about: str, schemas: Schemas) -> Iterator[Body]:
    stated = body.get("content") or Section()
    for media_type in stated:
        with schemas.faults.collected():
            content, where = schemas.document.followed(
                stated[media_type], stated.where(media_type)
            )
            is_form = media_type in (FORM, MULTIPART)
            schema = None if is_form else _schema(media_type, content, schemas)
            fields = (
                fields_of(media_type, content, where=where, schemas=schemas)
                if is_form
                else ()
            )
            yield Body(
                media_type,
                schema=schema,
                parameters=tuple(fields),
                description=content.get(DESCRIPTION, about),
                examples=_examples(media_type, content, schema, where, schemas),
                where=where,
            )


def responses_of(operation: Section, schemas: Schemas) -> Iterator[Response]:
    """Yield the responses of an operation, as far as they have one status each.

    ``default`` counts for 200 when nothing else tells what success looks like.
    """
    stated = operation.get("responses") or Section()
    succeeds = any(status.startswith("2") for status in stated)
    for status in stated:
        if status.startswith("x-"):
            continue
        where = stated.where(status)
        number = 200 if status == "default" and not succeeds else status
        if isinstance(number, str) and not _STATUS.fullmatch(number):
            logger.warning(
                "%s: the response %s is left out: it has no status of its own",
                where,
                status,
            )
            continue
        with schemas.faults.collected():
            response, where = schemas.document.followed(stated[status], where)
            yield from _responses(int(number), response, where, schemas)


def _responses(
    status: int, response: Section, where: Position | None, schemas: Schemas
) -> Iterator[Response]:
    about = response.get("description") or response.get("summary", "")
    headers = tuple(headers_of(schemas.document, response, schemas))
    stated = response.get("content") or Section()
    if not stated:
        yield Response(status, description=about, headers=headers, where=where)
    for media_type in stated:
        content, place = schemas.document.followed(
            stated[media_type], stated.where(media_type)
        )
        schema = _schema(media_type, content, schemas)
        yield Response(
            status,
            media_type=media_type,
            schema=schema,
            description=content.get(DESCRIPTION, about),
            headers=headers,
            examples=_examples(media_type, content, schema, place, schemas),
            where=place,
        )


def _schema(media_type: str, content: Section, schemas: Schemas) -> Schema | None:
    for key in _LEFT_OUT:
        if key in content and (key != "itemSchema" or "schema" in content):
            logger.warning("%s: %s is left out", content.where(key), key)
    if "itemSchema" in content and "schema" not in content:
        items = schemas.read(content["itemSchema"], content.where("itemSchema"))
        return {"type": "array", "items": items}
    if "schema" not in content:
        return None
    schema = schemas.read(content["schema"], content.where("schema"))
    is_raw = not _JSON.fullmatch(media_type) and _is_binary(schema, schemas)
    return None if is_raw else schema


def _is_binary(schema: Schema, schemas: Schemas) -> bool:
    """Whether a schema says no more than that bytes are given as they are."""
    stated = resolved(schema, schemas.named)
    is_encoded = "contentEncoding" in stated or stated.get("type", "string") != "string"
    binary = "contentMediaType" in stated or stated.get("format") == "binary"
    return binary and not is_encoded


def _examples(
    media_type: str,
    content: Section,
    schema: Schema | None,
    where: Position | None,
    schemas: Schemas,
) -> tuple[Any, ...]:
    examples = tuple(examples_of(schemas.document, content))
    if schema is None or not _JSON.fullmatch(media_type):
        return examples
    return schemas.fitting(examples, schema, where)
