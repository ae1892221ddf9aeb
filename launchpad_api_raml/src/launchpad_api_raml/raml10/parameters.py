"""Parameters: of queries, paths, headers and forms."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from launchpad_api_raml.annotations import SCHEMA
from launchpad_api_raml.raml10.beyond import (
    examples_beside,
    name_beside,
    separator_beside,
)
from launchpad_api_raml.raml10.checking import Checks
from launchpad_api_raml.raml10.examples import examples_of
from launchpad_api_raml.raml10.facets import SCALARS
from launchpad_api_raml.raml10.json_schema import Schemas
from launchpad_api_raml.raml10.nodes import Node, fault, text_of
from launchpad_api_raml.raml10.types import Later, Property, Type
from launchpad_core.contract import In, Parameter

_EXAMPLES = ["example", "examples"]
_SEPARATORS = {"header": ",", "path": ","}


@dataclass(frozen=True, slots=True)
class Reading:
    """What the parts of one contract are read with.

    Attributes:
        checks: What knows the types, and checks values.
        schemas: What writes their schemas.
        media_types: The default media types of bodies.
    """

    checks: Checks
    schemas: Schemas
    media_types: tuple[str, ...]

    def type_of(self, node: Node, *, default: str = "string") -> Type:
        """Return the type that a declaration states, with all its values checked.

        Raises:
            ContractError: When it isn't a type.
        """
        type_ = self.checks.types.type_of(node, default=default)
        self.checks.catch_up()
        return type_

    def examples(self, type_: Type) -> tuple[Any, ...]:
        """Return the examples of a type that fit it."""
        beside = examples_beside(type_.node)
        if beside is not None:
            return beside
        keys = [key for key in _EXAMPLES if key in type_.texts] or _EXAMPLES
        texts = {key: type_.text(key) for key in keys}
        stated = {key: node for key, node in texts.items() if node is not None}
        unfit = self.checks.unfit
        return tuple(
            example.value
            for example in examples_of(stated, type_)
            if example.node not in unfit
        )

    def parameters(
        self, node: Node | None, what: str, location: In
    ) -> tuple[Parameter, ...]:
        """Return declared parameters.

        Raises:
            ContractError: When they are no map, or one has no proper type.
        """
        if node is None:
            return ()
        stated = self.checks.types.properties(node, what)
        return tuple(self.parameter(one, location) for one in stated.values())

    def parameter(self, property_: Property, location: In) -> Parameter:
        """Return a parameter.

        Raises:
            ContractError: When its type isn't one.
        """
        type_ = property_.type
        self.checks.catch_up()
        items = type_.items.type if type_.items is not None else type_
        if location == "form" and "file" in (type_.kind, items.kind):
            return self._file(property_, type_, items)
        if location != "form" and items.kind == "file":
            raise fault(
                f'parameter "{property_.name}": a file can only be in a form',
                property_.where,
                hint="move it to a body of multipart/form-data",
            )
        schema = self.schemas.inlined(type_, with_texts=False)
        usual = _SEPARATORS.get(location, "") if type_.kind == "array" else ""
        declaration = property_.later.node
        if property_.required and "default" in schema and location != "path":
            self.checks.remark(
                f'parameter "{property_.name}" is required, so its default is never '
                "used: say required: false",
                property_.where,
            )
        return Parameter(
            name_beside(declaration, property_.name),
            location=location,
            schema=_titled(schema, type_),
            required=property_.required,
            description=text_of(type_.text("description"), "description"),
            examples=self.examples(type_),
            separator=separator_beside(declaration, usual),
            where=property_.where,
        )

    def _file(self, property_: Property, type_: Type, file: Type) -> Parameter:
        lengths = ("minLength", "maxLength")
        one = {key: file.facets[key] for key in lengths if key in file.facets}
        one |= file.facets.get(SCHEMA.key, {})
        schema: dict[str, Any] = one
        if type_.kind == "array":
            counts = ("minItems", "maxItems")
            several = {key: type_.facets[key] for key in counts if key in type_.facets}
            several |= type_.facets.get(SCHEMA.key, {})
            schema = {"type": "array", "items": one, **several}
        return Parameter(
            name_beside(property_.later.node, property_.name),
            location="file",
            schema=_titled(schema, type_),
            required=property_.required,
            description=text_of(type_.text("description"), "description"),
            media_types=tuple(file.facets.get("fileTypes", ())),
            where=property_.where,
        )


def fields_of(type_: Type) -> list[Property]:
    """Return the fields of an object that is sent as a form or as a query.

    What only some types of a union have is optional.
    """
    return _fields(type_, {})


def _fields(type_: Type, known: dict[Type, list[Property]]) -> list[Property]:
    if type_ not in known:
        found = {
            one.name: one for one in type_.properties.values() if one.pattern is None
        }
        for union in type_.unions:
            members = [_fields(later.type, known) for later in union]
            for property_ in _of_some(members):
                found.setdefault(property_.name, property_)
        known[type_] = list(found.values())
    return known[type_]


def _of_some(members: list[list[Property]]) -> Iterator[Property]:
    known: dict[str, list[Property]] = {}
    for member in members:
        for property_ in member:
            known.setdefault(property_.name, []).append(property_)
    for name, found in known.items():
        always = len(found) == len(members) and all(one.required for one in found)
        yield Property(name, always, _either(found), found[0].where)


def _either(found: list[Property]) -> Later:
    first = found[0].later
    unlike = {id(one.type.exactly or one.type): one.later for one in found}
    simple = {str((one.type.kind, one.type.facets)) for one in found}
    if len(unlike) == 1 or (len(simple) == 1 and first.type.kind in SCALARS):
        return first
    union = Type("union", first.node, unions=(tuple(unlike.values()),))
    return Later(first.node, lambda: union)


def _titled(schema: dict[str, Any], type_: Type) -> dict[str, Any]:
    title = type_.text("displayName")
    return {**schema, "title": text_of(title, "displayName")} if title else schema
