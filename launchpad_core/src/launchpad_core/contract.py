"""The neutral contract: what an API takes and gives, whatever notation it is in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from launchpad_core.positions import Position

Schema = Mapping[str, Any]
"""A JSON Schema of the draft 2020-12.

Where it refers to a named schema of the contract, it says ``{"$ref": "#/$defs/NAME"}``;
it refers to nothing else.
"""

In = Literal["query", "path", "header", "form", "file"]

PATH_PARAMETER = re.compile(r"\{([^{}]*)\}")
"""A parameter in an operation's path, such as ``{id}``."""

FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"
JSON = "application/json"
CSV = "text/csv"


@dataclass(frozen=True, slots=True)
class Parameter:
    """One named input of an operation.

    Attributes:
        name: Its name on the wire and in ``args``.
        location: Where a request carries it.
        schema: Type and constraints, without references; ``default`` and ``title``
            stand in it as well. For a file, ``minLength`` and ``maxLength`` are in
            bytes; it is an array when several files are taken.
        required: Whether a request without it is refused.
        description: What it means, for people.
        examples: Values that fit the schema.
        separator: What stands between the items of an array; "" when each item is
            given under the parameter's name.
        media_types: The media types that a file may have, such as ``image/*``; empty
            when any will do.
        where: Where the contract states it.
    """

    name: str
    location: In = field(kw_only=True)
    schema: Schema = field(kw_only=True)
    required: bool = field(default=False, kw_only=True)
    description: str = field(default="", kw_only=True)
    examples: tuple[Any, ...] = field(default=(), kw_only=True)
    separator: str = field(default="", kw_only=True)
    media_types: tuple[str, ...] = field(default=(), kw_only=True)
    where: Position | None = field(
        default=None, kw_only=True, compare=False, repr=False
    )


@dataclass(frozen=True, slots=True)
class Body:
    """The body of a request in one media type.

    Attributes:
        media_type: The media type, such as ``application/json``.
        schema: What it holds, or None where the contract doesn't say. None for forms.
        parameters: The fields and files of a form; empty for other media types.
        description: What it means, for people.
        examples: Bodies that fit the schema.
        where: Where the contract states it.
    """

    media_type: str
    schema: Schema | None = field(default=None, kw_only=True)
    parameters: tuple[Parameter, ...] = field(default=(), kw_only=True)
    description: str = field(default="", kw_only=True)
    examples: tuple[Any, ...] = field(default=(), kw_only=True)
    where: Position | None = field(
        default=None, kw_only=True, compare=False, repr=False
    )

    @property
    def is_form(self) -> bool:
        """Whether it is one of the two kinds of forms."""
        return self.media_type in (FORM, MULTIPART)


@dataclass(frozen=True, slots=True)
class Response:
    """One kind of answer of an operation, in one media type.

    Attributes:
        status: The HTTP status code.
        media_type: The media type of its body, or "" for an answer without one.
        schema: The schema of its body, or None where the contract has none.
        description: When it is given, for people.
        headers: Its headers, as parameters with the location ``header``.
        examples: Bodies that fit the schema.
        where: Where the contract states it.
    """

    status: int
    media_type: str = field(default="", kw_only=True)
    schema: Schema | None = field(default=None, kw_only=True)
    description: str = field(default="", kw_only=True)
    headers: tuple[Parameter, ...] = field(default=(), kw_only=True)
    examples: tuple[Any, ...] = field(default=(), kw_only=True)
    where: Position | None = field(
        default=None, kw_only=True, compare=False, repr=False
    )


@dataclass(frozen=True, slots=True)
class Operation:
    """One method on one path.

    Attributes:
        method: The HTTP method in upper case.
        path: The path below the API's base path, such as ``/varieties/{id}``.
        parameters: What its path, query and headers carry, in the contract's order.
        bodies: The bodies that it takes, at most one for each media type.
        body_required: Whether a request without a body is refused.
        responses: Its answers.
        title: What it does in a few words, for people.
        description: What it does, for people.
        security: Alternatives, each of them names of security schemes that a request
            has to meet together, with the scopes that it needs; one that names none
            admits anybody. Empty when the contract says nothing.
        where: Where the contract states it.
    """

    method: str
    path: str = field(kw_only=True)
    parameters: tuple[Parameter, ...] = field(default=(), kw_only=True)
    bodies: tuple[Body, ...] = field(default=(), kw_only=True)
    body_required: bool = field(default=False, kw_only=True)
    responses: tuple[Response, ...] = field(default=(), kw_only=True)
    title: str = field(default="", kw_only=True)
    description: str = field(default="", kw_only=True)
    security: tuple[Mapping[str, tuple[str, ...]], ...] = field(
        default=(), kw_only=True
    )
    where: Position | None = field(
        default=None, kw_only=True, compare=False, repr=False
    )


@dataclass(frozen=True, slots=True)
class SecurityScheme:
    """A way in which clients prove who they are, to what stands in front of the API.

    Attributes:
        name: Its name in the contract.
        kind: ``basic``, ``digest``, ``bearer``, ``api_key``, ``oauth1``, ``oauth2``,
            ``openid``, ``mutual_tls``, ``pass_through``, or another word.
        parameters: The headers and query parameters that it takes.
        description: What it means, for people.
        settings: Further facts, as the notation has them: plain values.
    """

    name: str
    kind: str = field(kw_only=True)
    parameters: tuple[Parameter, ...] = field(default=(), kw_only=True)
    description: str = field(default="", kw_only=True)
    settings: Mapping[str, Any] = field(default_factory=dict, kw_only=True)


@dataclass(frozen=True, slots=True)
class ApiContract:
    """Everything that an API promises.

    Attributes:
        title: The API's name for people.
        version: Its version as the contract spells it, such as ``v1``.
        operations: Its operations, in the order of the contract.
        description: What the API is for, for people.
        base_uri: Where it is reachable, or "". May hold ``{variables}``.
        schemas: The named schemas that others refer to.
        security_schemes: The security schemes that operations name.
    """

    title: str
    version: str = field(kw_only=True)
    operations: tuple[Operation, ...] = field(default=(), kw_only=True)
    description: str = field(default="", kw_only=True)
    base_uri: str = field(default="", kw_only=True)
    schemas: Mapping[str, Schema] = field(default_factory=dict, kw_only=True)
    security_schemes: tuple[SecurityScheme, ...] = field(default=(), kw_only=True)
