"""From a resource's methods, with all that they inherit, to operations."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from launchpad_api_raml.annotations import EXAMPLES, SCHEMA
from launchpad_api_raml.raml10.bodies import by_media_type
from launchpad_api_raml.raml10.nodes import (
    Node,
    check_keys,
    fault,
    is_annotation,
    map_of,
    text_of,
)
from launchpad_api_raml.raml10.parameters import Reading, fields_of
from launchpad_api_raml.raml10.structure import METHOD, RESPONSE
from launchpad_api_raml.raml10.types import Type
from launchpad_core.contract import FORM, MULTIPART, Body, Parameter, Response

_STATUS = re.compile(r"[1-5][0-9]{2}")
_EXAMPLES = ("example", "examples")
_FLAT = ("object", "union", "any")


def query_of(method: Node, reading: Reading) -> tuple[Parameter, ...]:
    """Return the query parameters of a method.

    Raises:
        ContractError: When they are stated twice, or have no proper types.
    """
    if "queryString" not in method:
        return reading.parameters(
            method.get("queryParameters"), "queryParameters", "query"
        )
    where = method.where_is("queryString")
    if "queryParameters" in method:
        raise fault("queryString and queryParameters exclude each other", where)
    type_ = reading.type_of(method.value["queryString"])
    _check_query(type_, method.value["queryString"])
    if type_.kind not in _FLAT:
        reading.checks.remark("a queryString that is no object is not checked", where)
    return tuple(reading.parameter(one, "query") for one in fields_of(type_))


def bodies_of(method: Node, reading: Reading) -> tuple[Body, ...]:
    """Return the bodies that a method takes.

    Raises:
        ContractError: When one has no media type, or no proper type.
    """
    stated = method.get("body")
    if stated is None:
        return ()
    return tuple(
        _body(media_type, node, method, reading)
        for media_type, node in by_media_type(stated, reading.media_types)
    )


def responses_of(method: Node, reading: Reading) -> tuple[Response, ...]:
    """Return the answers of a method.

    Raises:
        ContractError: When one has no status, or no proper body.
    """
    stated = method.get("responses")
    if stated is None:
        return ()
    found: list[Response] = []
    for code, node in map_of(stated, "responses").items():
        if not is_annotation(code):
            found += _responses(code, node, stated, reading)
    return tuple(found)


def check_method(method: Node, name: str) -> None:
    """Check what doesn't become a part of the operation.

    Raises:
        ContractError: At the first unknown key, and the like.
    """
    check_keys(method, METHOD, f"the method {name}")
    stated = method.get("protocols")
    if stated is not None:
        protocols_of(stated)


def protocols_of(stated: Node) -> list[str]:
    """Return protocols in lower case; a single one needs no list.

    Raises:
        ContractError: When they aren't HTTP, HTTPS, or both.
    """
    items = stated.entries() if stated.is_list else [stated]
    names = [item.text.lower() for item in items]
    if not names or not all(name in ("http", "https") for name in names):
        raise fault("protocols must be a list of HTTP, HTTPS, or both", stated)
    return names


def _check_query(type_: Type, node: Node) -> None:
    kinds = (type_.kind, *(member.kind for member in type_.members))
    if "array" in kinds or "external" in kinds:
        raise fault("queryString must be an object, or a scalar", node)


def _body(media_type: str, node: Node, method: Node, reading: Reading) -> Body:
    type_ = reading.type_of(node, default="any")
    where = method.value["body"].where_is(media_type)
    essence = media_type.partition(";")[0].strip().lower()
    description = text_of(_own_texts(type_).get("description"), "description")
    if essence in (FORM, MULTIPART):
        if type_.kind not in (*_FLAT, "external"):
            raise fault(f"{media_type} holds an object, not {type_.kind}", where)
        fields = fields_of(type_)
        return Body(
            media_type,
            parameters=tuple(reading.parameter(one, "form") for one in fields),
            description=description,
            examples=_examples(type_, reading),
            where=where,
        )
    return Body(
        media_type,
        schema=_schema(type_, media_type, node, reading),
        description=description,
        examples=_examples(type_, reading),
        where=where,
    )


def _responses(
    code: str, node: Node, owner: Node, reading: Reading
) -> Iterator[Response]:
    where = owner.where_is(code)
    if not _STATUS.fullmatch(code):
        raise fault(f'"{code}" is no HTTP status', where, hint="such as 200")
    response = map_of(node, f"the response {code}")
    check_keys(response, RESPONSE, "a response")
    description = text_of(response.get("description"), "description")
    headers = reading.parameters(response.get("headers"), "headers", "header")
    stated = response.get("body")
    bodies = [] if stated is None else list(by_media_type(stated, reading.media_types))
    for media_type, body in bodies:
        type_ = reading.type_of(body, default="any")
        yield Response(
            int(code),
            media_type=media_type,
            schema=_schema(type_, media_type, body, reading),
            description=description,
            headers=headers,
            examples=_examples(type_, reading),
            where=where,
        )
    if not bodies:
        yield Response(int(code), description=description, headers=headers, where=where)


def _schema(
    type_: Type, media_type: str, node: Node, reading: Reading
) -> dict[str, object] | None:
    """Return the schema of a body; what it says for people is kept beside it."""
    external = type_.external
    if _is_unstated(node):
        return None
    if external is None:
        schema = reading.schemas.reference(type_, with_texts=False)
        title = _own_texts(type_).get("displayName")
        return {**schema, "title": text_of(title, "displayName")} if title else schema
    is_json = external.schema is not None
    if (is_json and "xml" in media_type) or (not is_json and "json" in media_type):
        raise fault(f"this schema isn't one of {media_type}", node)
    return reading.schemas.reference(type_, with_texts=False) if is_json else None


def _own_texts(type_: Type) -> Mapping[str, Node]:
    """Return what a body says for people: not what its named type says."""
    return {} if type_.name else type_.texts


def _is_unstated(body: Node) -> bool:
    """Return whether a body is only described, and may hold anything."""
    about = ("displayName", "description", *_EXAMPLES)
    return body.is_null or (
        body.is_map
        and all(
            key in about or (is_annotation(key) and key != SCHEMA.key)
            for key, _ in body.items()
        )
    )


def _examples(type_: Type, reading: Reading) -> tuple[object, ...]:
    """Return the examples of a body: not those of the named type that it refers to."""
    own = {key for key in (*_EXAMPLES, EXAMPLES.key) if key in type_.node}
    return reading.examples(type_) if own and not type_.name else ()
