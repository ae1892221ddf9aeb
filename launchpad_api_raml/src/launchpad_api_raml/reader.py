"""From a RAML document to the neutral contract."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping
from typing import Any

from launchpad_api_raml.parameters import check_parameters, schema_of
from launchpad_api_raml.schemas import to_2020_12
from launchpad_api_raml.structure import parsed
from launchpad_core.contract import (
    ApiContract,
    In,
    Operation,
    Parameter,
    Response,
    Schema,
)
from launchpad_core.errors import ContractError
from launchpad_core.sections import Section

FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"

logger = logging.getLogger(__name__)


def contract_of(document: Section) -> ApiContract:
    """Return the contract that a RAML document states.

    Raises:
        ContractError: When it states what launchpad can't hold.
    """
    if not isinstance(document.get("title"), str):
        raise ContractError(
            "this RAML has no title", where=document.position, hint="add title: ..."
        )
    raml = parsed(document)
    schemas = _named_schemas(raml.schemas)
    return ApiContract(
        document["title"],
        version=str(document.get("version", "")),
        operations=tuple(
            _operation(resource, schemas, document)
            for resource in raml.resources or ()
            if resource.method
        ),
        description="\n\n".join(_documentation(document)),
    )


def _documentation(document: Section) -> Iterator[str]:
    for item in document.get("documentation") or ():
        if isinstance(item, Mapping) and isinstance(item.get("content"), str):
            yield item["content"]


def _named_schemas(schemas: Any) -> dict[str, Any]:
    return {name: text for item in schemas or () for name, text in item.items()}


def _operation(
    resource: Any, schemas: Mapping[str, Any], document: Section
) -> Operation:
    body = _body(resource, document)
    parameters = [
        *_parameters(resource.uri_params, "path"),
        *_parameters(resource.query_params, "query"),
        *(_parameters(body.form_params, "form") if body else ()),
    ]
    if document.keys() & {"traits", "resourceTypes"}:
        _check_resolved(resource, body)
    names = [parameter.name for parameter in parameters]
    for name in names:
        if names.count(name) > 1:
            raise ContractError(
                f'{resource.method.upper()} {resource.path} has the parameter "{name}" '
                "twice",
                where=_where(resource, document),
                hint="rename one: predict gets them in one dict",
            )
    return Operation(
        resource.method.upper(),
        path=resource.path,
        parameters=tuple(parameters),
        body=body.mime_type if body else "",
        responses=tuple(_responses(resource, schemas)),
        description=_text(resource.desc),
    )


def _check_resolved(resource: Any, body: Any) -> None:
    """Check what came from a trait or a resource type; check_spelling can't see it."""
    forms = body.form_params if body else ()
    for parameter in (
        *(resource.uri_params or ()),
        *(resource.query_params or ()),
        *(forms or ()),
    ):
        facets = (parameter.raw or {}).get(parameter.name) or {}
        check_parameters(Section({parameter.name: Section(facets)}))


def _body(resource: Any, document: Section) -> Any:
    bodies = resource.body or []
    forms = [body for body in bodies if body.mime_type in (FORM, MULTIPART)]
    if len(forms) != len(bodies) or len(forms) > 1:
        given = " and ".join(str(body.mime_type) for body in bodies)
        raise ContractError(
            f"{resource.method.upper()} {resource.path} takes a body of {given}",
            where=_where(resource, document),
            hint=f"one body, of {FORM} or {MULTIPART}",
        )
    return forms[0] if forms else None


def _parameters(parameters: Any, location: In) -> Iterator[Parameter]:
    for parameter in parameters or ():
        facets = dict((parameter.raw or {}).get(parameter.name) or {})
        is_file = facets.get("type") == "file"
        yield Parameter(
            parameter.name,
            location="file" if is_file else location,
            schema=schema_of(facets),
            required=facets.get("required", location == "path"),
            description=_text(facets.get("description")),
            example=facets.get("example"),
        )


def _responses(resource: Any, schemas: Mapping[str, Any]) -> Iterator[Response]:
    for response in resource.responses or ():
        description = _text(response.desc)
        if not response.body:
            yield Response(int(response.code), description=description)
        for body in response.body or ():
            is_json = body.mime_type.endswith("json")
            yield Response(
                int(response.code),
                media_type=body.mime_type,
                schema=_schema(body.schema, schemas, resource) if is_json else None,
                description=description,
                example=_example(body.example, resource) if is_json else body.example,
            )


def _schema(schema: Any, schemas: Mapping[str, Any], resource: Any) -> Schema | None:
    value = schemas.get(schema, schema) if isinstance(schema, str) else schema
    if value is None:
        return None
    try:
        loaded = json.loads(value) if isinstance(value, str) else value
        schema_2020: Schema = to_2020_12(loaded)
        return schema_2020
    except ValueError as error:
        logger.warning("The schema of an answer of %s: %s", resource.path, error)
        return None


def _example(example: Any, resource: Any) -> Any:
    if not isinstance(example, str):
        return example
    try:
        return json.loads(example)
    except ValueError as error:
        logger.warning("The example of an answer of %s: %s", resource.path, error)
        return None


def _text(value: Any) -> str:
    raw = getattr(value, "raw", value)
    return "" if raw is None else str(raw)


def _where(resource: Any, document: Section) -> Any:
    section: Any = document
    where = document.position
    remaining = resource.path
    while remaining and isinstance(section, Section):
        key = next(
            (
                key
                for key in section
                if key.startswith("/") and (remaining + "/").startswith(key + "/")
            ),
            None,
        )
        if key is None:
            break
        where, section = section.where(key), section[key]
        remaining = remaining.removeprefix(key)
    if isinstance(section, Section):
        where = section.positions.get(resource.method, where)
    return where
