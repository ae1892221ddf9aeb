"""Putting a trait below a method, or a resource type below a resource."""

from __future__ import annotations

from dataclasses import replace

from launchpad_api_raml.raml10.nodes import Node, is_annotation

_DECLARATIONS = (
    *("queryParameters", "headers", "uriParameters", "baseUriParameters"),
    *("properties", "facets"),
)
_WHOLE = ("example", "default", "securedBy", "type", "schema", "is")
_TEXTS = (
    *("displayName", "description", "pattern", "format", "discriminator", "usage"),
    *("discriminatorValue", "required", "title", "content"),
)
_NAME = "*"  # of a parameter or property, which may be called "type"
_EXCLUDING = {"example": "examples", "type": "schema"}


def merged(near: Node, far: Node, key: str = "") -> Node:
    """Return a node with what it lacks from another one; what both say stays.

    Args:
        near: The node that wins.
        far: The node that adds. An optional key of it, such as ``headers?``, adds
            only to what is there.
        key: What they are both behind.

    Source: RAML 1.0, "Algorithm of Merging Traits and Methods".
    """
    if near.is_null:
        return _definite(far, key)
    if key in _WHOLE or is_annotation(key):
        return near
    if near.is_list and far.is_list:
        return _joined(near, far)
    if near.is_text and far.is_map and key not in _TEXTS:
        near = near.with_map({"type": near})
    elif near.is_map and far.is_text and key not in _TEXTS:
        far = far.with_map({"type": far})
    if not near.is_map or not far.is_map:
        return near
    return _merged_maps(near, far, key)


def _merged_maps(near: Node, far: Node, parent: str) -> Node:
    values = dict(near.value)
    keys = dict(near.keys)
    for key, value in far.items():
        name = _same_key(key, values)
        if name is not None:
            inner = _NAME if parent in _DECLARATIONS else name
            values[name] = merged(values[name], value, inner)
            continue
        is_definite = parent in _DECLARATIONS or not key.endswith("?")
        if is_definite and not _is_excluded(key, values):
            values[key] = _definite(value, key)
            keys[key] = far.where_is(key)
    return near.with_map(values, keys)


def _same_key(key: str, values: dict[str, Node]) -> str | None:
    """Return the key that means the same: ``x?`` and ``x`` are one parameter."""
    for name in (key, key.removesuffix("?"), f"{key}?"):
        if name in values:
            return name
    return None


def _is_excluded(key: str, values: dict[str, Node]) -> bool:
    return any(
        key in pair and (set(pair) - {key}).pop() in values
        for pair in _EXCLUDING.items()
    )


def _definite(node: Node, parent: str) -> Node:
    """Return what is added without its optional keys: there is nothing to add to."""
    if not node.is_map or parent in (*_WHOLE, "examples", "properties"):
        return node
    if is_annotation(parent):
        return node
    values = {
        key: value if parent in _DECLARATIONS else _definite(value, key)
        for key, value in node.items()
        if parent in _DECLARATIONS or not key.endswith("?")
    }
    return node.with_map(values)


def _joined(near: Node, far: Node) -> Node:
    known = [item.plain() for item in near.entries()]
    added = [item for item in far.entries() if item.plain() not in known]
    return replace(near, value=[*near.entries(), *added])
