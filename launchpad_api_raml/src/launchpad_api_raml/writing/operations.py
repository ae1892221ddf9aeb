"""Resources and their methods: what each takes and answers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from launchpad_api_raml.annotations import BODY_REQUIRED, URI_PARAMETERS
from launchpad_api_raml.writing.contradictions import contradictions
from launchpad_api_raml.writing.layout import Short
from launchpad_api_raml.writing.parameters import declared
from launchpad_api_raml.writing.security import secured_by
from launchpad_api_raml.writing.types import (
    Declaration,
    Types,
    shortened,
    with_examples,
)
from launchpad_core.contract import (
    Body,
    In,
    Operation,
    Parameter,
    Response,
    Schema,
    SecurityScheme,
)
from launchpad_core.errors import ContractError

_PLACES: dict[str, In] = {"headers": "header", "queryParameters": "query"}
_OUTSIDE = ("description", "examples")
METHODS = ("GET", "PATCH", "PUT", "POST", "DELETE", "OPTIONS", "HEAD")


class Resources:
    """The resources of one document, by their paths."""

    def __init__(
        self,
        operations: Sequence[Operation],
        types: Types,
        schemes: Sequence[SecurityScheme],
        *,
        common_security: Sequence[Any],
    ) -> None:
        self.operations = operations
        self.types = types
        self.schemes = schemes
        self.common_security = common_security

    def section(self) -> dict[str, Any]:
        """Return the resources with their methods.

        Raises:
            ContractError: When RAML 1.0 can't say what an operation does.
        """
        found: dict[str, Any] = {}
        for operation in self.operations:
            for what in contradictions(operation):
                raise _unsayable(operation, what)
            resource = found.setdefault(operation.path, self._resource(operation))
            key = operation.method.lower()
            if operation.method not in METHODS or key in resource:
                what = "it twice" if key in resource else f"{operation.method}"
                raise _unsayable(operation, what)
            resource[key] = self._method(operation, resource) or None
        return found

    def _resource(self, operation: Operation) -> dict[str, Any]:
        uri = self._uri_parameters(operation)
        return {"uriParameters": uri} if uri else {}

    def _uri_parameters(self, operation: Operation) -> dict[str, Any]:
        found = declared(_at(operation.parameters, "path"), self.types)
        # Each {name} of the path is required text when nothing is said about it.
        return {key: value for key, value in found.items() if value != "string"}

    def _method(self, operation: Operation, resource: dict[str, Any]) -> Declaration:
        method: Declaration = {}
        if operation.title:
            method["displayName"] = operation.title
        if operation.description:
            method["description"] = operation.description
        if operation.security != self.common_security:
            method.update(secured_by(operation.security, self.schemes))
        uri = self._uri_parameters(operation)
        if uri != resource.get("uriParameters", {}):
            method[URI_PARAMETERS.key] = Short(uri)
        for key, location in _PLACES.items():
            found = declared(_at(operation.parameters, location), self.types)
            if found:
                method[key] = found
        if operation.bodies:
            if not operation.body_required:
                method[BODY_REQUIRED.key] = False
            method["body"] = {
                body.media_type: self._body(body) for body in operation.bodies
            }
        responses = self._responses(operation)
        return {**method, "responses": responses} if responses else method

    def _body(self, body: Body) -> Any:
        if not body.is_form:
            return self._content(body.schema, body.examples, body.description)
        form: Declaration = {}
        if body.description:
            form["description"] = body.description
        fields = declared(body.parameters, self.types)
        if fields:
            form["properties"] = fields
        return {**form, **with_examples(body.examples)} or None

    def _content(
        self, schema: Schema | None, examples: Sequence[Any], description: str = ""
    ) -> Any:
        content: Declaration = {"description": description} if description else {}
        if schema is not None:
            content.update(self.types.content(schema, not_as_facets=_OUTSIDE))
        is_structured = (schema or {}).get("type") in ("array", "object")
        are_texts = is_structured and any(isinstance(one, str) for one in examples)
        content.update(with_examples(examples, are_of_schema=not are_texts))
        return shortened(Short(content)) if content else None

    def _responses(self, operation: Operation) -> dict[int, Any]:
        found: dict[int, Any] = {}
        for status in dict.fromkeys(item.status for item in operation.responses):
            alike = [item for item in operation.responses if item.status == status]
            first = alike[0]
            if any(_about(item) != _about(first) for item in alike):
                raise _unsayable(
                    operation, f"several descriptions or headers of answers {status}"
                )
            response: Declaration = {}
            if first.description:
                response["description"] = first.description
            if first.headers:
                response["headers"] = declared(first.headers, self.types)
            if any(item.media_type for item in alike):
                response["body"] = {
                    item.media_type: self._content(item.schema, item.examples)
                    for item in alike
                }
            found[status] = Short(response) or None
        return found


def _at(parameters: Iterable[Parameter], location: In) -> Iterable[Parameter]:
    return (item for item in parameters if item.location == location)


def _about(response: Response) -> tuple[Any, ...]:
    return response.description, response.headers, bool(response.media_type)


def _unsayable(operation: Operation, what: str) -> ContractError:
    return ContractError(
        f"{operation.method} {operation.path}: RAML 1.0 can't say {what}",
        where=operation.where,
    )
