"""What a declaration adds to the type that it is based on."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from launchpad_api_raml.annotations import SCHEMA
from launchpad_api_raml.raml10.beyond import names_in, schema_beside
from launchpad_api_raml.raml10.facets import (
    COMMON,
    FACETS,
    SCALARS,
    TEXTS,
    allowed,
    both,
    check_narrower,
    check_pairs,
    value_of,
)
from launchpad_api_raml.raml10.inheritance import narrowed
from launchpad_api_raml.raml10.nodes import (
    Node,
    check_keys,
    fault,
    is_annotation,
    map_of,
    scalar,
    text_of,
)
from launchpad_api_raml.raml10.regexes import why_no_pattern
from launchpad_api_raml.raml10.types import Later, Property, Type
from launchpad_core.spelling import meant_or_known

if TYPE_CHECKING:
    from launchpad_api_raml.raml10.declarations import Types

_FRAGMENT = ("uses", "usage")
_XML = ("attribute", "wrapped", "name", "namespace", "prefix")


class Specialising:
    """Applies facets to types.

    Args:
        types: Understands the types of properties, items and facets.
    """

    def __init__(self, types: Types) -> None:
        self.types = types

    def apply(self, type_: Type, base: Type, node: Node, *, is_named: bool) -> None:
        """Add to a type what its declaration says.

        Raises:
            ContractError: When a facet is unknown, or doesn't fit.
        """
        beside = schema_beside(node)
        if beside:
            type_.facets[SCHEMA.key] = {**base.facets.get(SCHEMA.key, {}), **beside}
            type_.exactly = None
            for name in names_in(beside):
                self.types.checks.append(partial(self._check_name, name, node))
        known = (*COMMON, *allowed(base), *(_FRAGMENT if node.fragment else ()))
        for key, value in node.items():
            if is_annotation(key):
                continue
            if key in base.own_facets and key not in COMMON:
                continue
            if key not in known:
                what = f'"{base.name}"' if base.name else f"the type {base.kind}"
                if base.kind == "external":
                    what = "a JSON or XML schema"
                hint = meant_or_known(key, (*known, *base.own_facets))
                raise fault(
                    f'{what} has no facet "{key}"', node.where_is(key), hint=hint
                )
            self._facet(key, value, type_, base)
        if "example" in node and "examples" in node:
            raise fault(
                "example and examples exclude each other", node.where_is("examples")
            )
        self._properties(type_, base, node)
        self._own_facets(type_, base, node)
        check_pairs(type_, node)
        _check_discriminator(type_, node, is_named=is_named)

    def _check_name(self, name: str, node: Node) -> None:
        self.types.by_contract_name(name, node)

    def _facet(self, key: str, node: Node, type_: Type, base: Type) -> None:
        if key in TEXTS:
            if key in ("displayName", "description"):
                text_of(node, key)
            type_.texts[key] = node
        elif key == "default":
            type_.facets[key] = node.plain() if node.is_list else scalar(node).plain()
        elif key == "items":
            if node.is_list:
                raise fault("items must be one type", node, hint="items: {type: [...]}")
            type_.items = self.types.later(node)
            self._check_later(base.items, type_.items, "items")
            type_.exactly = None
        elif key == "xml":
            _check_xml(node, type_)
        elif key == "required":
            value_of(key, node, type_.kind)
        elif key not in ("type", "schema", "properties", "facets", *_FRAGMENT):
            self._constraint(key, node, type_, base)

    def _constraint(self, key: str, node: Node, type_: Type, base: Type) -> None:
        if type_.kind == "external":
            raise fault(f"a JSON or XML schema can't be given {key}", node)
        if base.facets.get("discriminator") is not None and key == "discriminatorValue":
            type_.facets[key] = scalar(node).plain()
            return
        value = value_of(key, node, type_.kind)
        if key in base.facets:
            check_narrower(key, value, base.facets[key], node)
            value = both(key, base.facets[key], value)
        type_.facets[key] = value
        type_.exactly = None

    def _properties(self, type_: Type, base: Type, node: Node) -> None:
        if "properties" not in node:
            return
        stated = node.value["properties"]
        type_.exactly = None
        for name, property_ in self.types.properties(stated, "properties").items():
            where = stated.where_is(name)
            inherited = base.properties.get(name)
            if inherited is not None:
                if inherited.required and not property_.required:
                    raise fault(f'"{name}" is required where it is inherited', where)
                self._check_later(inherited.later, property_.later, f'"{name}"')
                property_ = _narrowed(property_, inherited)
            closed = type_.facets.get("additionalProperties") is False
            if property_.pattern is not None and closed:
                raise fault(
                    f'"{name}" can\'t be: additionalProperties is false',
                    where,
                    hint="leave out one of the two",
                )
            reason = why_no_pattern(property_.pattern or "")
            if reason:
                raise fault(f'"{name}" is no pattern: {reason}', where)
            type_.properties[name] = property_

    def _check_later(self, wide: Later | None, narrow: Later, what: str) -> None:
        """Note that a type must be as an inherited one; both may be recursive."""
        if wide is not None:
            self.types.checks.append(
                lambda: _check_kinds(wide.type, narrow.type, narrow.node, what)
            )

    def _own_facets(self, type_: Type, base: Type, node: Node) -> None:
        stated = node.get("facets")
        if stated is not None:
            if base.kind == "external":
                raise fault("a JSON or XML schema can't be given facets", stated)
            for name, facet in self.types.properties(stated, "facets").items():
                where = stated.where_is(name)
                taken = (*COMMON, *FACETS.get(base.kind, ()), *base.own_facets)
                if name in taken and not (base.kind == "datetime" and name == "format"):
                    raise fault(f'the facet "{name}" is there already', where)
                if name.startswith("("):
                    raise fault("the name of a facet can't begin with (", where)
                type_.own_facets[name] = facet
        for name, facet in base.own_facets.items():
            value = node.get(name)
            if value is not None:
                type_.given |= {name}
                self.types.facet_values.append((facet, value))
            elif facet.required and stated is None and name not in base.given:
                raise fault(
                    f'the type it is based on demands the facet "{name}"',
                    node,
                    hint=f"add {name}: ...",
                )


def _narrowed(property_: Property, inherited: Property) -> Property:
    own, wide = property_.later, inherited.later
    later = Later(own.node, lambda: narrowed(wide.type, own.type))
    return Property(property_.name, property_.required, later, property_.where)


def _check_kinds(wide: Type, narrow: Type, node: Node, what: str) -> None:
    free = ("any", "union", "external")
    if wide.kind in free or narrow.kind == "union":
        return
    if narrow.kind != wide.kind and (wide.kind, narrow.kind) != ("number", "integer"):
        raise fault(f"{what}: {narrow.kind} is no {wide.kind} as inherited", node)
    for name, property_ in narrow.properties.items():
        other = wide.properties.get(name)
        if other is not None and other.type is not property_.type:
            _check_scalar_kinds(other.type, property_.type, node, f'"{name}"')


def _check_scalar_kinds(wide: Type, narrow: Type, node: Node, what: str) -> None:
    if wide.kind in SCALARS and narrow.kind in SCALARS:
        _check_kinds(wide, narrow, node, what)


def _check_discriminator(type_: Type, node: Node, *, is_named: bool) -> None:
    name: Any = type_.facets.get("discriminator")
    if "discriminator" in node:
        where = node.where_is("discriminator")
        if not is_named:
            raise fault("only a named type can have a discriminator", where)
        if name not in type_.properties:
            raise fault(f'the discriminator "{name}" is no property', where)
    if "discriminatorValue" in node and name is None:
        raise fault(
            "discriminatorValue needs a discriminator",
            node.where_is("discriminatorValue"),
        )


def _check_xml(node: Node, type_: Type) -> None:
    check_keys(map_of(node, "xml"), _XML, "xml")
    for key in ("attribute", "wrapped"):
        value = node.get(key)
        if value is not None and not isinstance(scalar(value).value, bool):
            raise fault(f"{key} must be true or false", value)
        if value is not None and scalar(value).value:
            is_scalar = type_.kind in SCALARS
            if is_scalar != (key == "attribute") and type_.kind not in ("any", "union"):
                raise fault(f"{type_.kind} can't be {key}", value)
