"""Checking requests against an operation, compiled once when the app is built."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from copy import deepcopy
from typing import Any

from launchpad_core.contract import Body, In, Operation, Parameter, Schema
from launchpad_core.errors import ContractError
from launchpad_core.requests.bodies import BodyReader, body_reader, request_body_reader
from launchpad_core.requests.given import Arguments, Given
from launchpad_core.requests.parameters import place_reader
from launchpad_core.schemas.faults import Fault, InvalidRequest
from launchpad_core.schemas.json_values import default_maker

__all__ = ["Arguments", "Fault", "Given", "InvalidRequest", "Validate", "validator"]

Validate = Callable[[Given], Arguments]


def validator(
    operation: Operation,
    *,
    schemas: Mapping[str, Schema] = {},
    admitted: Iterable[tuple[In, str]] = (),
    ignore_unknown: bool = False,
) -> Validate:
    """Return a function from what a request carries to the arguments for predict.

    Every parameter of the contract is among the arguments: converted, or its default,
    or None. So is what the body gives: the properties of an object or of each row of a
    list, the fields of a form, or else the body itself as ``body``. When an operation
    has several bodies, those that didn't come give nothing.

    Args:
        operation: The operation.
        schemas: The named schemas of the contract.
        admitted: Parameters that a request may carry and predict doesn't get, such as
            those of security schemes.
        ignore_unknown: Whether a request may carry parameters that the contract
            doesn't have. Properties of a JSON body are up to its schema.

    Raises:
        ContractError: When something in the contract can't be checked, or two
            arguments have the same name.
    """
    bodies = [
        body_reader(body, schemas, ignore_unknown=ignore_unknown)
        for body in operation.bodies
    ]
    _refuse_same_names(operation, bodies)
    read_parameters = _parameters_reader(
        operation, frozenset(admitted), ignore_unknown=ignore_unknown
    )
    read_body = request_body_reader(bodies, required=operation.body_required)
    has_parameters = bool(operation.parameters)
    defaults = {
        parameter.name: default_maker(parameter.schema)()
        for parameter in operation.parameters
        if isinstance(parameter.schema.get("default"), (list, dict))
    }

    def validate(given: Given) -> Arguments:
        faults: list[Fault] = []
        arguments: dict[str, Any] = {}
        if has_parameters or given.query:
            read_parameters(given, arguments, faults)
        records, many = read_body(given, faults)
        if faults:
            raise InvalidRequest(faults)
        if arguments:
            records = [{**record, **arguments} for record in records]
            for name, default in defaults.items():
                if arguments[name] == default:
                    _copy_for_each(records, name)
        return Arguments(records, many)

    return validate


def _copy_for_each(records: Sequence[dict[str, Any]], name: str) -> None:
    """Let no record share a value with the one before it, which predict may change.

    Only defaults are copied: how large they are isn't up to those who send requests.
    """
    for record in records[1:]:
        record[name] = deepcopy(record[name])


_ATTRIBUTES: Mapping[In, str] = {
    "path": "path",
    "query": "query",
    "header": "headers",
}


def _parameters_reader(
    operation: Operation, admitted: Collection[tuple[In, str]], *, ignore_unknown: bool
) -> Callable[[Given, dict[str, Any], list[Fault]], None]:
    """Return a function that reads all parameters, one place after the other."""
    places = []
    written = [parameter.location for parameter in operation.parameters]
    for location in dict.fromkeys([*written, "query"]):
        read_place = place_reader(
            location,
            [one for one in operation.parameters if one.location == location],
            admitted=[name for place, name in admitted if place == location],
            ignore_unknown=ignore_unknown or location == "path",
        )
        places.append((_ATTRIBUTES[location], read_place))

    def read(given: Given, arguments: dict[str, Any], faults: list[Fault]) -> None:
        for attribute, read_place in places:
            read_place(getattr(given, attribute), arguments, faults)

    return read


def _refuse_same_names(operation: Operation, bodies: Iterable[BodyReader]) -> None:
    taken: dict[str, Parameter] = {}
    for parameter in operation.parameters:
        if parameter.name in taken:
            raise _same_name(operation, parameter, parameter.name)
        taken[parameter.name] = parameter
    for reader in bodies:
        for index, name in enumerate(reader.names):
            if name in taken or name in reader.names[:index]:
                raise _same_name(operation, taken.get(name, reader.body), name)


def _same_name(
    operation: Operation, clashing: Parameter | Body, name: str
) -> ContractError:
    return ContractError(
        f'{operation.method} {operation.path} has two inputs with the name "{name}"',
        where=clashing.where or operation.where,
        hint="rename one of them: predict gets all of them by their names",
    )
