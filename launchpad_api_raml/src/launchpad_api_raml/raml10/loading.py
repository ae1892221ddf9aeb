"""Reading RAML files with what they include and the libraries that they use."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from launchpad_api_raml.document import Header, header_of
from launchpad_api_raml.raml10.composing import Composer
from launchpad_api_raml.raml10.files import Files
from launchpad_api_raml.raml10.nodes import Node, fault, map_of
from launchpad_api_raml.raml10.scopes import Scope
from launchpad_core.errors import ContractError
from launchpad_core.positions import Position, shown_path
from launchpad_core.spelling import meant_or_known

KINDS = (
    "DocumentationItem",
    "DataType",
    "NamedExample",
    "ResourceType",
    "Trait",
    "AnnotationTypeDeclaration",
    "Library",
    "Overlay",
    "Extension",
    "SecurityScheme",
)
_YAML = (".raml", ".yaml", ".yml")


@dataclass(frozen=True, slots=True)
class Document:
    """One RAML file.

    Attributes:
        path: Where it is.
        kind: What its first line says that it holds; "" for an API.
        root: What it holds.
    """

    path: Path
    kind: str
    root: Node


class Loading:
    """Reads the files of one contract; each library once.

    Args:
        files: The files that may be read.
    """

    def __init__(self, files: Files) -> None:
        self.files = files
        self._libraries: dict[Path, Scope] = {}

    def document(
        self,
        path: Path,
        *,
        stack: tuple[Path, ...] = (),
        where: Position | None = None,
        prefix: str = "",
    ) -> Document:
        """Return what a RAML file holds.

        Args:
            path: The file.
            stack: The files that lead to it.
            where: What names it, if another file does.
            prefix: What comes before the names that it declares.

        Raises:
            ContractError: When it can't be read, or isn't RAML 1.0.
        """
        text = self.files.text(path, where=where)
        header = header_of(text)
        if header is None or header.version != "1.0":
            raise ContractError(
                "this is not RAML 1.0: its first line is no header of it",
                where=Position(shown_path(path), 1),
                hint="#%RAML 1.0",
            )
        scope = Scope(prefix)
        root = self._root(text, path, scope, (*stack, path.resolve()), header)
        return Document(path, header.kind, root)

    def follow(self, node: Node, document: Document, stack: tuple[Path, ...]) -> Path:
        """Return the path that a document names, such as in ``extends``.

        Raises:
            ContractError: When it is out of reach, or leads back.
        """
        if not node.is_text:
            raise fault("this must be the name of a file", node)
        path = self.files.find(node.value, beside=document.path, where=node.where)
        if path.resolve() in stack:
            raise fault(f"{node.value} leads back to itself", node)
        return path

    def _root(
        self,
        text: str,
        path: Path,
        scope: Scope,
        stack: tuple[Path, ...],
        header: Header | None,
    ) -> Node:
        name = shown_path(path)
        if header is not None and header.kind and header.kind not in KINDS:
            raise fault(
                f"there is no RAML file of the kind {header.kind}",
                Position(name, 1),
                hint=meant_or_known(header.kind, KINDS),
            )

        def include(target: str, where: Position) -> Node:
            return self._included(target, where, path, scope, stack)

        root = Composer(
            text, name=name, scope=scope, files=self.files, include=include
        ).root()
        if header is not None:
            root = replace(root, fragment=header.kind or "API")
            scope.root = root
            self._use_libraries(root, path, scope, stack)
        return root

    def _included(
        self,
        target: str,
        where: Position,
        beside: Path,
        scope: Scope,
        stack: tuple[Path, ...],
    ) -> Node:
        name, _, pointer = target.partition("#")
        path = self.files.find(name, beside=beside, where=where)
        if path.resolve() in stack:
            raise fault(f"{target} includes itself", where)
        text = self.files.text(path, where=where)
        header = header_of(text)
        if path.suffix.lower() not in _YAML and header is None:
            return Node(text, where, scope, text, file=path, pointer=pointer)
        inner = scope
        if header is not None:
            inner = Scope(scope.prefix, others=(scope,))
        return self._root(text, path, inner, (*stack, path.resolve()), header)

    def _use_libraries(
        self, root: Node, path: Path, scope: Scope, stack: tuple[Path, ...]
    ) -> None:
        uses = root.get("uses")
        if uses is None:
            return
        for alias, node in map_of(uses, "uses").items():
            if not node.is_text:
                raise fault("uses: names the file of a library", uses.where_is(alias))
            if "." in alias:
                raise fault("the name of a library has no dots", uses.where_is(alias))
            target = self.files.find(node.value, beside=path, where=node.where)
            scope.libraries[alias] = self._library(
                target, node, stack, f"{scope.prefix}{alias}."
            )

    def _library(
        self, path: Path, node: Node, stack: tuple[Path, ...], prefix: str
    ) -> Scope:
        real = path.resolve()
        if real not in self._libraries:
            if real in stack:
                raise fault(f"{node.value} uses itself", node)
            library = self.document(path, stack=stack, where=node.where, prefix=prefix)
            if library.kind != "Library":
                raise fault(
                    f"{node.value} is no library",
                    node,
                    hint="its first line must be #%RAML 1.0 Library",
                )
            self._libraries[real] = library.root.scope
        return self._libraries[real]
