"""Replaying a build's golden predictions before it is used."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

import msgspec

from launchpad_core.contract import PATH_PARAMETER, ApiContract
from launchpad_core.contracts.as_json import contract_from_json
from launchpad_core.errors import Busy, GoldenMismatch
from launchpad_core.golden.answers import Answers, key_of, told
from launchpad_core.golden.differences import first_difference
from launchpad_core.golden.kept import GoldenRequest, golden_from
from launchpad_core.project import Project
from launchpad_core.requests.given import Given
from launchpad_core.schemas.faults import InvalidRequest
from launchpad_core.store.build import Build

logger = logging.getLogger(__name__)


def replay(project: Project, model: Any, build: Build, content: bytes) -> None:
    """Predict once more what was predicted when a build was trained.

    Args:
        project: The project, resolved for predicting.
        model: The model of the build.
        build: The build.
        content: What its ``golden.json`` holds.

    Raises:
        GoldenMismatch: When a prediction differs, unless the config says ``warn`` or
            predict reads data that may have changed.
        Busy: When the model is in use by others.
        LaunchpadError: When the contract, or a data source, can't be had.
    """
    settings = project.model.golden_predictions
    if not settings.requests:
        return
    golden = golden_from(content)
    answers = Answers(project, model, _contract(project, build))
    found = [
        mismatch
        for request in golden.requests
        if (mismatch := _mismatch(request, answers, settings.tolerance))
    ]
    if not found:
        return
    message = (
        f"{build} doesn't predict what it did when it was trained: "
        f"{len(found)} of {len(golden.requests)} golden predictions differ; the first: "
        f"{found[0]}"
    )
    reads = sorted({*golden.reads, *answers.reads})
    if reads:
        logger.warning(
            "%s; predict reads %s, whose data may have changed",
            message,
            ", ".join(reads),
        )
    elif settings.on_mismatch == "warn":
        logger.warning("%s", message)
    else:
        raise GoldenMismatch(
            message,
            hint="restart servers that run older code; else launchpad train; or, to "
            "serve it all the same, model: golden_predictions: {on_mismatch: warn}",
        )


def _contract(project: Project, build: Build) -> ApiContract:
    """Return the contract that the build is served by.

    Without an API, a model can predict when the contract's file isn't there: then it
    is the contract that is kept with the build.
    """
    planned = project.resolution.contract
    if planned is not None and not planned.path.is_file():
        return contract_from_json(build.metadata["contract"])
    return project.contract_of(build)


def _mismatch(request: GoldenRequest, answers: Answers, tolerance: float) -> str | None:
    """Return how the prediction for a request differs, or None."""
    operation = answers.operations.get(key_of(request.method, request.path))
    if operation is None:
        return f"{request}: the contract has no {request.method} {request.path}"
    try:
        now = answers.answer(operation, _with_names_of(operation.path, request))
    except Busy:
        raise  # it says nothing about the build
    except InvalidRequest as error:
        return f"{request}: {error}"
    except (Exception, SystemExit) as error:
        return f"{request}: predict raised {told(error)}"
    difference = first_difference(request.prediction, now, tolerance=tolerance)
    return None if difference is None else f"{request}: {difference}"


def _with_names_of(path: str, request: GoldenRequest) -> Given:
    """Return what a request carries; its path with the names that it has now."""
    names: Mapping[str, str] = dict(
        zip(
            PATH_PARAMETER.findall(request.path),
            PATH_PARAMETER.findall(path),
            strict=True,
        )
    )
    renamed = {names[name]: texts for name, texts in request.given.path.items()}
    return msgspec.structs.replace(request.given, path=renamed)
