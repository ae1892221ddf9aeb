"""The neutral contract: what an API takes and gives, whatever notation it is in."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

Schema = Mapping[str, Any]
"""A JSON Schema of the draft 2020-12."""

In = Literal["query", "path", "form", "file"]


@dataclass(frozen=True, slots=True)
class Parameter:
    """One named input of an operation.

    Attributes:
        name: Its name on the wire and in ``args``.
        location: Where a request carries it.
        schema: Type and constraints; ``default`` and ``title`` stand in it as well.
        required: Whether a request without it is refused.
        description: What it means, for people.
        example: A value that fits the schema, or None.
    """

    name: str
    location: In = field(kw_only=True)
    schema: Schema = field(kw_only=True)
    required: bool = field(default=False, kw_only=True)
    description: str = field(default="", kw_only=True)
    example: Any = field(default=None, kw_only=True)


@dataclass(frozen=True, slots=True)
class Response:
    """One kind of answer of an operation.

    Attributes:
        status: The HTTP status code.
        media_type: The media type of its body, or "" for an answer without one.
        schema: The schema of its body, or None where the contract has none.
        description: When it is given, for people.
        example: An example body, or None.
    """

    status: int
    media_type: str = field(default="", kw_only=True)
    schema: Schema | None = field(default=None, kw_only=True)
    description: str = field(default="", kw_only=True)
    example: Any = field(default=None, kw_only=True)


@dataclass(frozen=True, slots=True)
class Operation:
    """One method on one path.

    Attributes:
        method: The HTTP method in upper case.
        path: The path below the API's base path, such as ``/varieties/{id}``.
        parameters: Its inputs, in the order of the contract.
        body: The media type of its body (one of the two form types), or "" for none.
        responses: Its answers.
        description: What it does, for people.
    """

    method: str
    path: str = field(kw_only=True)
    parameters: tuple[Parameter, ...] = field(default=(), kw_only=True)
    body: str = field(default="", kw_only=True)
    responses: tuple[Response, ...] = field(default=(), kw_only=True)
    description: str = field(default="", kw_only=True)


@dataclass(frozen=True, slots=True)
class ApiContract:
    """Everything that an API promises.

    Attributes:
        title: The API's name for people.
        version: Its version as the contract spells it, such as ``v1``.
        operations: Its operations, in the order of the contract.
        description: What the API is for, for people.
    """

    title: str
    version: str = field(kw_only=True)
    operations: tuple[Operation, ...] = field(default=(), kw_only=True)
    description: str = field(default="", kw_only=True)


class ApiFormat(ABC):
    """A notation for contracts; the base class of every API format."""

    @abstractmethod
    def read(self, path: Path) -> ApiContract:
        """Return the contract that a file holds.

        Raises:
            ContractError: With file and line, when the file can't be understood.
        """

    @abstractmethod
    def write(self, contract: ApiContract) -> str:
        """Return a contract in this notation; :meth:`read` gives it back."""
