"""Refusing what isn't RAML: a misspelt constraint must not silently be dropped."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from launchpad_api_raml.parameters import PARAMETER_KEYS, check_parameters
from launchpad_core.errors import ContractError
from launchpad_core.sections import Section
from launchpad_core.spelling import did_you_mean

METHODS = ("get", "post", "put", "delete", "patch", "head", "options", "trace")
_ROOT = {
    *("title", "version", "baseUri", "baseUriParameters", "protocols", "mediaType"),
    *("schemas", "uriParameters", "documentation", "resourceTypes", "traits"),
    *("securitySchemes", "securedBy"),
}
_COMMON = {"description", "is", "securedBy", "baseUriParameters", "protocols"}
_RESOURCE = {*_COMMON, *METHODS, "displayName", "uriParameters", "type"}
_METHOD = {*_COMMON, "headers", "queryParameters", "body", "responses"}
_RESPONSE = {"description", "headers", "body"}
_BODY = {"schema", "example", "formParameters"}


def check_spelling(document: Section) -> None:
    """Check the keys of a RAML 0.8 document, and all of its named parameters.

    Raises:
        ContractError: At the first key or parameter that is not RAML 0.8.
    """
    _check_resource(document, known=_ROOT, what="a RAML document")


def _check_resource(section: Section, *, known: set[str], what: str) -> None:
    _check_keys(section, known, what, nested="/")
    _check_named(section)
    for key, value in section.items():
        if not isinstance(value, Section):
            continue
        if key.startswith("/"):
            _check_resource(value, known=_RESOURCE, what="a resource")
        elif key in METHODS:
            _check_method(value)


def _check_method(method: Section) -> None:
    _check_keys(method, _METHOD, "a method")
    _check_named(method)
    _check_bodies(method)
    responses = method.get("responses")
    for response in _sections(responses):
        _check_keys(response, _RESPONSE, "a response")
        _check_named(response)
        _check_bodies(response)


def _check_bodies(owner: Section) -> None:
    body = owner.get("body")
    if not isinstance(body, Section):
        return
    by_media_type = any("/" in key for key in body)
    for media_type in _sections(body) if by_media_type else [body]:
        _check_keys(media_type, _BODY, "a body")
        _check_named(media_type)


def _check_named(owner: Section) -> None:
    for key in PARAMETER_KEYS:
        parameters = owner.get(key)
        if isinstance(parameters, Section):
            check_parameters(parameters)
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
                hint=did_you_mean(key, known) or f"use {', '.join(sorted(known))}",
            )


def _sections(value: Any) -> list[Section]:
    if not isinstance(value, Section):
        return []
    return [item for item in value.values() if isinstance(item, Section)]
