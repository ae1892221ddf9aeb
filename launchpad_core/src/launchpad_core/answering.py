"""From what a request carries to the answer: all of a request's path but HTTP."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from launchpad_core.contract import ApiContract, In, Operation
from launchpad_core.plain import plain
from launchpad_core.prediction import predictor_of
from launchpad_core.requests.given import Given
from launchpad_core.requests.validation import validator
from launchpad_core.runtime import Resources

if TYPE_CHECKING:
    from launchpad_core.project import Project

Answer = Callable[[Given], Any]


def answerer(
    project: Project,
    model: Any,
    resources: Resources,
    *,
    operation: Operation,
    contract: ApiContract,
) -> Answer:
    """Return a function from what a request carries to the answer, as plain values.

    Everything that it needs is compiled. It raises an ``InvalidRequest`` when the
    request isn't what the contract says, and whatever the model code raises.

    Args:
        project: The project.
        model: The trained model.
        resources: The data sources and sinks for prediction.
        operation: The operation that is asked for.
        contract: The contract that it belongs to.
    """
    validate = validator(
        operation,
        schemas=contract.schemas,
        admitted=_credentials(operation, contract),
        ignore_unknown=project.api.unknown_parameters == "ignore",
    )
    predict = predictor_of(
        project.runtime,
        model,
        resources,
        operation=operation,
        schemas=contract.schemas,
    )
    return lambda given: plain(predict(validate(given)))


def _credentials(
    operation: Operation, contract: ApiContract
) -> frozenset[tuple[In, str]]:
    """Return what a request may carry for those who check it before launchpad does."""
    named = {name for alternative in operation.security for name in alternative}
    return frozenset(
        (parameter.location, parameter.name)
        for scheme in contract.security_schemes
        if scheme.name in named
        for parameter in scheme.parameters
    )
