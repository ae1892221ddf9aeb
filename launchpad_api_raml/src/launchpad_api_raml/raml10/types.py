"""Types as they were understood: what they inherit is in them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from launchpad_api_raml.raml10.nodes import Node
from launchpad_core.positions import Position


class Later:
    """A type that is understood when it is first asked for: it may be recursive.

    Args:
        node: Where it is stated.
        resolve: Returns it.
    """

    __slots__ = ("_resolve", "_type", "node")

    def __init__(self, node: Node, resolve: Callable[[], Type]) -> None:
        self.node = node
        self._resolve = resolve
        self._type: Type | None = None

    @property
    def type(self) -> Type:
        """The type.

        Raises:
            ContractError: When it isn't one.
        """
        if self._type is None:
            self._type = self._resolve()
        return self._type


@dataclass(frozen=True, slots=True)
class Property:
    """A property of an object, a parameter, or the declaration of a facet.

    Attributes:
        name: Its name, without the ``?`` of optional ones.
        required: Whether it must be there.
        later: Its type.
        where: Where it is declared.
    """

    name: str
    required: bool
    later: Later
    where: Position

    @property
    def type(self) -> Type:
        """Its type."""
        return self.later.type

    @property
    def pattern(self) -> str | None:
        """The pattern of the names it is about: ``/^x-/``; None for a single name."""
        if len(self.name) > 1 and self.name[0] == self.name[-1] == "/":
            return self.name[1:-1]
        return None


@dataclass(frozen=True, slots=True)
class External:
    """A JSON Schema, or an XML schema.

    Attributes:
        schema: The JSON Schema, or None for an XML schema.
    """

    schema: Mapping[str, Any] | None


@dataclass(slots=True, eq=False)
class Type:
    """A type, with all that it inherits.

    Attributes:
        kind: The built-in type that it is based on; ``union`` or ``external``.
        node: Where it is declared.
        name: Its name in the contract, or "" for one that has none.
        exactly: The named type that it is, with nothing added but texts.
        facets: Its constraints, and its default, as plain values.
        texts: What it says for people, and its examples; nothing inherited.
        properties: Its properties by name.
        items: The type of its items.
        unions: Sets of types; it is one of each.
        nilable: Whether it is written as a type that may be nil: ``integer?``.
        own_facets: The facets that types based on it may, or must, set.
        given: The names of those that are set.
        allowed: The facets of a union, once they are known.
        external: The schema that it stands for.
    """

    kind: str
    node: Node
    name: str = ""
    exactly: Type | None = None
    facets: dict[str, Any] = field(default_factory=dict)
    texts: dict[str, Node] = field(default_factory=dict)
    properties: dict[str, Property] = field(default_factory=dict)
    items: Later | None = None
    unions: tuple[tuple[Later, ...], ...] = ()
    nilable: bool = False
    own_facets: dict[str, Property] = field(default_factory=dict)
    given: frozenset[str] = frozenset()
    allowed: tuple[str, ...] | None = None
    external: External | None = None

    def text(self, key: str) -> Node | None:
        """Return a title, a description or examples; those of a type it just names."""
        if key in self.texts or self.exactly is None:
            return self.texts.get(key)
        return self.exactly.text(key)

    @property
    def members(self) -> tuple[Type, ...]:
        """The types of which it is one."""
        return tuple(later.type for union in self.unions for later in union)
