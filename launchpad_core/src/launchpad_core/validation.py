"""Checking requests against an operation, compiled once when the app is built."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from launchpad_core.contract import In, Operation, Parameter
from launchpad_core.converters import Convert, Unfit, converter
from launchpad_core.errors import LaunchpadError

Given = Mapping[In, Mapping[str, Sequence[Any]]]
"""What a request carries: for each place, the values of each name."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with a request.

    Attributes:
        location: Where the parameter is, or should be.
        name: The parameter.
        code: What is wrong, for programs: the JSON Schema keyword that isn't met,
            or ``missing``, ``unknown`` or ``repeated``.
        detail: What is wrong, for people.
    """

    location: In
    name: str
    code: str
    detail: str


class InvalidRequest(LaunchpadError):
    """A request that doesn't fit the contract.

    Attributes:
        faults: Everything that is wrong with it.
    """

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("the request does not fit the contract")
        self.faults = tuple(faults)


def all_parameters(operation: Operation) -> tuple[Parameter, ...]:
    """Return an operation's parameters, and those of its form."""
    forms = (field for body in operation.bodies for field in body.parameters)
    return (*operation.parameters, *forms)


Validate = Callable[[Given], dict[str, Any]]


def validator(operation: Operation) -> Validate:
    """Return a function from what a request carries to the arguments for predict.

    Every parameter of the contract is among the arguments, in the contract's order:
    converted, or its default, or None.

    Raises:
        ContractError: When a parameter has a constraint that can't be checked.
    """
    rules = [_Rule(parameter) for parameter in all_parameters(operation)]
    known = {(rule.location, rule.name) for rule in rules}
    places: set[In] = {"query", "form", "file", *(rule.location for rule in rules)}

    def validate(given: Given) -> dict[str, Any]:
        args: dict[str, Any] = {}
        faults: list[Fault] = []
        for rule in rules:
            try:
                args[rule.name] = rule.value(given[rule.location].get(rule.name))
            except Unfit as unfit:
                faults.append(Fault(rule.location, rule.name, unfit.code, unfit.detail))
        for place in places:
            for name in given[place]:
                if (place, name) not in known:
                    faults.append(
                        Fault(place, name, "unknown", "is not a parameter here")
                    )
        if faults:
            raise InvalidRequest(faults)
        return args

    return validate


class _Rule:
    """One parameter, compiled."""

    def __init__(self, parameter: Parameter) -> None:
        schema = parameter.schema
        self.name = parameter.name
        self.location = parameter.location
        self.required = parameter.required
        self.default = schema.get("default")
        self.is_array = schema.get("type") == "array"
        self.convert: Convert = (
            _as_it_is
            if parameter.location == "file"
            else converter(schema, name=parameter.name)
        )

    def value(self, values: Sequence[Any] | None) -> Any:
        if not values:
            if self.required:
                raise Unfit("missing", "is required")
            return self.default
        if self.is_array:
            return self.convert(values)
        if len(values) > 1:
            raise Unfit("repeated", f"is given {len(values)} times, not once")
        return self.convert(values[0])


def _as_it_is(value: Any) -> Any:
    return value
