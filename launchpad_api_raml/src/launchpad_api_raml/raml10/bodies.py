"""Bodies by media types: those that they name, or else the contract's default ones."""

from __future__ import annotations

import re
from collections.abc import Iterator

from launchpad_api_raml.raml10.nodes import Node, fault, is_annotation

# The registered ones, and some that aren't but are in use.
_TOP_LEVEL = (
    r"(application|audio|chemical|example|font|haptics|image|message|model|multipart"
    r"|text|video|binary|mime|x-[\w.+-]+|\*)"
)
_MEDIA_TYPE = re.compile(
    _TOP_LEVEL + r"/[\w*][\w!#$&^.+*-]*"
    r"(\s*;\s*[\w!#$&^.+-]+=(\"[^\"]*\"|[\w!#$&^./+-]+))*",
    re.IGNORECASE,
)


def is_media_type(text: str) -> bool:
    """Return whether a text is a media type, such as ``application/json``."""
    return _MEDIA_TYPE.fullmatch(text) is not None


def with_media_types(method: Node, defaults: tuple[str, ...]) -> Node:
    """Return a method whose bodies name their media types, so that they can merge."""
    if not method.is_map:
        return method
    values = {
        key: _by_media_type(value, defaults) if key.rstrip("?") == "body" else value
        for key, value in method.items()
    }
    responses = values.get("responses")
    if responses is not None and responses.is_map:
        values["responses"] = responses.with_map(
            {key: with_media_types(one, defaults) for key, one in responses.items()}
        )
    return method.with_map(values)


def by_media_type(body: Node, defaults: tuple[str, ...]) -> Iterator[tuple[str, Node]]:
    """Yield the media types of a body, and what they hold.

    Raises:
        ContractError: When it has none, and there is no default for it.
    """
    if body.is_null:
        yield from ((media_type, body) for media_type in defaults)
        return
    stated = _by_media_type(body, defaults)
    if not _names_media_types(stated):
        raise fault(
            "this body has no media type",
            body,
            hint="name one below body:, or for all with mediaType: at the top",
        )
    for key, node in stated.items():
        if is_annotation(key):
            continue
        if not is_media_type(key):
            where = stated.where_is(key)
            raise fault(f'"{key}" is no media type', where, hint="application/json")
        yield key, node


def _by_media_type(body: Node, defaults: tuple[str, ...]) -> Node:
    if body.is_null or _names_media_types(body) or not defaults:
        return body
    values = (
        {key: value for key, value in body.items() if is_annotation(key)}
        if body.is_map
        else {}
    )
    inner = body.without(*values) if body.is_map else body
    keys = dict.fromkeys(defaults, body.where)
    return body.with_map({**dict.fromkeys(defaults, inner), **values}, keys)


def _names_media_types(body: Node) -> bool:
    keys = [key for key, _ in body.items() if not is_annotation(key)]
    return body.is_map and (not keys or any("/" in key for key in keys))
