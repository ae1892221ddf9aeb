"""One value of a RAML file: what it is, where it stands, which names it may use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from launchpad_api_raml.raml10.scopes import Scope
from launchpad_core.errors import ContractError
from launchpad_core.positions import Position
from launchpad_core.spelling import meant_or_known


@dataclass(slots=True, eq=False)  # not frozen: that would double the time of reading
class Node:
    """A value of a RAML file; nothing changes it after it was read.

    Attributes:
        value: A scalar, a list of nodes, or a dict of nodes.
        where: Where it stands.
        scope: The names that are known there.
        text: A scalar as it is written: the version 1.10 is no number.
        keys: Where the keys of a dict stand.
        file: The file that was included as text, if it is one.
        pointer: What of that file is meant: what follows ``#`` in an ``!include``.
        fragment: What the first line of an included file says it holds, or "".
        size: How many values it holds, itself counted.
    """

    value: Any
    where: Position
    scope: Scope
    text: str = ""
    keys: Mapping[str, Position] = field(default_factory=dict)
    file: Path | None = None
    pointer: str = ""
    fragment: str = ""
    size: int = 1

    @property
    def is_map(self) -> bool:
        """Whether it has keys."""
        return isinstance(self.value, dict)

    @property
    def is_list(self) -> bool:
        """Whether it is a list."""
        return isinstance(self.value, list)

    @property
    def is_text(self) -> bool:
        """Whether it is text, and not a number or the like."""
        return isinstance(self.value, str)

    @property
    def is_null(self) -> bool:
        """Whether nothing is written there."""
        return self.value is None

    def __contains__(self, key: str) -> bool:
        return self.is_map and key in self.value

    def get(self, key: str) -> Node | None:
        """Return what stands behind a key, or None when there is no such key."""
        return self.value.get(key) if self.is_map else None

    def items(self) -> Iterator[tuple[str, Node]]:
        """Yield the keys and values of a map; of anything else, none."""
        if self.is_map:
            yield from self.value.items()

    def entries(self) -> list[Node]:
        """Return the items of a list; of anything else, none."""
        return self.value if self.is_list else []

    def where_is(self, key: str) -> Position:
        """Return where a key stands."""
        return self.keys.get(key, self.where)

    def plain(self) -> Any:
        """Return the value without its positions."""
        if self.is_map:
            return {key: item.plain() for key, item in self.items()}
        if self.is_list:
            return [item.plain() for item in self.value]
        return self.value

    def with_map(
        self, value: dict[str, Node], keys: Mapping[str, Position] | None = None
    ) -> Node:
        """Return a map that stands where this one does."""
        size = 1 + sum(item.size for item in value.values())
        keys = {**self.keys, **(keys or {})}
        return replace(self, value=value, keys=keys, text="", size=size)

    def with_text(self, text: str) -> Node:
        """Return a text that stands where this one does."""
        return replace(self, value=text, text=text, file=None, keys={}, size=1)

    def without(self, *names: str) -> Node:
        """Return a map without some of its keys."""
        kept = {key: item for key, item in self.items() if key not in names}
        return self.with_map(kept)


def is_annotation(key: str) -> bool:
    """Return whether a key is an annotation's: ``(name)``."""
    return key.startswith("(") and key.endswith(")")


def scalar(node: Node) -> Node:
    """Return a scalar, which may be written as ``{value: ..., (annotation): ...}``."""
    if "value" not in node:
        return node
    if all(key == "value" or is_annotation(key) for key, _ in node.items()):
        inner: Node = node.value["value"]
        return inner
    return node


def fault(
    message: str, at: Node | Position | None, *, hint: str | None = None
) -> Exception:
    """Return the error that a mistake in a contract is told with."""
    where = at.where if isinstance(at, Node) else at
    return ContractError(message, where=where, hint=hint)


def map_of(node: Node, what: str) -> Node:
    """Return a map; nothing at all is an empty one.

    Raises:
        ContractError: When it is something else.
    """
    if node.is_null:
        return node.with_map({})
    if not node.is_map:
        raise fault(f"{what} must be a map, such as {{key: value}}", node)
    return node


def text_of(node: Node | None, what: str) -> str:
    """Return a text, or "" when there is none.

    Raises:
        ContractError: When it is a map or a list.
    """
    if node is None:
        return ""
    inner = scalar(node)
    if inner.is_map or inner.is_list:
        raise fault(f"{what} must be text", node)
    return "" if inner.is_null else inner.text


def check_keys(
    node: Node, known: Mapping[str, Any] | tuple[str, ...], what: str
) -> None:
    """Check that a map has no keys but the known ones, and annotations.

    Raises:
        ContractError: At the first other key.
    """
    for key, _ in node.items():
        if key not in known and not is_annotation(key):
            raise fault(
                f'{what} has no "{key}"',
                node.where_is(key),
                hint=meant_or_known(key, known),
            )
