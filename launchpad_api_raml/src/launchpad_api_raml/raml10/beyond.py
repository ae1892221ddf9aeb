"""What launchpad's own annotations say that RAML has no words for."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from launchpad_api_raml.annotations import (
    BODY_REQUIRED,
    EXAMPLES,
    NAME,
    SCHEMA,
    SECURITY,
    SEPARATOR,
    SETTINGS,
    URI_PARAMETERS,
    Annotation,
)
from launchpad_api_raml.raml10.nodes import Node, fault
from launchpad_core.references import referred_name


def schema_beside(declaration: Node) -> Mapping[str, Any]:
    """Return the JSON Schema that stands beside the facets of a type.

    Raises:
        ContractError: When it is no map.
    """
    found: Mapping[str, Any] = _value(declaration, SCHEMA, dict, {})
    return found


def names_in(schema: Any) -> Iterator[str]:
    """Yield the names of the schemas that one refers to, wherever it does."""
    name = referred_name(schema)
    if name is not None:
        yield name
    if isinstance(schema, Mapping):
        schema = [*schema.values()]
    for item in schema if isinstance(schema, list) else ():
        yield from names_in(item)


def examples_beside(declaration: Node) -> tuple[Any, ...] | None:
    """Return examples that RAML would misread, or None when it would none.

    Raises:
        ContractError: When they are no list.
    """
    found = _value(declaration, EXAMPLES, list, None)
    return None if found is None else tuple(found)


def name_beside(declaration: Node, key: str) -> str:
    """Return the name of what is declared; its key may only stand in for it.

    Raises:
        ContractError: When it is no text.
    """
    return str(_value(declaration, NAME, str, key))


def separator_beside(declaration: Node, usual: str) -> str:
    """Return what stands between the items of an array.

    Raises:
        ContractError: When it is no text.
    """
    return str(_value(declaration, SEPARATOR, str, usual))


def needs_body(method: Node) -> bool:
    """Return whether a method that has bodies refuses requests without one.

    Raises:
        ContractError: When neither true nor false is stated.
    """
    return bool(_value(method, BODY_REQUIRED, bool, True))


def uri_parameters_of(method: Node) -> Node | None:
    """Return the URI parameters that a method has in place of its resource's."""
    return method.get(URI_PARAMETERS.key)


def security_beside(
    method: Node, known: Collection[str]
) -> tuple[Mapping[str, tuple[str, ...]], ...] | None:
    """Return the security that a method asks for, or None when RAML can say it.

    Args:
        method: The method.
        known: The names of the security schemes that there are.

    Raises:
        ContractError: When it is no list of schemes with their scopes.
    """
    stated = _value(method, SECURITY, list, None)
    if stated is None:
        return None
    if not all(isinstance(item, dict) for item in stated):
        raise _misused(method, SECURITY)
    for name in (name for item in stated for name in item if name not in known):
        raise fault(
            f'there is no security scheme "{name}"', method.where_is(SECURITY.key)
        )
    return tuple(
        {name: tuple(map(str, scopes or ())) for name, scopes in item.items()}
        for item in stated
    )


def settings_beside(scheme: Node) -> Mapping[str, Any]:
    """Return settings of a security scheme that RAML doesn't define.

    Raises:
        ContractError: When they are no map.
    """
    found: Mapping[str, Any] = _value(scheme, SETTINGS, dict, {})
    return found


def _value(node: Node, annotation: Annotation, kind: type, default: Any) -> Any:
    stated = node.get(annotation.key)
    if stated is None:
        return default
    value = stated.plain()
    if not isinstance(value, kind):
        raise _misused(node, annotation)
    return value


def _misused(node: Node, annotation: Annotation) -> Exception:
    return fault(
        f"{annotation.key} can't be this; it says: {annotation.meaning}",
        node.where_is(annotation.key),
    )
