"""From a RAML 1.0 file to the neutral contract."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from launchpad_api_raml.raml10.annotations import Annotations
from launchpad_api_raml.raml10.applying import Applying
from launchpad_api_raml.raml10.checking import Checks, Remark
from launchpad_api_raml.raml10.declarations import Types
from launchpad_api_raml.raml10.declaring import Declarations
from launchpad_api_raml.raml10.external import ExternalTypes
from launchpad_api_raml.raml10.files import Files
from launchpad_api_raml.raml10.json_schema import Schemas
from launchpad_api_raml.raml10.loading import Document, Loading
from launchpad_api_raml.raml10.nodes import Node, map_of, text_of
from launchpad_api_raml.raml10.overlays import extended, node_with_resources
from launchpad_api_raml.raml10.parameters import Reading
from launchpad_api_raml.raml10.resources import Resources
from launchpad_api_raml.raml10.root import (
    base_uri_of,
    check_root,
    description_of,
    media_types_of,
)
from launchpad_api_raml.raml10.security import SecuritySchemes
from launchpad_core.contract import ApiContract, Schema
from launchpad_core.errors import ContractError
from launchpad_core.positions import Position, shown_path


@dataclass(frozen=True, slots=True)
class Contents:
    """What a RAML file holds.

    Attributes:
        contract: The contract.
        remarks: What the file should better not say, in reading order.
    """

    contract: ApiContract
    remarks: tuple[Remark, ...]


def read(path: Path) -> Contents:
    """Return what a RAML 1.0 file holds.

    A file that holds a part of an API, such as a library, has no operations.

    Raises:
        ContractError: With file and line, when it can't be understood.
    """
    try:
        return _read(path)
    except RecursionError as error:
        raise ContractError(
            "this is nested too deeply", where=Position(shown_path(path), 1)
        ) from error


def _read(path: Path) -> Contents:
    files = Files(path.parent)
    loading = Loading(files)
    document = loading.document(path)
    if document.kind in ("Overlay", "Extension"):
        document = extended(document, loading, lambda root: _prepared(root, files))
    return _Reader(files, document).contents()


class _Reader:
    def __init__(self, files: Files, document: Document) -> None:
        self.files = files
        self.document = document
        names = document.root.scope.names("types")
        self.external = ExternalTypes(files, names)
        self.checks = Checks(Types(self.external))
        self.schemas = Schemas(self.checks.unfit)
        self.root = document.root
        if not document.kind:
            self.root = map_of(self.root, "an API")
            check_root(self.root)
        self.media_types = media_types_of(self.root) if not document.kind else ()
        self.reading = Reading(self.checks, self.schemas, self.media_types)
        self.security = SecuritySchemes(self.reading)

    def contents(self) -> Contents:
        declarations = Declarations(self.reading, self.security)
        if self.document.kind:
            declarations.fragment(self.document)
            contract = ApiContract("", version="", schemas=self._schemas())
        else:
            declarations.check(self.root.scope)
            contract = self._contract()
        self._check_annotations()
        return Contents(contract, tuple(self.checks.remarks))

    def _check_annotations(self) -> None:
        annotations = Annotations(self.reading)
        annotations.check(self.root, self.document.kind)
        for scope in self.root.scope.with_libraries()[1:]:
            if scope.root is not None:
                annotations.check(scope.root, "Library")

    def _contract(self) -> ApiContract:
        root = self.root
        applying = Applying(self.files, self.media_types)
        resources = Resources(self.reading, applying, self.security)
        return ApiContract(
            text_of(root.get("title"), "title"),
            version=text_of(root.get("version"), "version"),
            base_uri=base_uri_of(root, self.reading),
            description=description_of(root),
            operations=tuple(resources.operations(root)),
            schemas=self._schemas(),
            security_schemes=tuple(self.security.used.values()),
        )

    def _schemas(self) -> dict[str, Schema]:
        return {**self.external.named, **self.schemas.named}


def _prepared(root: Node, files: Files) -> Node:
    """Return an API with traits and resource types applied, ready to be changed."""
    applying = Applying(files, media_types_of(root))

    def applied(path: str, node: Node) -> Node:
        stated = map_of(node, f"the resource {path}")
        resource = applying.resource(stated, path)
        # Methods that are added to the resource are to inherit as well.
        kept = {key: value for key, value in stated.items() if key in ("type", "is")}
        values = {
            key: applied(path + key, value) if key.startswith("/") else value
            for key, value in resource.items()
        }
        return resource.with_map(values | kept)

    return node_with_resources(root, applied)
