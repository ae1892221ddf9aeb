"""Refusing what isn't RAML: a misspelt constraint must not silently be dropped."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator
from typing import Any

from launchpad_api_raml.bodies import FORMS, PARTS, by_media_type
from launchpad_api_raml.inheritance import METHODS
from launchpad_api_raml.parameters import check_parameters
from launchpad_api_raml.raml10.bodies import is_media_type
from launchpad_api_raml.secured import security_of
from launchpad_core.contract import MULTIPART
from launchpad_core.errors import ContractError
from launchpad_core.positions import Position
from launchpad_core.sections import Section, plain_values
from launchpad_core.spelling import meant_or_known

_ROOT = {
    *("title", "version", "baseUri", "baseUriParameters", "protocols", "mediaType"),
    *("schemas", "uriParameters", "documentation", "securitySchemes", "securedBy"),
}
_COMMON = {"description", "securedBy", "baseUriParameters", "protocols"}
_RESOURCE = {*_COMMON, *METHODS, "displayName", "uriParameters"}
_METHOD = {*_COMMON, "headers", "queryParameters", "body", "responses"}
_RESPONSE = {"description", "headers", "body"}
_BODY = {"schema", "example"}
_SCHEME = {"type", "description", "describedBy", "settings"}
_DESCRIBED = {"headers", "queryParameters", "responses"}
_TYPES = (*("OAuth 1.0", "OAuth 2.0", "Basic Authentication", "Digest Authentication"),)
_STATUS = re.compile(r"[1-5][0-9][0-9]")

logger = logging.getLogger(__name__)


def check_spelling(document: Section) -> None:
    """Check the keys of a RAML 0.8 document, and all of its named parameters.

    Raises:
        ContractError: At the first key or parameter that is not RAML 0.8.
    """
    for key in ("title", "version"):
        if not isinstance(document.get(key), str | None):
            raise ContractError(f"{key}: must be text", where=document.where(key))
    if not isinstance(document.get("baseUri"), str | None):
        raise ContractError("baseUri: must be text", where=document.where("baseUri"))
    for key in ("documentation", "schemas", "securitySchemes"):
        _check_list(document, key)
    _check_texts(document)
    _check_schemes(document)
    _check_resource(document, known=_ROOT, what="a RAML document", root=document)


def _check_list(document: Section, key: str) -> None:
    stated = document.get(key) or []
    if isinstance(stated, Section) and key != "documentation":
        return
    if not isinstance(stated, list) or any(not isinstance(i, Section) for i in stated):
        raise ContractError(
            f"{key}: must be a list of mappings", where=document.where(key)
        )
    known: dict[str, Position | None] = {}
    for group in stated if key != "documentation" else ():
        for name in group:
            if name in known:
                raise ContractError(
                    f'{key}: "{name}" is there twice; first at {known[name]}',
                    where=group.where(name),
                    hint="remove one of the two",
                )
            known[name] = group.where(name)


def _check_texts(document: Section) -> None:
    media_type = document.get("mediaType", "application/json")
    if not isinstance(media_type, str) or not is_media_type(media_type):
        raise ContractError(
            f"mediaType: {plain_values(media_type)!r} is no media type",
            where=document.where("mediaType"),
            hint="such as application/json",
        )
    for item in document.get("documentation") or ():
        for key in ("title", "content"):
            if not isinstance(item.get(key), str):
                where = item.where(key) or item.position
                raise ContractError(f"{key}: must be text", where=where)
    schemas = document.get("schemas") or []
    for group in schemas if isinstance(schemas, list) else [schemas]:
        for name, schema in group.items():
            if not isinstance(schema, str | Section):
                raise ContractError(
                    f'the schema "{name}" must be the text of a schema',
                    where=group.where(name),
                )


def _check_schemes(document: Section) -> None:
    stated = document.get("securitySchemes") or []
    for group in stated if isinstance(stated, list) else [stated]:
        for name, scheme in group.items():
            if not isinstance(scheme, Section) or not isinstance(
                scheme.get("type"), str
            ):
                raise ContractError(
                    f'the security scheme "{name}" has no type',
                    where=group.where(name),
                    hint="type: Basic Authentication, OAuth 2.0, x-api-key, ...",
                )
            if scheme["type"] not in _TYPES and not scheme["type"].startswith("x-"):
                raise ContractError(
                    f'there is no type "{scheme["type"]}" of security schemes',
                    where=scheme.where("type"),
                    hint=meant_or_known(scheme["type"], (*_TYPES, "x-...")),
                )
            _check_scheme(scheme)


def _check_scheme(scheme: Section) -> None:
    _check_keys(scheme, _SCHEME, "a security scheme")
    for key in ("describedBy", "settings"):
        if not isinstance(scheme.get(key), Section | None):
            raise ContractError(f"{key}: must be a mapping", where=scheme.where(key))
    described = scheme.get("describedBy") or Section()
    _check_keys(described, _DESCRIBED, "describedBy")
    for key in ("headers", "queryParameters"):
        _check_named(described, key)


def _check_protocols(section: Section) -> None:
    stated = section.get("protocols", ["HTTPS"])
    if not isinstance(stated, list) or not all(
        str(one).upper() in ("HTTP", "HTTPS") for one in stated
    ):
        raise ContractError(
            "protocols: must be a list of HTTP, HTTPS, or both",
            where=section.where("protocols"),
        )


def _check_resource(
    section: Section, *, known: set[str], what: str, root: Section
) -> None:
    _check_keys(section, known, what, nested="/")
    if not isinstance(section.get("displayName"), str | None):
        raise ContractError(
            "displayName: must be text", where=section.where("displayName")
        )
    security_of(root, section)
    _check_protocols(section)
    _check_named(section, "baseUriParameters")
    _check_named(section, "uriParameters", lists=False)
    for key, value in _mappings(section, "a resource"):
        if key.startswith("/"):
            _check_resource(value, known=_RESOURCE, what="a resource", root=root)
        elif key in METHODS and section is not root:
            _check_method(value, default=root.get("mediaType"))


def _check_method(method: Section, *, default: Any) -> None:
    _check_keys(method, _METHOD, "a method")
    _check_protocols(method)
    for key in ("headers", "queryParameters", "baseUriParameters"):
        _check_named(method, key)
    for media_type, content in by_media_type(method, default=default).items():
        _check_body(media_type, content, method)
    responses = method.get("responses")
    if not isinstance(responses, Section | None):
        raise ContractError(
            "responses: must hold responses by their status",
            where=method.where("responses"),
            hint="responses: {200: {...}}",
        )
    if responses:
        _check_responses(responses, default=default)


def _check_responses(responses: Section, *, default: Any) -> None:
    for status in responses:
        if not _STATUS.fullmatch(status):
            raise ContractError(
                f'"{status}" is no HTTP status',
                where=responses.where(status),
                hint="a number, such as 200",
            )
    for _, response in _mappings(responses, "a response", every=True):
        _check_keys(response, _RESPONSE, "a response")
        _check_named(response, "headers")
        for media_type, content in by_media_type(response, default=default).items():
            _check_body(media_type, content, response)


def _check_body(media_type: str, content: Any, owner: Section) -> None:
    if content is None:
        return
    # launchpad's users know "properties" from RAML 1.0, for the parts of a form.
    known = {*_BODY, *(PARTS if media_type in FORMS else ())}
    if not isinstance(content, Section):
        raise ContractError(
            "a body must be a mapping",
            where=owner["body"].where(media_type),
            hint=f"use {', '.join(sorted(known))}",
        )
    _check_keys(content, known, "a body")
    if {*PARTS} <= content.keys():
        raise ContractError(
            "formParameters: and properties: are the same",
            where=content.where("properties"),
            hint="move all to formParameters:",
        )
    for key in PARTS:
        _check_named(content, key, files=media_type == MULTIPART)


def _check_named(
    owner: Section, key: str, *, files: bool = False, lists: bool = True
) -> None:
    parameters = owner.get(key)
    if isinstance(parameters, Section):
        check_parameters(parameters, files=files, lists=lists)
    elif parameters is not None:
        raise ContractError(
            f"{key} must hold parameters by their names", where=owner.where(key)
        )


def _check_keys(
    section: Section, known: Iterable[str], what: str, *, nested: str = "\0"
) -> None:
    for key in section:
        if key not in known and not key.startswith(nested):
            raise ContractError(
                f'{what} has no key "{key}" in RAML 0.8',
                where=section.where(key),
                hint=meant_or_known(key, sorted(known)),
            )
    if not isinstance(section.get("description"), str | None):
        raise ContractError(
            "description: must be text", where=section.where("description")
        )


def _mappings(
    section: Section, what: str, *, every: bool = False
) -> Iterator[tuple[str, Section]]:
    """Yield resources, methods or responses; nothing is as good as an empty one."""
    for key, value in section.items():
        if not every and key not in METHODS and not key.startswith("/"):
            continue
        if isinstance(value, Section):
            yield key, value
        elif value is not None:
            raise ContractError(
                f'"{key}" in {what} must be a mapping', where=section.where(key)
            )
