"""Answers to golden requests: as the app gives them, and without a trace."""

from __future__ import annotations

import json
from typing import Any

from launchpad_core.answering import Answer, answerer
from launchpad_core.contract import PATH_PARAMETER, ApiContract, Operation
from launchpad_core.errors import LaunchpadError
from launchpad_core.golden.resources import without_effects
from launchpad_core.plain import as_json
from launchpad_core.project import Project
from launchpad_core.requests.given import Given

Key = tuple[str, str]


class Answers:
    """Answers requests by a model; data sinks write nothing meanwhile.

    Args:
        project: The project, resolved for predicting.
        model: The trained model.
        contract: The contract.

    Attributes:
        operations: The contract's operations, by their keys.
        reads: The names of the data sources that were read so far.

    Raises:
        LaunchpadError: When the data sources and sinks can't be made.
    """

    def __init__(self, project: Project, model: Any, contract: ApiContract) -> None:
        self.operations = {
            key_of(one.method, one.path): one for one in contract.operations
        }
        self.reads: set[str] = set()
        self._project = project
        self._model = model
        self._contract = contract
        self._resources = without_effects(project.resources("predict"), self.reads.add)
        self._answers: dict[Key, Answer] = {}

    def prepare(self, operation: Operation) -> None:
        """Compile what answers an operation, unless it is there already.

        It raises whatever the model code raises when it is bound to the model.

        Raises:
            ContractError: When the contract has what can't be checked.
        """
        key = key_of(operation.method, operation.path)
        if key not in self._answers:
            self._answers[key] = answerer(
                self._project,
                self._model,
                self._resources,
                operation=operation,
                contract=self._contract,
            )

    def answer(self, operation: Operation, given: Given) -> Any:
        """Return the answer to a request, as it is once it was written and read.

        It raises whatever the model code raises.

        Raises:
            InvalidRequest: When the request isn't what the contract says.
        """
        self.prepare(operation)
        answer = self._answers[key_of(operation.method, operation.path)]
        return json.loads(as_json(answer(given)))


def key_of(method: str, path: str) -> Key:
    """Return what tells operations apart; names in paths are nothing to clients."""
    return method, PATH_PARAMETER.sub("{}", path)


def told(error: BaseException) -> str:
    """Return what went wrong, on one line."""
    if isinstance(error, LaunchpadError):
        return error.in_one_line()
    return " ".join(f"{type(error).__name__}: {error}".split())
