"""The bodies of requests and answers: RAML lets one leave out much of them."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import jsonschema_rs

from launchpad_api_raml.named_parameters import named
from launchpad_api_raml.raml10.bodies import is_media_type
from launchpad_api_raml.schema_texts import SchemaTexts, UnreadableSchema
from launchpad_core.contract import (
    FORM,
    MULTIPART,
    Body,
    Parameter,
    Response,
    Schema,
)
from launchpad_core.errors import ContractError
from launchpad_core.positions import Position
from launchpad_core.references import bundled
from launchpad_core.sections import Section, plain_values

FORMS = (FORM, MULTIPART)
PARTS = ("formParameters", "properties")

logger = logging.getLogger(__name__)


def bodies_of(
    method: Section, *, default: Any, schemas: SchemaTexts
) -> tuple[Body, ...]:
    """Return the bodies that a method takes.

    Args:
        method: The method.
        default: The media type of bodies that name none, or None.
        schemas: The schemas of the document.

    Raises:
        ContractError: When a body makes no sense.
    """
    stated = by_media_type(method, default=default)
    has_form = any(media_type in FORMS for media_type in stated)
    found: list[Body] = []
    for media_type, content in stated.items():
        where = _where(method, media_type)
        if media_type in FORMS:
            parameters = tuple(_parts(content, media_type, where))
            found.append(Body(media_type, parameters=parameters, where=where))
        elif content is None and has_form:
            # mllaunchpad's users have binary/octet-stream: beside their forms.
            logger.warning("%s: a body of %s is not served", where, media_type)
        else:
            body = content or Section()
            schema = schemas.of(body)
            examples = _examples(body, media_type, schema, schemas)
            found.append(
                Body(media_type, schema=schema, examples=examples, where=where)
            )
    return tuple(found)


def responses_of(
    method: Section, *, default: Any, schemas: SchemaTexts
) -> Iterator[Response]:
    """Yield the answers of a method; a schema that can't be read is left out."""
    responses = method.get("responses") or Section()
    for code, stated in responses.items():
        response = stated or Section(position=responses.where(code))
        empty = Response(
            int(code),
            description=response.get("description") or "",
            headers=tuple(named(response, "headers", "header")),
            where=responses.where(code),
        )
        bodies = by_media_type(response, default=default)
        if not bodies:
            yield empty
        for media_type, content in bodies.items():
            body = content or Section()
            schema = _schema_of_answer(body, schemas)
            yield replace(
                empty,
                media_type=media_type,
                schema=schema,
                examples=_examples(body, media_type, schema, schemas),
                where=_where(response, media_type),
            )


def by_media_type(owner: Section, *, default: Any) -> Mapping[str, Any]:
    """Return what a method's or a response's body says, by media type.

    Raises:
        ContractError: When it has no media type, and there is no default for it.
    """
    body = owner.get("body")
    if body is None:
        return {}
    if not isinstance(body, Section):
        raise ContractError(
            "body: must hold media types",
            where=owner.where("body"),
            hint="body: {application/json: {...}}",
        )
    if not body or any("/" in key for key in body):
        for key in body:
            if not is_media_type(key):
                raise ContractError(
                    f'"{key}" is no media type',
                    where=body.where(key),
                    hint="such as application/json",
                )
        return dict(body)
    if not isinstance(default, str) or not is_media_type(default):
        raise ContractError(
            "this body has no media type",
            where=body.position,
            hint="name one below body:, or for all with mediaType: at the top",
        )
    return {default: body}


def _parts(
    content: Section | None, media_type: str, where: Position | None
) -> Iterator[Parameter]:
    """Yield the parts of a form; a multipart form without any is one file."""
    stated = content or Section()
    for key in PARTS:
        if stated.get(key) is not None:
            yield from named(stated, key, "form")
            return
    if media_type == MULTIPART:
        yield Parameter("file", location="file", schema={}, required=True, where=where)


def _schema_of_answer(body: Section, schemas: SchemaTexts) -> Schema | None:
    try:
        return schemas.of(body)
    except UnreadableSchema as error:
        logger.warning("%s", error)
        return None


def _examples(
    body: Section, media_type: str, schema: Schema | None, schemas: SchemaTexts
) -> tuple[Any, ...]:
    example, where = plain_values(body.get("example")), body.where("example")
    if example is None:
        return ()
    if isinstance(example, str) and _is_json_type(media_type):
        try:
            example = json.loads(example)
        except (ValueError, RecursionError) as error:
            logger.warning("%s: the example is no JSON, and left out: %s", where, error)
            return ()
    if schema is not None:
        validator = jsonschema_rs.validator_for({**bundled(schema, schemas.named)})
        unfit = next(validator.iter_errors(example), None)
        if unfit is not None:
            logger.warning(
                "%s: the example doesn't fit, and is left out: %s", where, unfit.message
            )
            return ()
    return (example,)


def _is_json_type(media_type: str) -> bool:
    return media_type.partition(";")[0].strip().endswith("json")


def _where(owner: Section, media_type: str) -> Position | None:
    body: Section = owner["body"]
    return body.where(media_type)
