"""What stands at the top of an API: title, base URI, media types, documentation."""

from __future__ import annotations

import re
from collections.abc import Iterator

from launchpad_api_raml.raml10.bodies import is_media_type
from launchpad_api_raml.raml10.nodes import (
    Node,
    check_keys,
    fault,
    map_of,
    scalar,
    text_of,
)
from launchpad_api_raml.raml10.operations import protocols_of
from launchpad_api_raml.raml10.parameters import Reading
from launchpad_api_raml.raml10.resources import check_template
from launchpad_api_raml.raml10.structure import DOCUMENTATION, ROOT

_PARAMETER = re.compile(r"\{([^{}]*)\}")


def check_root(root: Node) -> None:
    """Check the keys of an API, and that it has a title.

    Raises:
        ContractError: When it has none, or an unknown key.
    """
    resources = tuple(key for key, _ in root.items() if key.startswith("/"))
    check_keys(root, (*ROOT, *resources), "an API")
    if not text_of(root.get("title"), "title"):
        raise fault("this API has no title", root, hint="add title: ...")
    for key in ("version", "description", "baseUri"):
        stated = root.get(key)
        if stated is not None and scalar(stated).is_null and key == "version":
            raise fault(f"{key} is empty", root.where_is(key), hint="leave it out")
        text_of(stated, key)
    if "protocols" in root:
        protocols_of(root.value["protocols"])


def media_types_of(root: Node) -> tuple[str, ...]:
    """Return the default media types of bodies.

    Raises:
        ContractError: When one isn't a media type.
    """
    stated = root.get("mediaType")
    if stated is None:
        return ()
    inner = scalar(stated)
    items = inner.entries() if inner.is_list else [inner]
    if not items:
        raise fault("mediaType names no media type", stated)
    for item in items:
        if not item.is_text or not is_media_type(item.value):
            raise fault(
                f'"{item.text}" is no media type', item, hint="such as application/json"
            )
    return tuple(item.value for item in items)


def description_of(root: Node) -> str:
    """Return what an API is for: its description and its documentation.

    Raises:
        ContractError: When the documentation isn't a list of titles and contents.
    """
    texts = [text_of(root.get("description"), "description"), *_documentation(root)]
    return "\n\n".join(filter(None, texts))


def check_document(node: Node) -> None:
    """Check one item of the documentation.

    Raises:
        ContractError: When it has no title or no content.
    """
    item = map_of(node, "documentation")
    check_keys(item, (*DOCUMENTATION, "uses"), "documentation")
    for key in DOCUMENTATION:
        if not text_of(item.get(key), key).strip():
            raise fault(f"documentation has no {key}", item, hint=f"add {key}: ...")


def base_uri_of(root: Node, reading: Reading) -> str:
    """Return where an API is, with the parameters filled in that have a default.

    Raises:
        ContractError: When the URI and its parameters don't fit together.
    """
    uri = text_of(root.get("baseUri"), "baseUri")
    stated = root.get("baseUriParameters")
    if stated is not None and not uri:
        raise fault(
            "baseUriParameters need a baseUri", root.where_is("baseUriParameters")
        )
    if uri:
        check_template(uri, root.where_is("baseUri"))
    names = _PARAMETER.findall(uri)
    values: dict[str, object] = {}
    for one in reading.parameters(stated, "baseUriParameters", "path"):
        if one.name not in names:
            where = one.where or root.where
            raise fault(f"{{{one.name}}} is not in the baseUri", where)
        if "default" in one.schema:
            values[one.name] = one.schema["default"]
    version = text_of(root.get("version"), "version")
    if "version" in names:
        if not version:
            raise fault(
                "the baseUri has a {version}, and the API none",
                root.where_is("baseUri"),
                hint="add version: v1",
            )
        values["version"] = version
    filled = _PARAMETER.sub(lambda found: str(values.get(found[1], found[0])), uri)
    return _with_protocol(filled, root)


def _with_protocol(uri: str, root: Node) -> str:
    """Return a URI with a protocol that the API states: it overrides the URI's."""
    stated = root.get("protocols")
    if stated is None or "://" not in uri:
        return uri
    names = protocols_of(stated)
    protocol, _, rest = uri.partition("://")
    return uri if protocol.lower() in names else f"{names[0]}://{rest}"


def _documentation(root: Node) -> Iterator[str]:
    stated = root.get("documentation")
    if stated is None:
        return
    if not stated.entries():
        raise fault("documentation must be a list with titles and contents", stated)
    for item in stated.entries():
        check_document(item)
        yield text_of(item.get("content"), "content")
