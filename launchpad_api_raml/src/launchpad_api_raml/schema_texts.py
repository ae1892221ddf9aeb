"""The JSON Schemas of a RAML 0.8 document: named ones, and those stated in place."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jsonschema_rs

from launchpad_api_raml.json_schemas import SchemaFiles, self_contained
from launchpad_api_raml.schemas import external_reference
from launchpad_core.contract import Schema
from launchpad_core.errors import ContractError
from launchpad_core.positions import Position
from launchpad_core.references import reference_to
from launchpad_core.sections import Section, plain_values
from launchpad_core.spelling import did_you_mean

logger = logging.getLogger(__name__)


class UnreadableSchema(ContractError):
    """A schema that is no JSON Schema."""


class SchemaTexts:
    """Reads the schemas of one document.

    Attributes:
        named: The named ones that can be read, and what all of them refer to.
    """

    def __init__(self, document: Section) -> None:
        self.named: dict[str, Schema] = {}
        self._stated = dict(_named(document))
        self._in_place: dict[str, Schema] = {}
        for name, (value, where) in self._stated.items():
            if _is_xml(value):
                continue
            try:
                self.named[name] = self._read(value, name, where)
            except UnreadableSchema as error:
                logger.warning("%s", error)

    def of(self, body: Section) -> Schema | None:
        """Return the JSON Schema of a body; None when it has none, or an XML schema.

        Raises:
            UnreadableSchema: When it has one that can't be read.
            ContractError: When that refers to something outside of itself.
        """
        value, where = body.get("schema"), body.where("schema")
        if value is None or _is_xml(value):
            return None
        if not isinstance(value, str) or value.lstrip()[:1] in ("{", "["):
            return self._in_place_of(value, where)
        if value in self.named:
            return reference_to(value)
        if value not in self._stated:
            raise UnreadableSchema(
                f'there is no schema "{value}"',
                where=where,
                hint=did_you_mean(value, self._stated) or "add it to schemas:",
            )
        stated, where = self._stated[value]
        return None if _is_xml(stated) else self._read(stated, value, where)

    def _in_place_of(self, value: Any, where: Position | None) -> Schema:
        if not isinstance(value, str):
            return self._read(value, self._free_name(), where)
        if value not in self._in_place:
            self._in_place[value] = self._read(value, self._free_name(), where)
        return self._in_place[value]

    def _free_name(self) -> str:
        """Return what a schema without a name is called where it refers to itself."""
        name, number = "schema", 1
        while name in self._stated or name in self.named:
            number += 1
            name = f"schema_{number}"
        return name

    def _read(self, value: Any, name: str, where: Position | None) -> Schema:
        try:
            loaded = (
                json.loads(value) if isinstance(value, str) else plain_values(value)
            )
        except (ValueError, RecursionError) as error:
            raise UnreadableSchema(
                f"the schema is not valid JSON: {error}", where=where
            ) from error
        reference = external_reference(loaded)
        if reference:
            raise ContractError(
                f"the schema refers to {reference}, outside of itself",
                where=where,
                hint="copy that into its definitions: #/definitions/...",
            )
        taken = {*self._stated, *self.named}
        try:
            schema, parts = self_contained(
                loaded, name=name, taken=taken, files=_NoFiles()
            )
        except (ValueError, RecursionError) as error:
            raise UnreadableSchema(f"the schema {error}", where=where) from error
        try:
            jsonschema_rs.validator_for({**schema, "$defs": {**self.named, **parts}})
        except ValueError as error:
            reason = str(error).partition("\n")[0]
            raise UnreadableSchema(
                f"the JSON Schema is not valid: {reason}", where=where
            ) from error
        self.named.update(parts)
        return schema


class _NoFiles(SchemaFiles):
    """RAML 0.8 files hold their schemas, or include them."""

    def text(self, name: str, beside: Path | None) -> tuple[Path, str]:
        raise ContractError(f"the schema refers to the file {name}")


def _named(document: Section) -> Mapping[str, tuple[Any, Position | None]]:
    stated = document.get("schemas") or []
    groups = stated if isinstance(stated, list) else [stated]
    return {
        name: (schema, group.where(name))
        for group in groups
        for name, schema in group.items()
    }


def _is_xml(value: Any) -> bool:
    return isinstance(value, str) and value.lstrip().startswith("<")
