"""Types that are JSON Schemas or XML schemas."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from itertools import chain, count
from pathlib import Path
from typing import Any
from xml.parsers.expat import ExpatError, ParserCreate

import jsonschema_rs

from launchpad_api_raml.json_schemas import SchemaFiles, self_contained
from launchpad_api_raml.raml10.files import Files
from launchpad_api_raml.raml10.nodes import Node, fault
from launchpad_api_raml.raml10.types import External


def is_external(node: Node) -> bool:
    """Return whether a type is the text of a schema."""
    text = node.value.lstrip() if node.is_text else ""
    return text[:1] in ("{", "<", "[") and not text.startswith("<<")


class ExternalTypes:
    """Reads the schemas of one contract.

    Args:
        files: The files that they may refer to.
        reserved: The names that types have.

    Attributes:
        named: The schemas that they refer to, by their names in the contract.
    """

    def __init__(self, files: Files, reserved: Iterable[str]) -> None:
        self.files = files
        self.reserved = frozenset(reserved)
        self.named: dict[str, Mapping[str, Any]] = {}
        self._known: dict[tuple[str, Path | None, str, str], External] = {}

    def read(self, node: Node, name: str) -> External:
        """Return what a schema says; the same one is understood once.

        Args:
            node: Its text.
            name: The name of the type, or "" when it has none.

        Raises:
            ContractError: When it isn't one, or refers to what may not be read.
        """
        key = (node.value, node.file, node.pointer, name)
        if key not in self._known:
            self._known[key] = self._read(node, name)
        return self._known[key]

    def _read(self, node: Node, name: str) -> External:
        if node.value.lstrip().startswith("<"):
            _check_xml(node)
            return External(None)
        try:
            document = json.loads(node.value)
        except (ValueError, RecursionError) as error:
            raise fault(f"the schema is not valid JSON: {error}", node) from error
        path = node.file or self.files.folder / "."
        try:
            schema, named = self_contained(
                document,
                pointer=node.pointer,
                name=name or self._free_name(node),
                taken={*self.named, *self.reserved},
                files=_Files(self.files, path, node),
            )
        except ValueError as error:
            raise fault(f"the schema {error}", node) from error
        self.named.update(named)
        try:
            jsonschema_rs.validator_for({**schema, "$defs": self.named})
        except ValueError as error:
            reason = str(error).partition("\n")[0]
            raise fault(f"the JSON Schema is not valid: {reason}", node) from error
        return External(schema)

    def _free_name(self, node: Node) -> str:
        """Return what to call a schema where it refers to itself."""
        wanted = node.file.stem if node.file is not None else "schema"
        numbered = (f"{wanted}_{number}" for number in count(2))
        taken = {*self.named, *self.reserved}
        return next(name for name in chain([wanted], numbered) if name not in taken)


class _Files(SchemaFiles):
    """The files beside a schema, as far as a contract may read them."""

    def __init__(self, files: Files, path: Path, node: Node) -> None:
        self.files = files
        self.path = path
        self.node = node

    def text(self, name: str, beside: Path | None) -> tuple[Path, str]:
        path = self.files.find(name, beside=beside or self.path, where=self.node.where)
        return path, self.files.text(path, where=self.node.where)


def _check_xml(node: Node) -> None:
    """Check that a text is XML; no entity of it is expanded, and nothing is fetched."""
    parser = ParserCreate()
    parser.EntityDeclHandler = _refuse_entity
    try:
        parser.Parse(node.value.strip(), True)
    except (ExpatError, ValueError) as error:
        raise fault(f"the schema is not valid XML: {error}", node) from error


def _refuse_entity(*_: Any) -> None:
    raise ValueError("it declares entities")
