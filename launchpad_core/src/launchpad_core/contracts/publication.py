"""The contract as the running server keeps it: with its errors, and where it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from http import HTTPStatus
from typing import Any

from launchpad_core.contract import ApiContract, Body, Operation, Response, Schema
from launchpad_core.references import reference_to
from launchpad_core.responses import answers_of

PROBLEM = "application/problem+json"
"""The media type of errors (RFC 9457)."""

PROBLEM_SCHEMA: Schema = {
    "title": "Problem",
    "description": "What went wrong (RFC 9457)",
    "type": "object",
    "properties": {
        "type": {"type": "string", "description": "A URI for this kind of problem"},
        "title": {"type": "string", "description": "The kind of problem, for people"},
        "status": {"type": "integer", "description": "The HTTP status"},
        "detail": {"type": "string", "description": "What is wrong here, for people"},
        "message": {
            "description": "The same by parameter or place, else the detail",
            "type": ["string", "object"],
            "additionalProperties": {"type": "string"},
        },
        "errors": {
            "description": "Everything that is wrong",
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "in": {
                        "type": "string",
                        "description": "Where it is: query, path, header, form, "
                        "file, body, or answer",
                    },
                    "name": {"type": "string", "description": "The parameter"},
                    "pointer": {
                        "type": "string",
                        "description": "The place in the body (RFC 6901)",
                    },
                    "code": {
                        "type": "string",
                        "description": "What is wrong, for programs",
                    },
                    "detail": {
                        "type": "string",
                        "description": "What is wrong, for people",
                    },
                },
                "required": ["in", "name", "code", "detail"],
            },
        },
        "id": {"type": "string", "description": "Under which the server's log has it"},
    },
    "required": ["type", "title", "status", "detail", "message"],
}

_SAFE = ("GET", "HEAD", "OPTIONS")


def published(contract: ApiContract, base_path: str) -> ApiContract:
    """Return a contract with everything that the server may answer.

    Args:
        contract: The contract as it was written.
        base_path: The path that all of the API's paths begin with.

    Raises:
        ContractError: When an operation promises what can't be written.
    """
    name = _free_name("Problem", contract.schemas)
    return replace(
        contract,
        base_uri=base_path,
        operations=tuple(
            _with_problems(operation, reference_to(name))
            for operation in contract.operations
        ),
        schemas={**contract.schemas, name: PROBLEM_SCHEMA},
    )


def _with_problems(operation: Operation, problem: Schema) -> Operation:
    """Return an operation with the answers that it gives.

    Those of others that stand in front of it, such as 401 or 503, are kept.
    """
    own = dict(_problems(operation))
    told = {found.status: found.description for found in operation.responses}
    others = tuple(
        found
        for found in operation.responses
        if not 200 <= found.status < 300 and found.status not in own
    )
    problems = tuple(
        Response(
            status,
            media_type=PROBLEM,
            schema=problem,
            description=told.get(status) or description,
            examples=(_example(operation, status, description),),
        )
        for status, description in own.items()
    )
    return replace(
        operation,
        bodies=tuple(_with_binary_files(body) for body in operation.bodies),
        responses=(*answers_of(operation), *problems, *others),
    )


def _with_binary_files(body: Body) -> Body:
    """Return a body that says of its files, in the usual way, that they are bytes."""
    return replace(
        body,
        parameters=tuple(
            replace(found, schema=_binary(found.schema))
            if found.location == "file"
            else found
            for found in body.parameters
        ),
    )


def _binary(schema: Schema) -> Schema:
    if schema.get("type") == "array":
        return {**schema, "items": _binary(schema.get("items", {}))}
    return {"type": "string", "format": "binary", **schema}


def _problems(operation: Operation) -> Iterator[tuple[int, str]]:
    yield HTTPStatus.BAD_REQUEST, "The request does not fit the contract"
    if any(parameter.location == "path" for parameter in operation.parameters):
        yield HTTPStatus.NOT_FOUND, "There is nothing at this path"
    yield HTTPStatus.NOT_ACCEPTABLE, "The answer can't have the media type asked for"
    if operation.bodies or operation.method not in _SAFE:
        yield HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "The body is too large"
        yield HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "The body has another media type"
    yield HTTPStatus.INTERNAL_SERVER_ERROR, "The model could not answer"


def _example(operation: Operation, status: int, description: str) -> Any:
    example = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": f"{description}.",
        "message": f"{description}.",
    }
    required = [found for found in operation.parameters if found.required]
    if status != HTTPStatus.BAD_REQUEST or not required:
        return example
    missing = {"in": required[0].location, "name": required[0].name}
    told = {"code": "missing", "detail": "is required"}
    return example | {
        "detail": f"{required[0].name} is required",
        "message": {required[0].name: "is required"},
        "errors": [missing | told],
    }


def _free_name(name: str, schemas: Mapping[str, Schema]) -> str:
    while name in schemas:
        name += "_"
    return name
