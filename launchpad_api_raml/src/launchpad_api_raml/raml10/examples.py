"""Examples of types: in YAML or as JSON text, alone or with names."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from launchpad_api_raml.raml10.nodes import Node, fault, is_annotation, scalar
from launchpad_api_raml.raml10.types import Type

_AROUND = ("value", "strict", "displayName", "description")
_BARE = ("number", "integer", "boolean", "nil")
_STRUCTURED = ("object", "array", "union", "any", "external")


@dataclass(frozen=True, slots=True)
class Example:
    """One example of a type.

    Attributes:
        node: Where it stands.
        value: What it is.
        strict: Whether it is meant to fit its type.
    """

    node: Node
    value: Any
    strict: bool


def examples_of(texts: Mapping[str, Node], type_: Type) -> list[Example]:
    """Return the examples that a declaration states; XML is left out.

    Raises:
        ContractError: When they aren't stated as they must be.
    """
    return [
        Example(node, value_of(node, type_), strict)
        for node, strict in _stated(texts)
        if not is_xml(node)
    ]


def value_of(node: Node, type_: Type) -> Any:
    """Return a value of a type: objects and arrays may be written as JSON text."""
    text = node.value
    if not node.is_text or type_.kind not in _STRUCTURED:
        return _from_json(node) if type_.kind in _BARE else node.plain()
    if text.lstrip()[:1] in ("{", "["):
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            return text
    return text


def _from_json(node: Node) -> Any:
    """Return a value that may stand in a JSON file of its own."""
    if node.file is None or node.file.suffix.lower() != ".json":
        return node.plain()
    try:
        return json.loads(node.value)
    except ValueError:
        return node.value


def is_xml(node: Node) -> bool:
    """Return whether a value is written as XML."""
    return node.is_text and node.value.lstrip().startswith("<")


def _stated(texts: Mapping[str, Node]) -> Iterator[tuple[Node, bool]]:
    if "example" in texts:
        yield _unwrapped(texts["example"])
    several = texts.get("examples")
    if several is None or several.is_null:
        return
    if not several.is_map:
        raise fault(
            "examples must be a map of names and examples",
            several,
            hint="write example: for a single one",
        )
    for name, node in several.items():
        if not is_annotation(name):
            yield _unwrapped(node)


def _unwrapped(node: Node) -> tuple[Node, bool]:
    """Return an example without what is said about it, and whether it is strict."""
    if "value" not in node or not all(
        key in _AROUND or is_annotation(key) for key, _ in node.items()
    ):
        return node, True
    strict = node.get("strict")
    value = scalar(strict).value if strict is not None else True
    if not isinstance(value, bool):
        raise fault("strict must be true or false", node.where_is("strict"))
    return node.value["value"], value
