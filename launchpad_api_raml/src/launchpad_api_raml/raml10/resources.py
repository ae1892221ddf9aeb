"""From resources and their methods to operations."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from launchpad_api_raml.raml10.applying import Applying
from launchpad_api_raml.raml10.beyond import (
    needs_body,
    security_beside,
    uri_parameters_of,
)
from launchpad_api_raml.raml10.nodes import (
    Node,
    check_keys,
    fault,
    is_annotation,
    map_of,
    text_of,
)
from launchpad_api_raml.raml10.operations import (
    bodies_of,
    check_method,
    query_of,
    responses_of,
)
from launchpad_api_raml.raml10.parameters import Reading
from launchpad_api_raml.raml10.security import Security, SecuritySchemes
from launchpad_api_raml.raml10.structure import METHODS, RESOURCE
from launchpad_core.contract import PATH_PARAMETER, Operation, Parameter
from launchpad_core.positions import Position

_PATH = re.compile(r"(?:[^{}]|\{[^{}\s]+\})*")


class Resources:
    """Reads the resources of one contract, in its order.

    Args:
        reading: What types and parameters are read with.
        applying: What applies traits and resource types.
        security: The security schemes.
    """

    def __init__(
        self, reading: Reading, applying: Applying, security: SecuritySchemes
    ) -> None:
        self.reading = reading
        self.applying = applying
        self.security = security
        self._default: Security = ()
        self._seen: dict[str, Position] = {}

    def operations(self, root: Node) -> Iterator[Operation]:
        """Yield the operations of an API.

        Raises:
            ContractError: At the first mistake.
        """
        if "securedBy" in root:
            self._default = self.security.secured_by(root.value["securedBy"])
        yield from self._below(root, "", {})

    def _below(
        self, owner: Node, above: str, uri: Mapping[str, Parameter]
    ) -> Iterator[Operation]:
        for key, node in owner.items():
            if key.startswith("/"):
                yield from self._resource(key, node, owner, above + key, uri)

    def _resource(
        self,
        key: str,
        node: Node,
        owner: Node,
        path: str,
        uri: Mapping[str, Parameter],
    ) -> Iterator[Operation]:
        where = owner.where_is(key)
        check_template(path, where)
        if path in self._seen:
            raise fault(
                f"{path} is there twice; first at {self._seen[path]}",
                where,
                hint="remove one of the two",
            )
        self._seen[path] = where
        stated = map_of(node, f"the resource {path}")
        check_resource(stated, key)
        resource = self.applying.resource(stated, path)
        check_resource(resource, key)
        uri = {**uri, **self._own_uri(key, resource, path, where)}
        names = list(dict.fromkeys(PATH_PARAMETER.findall(path)))
        parameters = tuple(uri[name] for name in names)
        if "securedBy" in resource:
            self.security.secured_by(resource.value["securedBy"])
        for name, method in resource.items():
            if name in METHODS:
                yield self._operation(name, method, resource, path, parameters)
        yield from self._below(stated, path, uri)

    def _own_uri(
        self, key: str, resource: Node, path: str, where: Position
    ) -> dict[str, Parameter]:
        names = PATH_PARAMETER.findall(key)
        found = {name: _undeclared(name, where) for name in names}
        stated = resource.get("uriParameters")
        for one in self.reading.parameters(stated, "uriParameters", "path"):
            place = one.where or where
            if one.name not in PATH_PARAMETER.findall(path):
                self.reading.checks.remark(f"{{{one.name}}} is not in {path}", place)
                continue
            self._check_segments(one, place)
            found[one.name] = one
        return found

    def _check_segments(self, parameter: Parameter, where: Position) -> None:
        """Check that no value has a slash: it would not be a part of a path."""
        values = [*parameter.schema.get("enum", ()), parameter.schema.get("default")]
        if any("/" in value for value in values if isinstance(value, str)):
            raise fault(f'parameter "{parameter.name}": a value has a slash', where)
        if any("/" in value for value in parameter.examples if isinstance(value, str)):
            self.reading.checks.remark(
                f'parameter "{parameter.name}": an example has a slash', where
            )

    def _operation(
        self,
        name: str,
        node: Node,
        resource: Node,
        path: str,
        uri: tuple[Parameter, ...],
    ) -> Operation:
        where = resource.where_is(name)
        method = map_of(node, f"the method {name}")
        check_method(method, name)
        headers = self.reading.parameters(method.get("headers"), "headers", "header")
        bodies = bodies_of(method, self.reading)
        described = method.get("description") or resource.get("description")
        return Operation(
            name.upper(),
            path=path,
            parameters=(
                *self._uri_of(method, uri),
                *query_of(method, self.reading),
                *headers,
            ),
            bodies=bodies,
            body_required=bool(bodies) and needs_body(method),
            responses=responses_of(method, self.reading),
            title=text_of(method.get("displayName"), "displayName"),
            description=text_of(described, "description"),
            security=self._security(method, resource),
            where=where,
        )

    def _uri_of(
        self, method: Node, uri: tuple[Parameter, ...]
    ) -> tuple[Parameter, ...]:
        stated = uri_parameters_of(method)
        if stated is None:
            return uri
        own = self.reading.parameters(stated, "(uriParameters)", "path")
        found = {one.name: one for one in own}
        return tuple(
            found.get(one.name) or _undeclared(one.name, stated.where) for one in uri
        )

    def _security(self, method: Node, resource: Node) -> Security:
        known = {scheme.name for scheme in self.security.used.values()}
        beside = security_beside(method, known)
        if beside is not None:
            return beside
        for owner in (method, resource):
            if "securedBy" in owner:
                return self.security.secured_by(owner.value["securedBy"])
        return self._default


def _undeclared(name: str, where: Position) -> Parameter:
    """Return a parameter of a path of which nothing is said."""
    return Parameter(
        name, location="path", schema={"type": "string"}, required=True, where=where
    )


def check_resource(resource: Node, key: str) -> None:
    """Check the keys of a resource, and its texts.

    Raises:
        ContractError: At the first that can't be.
    """
    nested = tuple(name for name, _ in resource.items() if name.startswith("/"))
    check_keys(resource, (*RESOURCE, *nested), f"the resource {key}")
    for name in ("displayName", "description"):
        text_of(resource.get(name), name)
    for name, node in resource.items():
        if name in METHODS and not is_annotation(name):
            map_of(node, f"the method {name}")


def check_template(path: str, where: Position | None) -> None:
    """Check the parameters of a path or URI.

    Raises:
        ContractError: When its braces don't make sense.
    """
    if not _PATH.fullmatch(path):
        raise fault(f"{path} has braces without a name", where, hint="/items/{id}")
