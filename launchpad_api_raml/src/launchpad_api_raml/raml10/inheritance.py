"""Types that are based on several others."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from launchpad_api_raml.raml10.facets import PAIRS, both, check_pairs, is_same
from launchpad_api_raml.raml10.nodes import Node, fault
from launchpad_api_raml.raml10.types import Later, Property, Type

_RISING = tuple(least for least, _ in PAIRS)
_FALLING = tuple(most for _, most in PAIRS)


def inherited_from(parents: list[Type], node: Node) -> Type:
    """Return a type that keeps the restrictions of all its parents.

    Raises:
        ContractError: When no value could meet all of them.
    """
    if not parents:
        raise fault("this list names no type", node)
    if len(parents) == 1:
        return parents[0]
    type_ = Type(_kind(parents, node), node)
    for parent in parents:
        if parent.kind == "external":
            raise fault("nothing can be based on a JSON or XML schema", node)
        _add_facets(type_, parent, node)
        for name, property_ in parent.properties.items():
            known = type_.properties.get(name)
            type_.properties[name] = _both(known, property_, node)
        for name, facet in parent.own_facets.items():
            if name in type_.own_facets:
                raise fault(f'two types have the facet "{name}"', node)
            type_.own_facets[name] = facet
        type_.items = parent.items or type_.items
        type_.unions += parent.unions
    check_pairs(type_, node)
    return type_


def narrowed(wide: Type, narrow: Type) -> Type:
    """Return the type of a property that is inherited, and stated anew.

    What is stated anew keeps the restrictions that it doesn't mention.
    """
    if narrow.kind in ("union", "any", "external") or wide.kind in ("union", "any"):
        return narrow
    facets = {key: value for key, value in wide.facets.items() if key != "default"}
    together = _together(facets, narrow.facets)
    lost = [key for key in facets if key not in narrow.facets]
    lost += [key for key, value in together.items() if narrow.facets[key] != value]
    lost += [name for name in wide.properties if name not in narrow.properties]
    if not lost and (wide.items is None or narrow.items is not None):
        return narrow
    return replace(
        narrow,
        name="",
        exactly=None,
        facets={**facets, **narrow.facets, **together},
        properties={**wide.properties, **narrow.properties},
        items=narrow.items or wide.items,
    )


def _together(wide: dict[str, Any], narrow: dict[str, Any]) -> dict[str, Any]:
    keys = ("pattern", "multipleOf", "format")
    return {
        key: both(key, wide[key], narrow[key])
        for key in keys
        if key in wide and key in narrow
    }


def _kind(parents: list[Type], node: Node) -> str:
    kinds = {parent.kind for parent in parents} - {"any"}
    simple = kinds - {"union"}
    if simple == {"number", "integer"}:
        simple = {"integer"}
    for parent in parents:
        for member in parent.members if parent.kind == "union" and simple else ():
            _check_together({*simple, member.kind}, node)
    _check_together(simple, node)
    if simple:
        return simple.pop()
    return "union" if kinds else "any"


def _check_together(kinds: set[str], node: Node) -> None:
    kinds = kinds - {"any", "union"}
    if len(kinds) > 1 and kinds != {"number", "integer"}:
        raise fault(f"nothing is {' and '.join(sorted(kinds))} at once", node)


def _add_facets(type_: Type, parent: Type, node: Node) -> None:
    for key, value in parent.facets.items():
        known = type_.facets.get(key)
        if known is None:
            type_.facets[key] = value
        else:
            type_.facets[key] = _combined(key, known, value, node)


def _combined(key: str, one: Any, other: Any, node: Node) -> Any:
    if key in _RISING:
        return max(one, other)
    if key in _FALLING:
        return min(one, other)
    if key == "enum":
        common = [value for value in one if any(is_same(value, item) for item in other)]
        if not common:
            raise fault("no value is in the enums of all these types", node)
        return common
    if key == "additionalProperties":
        return one and other
    if key == "uniqueItems":
        return one or other
    return both(key, one, other)


def _both(known: Property | None, property_: Property, node: Node) -> Property:
    if known is None:
        return property_
    required = known.required or property_.required
    later = Later(node, lambda: _joined(known, property_, node))
    return Property(property_.name, required, later, property_.where)


def _joined(known: Property, property_: Property, node: Node) -> Type:
    one, other = known.type, property_.type
    if one is other or (one.exactly is not None and one.exactly is other.exactly):
        return other
    kinds = {one.kind, other.kind}
    if (
        len(kinds) > 1
        and not kinds & {"any", "union"}
        and kinds != {"number", "integer"}
    ):
        raise fault(
            f'"{property_.name}" is {" and ".join(sorted(kinds))} in these types', node
        )
    return inherited_from([one, other], node)
