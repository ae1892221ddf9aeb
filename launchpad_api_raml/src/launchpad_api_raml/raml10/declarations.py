"""From type declarations to types."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from launchpad_api_raml.raml10 import expressions
from launchpad_api_raml.raml10.beyond import name_beside
from launchpad_api_raml.raml10.expressions import AnyOf, ArrayOf, Expression
from launchpad_api_raml.raml10.external import ExternalTypes, is_external
from launchpad_api_raml.raml10.facets import FACETS, implied_kind
from launchpad_api_raml.raml10.inheritance import inherited_from
from launchpad_api_raml.raml10.nodes import Node, fault, is_annotation, map_of, scalar
from launchpad_api_raml.raml10.specialising import Specialising
from launchpad_api_raml.raml10.types import Later, Property, Type
from launchpad_core.spelling import did_you_mean


class Types:
    """Understands the types of one contract, each named one once.

    Attributes:
        declared: All declarations that were understood, for checks that come later.
        named: The named types, by their names in the contract.
        facet_values: Facets that contracts declare, and what they are set to.
        checks: What is left to check when all types are known.
    """

    def __init__(self, external: ExternalTypes) -> None:
        self.external = external
        self.declared: list[Type] = []
        self.named: dict[str, Type] = {}
        self.facet_values: list[tuple[Property, Node]] = []
        self.checks: list[Callable[[], None]] = []
        self._by_node: dict[tuple[int, str], Type] = {}
        self._open: set[tuple[int, str]] = set()
        self._understood = 0
        self._specialising = Specialising(self)

    def type_of(self, node: Node, *, default: str = "string", name: str = "") -> Type:
        """Return the type that a declaration states.

        Args:
            node: A name, an expression, a schema, a list of types, or facets.
            default: The type of a declaration that doesn't tell.
            name: The name that it is declared under, if any.

        Raises:
            ContractError: When it isn't a type.
        """
        if node.is_null:
            return Type(default, node)
        if is_external(node):
            return Type("external", node, external=self.external.read(node, name))
        if node.is_text:
            return self._expression(node)
        if node.is_list:
            parents = [self.type_of(item) for item in node.entries()]
            type_ = inherited_from(parents, node)
            self.declared.append(type_)
            return type_
        if not node.is_map:
            raise fault(
                f"{node.text} is no type",
                node,
                hint="a name such as string, or facets such as {type: string}",
            )
        return self._specialised(node, default, name)

    def by_name(self, name: str, node: Node) -> Type:
        """Return the type of a name, built in or declared.

        Raises:
            ContractError: When there is none, or it is based on itself.
        """
        if name in FACETS:
            return Type(name, node)
        found = node.scope.find("types", name)
        if found is None:
            known = (*FACETS, *node.scope.names("types"))
            hint = did_you_mean(name, known)
            raise fault(f'there is no type "{name}"', node, hint=hint)
        declaration, scope = found
        own = scope.prefix + (name if scope.own("types", name) else _last(name))
        key = (id(declaration), own)  # a YAML alias declares one node by two names
        if key in self._open:
            raise fault(f'the type "{name}" is based on itself', declaration)
        if key not in self._by_node:
            self._open.add(key)
            try:
                self._by_node[key] = self._name(declaration, own)
            finally:
                self._open.discard(key)
        return self._by_node[key]

    def by_contract_name(self, name: str, node: Node) -> Type:
        """Return the type that the contract calls so: a key may stand in for it.

        Raises:
            ContractError: When there is none.
        """
        known = node.scope.names("types")
        for key in known:
            found = node.scope.find("types", key)
            if found is not None and name_beside(found[0], key) == name:
                return self.by_name(key, node)
        hint = did_you_mean(name, known)
        raise fault(f'there is no type "{name}"', node, hint=hint)

    def properties(self, node: Node, what: str) -> dict[str, Property]:
        """Return declared properties or parameters; their types come later.

        Raises:
            ContractError: When they are no map, or one of them is there twice.
        """
        found: dict[str, Property] = {}
        for key, value in map_of(node, what).items():
            if is_annotation(key):
                continue
            property_ = self._property(key, value, node)
            if property_.name in found:
                raise fault(f'"{property_.name}" is there twice', node.where_is(key))
            found[property_.name] = property_
        return found

    def later(self, node: Node) -> Later:
        """Return a type that must not be a schema: that of a property, or of items."""
        return Later(node, lambda: self._inner(node))

    def understand_all(self) -> None:
        """Understand what was put off: the types of properties and of items.

        Raises:
            ContractError: When one of them isn't a type.
        """
        while self._understood < len(self.declared):
            type_ = self.declared[self._understood]
            self._understood += 1
            for property_ in type_.properties.values():
                _ = property_.type
            if type_.items is not None:
                _ = type_.items.type
        while self.checks:
            self.checks.pop()()

    def _inner(self, node: Node) -> Type:
        type_ = self.type_of(node)
        if type_.kind == "external":
            raise fault(
                "a JSON or XML schema can't be a part of other types",
                node,
                hint="declare the type with RAML's own facets",
            )
        return type_

    def _property(self, key: str, node: Node, owner: Node) -> Property:
        where = owner.where_is(key)
        later = self.later(replace(node, where=where) if node.is_null else node)
        required = node.get("required")
        if required is not None:
            value = scalar(required).value
            if not isinstance(value, bool):
                raise fault("required must be true or false", required)
            return Property(key, value, later, where)
        if key.endswith("?") and len(key) > 1:
            return Property(key[:-1], False, later, where)
        return Property(key, True, later, where)

    def _name(self, declaration: Node, name: str) -> Type:
        name = name_beside(declaration, name)
        type_ = self.type_of(declaration, default="string", name=name)
        if type_.node is not declaration or type_.name:
            type_ = wrapping(type_, declaration)
        unique = name
        number = 1
        while unique in self.named:
            number += 1
            unique = f"{name}_{number}"
        type_.name = unique
        self.named[unique] = type_
        return type_

    def _expression(self, node: Node) -> Type:
        try:
            expression = expressions.parsed(node.value)
        except ValueError as error:
            message = f"{node.value!r} is no type: {error}"
            raise fault(message, node) from error
        return self._built(expression, node)

    def _built(self, expression: Expression, node: Node) -> Type:
        if isinstance(expression, ArrayOf):
            items = expression.items
            if isinstance(items, expressions.Name):
                return Type("array", node, items=self.later(node.with_text(items.name)))
            return Type(
                "array", node, items=Later(node, lambda: self._built(items, node))
            )
        if isinstance(expression, AnyOf):
            members = tuple(
                Later(node, lambda one=one: self._member(one, node))  # type: ignore[misc]
                for one in expression.members
            )
            for member in members:
                _ = member.type  # so that a type can't be one of itself
            is_nilable = expression.nilable
            return Type("union", node, unions=(members,), nilable=is_nilable)
        return self.by_name(expression.name, node)

    def _member(self, expression: Expression, node: Node) -> Type:
        type_ = self._built(expression, node)
        if type_.kind == "external":
            raise fault("a JSON or XML schema can't be a part of other types", node)
        return type_

    def _specialised(self, node: Node, default: str, name: str) -> Type:
        if "type" in node and "schema" in node:
            raise fault(
                "type and schema mean the same: state one", node.where_is("schema")
            )
        stated = node.get("type") or node.get("schema")
        if stated is None or scalar(stated).is_null:
            base = Type(implied_kind(node, default), node)
        else:
            base = self.type_of(scalar(stated), name=name)
        type_ = wrapping(base, node)
        self._specialising.apply(type_, base, node, is_named=bool(name))
        self.declared.append(type_)
        return type_


def wrapping(base: Type, node: Node) -> Type:
    """Return a type that is another one, with nothing added yet."""
    return Type(
        base.kind,
        node,
        exactly=base if base.name else base.exactly,
        facets=dict(base.facets),
        properties=dict(base.properties),
        items=base.items,
        unions=base.unions,
        nilable=base.nilable,
        own_facets=dict(base.own_facets),
        given=base.given,
        external=base.external,
    )


def _last(name: str) -> str:
    return name.partition(".")[2]


def check_type_names(section: Node) -> None:
    """Check that no type has the name of a built-in one.

    Raises:
        ContractError: When one has.
    """
    for name, _ in section.items():
        if name in FACETS:
            raise fault(f'the type "{name}" is built in', section.where_is(name))
