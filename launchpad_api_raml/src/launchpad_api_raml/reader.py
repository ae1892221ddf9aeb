"""From a RAML 0.8 document to the neutral contract."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from typing import Any

from launchpad_api_raml.bodies import bodies_of, responses_of
from launchpad_api_raml.named_parameters import named, parameter
from launchpad_api_raml.raml10.resources import check_template
from launchpad_api_raml.schema_texts import SchemaTexts
from launchpad_api_raml.secured import schemes_of, security_of
from launchpad_api_raml.structure import parsed
from launchpad_core.contract import PATH_PARAMETER, ApiContract, Operation, Parameter
from launchpad_core.errors import ContractError
from launchpad_core.positions import Position
from launchpad_core.sections import Section

logger = logging.getLogger(__name__)


def contract_of(document: Section) -> ApiContract:
    """Return the contract that a checked RAML document states.

    Raises:
        ContractError: When it makes no sense.
    """
    if not document.get("title"):
        raise ContractError(
            "this RAML has no title", where=document.position, hint="add title: ..."
        )
    version = document.get("version") or ""
    reader = _Reader(document)
    operations = tuple(reader.operations())
    return ApiContract(
        document["title"],
        version=version,
        operations=operations,
        description="\n\n".join(_documentation(document)),
        base_uri=_base_uri(document, version),
        schemas=reader.schemas.named,
        security_schemes=schemes_of(document),
    )


def _documentation(document: Section) -> Iterator[str]:
    for item in document.get("documentation") or ():
        if isinstance(item.get("content"), str):
            yield item["content"]


def _base_uri(document: Section, version: str) -> str:
    uri: str = document.get("baseUri") or ""
    check_template(uri, document.where("baseUri"))
    if "{version}" in uri and not version:
        raise ContractError(
            "the baseUri has a {version}, and the API none",
            where=document.where("baseUri"),
            hint="add version: v1",
        )
    return uri.replace("{version}", version)


class _Reader:
    """Reads the operations of one document, in its order."""

    def __init__(self, document: Section) -> None:
        self.document = document
        self.default = document.get("mediaType")
        self.schemas = SchemaTexts(document)
        self.methods = {(r.path, r.method) for r in parsed(document).resources or ()}
        self.positions: dict[tuple[str, str], Position | None] = {}

    def operations(self) -> Iterator[Operation]:
        return self._below(self.document, path="", uri={})

    def _below(
        self, owner: Section, *, path: str, uri: Mapping[str, Parameter]
    ) -> Iterator[Operation]:
        for key, resource in owner.items():
            if key.startswith("/"):
                yield from self._resource(
                    resource or Section(position=owner.where(key)),
                    path=path + key,
                    uri=uri,
                    where=owner.where(key),
                )

    def _resource(
        self,
        resource: Section,
        *,
        path: str,
        uri: Mapping[str, Parameter],
        where: Position | None,
    ) -> Iterator[Operation]:
        names = PATH_PARAMETER.findall(path)
        _check_path(path, names, where)
        own = {item.name: item for item in named(resource, "uriParameters", "path")}
        for item in own.values():
            if item.name not in names:
                logger.warning("%s: {%s} is not in %s", item.where, item.name, path)
        uri = {**uri, **own}
        in_path = [
            uri.get(name) or parameter(name, None, "path", where=where)
            for name in names
        ]
        for key, value in resource.items():
            if (path, key) in self.methods:
                at = resource.where(key)
                self._remember(key, path, at)
                method = value or Section(position=at)
                yield self._operation(key, method, resource, path, in_path, at)
            elif key.startswith("/"):
                nested = Section({key: value}, positions=resource.positions)
                yield from self._below(nested, path=path, uri=uri)

    def _remember(self, method: str, path: str, where: Position | None) -> None:
        if (path, method) in self.positions:
            raise ContractError(
                f"{method.upper()} {path} is there twice; "
                f"first at {self.positions[path, method]}",
                where=where,
                hint="remove one of the two",
            )
        self.positions[path, method] = where

    def _operation(
        self,
        name: str,
        method: Section,
        resource: Section,
        path: str,
        in_path: list[Parameter],
        where: Position | None,
    ) -> Operation:
        known: dict[str, Any] = {"default": self.default, "schemas": self.schemas}
        bodies = bodies_of(method, **known)
        return Operation(
            name.upper(),
            path=path,
            parameters=(
                *in_path,
                *named(method, "queryParameters", "query"),
                *named(method, "headers", "header"),
            ),
            bodies=bodies,
            body_required=bool(bodies),
            responses=tuple(responses_of(method, **known)),
            description=method.get("description") or resource.get("description") or "",
            security=security_of(self.document, method, resource, self.document),
            where=where,
        )


def _check_path(path: str, names: list[str], where: Position | None) -> None:
    check_template(path, where)
    for name in names:
        if not name or names.count(name) > 1:
            raise ContractError(
                f"{path} has {{{name}}} twice" if name else f"{path} has a {{}}",
                where=where,
                hint="give each parameter of a path its own name",
            )
