"""From the neutral contract to an OpenAPI document."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from launchpad_api_openapi.extensions import BASE_URI, DESCRIPTION, NAMES
from launchpad_api_openapi.names import component_names, operation_ids, renaming
from launchpad_api_openapi.parameter_writer import (
    examples_written,
    form_written,
    header_written,
    parameter_written,
)
from launchpad_api_openapi.security_writer import scheme_written
from launchpad_core.contract import ApiContract, Body, Operation, Response, Schema
from launchpad_core.errors import ContractError
from launchpad_core.sections import plain_values

VERSION = "3.1.0"
VERSION_OF_OTHER_METHODS = "3.2.0"

_METHODS = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE")
_VARIABLE = re.compile(r"\{([^{}]+)\}")
_ODD_IN_PATH = re.compile("[/?#:!]")
_COMPONENT = re.compile("[a-zA-Z0-9._-]+")

Rename = Callable[[Any], Any]


def document_of(contract: ApiContract) -> dict[str, Any]:
    """Return a contract as an OpenAPI document of plain values.

    Raises:
        ContractError: When OpenAPI can't say what the contract says.
    """
    names = component_names(contract.schemas)
    rename = renaming(names)
    usual = all(operation.method in _METHODS for operation in contract.operations)
    document: dict[str, Any] = {
        "openapi": VERSION if usual else VERSION_OF_OTHER_METHODS,
        "info": _info(contract),
    }
    if contract.base_uri:
        document["servers"] = [_server(contract)]
    document["paths"] = _paths(contract, rename)
    components = _components(contract, names, rename)
    if components:
        document["components"] = components
    return document


def _info(contract: ApiContract) -> dict[str, Any]:
    info = {"title": contract.title, "version": contract.version}
    if contract.description:
        info["description"] = contract.description
    return info


def _server(contract: ApiContract) -> dict[str, Any]:
    server: dict[str, Any] = {"url": contract.base_uri}
    variables = dict.fromkeys(_VARIABLE.findall(contract.base_uri))
    if variables:
        server["variables"] = {
            name: {"default": contract.version if name == "version" else name}
            for name in variables
        }
        server[BASE_URI] = contract.base_uri
    return server


def _paths(contract: ApiContract, rename: Rename) -> dict[str, Any]:
    paths: dict[str, dict[str, Any]] = {}
    ids = operation_ids(contract)
    for index, operation in enumerate(contract.operations):
        name = f"{operation.method} {operation.path}"
        item = paths.setdefault(operation.path, {})
        method = operation.method.lower()
        if operation.method not in (*_METHODS, "QUERY"):
            item = item.setdefault("additionalOperations", {})
            method = operation.method
        if method in item:
            raise _unsayable(name, "the same operation twice")
        item[method] = _operation(operation, ids[index], rename, name=name)
    return paths


def _operation(
    operation: Operation, identifier: str, rename: Rename, *, name: str
) -> dict[str, Any]:
    _check(operation, name=name)
    written: dict[str, Any] = {}
    if operation.title:
        written["summary"] = operation.title
    if operation.description:
        written["description"] = operation.description
    written["operationId"] = identifier
    if operation.security:
        written["security"] = plain_values(operation.security)
    if operation.parameters:
        written["parameters"] = [parameter_written(p) for p in operation.parameters]
    if operation.bodies or operation.body_required:
        written["requestBody"] = _request_body(operation, rename, name=name)
    responses: dict[str, Any] = {}
    for response in operation.responses:
        _add_response(responses, response, rename, name=name)
    if responses:
        written["responses"] = responses
    return written


def _check(operation: Operation, *, name: str) -> None:
    """Check that each parameter is there once, and each part of the path has one."""
    fields = (body.parameters for body in operation.bodies)
    for group in (operation.parameters, *fields):
        seen: set[tuple[str, str]] = set()
        for one in group:
            if (one.name, one.location) in seen:
                what = f'two parameters "{one.name}" in the {one.location}'
                raise _unsayable(name, what)
            seen.add((one.name, one.location))
    found = {one.name for one in operation.parameters if one.location == "path"}
    for variable in found ^ {*_VARIABLE.findall(operation.path)}:
        what = f"what {{{variable}}} is"
        if variable in found:
            what = f'the parameter "{variable}", which is not in the path'
        raise _unsayable(name, what)
    for variable in sorted(found):
        if _ODD_IN_PATH.search(variable):
            raise _unsayable(name, f'"{variable}" as the name of a part of the path')


def _request_body(operation: Operation, rename: Rename, *, name: str) -> dict[str, Any]:
    written: dict[str, Any] = {}
    about = operation.bodies[0].description if operation.bodies else ""
    if about:
        written["description"] = about
    if operation.body_required:
        written["required"] = True
    content: dict[str, Any] = {}
    for body in operation.bodies:
        if body.media_type in content:
            raise _unsayable(name, f"two bodies of {body.media_type}")
        content[body.media_type] = {
            **_otherwise_described(body, about),
            **_content(body, rename),
        }
    return {**written, "content": content}


def _content(body: Body | Response, rename: Rename) -> dict[str, Any]:
    if isinstance(body, Body) and body.is_form:
        return {**form_written(body), **examples_written(body.examples)}
    schema: Schema | None = body.schema
    written = {} if schema is None else {"schema": plain_values(rename(schema))}
    return {**written, **examples_written(body.examples)}


def _otherwise_described(body: Body | Response, about: str) -> dict[str, str]:
    return {} if body.description == about else {DESCRIPTION: body.description}


def _add_response(
    responses: dict[str, Any], response: Response, rename: Rename, *, name: str
) -> None:
    headers = {header.name: header_written(header) for header in response.headers}
    status = str(response.status)
    if not 100 <= response.status < 600:
        raise _unsayable(name, f"the status {status}")
    first = status not in responses
    written = responses.setdefault(status, {"description": response.description})
    if first and headers:
        written["headers"] = headers
    if not first and written.get("headers", {}) != headers:
        raise _unsayable(name, f"headers of {status} that depend on the media type")
    if not first and ("content" not in written or not response.media_type):
        raise _unsayable(name, f"{status} with and without a body")
    if not response.media_type:
        return
    content = written.setdefault("content", {})
    if response.media_type in content:
        raise _unsayable(name, f"two answers {status} of {response.media_type}")
    content[response.media_type] = {
        **_otherwise_described(response, written["description"]),
        **_content(response, rename),
    }


def _components(
    contract: ApiContract, names: Mapping[str, str], rename: Rename
) -> dict[str, Any]:
    components: dict[str, Any] = {}
    if contract.schemas:
        components["schemas"] = {
            names[name]: plain_values(rename(schema))
            for name, schema in contract.schemas.items()
        }
    for scheme in contract.security_schemes:
        if not _COMPONENT.fullmatch(scheme.name):
            raise ContractError(
                f'OpenAPI can\'t say the name of the security scheme "{scheme.name}"',
                hint="letters from a to z, digits, and . _ -",
            )
    if contract.security_schemes:
        components["securitySchemes"] = {
            scheme.name: scheme_written(scheme) for scheme in contract.security_schemes
        }
    odd = {new: name for name, new in names.items() if new != name}
    if odd:
        components[NAMES] = odd
    return components


def _unsayable(where: str, what: str) -> ContractError:
    return ContractError(f"{where}: OpenAPI can't say {what}")
