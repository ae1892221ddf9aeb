"""Resources with their resource types and traits applied."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from launchpad_api_raml.raml10.bodies import with_media_types
from launchpad_api_raml.raml10.files import Files
from launchpad_api_raml.raml10.merging import merged
from launchpad_api_raml.raml10.nodes import Node, fault, map_of
from launchpad_api_raml.raml10.structure import METHODS, TEMPLATE
from launchpad_api_raml.raml10.templates import filled
from launchpad_core.positions import Position
from launchpad_core.spelling import did_you_mean

_NOT_INHERITED = (*TEMPLATE, "is", "type")


@dataclass(frozen=True, slots=True)
class _Applied:
    """A trait or resource type as one resource or method applies it."""

    name: str
    declaration: Node
    node: Node


class Applying:
    """Applies the resource types and traits of one contract.

    Args:
        files: What counts the values that they bring.
        media_types: The default media types of bodies.
    """

    def __init__(self, files: Files, media_types: tuple[str, ...]) -> None:
        self.files = files
        self.media_types = media_types

    def resource(self, node: Node, path: str) -> Node:
        """Return a resource with all that it inherits; nested ones are left alone.

        Raises:
            ContractError: When a trait or a resource type is unknown, refers to
                itself, or isn't given a parameter.
        """
        reserved = _reserved(node, path)
        layers = [node, *self._resource_types(node, node, reserved)]
        names = list(_method_names(layers))
        if not names:
            self._check_traits(layers, reserved)
        own = _without(node, *METHODS, "is", "type")
        for layer in layers[1:]:
            own = merged(own, _without(layer, *METHODS, *_optional(), *_NOT_INHERITED))
        values = dict(own.value)
        keys = dict(own.keys)
        for name in names:
            values[name], keys[name] = self._method(name, layers, reserved)
        return node.with_map(values, keys).without("is", "type")

    def _check_traits(self, layers: list[Node], reserved: Mapping[str, Node]) -> None:
        """Check the traits of a resource that has no method to apply them to."""
        arguments = {**reserved, "methodName": layers[0].with_text("get")}
        for layer in layers:
            for _ in self._traits(layer, arguments, ()):
                pass

    def _method(
        self, name: str, layers: list[Node], reserved: Mapping[str, Node]
    ) -> tuple[Node, Position]:
        arguments = {**reserved, "methodName": layers[0].with_text(name)}
        stated = [_stated(layer, name) for layer in layers]
        own = [self._normal(map_of(one, name)) for one in stated if one is not None]
        method = own[0].with_map({})
        for one in own:
            method = merged(method, one)
        seen: list[Node] = []
        for source in _interleaved(stated, layers):
            applied = list(self._traits(source, arguments, ()))
            for trait in applied:
                if not any(trait.declaration is one for one in seen):
                    rest = _without(trait.node, *_NOT_INHERITED)
                    method = merged(method, self._normal(rest))
            seen += [trait.declaration for trait in applied]
        where = next(
            layer.where_is(key)
            for layer in layers
            for key in (name, f"{name}?")
            if key in layer
        )
        return _without(method, "is"), where

    def _traits(
        self, source: Node, arguments: Mapping[str, Node], chain: tuple[str, ...]
    ) -> Iterator[_Applied]:
        """Yield the traits of a method or resource, the nearest first."""
        stated = source.get("is")
        if stated is None or stated.is_null:
            return
        if not stated.is_list:
            raise fault("is: must be a list of traits", stated, hint="is: [name]")
        further: list[_Applied] = []
        for reference in stated.entries():
            trait = self._found("traits", reference, arguments)
            if trait.name in chain:
                raise fault(f'the trait "{trait.name}" applies itself', reference)
            yield trait
            further += self._traits(trait.node, arguments, (*chain, trait.name))
        yield from further

    def _resource_types(
        self, node: Node, caller: Node, reserved: Mapping[str, Node]
    ) -> Iterator[Node]:
        chain: list[Node] = []
        while True:
            reference = node.get("type")
            if reference is None or reference.is_null:
                return
            applied = self._found(
                "resourceTypes", reference, reserved, [caller, *chain]
            )
            if any(applied.declaration is one for one in chain):
                raise fault(
                    f'the resource type "{applied.name}" is based on itself', reference
                )
            chain.append(applied.declaration)
            node = applied.node
            yield node

    def _found(
        self,
        section: str,
        reference: Node,
        arguments: Mapping[str, Node],
        layers: list[Node] | None = None,
    ) -> _Applied:
        name, given = _call(reference, section)
        found = reference.scope.find(section, name)
        if found is None:
            hint = did_you_mean(name, reference.scope.names(section))
            what = "trait" if section == "traits" else "resource type"
            raise fault(f'there is no {what} "{name}"', reference, hint=hint)
        declaration = found[0]
        self.files.count_applied(reference.where, declaration.size)
        template = map_of(declaration, name)
        if layers is not None:
            template = _without_unused(template, layers)
        node = filled(template, {**given, **arguments}, reference)
        return _Applied(name, declaration, node)

    def _normal(self, method: Node) -> Node:
        return with_media_types(method, self.media_types)


def _reserved(node: Node, path: str) -> dict[str, Node]:
    whole = path.replace("{ext}", "")
    parts = [part for part in whole.split("/") if part and "{" not in part]
    return {
        "resourcePath": node.with_text(whole),
        "resourcePathName": node.with_text(parts[-1] if parts else ""),
    }


def _call(reference: Node, section: str) -> tuple[str, dict[str, Node]]:
    """Return the name that is applied, and what its parameters are given."""
    if reference.is_text:
        return reference.value, {}
    if reference.is_map and len(reference.value) == 1:
        name, given = next(reference.items())
        return name, dict(map_of(given, f"the parameters of {name}").items())
    what = "a trait" if section == "traits" else "a resource type"
    raise fault(
        f"this must name {what}", reference, hint="name, or {name: {parameter: value}}"
    )


def _optional() -> tuple[str, ...]:
    return tuple(f"{name}?" for name in METHODS)


def _without(node: Node, *names: str) -> Node:
    return node.without(*names) if node.is_map else node


def _stated(layer: Node, name: str) -> Node | None:
    return layer.get(name) or layer.get(f"{name}?")


def _interleaved(stated: list[Node | None], layers: list[Node]) -> Iterator[Node]:
    """Yield what may apply traits to a method, the nearest first."""
    for method, layer in zip(stated, layers, strict=True):
        if method is not None:
            yield method
        yield layer


def _without_unused(template: Node, layers: list[Node]) -> Node:
    """Return a resource type without optional methods that nothing else states."""
    unused = [
        key
        for key in _optional()
        if key in template
        and not any(key.removesuffix("?") in one for one in (*layers, template))
    ]
    return _without(template, *unused)


def _method_names(layers: list[Node]) -> Iterator[str]:
    """Yield the methods that are stated, each once, the resource's own first."""
    seen: set[str] = set()
    for layer in layers:
        for key, _ in layer.items():
            if key in METHODS and key not in seen:
                seen.add(key)
                yield key
