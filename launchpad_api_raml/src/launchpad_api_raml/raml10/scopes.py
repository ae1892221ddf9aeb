"""Which names a file can refer to: its own, those of its libraries, its includer's."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from launchpad_api_raml.raml10.nodes import Node

SECTIONS = (
    "types",
    "traits",
    "resourceTypes",
    "annotationTypes",
    "securitySchemes",
)


@dataclass(slots=True, eq=False)
class Scope:
    """The names of one file.

    Attributes:
        prefix: What comes before its names when the contract lists them.
        root: What the file holds, once it is read.
        libraries: The libraries that it uses, by the names that it gave them.
        others: Where else names are looked for: the including file, for example.
    """

    prefix: str = ""
    root: Node | None = None
    libraries: dict[str, Scope] = field(default_factory=dict)
    others: tuple[Scope, ...] = ()

    def own(self, section: str, name: str) -> Node | None:
        """Return what a name means in the file's own section, if it is there."""
        declared = self.section(section)
        return declared.get(name) if declared is not None else None

    def section(self, section: str) -> Node | None:
        """Return one of the file's sections; ``schemas`` is an old name of types."""
        if self.root is None:
            return None
        if section == "types" and "types" not in self.root:
            return self.root.get("schemas")
        return self.root.get(section)

    def find(self, section: str, name: str) -> tuple[Node, Scope] | None:
        """Return what a name means, and the scope that declares it."""
        return self._find(section, name, set())

    def names(self, section: str) -> list[str]:
        """Return all names that can be said here, for hints."""
        names: list[str] = []
        scopes = [self]
        for scope in scopes:
            names += [name for name, _ in scope._items(section)]
            for alias, library in scope.libraries.items():
                names += [f"{alias}.{name}" for name, _ in library._items(section)]
            scopes += [other for other in scope.others if other not in scopes]
        return names

    def with_libraries(self) -> list[Scope]:
        """Return this scope and those of all libraries that it leads to."""
        scopes = [self]
        for scope in scopes:
            libraries = scope.libraries.values()
            scopes += [library for library in libraries if library not in scopes]
        return scopes

    def beside(self, other: Scope) -> Scope:
        """Return a scope for what was put together from two files."""
        return self if other is self else Scope(others=(self, other))

    def _find(
        self, section: str, name: str, seen: set[int]
    ) -> tuple[Node, Scope] | None:
        if id(self) in seen:
            return None
        seen.add(id(self))
        if (node := self.own(section, name)) is not None:
            return node, self
        alias, _, rest = name.partition(".")
        library = self.libraries.get(alias)
        if library is not None and (node := library.own(section, rest)) is not None:
            return node, library
        for other in self.others:
            if (found := other._find(section, name, seen)) is not None:
                return found
        return None

    def _items(self, section: str) -> list[tuple[str, Node]]:
        declared = self.section(section)
        return list(declared.items()) if declared is not None else []
