"""Recording golden predictions at the end of a training."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from launchpad_core.contract import ApiContract, Operation
from launchpad_core.data import DataSource
from launchpad_core.golden.answers import Answers, told
from launchpad_core.golden.candidates import candidates
from launchpad_core.golden.differences import first_difference
from launchpad_core.golden.kept import Golden, GoldenRequest
from launchpad_core.project import Project
from launchpad_core.responses import in_words, response_checker
from launchpad_core.schemas.faults import Fault, InvalidRequest

logger = logging.getLogger(__name__)

LONGEST = 30.0
_ATTEMPTS = 3
_LARGEST = 5_000_000  # bytes, of all of them: each load reads them


def record(
    project: Project,
    model: Any,
    contract: ApiContract | None,
    *,
    seconds: float = LONGEST,
) -> bytes | None:
    """Return what ``golden.json`` is to hold; None when there is nothing to keep.

    Whatever goes wrong is a warning: the training is worth more.

    Args:
        project: The project, resolved for training.
        model: The trained model.
        contract: The contract that is kept with the build.
        seconds: For how long to go on predicting.
    """
    number = project.model.golden_predictions.requests
    if contract is None or not number:
        return None
    try:
        predicting = Project(project.config, tags=("predict",))
        predicting.runtime.check(("predict",))
        recording = _Recording(Answers(predicting, model, contract), predicting)
        recording.fill(contract, _sources(project), number=number, seconds=seconds)
    except (Exception, SystemExit) as error:  # such as a driver that is not here
        logger.warning("No golden predictions are kept: %s", told(error))
        return None
    recording.report()
    return recording.result()


class _Recording:
    def __init__(self, answers: Answers, project: Project) -> None:
        self._answers = answers
        self._tolerance = project.model.golden_predictions.tolerance
        self._kept: list[GoldenRequest] = []
        self._raised: list[str] = []
        self._unlike: list[str] = []
        self._too_large: list[str] = []
        self._unpromised: list[str] = []
        self._checks: dict[tuple[str, str], Callable[[Any], Sequence[Fault]]] = {}
        self._size = 0

    def fill(
        self,
        contract: ApiContract,
        sources: list[DataSource],
        *,
        number: int,
        seconds: float,
    ) -> None:
        """Predict until there is enough of it, or for long enough."""
        for operation in contract.operations:
            self._answers.prepare(operation)
            check = response_checker(operation, contract.schemas)
            self._checks[operation.method, operation.path] = check
        spent = 0.0
        for operation, request in candidates(contract, sources):
            if len(self._kept) >= number or self._attempts >= number * _ATTEMPTS:
                return
            if spent >= seconds:
                logger.info(
                    "Golden predictions took %.0f s: no more than %s of %s are kept",
                    spent,
                    len(self._kept),
                    number,
                )
                return
            begun = time.monotonic()
            self._predict(operation, request)
            spent += time.monotonic() - begun

    @property
    def _attempts(self) -> int:
        others = self._raised, self._unlike, self._too_large
        return len(self._kept) + sum(map(len, others))

    def _predict(self, operation: Operation, request: GoldenRequest) -> None:
        try:
            first = self._answers.answer(operation, request.given)
            again = self._answers.answer(operation, request.given)
        except InvalidRequest as error:
            logger.debug("No golden request: %s: %s", request, error)
        except (Exception, SystemExit) as error:
            self._raised.append(f"{request}: {told(error)}")
        else:
            unlike = first_difference(first, again, tolerance=self._tolerance)
            if unlike is None:
                self._keep(replace(request, prediction=first))
                self._compare_with_contract(operation, request, first)
            else:
                self._unlike.append(f"{request}: {unlike}")

    def _compare_with_contract(
        self, operation: Operation, request: GoldenRequest, prediction: Any
    ) -> None:
        faults = self._checks[operation.method, operation.path](prediction)
        if faults:
            self._unpromised.append(f"{request}: {in_words(faults[0])}")

    def _keep(self, request: GoldenRequest) -> None:
        size = self._size + len(Golden([request]).as_bytes())
        if size > _LARGEST:
            self._too_large.append(str(request))
            return
        self._kept.append(request)
        self._size = size

    def report(self) -> None:
        """Say what was kept, and what wasn't and why."""
        if self._raised:
            logger.warning(
                "No golden predictions for %s, where predict raised; the first: %s",
                _counted(self._raised),
                self._raised[0],
            )
        if self._unlike:
            logger.warning(
                "The model's predictions aren't reproducible: none is kept for %s; "
                "the first: %s",
                _counted(self._unlike),
                self._unlike[0],
            )
        if self._too_large:
            logger.warning(
                "No golden predictions for %s, with which they were larger than %s MB; "
                "the first: %s",
                _counted(self._too_large),
                _LARGEST // 1_000_000,
                self._too_large[0],
            )
        if self._unpromised:
            logger.warning(
                "Predictions aren't what the contract promises for %s; the first: %s",
                _counted(self._unpromised),
                self._unpromised[0],
            )
        logger.info("Golden predictions: %s", len(self._kept))

    def result(self) -> bytes | None:
        """Return what is kept, if anything is."""
        if not self._kept:
            return None
        return Golden(self._kept, sorted(self._answers.reads)).as_bytes()


def _sources(project: Project) -> list[DataSource]:
    return [*project.resources("test").data_sources.values()]


def _counted(told: list[str]) -> str:
    return f"{len(told)} request{'' if len(told) == 1 else 's'}"
