"""Checking what an API, a library or a fragment declares, used or not."""

from __future__ import annotations

from launchpad_api_raml.raml10.declarations import check_type_names
from launchpad_api_raml.raml10.loading import Document
from launchpad_api_raml.raml10.nodes import (
    Node,
    check_keys,
    fault,
    is_annotation,
    map_of,
    text_of,
)
from launchpad_api_raml.raml10.parameters import Reading
from launchpad_api_raml.raml10.root import check_document
from launchpad_api_raml.raml10.scopes import SECTIONS, Scope
from launchpad_api_raml.raml10.security import SecuritySchemes, scheme_of
from launchpad_api_raml.raml10.structure import (
    LIBRARY,
    METHOD,
    METHODS,
    RESOURCE,
    RESPONSE,
    TARGETS,
    TEMPLATE,
)
from launchpad_api_raml.raml10.templates import check_parameters
from launchpad_core.spelling import did_you_mean


class Declarations:
    """Checks the declarations of one contract.

    Args:
        reading: What types and parameters are read with.
        security: Where declared security schemes are noted.
    """

    def __init__(self, reading: Reading, security: SecuritySchemes) -> None:
        self.reading = reading
        self.security = security

    def check(self, scope: Scope) -> None:
        """Check all sections of a file, and of the libraries that it uses.

        Raises:
            ContractError: At the first mistake.
        """
        for one in scope.with_libraries():
            root = one.root
            if root is None or not root.is_map:
                continue
            if one is not scope:
                check_keys(root, LIBRARY, "a library")
            if "types" in root and "schemas" in root:
                raise fault(
                    "types and schemas mean the same: keep one of them",
                    root.where_is("schemas"),
                )
            self._sections(one)

    def fragment(self, document: Document) -> None:
        """Check a file that holds a part of an API.

        Raises:
            ContractError: At the first mistake.
        """
        root = document.root
        self.check(root.scope)
        inner = root.without("uses") if root.is_map else root
        if document.kind == "Library":
            check_keys(map_of(root, "a library"), LIBRARY, "a library")
        elif document.kind == "DataType":
            self.reading.checks.types.type_of(inner, name="this")
            self.reading.checks.catch_up()
        elif document.kind == "Trait":
            check_trait("this", inner)
        elif document.kind == "ResourceType":
            check_resource_type("this", inner)
        elif document.kind == "SecurityScheme":
            scheme_of("this", inner, self.reading)
        elif document.kind == "AnnotationTypeDeclaration":
            self.annotation_type(inner)
        elif document.kind == "DocumentationItem":
            check_document(inner)
        elif document.kind == "NamedExample":
            map_of(inner, "a file of examples")

    def annotation_type(self, node: Node) -> None:
        """Check the declaration of an annotation type.

        Raises:
            ContractError: When it isn't a type, or names no known targets.
        """
        targets = node.get("allowedTargets")
        if targets is not None:
            items = targets.entries() if targets.is_list else [targets]
            for item in items:
                if item.value not in TARGETS:
                    hint = did_you_mean(item.text, TARGETS)
                    raise fault(f'there is no target "{item.text}"', item, hint=hint)
            node = node.without("allowedTargets")
        self.reading.type_of(node)

    def _sections(self, scope: Scope) -> None:
        for section in SECTIONS:
            declared = scope.section(section)
            if declared is None:
                continue
            declared = map_of(declared, section)
            if section == "types":
                self._types(declared, scope)
                continue
            for name, node in declared.items():
                if not is_annotation(name):
                    self._declared(section, name, node, scope)

    def _types(self, declared: Node, scope: Scope) -> None:
        check_type_names(declared)
        types = self.reading.checks.types
        found = [
            types.by_name(name, Node(name, node.where, scope, name))
            for name, node in declared.items()
            if not is_annotation(name)
        ]
        self.reading.checks.catch_up()
        for type_ in found if not scope.prefix else ():
            self.reading.schemas.declare(type_)

    def _declared(self, section: str, name: str, node: Node, scope: Scope) -> None:
        if section == "traits":
            check_trait(name, node)
        elif section == "resourceTypes":
            check_resource_type(name, node)
        elif section == "annotationTypes":
            self.annotation_type(node)
        elif not scope.prefix:
            self.security.declare(name, node)
        else:
            scheme_of(name, node, self.reading)


def check_trait(name: str, node: Node) -> None:
    """Check the keys of a trait; its values tell when it is applied.

    Raises:
        ContractError: When it has an unknown one.
    """
    trait = map_of(node, f'the trait "{name}"')
    _check_template(trait, METHOD, f'the trait "{name}"')
    _check_responses(trait)
    check_parameters(trait)


def check_resource_type(name: str, node: Node) -> None:
    """Check the keys of a resource type; its values tell when it is applied.

    Raises:
        ContractError: When it has an unknown one, such as a nested resource.
    """
    what = f'the resource type "{name}"'
    type_ = map_of(node, what)
    _check_template(type_, RESOURCE, what)
    check_parameters(type_)
    for key, method in type_.items():
        if key.rstrip("?") in METHODS and not method.is_text:
            method = map_of(method, f"the method {key}")
            _check_template(method, METHOD, f"the method {key}")
            _check_responses(method)


def _check_template(node: Node, known: tuple[str, ...], what: str) -> None:
    filled = tuple(key for key, _ in node.items() if "<<" in key)
    optional = tuple(f"{key}?" for key in known)
    check_keys(node, (*known, *optional, *TEMPLATE, *filled), what)
    for key in ("displayName", "description", "usage"):
        text_of(node.get(key), key)


def _check_responses(method: Node) -> None:
    responses = method.get("responses")
    if responses is None or responses.is_text:
        return
    for code, response in map_of(responses, "responses").items():
        if is_annotation(code) or (response.is_text and "<<" in response.value):
            continue
        inner = map_of(response, f"the response {code}")
        known = tuple(key for key, _ in inner.items() if "<<" in key)
        optional = tuple(f"{key}?" for key in RESPONSE)
        check_keys(inner, (*RESPONSE, *optional, *known), "a response")
