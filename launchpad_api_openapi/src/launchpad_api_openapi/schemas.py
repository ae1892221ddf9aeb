"""The schemas of a document, with the names by which others refer to them."""

from __future__ import annotations

import logging
from collections import deque
from functools import cache
from itertools import count
from typing import Any

import jsonschema_rs

from launchpad_api_openapi.contradictions import (
    check_limits,
    warn_of_unknown_required,
)
from launchpad_api_openapi.dialect30 import to_2020_12
from launchpad_api_openapi.document import Document
from launchpad_api_openapi.examples import ExampleCheck, misfits
from launchpad_api_openapi.expansion import check_expansion
from launchpad_api_openapi.explanation import explained
from launchpad_api_openapi.extensions import NAMES
from launchpad_api_openapi.faults import Faults
from launchpad_api_openapi.inlining import inlined
from launchpad_api_openapi.keywords import LISTS, MAPS, OTHERS, SINGLE, with_inner
from launchpad_core.contract import Schema
from launchpad_core.errors import ContractError
from launchpad_core.positions import Position
from launchpad_core.references import reference_to
from launchpad_core.sections import Section, plain_values
from launchpad_core.spelling import nearest

COMPONENTS = "#/components/schemas/"
CURRENT = "https://json-schema.org/draft/2020-12/schema"

_DIALECTS = (CURRENT, "https://spec.openapis.org/oas/3.")
_KNOWN = SINGLE | LISTS | MAPS | OTHERS
_DROPPED = frozenset(
    ("$defs", "$schema", "$vocabulary", "definitions", "discriminator", "example")
) | {"externalDocs", "xml"}
_OF_3_0 = {"nullable": '; since OpenAPI 3.1, it is type: [..., "null"]'}

logger = logging.getLogger(__name__)


class Schemas:
    """Reads the schemas of a document, each named one once.

    Attributes:
        document: The document.
        faults: Takes the mistakes in it.
        named: The named schemas that were read so far.
    """

    def __init__(self, document: Document, faults: Faults) -> None:
        self.document = document
        self.faults = faults
        self.named: dict[str, Schema] = {}
        self._aside: dict[str, Schema] = {}
        self._defaults: list[tuple[Schema, Position | None]] = []
        components = document.root.get("components") or Section()
        own = components.get("schemas") or Section()
        names = components.get(NAMES) or {}
        self._names = {COMPONENTS + key: names.get(key, key) for key in own}
        with faults.collected():
            _check_dialect(document.root, "jsonSchemaDialect")
        self._positions: dict[str, Position | None] = {}
        self._examples = ExampleCheck()
        self._pending: deque[tuple[str, Any, Position | None]] = deque()
        for key in own:
            self._name_of(COMPONENTS + key, where=own.where(key))
        self._read_pending()
        with faults.collected():
            check_expansion(self.named, self._positions)

    def read(self, value: Any, where: Position | None) -> Schema:
        """Return a schema, which may refer to named ones.

        Raises:
            ContractError: When it isn't one.
        """
        schema = self._read(value, where)
        self._read_pending()
        return schema

    def inlined(self, value: Any, where: Position | None) -> dict[str, Any]:
        """Return a schema that refers to nothing, for a parameter.

        Raises:
            ContractError: When it isn't a schema, or contains itself.
        """
        known = {*self.named}
        schema = inlined(self.read(value, where), self.named, where=where)
        for name in self.named.keys() - known:
            self._aside[name] = self.named.pop(name)  # nobody else refers to it
        return schema

    def check_defaults(self) -> None:
        """Note each default that doesn't fit its schema, once all schemas are read."""
        schemas = [schema for schema, _ in self._defaults]
        values = [schema["default"] for schema in schemas]
        named = {**self._aside, **self.named}
        for index, reason in misfits(schemas, values, named).items():
            self.faults.add(
                f"the default does not fit its schema: {reason}",
                where=self._defaults[index][1],
            )

    def fitting(
        self, examples: tuple[Any, ...], schema: Schema, where: Position | None
    ) -> tuple[Any, ...]:
        """Return the examples that fit a schema; of others, warn."""
        return self._examples.fitting(examples, schema, self.named, where=where)

    def _read_pending(self) -> None:
        """Read the named schemas that were referred to, and what those refer to."""
        while self._pending:
            name, value, where = self._pending.popleft()
            with self.faults.collected():
                self.named[name] = self._read(value, where)

    def _read(self, value: Any, where: Position | None) -> Schema:
        if self.document.version != "3.0":
            self._check_keywords(value, value, where)
        read = self._converted(value, where)
        if self.document.version == "3.0":
            self._check_keywords(read, value, where)
        if isinstance(read, bool):
            return {} if read else {"not": {}}
        schema: Schema = read
        return schema

    def _check_keywords(self, schema: Any, value: Any, start: Position | None) -> None:
        errors = _meta_schema().iter_errors(plain_values(schema))
        found = [one for error in errors for one in explained(error)]
        for one in found:
            where = self.document.position(one.path, start=value) or start
            self.faults.add(one.message, where=where, hint=one.hint)
        if found:
            raise ContractError(found[0].message, where=where, hint=found[0].hint)

    def _converted(self, value: Any, where: Position | None) -> Any:
        if not isinstance(value, Section):
            return value
        _check_dialect(value, "$schema")
        schema: dict[str, Any] = dict(value)
        if self.document.version == "3.0":
            schema = to_2020_12(value)
        check_limits(schema, value, self.faults)
        warn_of_unknown_required(schema, value)
        if "example" in schema and "examples" not in schema:
            schema["examples"] = [schema["example"]]
        known = {key: schema[key] for key in schema if _is_known(key, value)}
        found: dict[str, Any] = plain_values(
            with_inner(
                known, lambda inner, _: self._converted(inner, _position(inner, where))
            )
        )
        if isinstance(found.get("$ref"), str):
            name = self._name_of(found["$ref"], where=value.where("$ref"))
            found["$ref"] = reference_to(name)["$ref"]
        if "default" in found:
            self._defaults.append((found, value.where("default")))
        return found

    def _name_of(self, reference: str, *, where: Position | None) -> str:
        """Return the name of a schema, given any reference to it."""
        target, position = self.document.target(reference, where=where)
        name = self._names.get(reference) or self._new_name(reference)
        if name not in self.named:
            self.named[name] = {}
            self._positions[name] = position
            self._pending.append((name, target, position))
        return name

    def _new_name(self, reference: str) -> str:
        """Return a name for a schema that has none, such as a property of another."""
        wanted = reference.rpartition("/")[2]
        name = wanted
        for number in count(2):
            if name not in self._names.values():
                break
            name = f"{wanted}{number}"
        self._names[reference] = name
        return name


def _check_dialect(section: Section, key: str) -> None:
    dialect = section.get(key)
    if isinstance(dialect, str) and not dialect.startswith(_DIALECTS):
        raise ContractError(
            f"schemas of {dialect} are not supported",
            where=section.where(key),
            hint=f"write them for {CURRENT}",
        )


def _is_known(keyword: str, section: Section) -> bool:
    """Whether a keyword of a schema has a meaning; of a misspelt one, this warns."""
    if keyword in _KNOWN:
        return True
    if keyword not in _DROPPED and not keyword.startswith("x-"):
        near = nearest(keyword, _KNOWN)
        hint = f'; did you mean "{near}"?' if near else ""
        logger.warning(
            "%s: the keyword %s is unknown and left out%s",
            section.where(keyword),
            keyword,
            _OF_3_0.get(keyword, hint),
        )
    return False


@cache
def _meta_schema() -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(
        {"$ref": CURRENT}, validate_formats=True, mask="this", offline=True
    )


def _position(value: Any, where: Position | None) -> Position | None:
    return value.position if isinstance(value, Section) else where
