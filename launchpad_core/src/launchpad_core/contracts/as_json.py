"""A contract as plain JSON values and back: for builds, and for programs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from typing import Any, TypeVar

from launchpad_core.contract import (
    ApiContract,
    Body,
    Operation,
    Parameter,
    Response,
    SecurityScheme,
)
from launchpad_core.errors import ContractError

T = TypeVar("T")


def contract_as_json(contract: ApiContract) -> dict[str, Any]:
    """Return a contract as plain JSON values, which hold all but positions.

    The keys are the names of the attributes; what has its default value is left out.
    """
    found: dict[str, Any] = _values(contract)
    return found


def contract_from_json(value: Mapping[str, Any]) -> ApiContract:
    """Return the contract that :func:`contract_as_json` gave as plain values.

    Raises:
        ContractError: When they don't describe a contract.
    """
    try:
        return _contract(value)
    except (KeyError, TypeError, AttributeError) as error:
        raise ContractError(
            f"this is no contract in JSON: {type(error).__name__}: {error}"
        ) from error


def _values(value: Any) -> Any:
    if is_dataclass(value):
        return {
            field.name: _values(item)
            for field in fields(value)
            if field.name != "where"
            and (item := getattr(value, field.name)) != _default(field)
        }
    if isinstance(value, Mapping):
        return {key: _values(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_values(item) for item in value]
    return value


def _default(field: Any) -> Any:
    """Return a field's default, or a value that equals nothing."""
    if field.default_factory is not MISSING:
        return field.default_factory()
    return field.default


def _contract(value: Mapping[str, Any]) -> ApiContract:
    return _made(
        ApiContract,
        value,
        operations=tuple(map(_operation, value.get("operations", ()))),
        security_schemes=tuple(map(_scheme, value.get("security_schemes", ()))),
    )


def _operation(value: Mapping[str, Any]) -> Operation:
    alternatives = (
        {name: tuple(scopes) for name, scopes in alternative.items()}
        for alternative in value.get("security", ())
    )
    return _made(
        Operation,
        value,
        parameters=_parameters(value, "parameters"),
        bodies=tuple(map(_body, value.get("bodies", ()))),
        responses=tuple(map(_response, value.get("responses", ()))),
        security=tuple(alternatives),
    )


def _body(value: Mapping[str, Any]) -> Body:
    return _made(
        Body,
        value,
        parameters=_parameters(value, "parameters"),
        examples=tuple(value.get("examples", ())),
    )


def _response(value: Mapping[str, Any]) -> Response:
    return _made(
        Response,
        value,
        headers=_parameters(value, "headers"),
        examples=tuple(value.get("examples", ())),
    )


def _scheme(value: Mapping[str, Any]) -> SecurityScheme:
    return _made(SecurityScheme, value, parameters=_parameters(value, "parameters"))


def _parameters(value: Mapping[str, Any], key: str) -> tuple[Parameter, ...]:
    return tuple(map(_parameter, value.get(key, ())))


def _parameter(value: Mapping[str, Any]) -> Parameter:
    return _made(
        Parameter,
        value,
        examples=tuple(value.get("examples", ())),
        media_types=tuple(value.get("media_types", ())),
    )


def _made(kind: type[T], value: Mapping[str, Any], **nested: Any) -> T:
    return kind(**{**value, **nested})
