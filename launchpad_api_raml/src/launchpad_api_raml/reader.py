"""From a RAML document to the neutral contract."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator, Mapping
from typing import Any

from launchpad_api_raml.bodies import Form, by_media_type, form_of, is_json_type
from launchpad_api_raml.document import plain
from launchpad_api_raml.parameters import base_type, schema_of, unfit_value, value_of
from launchpad_api_raml.schemas import external_reference, to_2020_12
from launchpad_api_raml.structure import parsed
from launchpad_core.contract import (
    ApiContract,
    Body,
    In,
    Operation,
    Parameter,
    Response,
    Schema,
)
from launchpad_core.errors import ContractError
from launchpad_core.positions import Position
from launchpad_core.sections import Section

PATH_PARAMETER = re.compile(r"\{([^{}]*)\}")

logger = logging.getLogger(__name__)


def contract_of(document: Section) -> ApiContract:
    """Return the contract that a checked RAML document states.

    Raises:
        ContractError: When it states what launchpad can't hold.
    """
    if document.get("title") is None:
        raise ContractError(
            "this RAML has no title", where=document.position, hint="add title: ..."
        )
    return ApiContract(
        document["title"],
        version=document.get("version") or "",
        operations=tuple(_Reader(document).operations()),
        description="\n\n".join(_documentation(document)),
    )


def _documentation(document: Section) -> Iterator[str]:
    for item in document.get("documentation") or ():
        if isinstance(item.get("content"), str):
            yield item["content"]


class _Reader:
    """Reads the operations of one document, in its order."""

    def __init__(self, document: Section) -> None:
        self.document = document
        self.default = document.get("mediaType")
        self.schemas = _named_schemas(document)
        self.methods = {(r.path, r.method) for r in parsed(document).resources or ()}
        self.positions: dict[tuple[str, str], Position | None] = {}

    def operations(self) -> Iterator[Operation]:
        return self._below(self.document, path="", uri={})

    def _below(
        self, owner: Section, *, path: str, uri: Mapping[str, Any]
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
        uri: Mapping[str, Any],
        where: Position | None,
    ) -> Iterator[Operation]:
        names = PATH_PARAMETER.findall(path)
        _check_path(path, names, where)
        own = resource.get("uriParameters") or Section()
        for name in own:
            if name not in names:
                logger.warning("%s: {%s} is not in %s", own.where(name), name, path)
        uri = {**uri, **own}
        path_parameters = [_parameter(name, uri.get(name), "path") for name in names]
        for key, value in resource.items():
            if (path, key) in self.methods:
                where = resource.where(key)
                method = value or Section(position=where)
                self._remember(key, path, where)
                yield self._operation(key, method, resource, path, path_parameters)
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
        path_parameters: list[Parameter],
    ) -> Operation:
        form = form_of(method, default=self.default)
        query = method.get("queryParameters") or {}
        fields = tuple(_form_parameters(form))
        parameters = (
            *path_parameters,
            *(_parameter(key, facets, "query") for key, facets in query.items()),
        )
        _check_names(
            (*parameters, *fields), f"{name.upper()} {path}", self.positions[path, name]
        )
        return Operation(
            name.upper(),
            path=path,
            parameters=parameters,
            bodies=(Body(form.media_type, parameters=fields),) if form else (),
            responses=tuple(self._responses(method.get("responses") or Section())),
            description=method.get("description") or resource.get("description") or "",
        )

    def _responses(self, responses: Section) -> Iterator[Response]:
        for code, stated in responses.items():
            response = stated or Section(position=responses.where(code))
            description = response.get("description") or ""
            bodies = by_media_type(response, default=self.default)
            if not bodies:
                yield Response(int(code), description=description)
            for media_type, content in bodies.items():
                body = content or Section()
                is_json = is_json_type(media_type)
                yield Response(
                    int(code),
                    media_type=media_type,
                    schema=self._schema(body) if is_json else None,
                    description=description,
                    examples=_examples(body, is_json=is_json),
                )

    def _schema(self, body: Section) -> Schema | None:
        schema = body.get("schema")
        value = self.schemas.get(schema, schema) if isinstance(schema, str) else schema
        if value is None:
            return None
        where = body.where("schema")
        try:
            loaded = json.loads(value) if isinstance(value, str) else plain(value)
            schema_2020: Schema = to_2020_12(loaded)
        except (ValueError, RecursionError) as error:
            logger.warning("%s: the schema is left out: %s", where, error)
            return None
        reference = external_reference(loaded)
        if reference:
            raise ContractError(
                f"the schema refers to {reference}, outside of itself",
                where=where,
                hint="copy that into its definitions: #/definitions/...",
            )
        return schema_2020


def _named_schemas(document: Section) -> dict[str, Any]:
    stated = document.get("schemas") or []
    groups = stated if isinstance(stated, list) else [stated]
    return {name: schema for group in groups for name, schema in group.items()}


def _check_path(path: str, names: list[str], where: Position | None) -> None:
    for name in names:
        if not name or names.count(name) > 1:
            raise ContractError(
                f"{path} has {{{name}}} twice" if name else f"{path} has a {{}}",
                where=where,
                hint="give each parameter of a path its own name",
            )


def _check_names(
    parameters: tuple[Parameter, ...], operation: str, where: Position | None
) -> None:
    names = [parameter.name for parameter in parameters]
    for name in names:
        if names.count(name) > 1:
            raise ContractError(
                f'{operation} has the parameter "{name}" twice',
                where=where,
                hint="rename one: predict gets them in one dict",
            )


def _form_parameters(form: Form | None) -> Iterator[Parameter]:
    for name, facets in form.parameters.items() if form else ():
        yield _parameter(name, facets, "form")


def _parameter(name: str, stated: Any, location: In) -> Parameter:
    facets = stated or {}
    is_file = base_type(facets)[0] == "file"
    example = None if is_file else value_of(facets, "example")
    if example is not None and unfit_value(facets, example, name):
        example = None  # of which the check has warned
    return Parameter(
        name,
        location="file" if is_file else location,
        schema=schema_of(facets),
        required=facets.get("required", location == "path"),
        description=facets.get("description") or "",
        examples=() if example is None else (example,),
    )


def _examples(body: Section, *, is_json: bool) -> tuple[Any, ...]:
    example = plain(body.get("example"))
    if example is None:
        return ()
    if not isinstance(example, str) or not is_json:
        return (example,)
    try:
        return (json.loads(example),)
    except (ValueError, RecursionError) as error:
        where = body.where("example")
        logger.warning("%s: the example is no JSON, and left out: %s", where, error)
        return ()
