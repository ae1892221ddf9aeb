"""Overlays and extensions: APIs that are written as what they change of another one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from launchpad_api_raml.raml10.bodies import with_media_types
from launchpad_api_raml.raml10.loading import Document, Loading
from launchpad_api_raml.raml10.nodes import Node, fault, is_annotation, scalar
from launchpad_api_raml.raml10.root import media_types_of
from launchpad_api_raml.raml10.structure import METHODS

_DECLARATIONS = (
    *("queryParameters", "headers", "uriParameters", "baseUriParameters"),
    *("properties", "facets", "types", "schemas", "traits", "resourceTypes"),
)
_NAME = "*"  # of a parameter or property, which may be called "type"
_IGNORED = ("extends", "usage", "uses")
_TEXTS = (
    *("title", "displayName", "description", "documentation", "usage"),
    *("example", "examples", "annotationTypes", "uses"),
)
_WHOLE = ("example", "examples", "type", "default", "documentation")
_EXCLUDING = (
    ("queryString", "queryParameters"),
    ("type", "schema"),
    ("example", "examples"),
    ("types", "schemas"),
)

Prepare = Callable[[Node], Node]


def extended(document: Document, loading: Loading, prepare: Prepare) -> Document:
    """Return the API that an overlay or an extension makes of the one it extends.

    Args:
        document: The overlay or extension.
        loading: Reads the API.
        prepare: Applies resource types and traits to all resources of an API.

    Raises:
        ContractError: When there is no such API, or when an overlay changes more
            than texts and annotations.
    """
    return _extended(document, loading, prepare, (document.path.resolve(),))


def _extended(
    document: Document, loading: Loading, prepare: Prepare, stack: tuple[Path, ...]
) -> Document:
    if not document.kind:
        return document
    reference = document.root.get("extends")
    if document.kind not in ("Overlay", "Extension"):
        raise fault(f"a {document.kind} can't be extended", document.root)
    if reference is None:
        raise fault(
            f"this {document.kind} extends nothing",
            document.root,
            hint="extends: api.raml",
        )
    path = loading.follow(reference, document, stack)
    base = loading.document(path, where=reference.where)
    master = _extended(base, loading, prepare, (*stack, path.resolve()))
    return _applied(document, master, prepare)


def _applied(document: Document, master: Document, prepare: Prepare) -> Document:
    own, other = document.root.scope, master.root.scope
    _check_namespaces(document, master)
    before = prepare(master.root)
    changes = _with_media_types(document.root, before)
    root = _merged(changes, before, "", is_overlay=document.kind == "Overlay")
    if document.kind == "Overlay":
        _check_unchanged(root, before, "", "")
    root = replace(root.without(*_IGNORED), scope=own, where=document.root.where)
    own.libraries = {**other.libraries, **own.libraries}
    own.others = (*own.others, other)
    other.others = (*other.others, own)
    own.root = other.root = root
    return Document(document.path, "", root)


def _check_namespaces(document: Document, master: Document) -> None:
    own = document.root.scope.libraries
    for alias, library in master.root.scope.libraries.items():
        if alias in own and own[alias] is not library:
            raise fault(
                f'"{alias}" is another library than in what is extended',
                document.root.where_is("uses"),
            )


def _with_media_types(changes: Node, master: Node) -> Node:
    """Return changes whose bodies name their media types, as those of the API do."""
    defaults = media_types_of(changes) or media_types_of(master)

    def prepared(key: str, node: Node) -> Node:
        if not node.is_map:
            return node
        values = dict(node.items())
        for name, value in node.items():
            if name.startswith("/"):
                values[name] = prepared(name, value)
            elif name in METHODS:
                values[name] = with_media_types(value, defaults)
        return node.with_map(values)

    return node_with_resources(changes, prepared)


def node_with_resources(root: Node, change: Callable[[str, Node], Node]) -> Node:
    """Return an API with all its top resources changed."""
    values = {
        key: change(key, value) if key.startswith("/") else value
        for key, value in root.items()
    }
    return root.with_map(values)


def _merged(change: Node, master: Node, key: str, *, is_overlay: bool) -> Node:
    if is_annotation(key) or key in _WHOLE:
        return _replaced(change, master, key, is_overlay=is_overlay)
    if change.is_null:
        return master
    if change.is_list and master.is_list:
        known = [item.plain() for item in master.entries()]
        added = [item for item in change.entries() if item.plain() not in known]
        return replace(master, value=[*master.entries(), *added])
    if change.is_map and master.is_text and "value" not in change:
        master = master.with_map({"type": master})
    if not change.is_map or not master.is_map:
        return change
    values = dict(master.value)
    keys = dict(master.keys)
    for name, value in change.items():
        if not key and name in _IGNORED:
            continue
        same = _same_key(name, values)
        for pair in _EXCLUDING:
            if name in pair and same is None:
                values.pop(pair[1 - pair.index(name)], None)
        if same is None:
            values[name] = value
            keys[name] = change.where_is(name)
        else:
            inner = _NAME if key in _DECLARATIONS else same
            values[same] = _merged(value, values[same], inner, is_overlay=is_overlay)
    return master.with_map(values, keys)


def _replaced(change: Node, master: Node, key: str, *, is_overlay: bool) -> Node:
    if key == "documentation" and not is_overlay and master.is_list and change.is_list:
        return replace(master, value=[*master.entries(), *change.entries()])
    if key == "examples" and master.is_map and change.is_map:
        return master.with_map({**master.value, **change.value}, change.keys)
    return change


def _same_key(key: str, values: dict[str, Node]) -> str | None:
    for name in (key, key.removesuffix("?"), f"{key}?"):
        if name in values:
            return name
    return None


def _check_unchanged(merged: Node, master: Node, parent: str, path: str) -> None:
    """Check that nothing differs but what an overlay may change."""
    if merged.is_map and not master.is_map and not master.is_list:
        master = master.with_map({} if master.is_null else {"type": master})
    if not merged.is_map or not master.is_map:
        if scalar(merged).plain() != scalar(master).plain():
            raise _forbidden(f"change {path or 'the API'}", merged)
        return
    for key, value in merged.items():
        is_name = parent in _DECLARATIONS
        if is_annotation(key) or (key in _TEXTS and not is_name):
            continue
        if not path and key in _IGNORED:
            continue
        inner = f"{path}/{key.lstrip('/')}"
        known = master.get(key)
        if known is None:
            is_free = parent in ("types", "schemas") or (
                not path and key in ("types", "schemas")
            )
            if not is_free:
                raise _forbidden(f"add {inner}", value)
        elif value is not known:
            _check_unchanged(value, known, _NAME if is_name else key, inner)


def _forbidden(what: str, at: Node) -> Exception:
    return fault(
        f"an overlay must not {what}",
        at,
        hint="change texts, examples and annotations only, or write an Extension",
    )
