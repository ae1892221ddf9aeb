"""What RAML 1.0 has no words for: annotations that launchpad writes and reads back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Annotation:
    """One annotation type.

    Attributes:
        name: Its name, without parentheses.
        type: The RAML type of its values.
        target: The kind of node that it stands at.
        meaning: What it says, for people.
    """

    name: str
    type: str
    target: str | tuple[str, ...]
    meaning: str

    @property
    def key(self) -> str:
        """The key that applies it."""
        return f"({self.name})"

    @property
    def declaration(self) -> Mapping[str, Any]:
        """Its declaration below ``annotationTypes``."""
        target = self.target
        return {
            "type": self.type,
            "description": self.meaning,
            "allowedTargets": target if isinstance(target, str) else list(target),
        }


SCHEMA = Annotation(
    "schema",
    "object",
    "TypeDeclaration",
    "JSON Schema for what RAML has no facets for; it holds beside them.",
)
EXAMPLES = Annotation(
    "examples",
    "array",
    "TypeDeclaration",
    "Examples that are text which looks like JSON or XML.",
)
SEPARATOR = Annotation(
    "separator",
    "string",
    "TypeDeclaration",
    "What stands between the items of an array that is given as one value.",
)
NAME = Annotation(
    "name",
    "string",
    ("TypeDeclaration", "SecurityScheme"),
    "Its name, where RAML would take that for something else than a name.",
)
BODY_REQUIRED = Annotation(
    "bodyRequired",
    "boolean",
    "Method",
    "Whether a request without a body is refused.",
)
URI_PARAMETERS = Annotation(
    "uriParameters",
    "any",
    "Method",
    "The URI parameters of this method, in place of those of its resource.",
)
SECURITY = Annotation(
    "security",
    "any",
    "Method",
    "Alternatives to securedBy: security schemes to be met together, with scopes.",
)
SETTINGS = Annotation(
    "settings",
    "object",
    "SecurityScheme",
    "Settings that RAML doesn't define for this kind of security scheme.",
)
ANNOTATIONS = (
    *(SCHEMA, EXAMPLES, SEPARATOR, NAME),
    *(BODY_REQUIRED, URI_PARAMETERS, SECURITY, SETTINGS),
)
