"""Annotations: whether they are declared, fit their types, and may be there."""

from __future__ import annotations

from collections.abc import Mapping

from launchpad_api_raml.raml10.nodes import Node, fault, is_annotation
from launchpad_api_raml.raml10.parameters import Reading
from launchpad_api_raml.raml10.structure import METHODS
from launchpad_api_raml.raml10.types import Type
from launchpad_core.spelling import did_you_mean

# What is behind each key of a part; "*" stands before what each item or key of it is.
_METHOD: Mapping[str, str] = {
    "queryParameters": "*TypeDeclaration",
    "headers": "*TypeDeclaration",
    "queryString": "TypeDeclaration",
    "body": "RequestBody",
    "responses": "*Response",
}
_RESOURCE: Mapping[str, str] = {
    "uriParameters": "*TypeDeclaration",
    **dict.fromkeys(METHODS, "Method"),
    **{f"{name}?": "Method" for name in METHODS},
}
_LIBRARY: Mapping[str, str] = {
    "types": "*TypeDeclaration",
    "schemas": "*TypeDeclaration",
    "annotationTypes": "*AnnotationType",
    "traits": "*Trait",
    "resourceTypes": "*ResourceType",
    "securitySchemes": "*SecurityScheme",
}
_TYPE: Mapping[str, str] = {
    "properties": "*TypeDeclaration",
    "facets": "*TypeDeclaration",
    "items": "TypeDeclaration",
    "type": "TypeDeclaration",
    "schema": "TypeDeclaration",
    "example": "Example",
    "examples": "*Example",
}
_PARTS: Mapping[str, Mapping[str, str]] = {
    "API": {
        **_LIBRARY,
        "documentation": "*DocumentationItem",
        "baseUriParameters": "*TypeDeclaration",
    },
    "Library": _LIBRARY,
    "Resource": _RESOURCE,
    "ResourceType": _RESOURCE,
    "Method": _METHOD,
    "Trait": _METHOD,
    "Response": {"headers": "*TypeDeclaration", "body": "ResponseBody"},
    "TypeDeclaration": _TYPE,
    "AnnotationType": _TYPE,
    "RequestBody": _TYPE,
    "ResponseBody": _TYPE,
    "SecurityScheme": {
        "settings": "SecuritySchemeSettings",
        "describedBy": "DescribedBy",
    },
    "DescribedBy": _METHOD,
}
_KINDS = {
    "": "API",
    "DataType": "TypeDeclaration",
    "AnnotationTypeDeclaration": "AnnotationType",
}
_NOT_LOOKED_INTO = ("default", "enum", "value", "discriminatorValue")


class Annotations:
    """Checks the annotations of one contract.

    Args:
        reading: What their types are read with.
    """

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self._types: dict[int, Type] = {}

    def check(self, node: Node, kind: str) -> None:
        """Check all annotations of a file.

        Args:
            node: What the file holds.
            kind: What its first line says that this is.

        Raises:
            ContractError: At the first annotation that can't be.
        """
        self._part(node, _KINDS.get(kind, kind))

    def _part(self, node: Node, target: str) -> None:
        parts = _PARTS.get(target, {})
        for item in node.entries() if target == "TypeDeclaration" else ():
            self._part(item, target)
        for key, value in node.items():
            if is_annotation(key):
                self._annotation(key[1:-1], value, node, target)
            elif target in ("API", "Resource") and key.startswith("/"):
                self._part(value, "Resource")
            elif target.endswith("Body") and "/" in key:
                self._part(value, target)
            elif key in parts:
                self._inner(value, parts[key])
            elif key not in _NOT_LOOKED_INTO and target != "Example":
                self._scalar(value)

    def _inner(self, node: Node, part: str) -> None:
        target = part.removeprefix("*")
        if target == part:
            self._part(node, target)
            return
        for item in node.entries():
            self._part(item, target)
        for key, value in node.items():
            if is_annotation(key):
                self._annotation(key[1:-1], value, node, target)
            else:
                self._part(value, target)

    def _scalar(self, node: Node) -> None:
        """Check a scalar that is written as ``{value: ..., (annotation): ...}``."""
        if "value" in node:
            for key, value in node.items():
                if is_annotation(key):
                    self._annotation(key[1:-1], value, node, "")

    def _annotation(self, name: str, value: Node, owner: Node, target: str) -> None:
        if "<<" in name:
            return
        where = owner.where_is(f"({name})")
        found = owner.scope.find("annotationTypes", name)
        if found is None:
            hint = did_you_mean(name, owner.scope.names("annotationTypes"))
            raise fault(f'there is no annotation "{name}"', where, hint=hint)
        declaration = found[0]
        self._check_target(name, declaration, target, owner)
        if _is_template(value):
            return
        type_ = self._type(declaration)
        if value.is_null and type_.kind == "string":
            return
        self.reading.checks.require(type_, value, f'the annotation "{name}"')

    def _check_target(
        self, name: str, declaration: Node, target: str, owner: Node
    ) -> None:
        stated = declaration.get("allowedTargets")
        if stated is None or not target:
            return
        items = stated.entries() if stated.is_list else [stated]
        allowed = [item.value for item in items]
        is_body = target.endswith("Body") and "TypeDeclaration" in allowed
        is_root = target == "API" and {"Overlay", "Extension"} & set(allowed)
        if target not in allowed and not is_body and not is_root:
            raise fault(
                f'the annotation "{name}" is not for this: its allowedTargets are '
                f"{', '.join(map(str, allowed))}",
                owner.where_is(f"({name})"),
            )

    def _type(self, declaration: Node) -> Type:
        key = id(declaration)
        if key not in self._types:
            stated = declaration
            if stated.is_map:
                stated = stated.without("allowedTargets")
            self._types[key] = self.reading.type_of(stated)
        return self._types[key]


def _is_template(node: Node) -> bool:
    if node.is_text:
        return "<<" in node.value
    inner = [item for _, item in node.items()] + node.entries()
    return any(map(_is_template, inner))
