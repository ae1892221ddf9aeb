"""The steps of a training, from what it needs to the build that it becomes."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from launchpad_core.contract import ApiContract
from launchpad_core.contracts.kept import contract_to_keep, unbroken
from launchpad_core.errors import NoSuchBuild, StoreError
from launchpad_core.gate import held_back
from launchpad_core.git_state import git_state
from launchpad_core.golden import GOLDEN
from launchpad_core.golden.recording import record
from launchpad_core.observing import Readings
from launchpad_core.project import Project, TrainedModel
from launchpad_core.reports import collecting
from launchpad_core.snapshot import training_metadata
from launchpad_core.store.builds import Write
from launchpad_core.store.files import PAYLOAD

logger = logging.getLogger(__name__)

_LONGEST = 10_000


@dataclass(frozen=True, slots=True)
class Training:
    """What came out of a training.

    Attributes:
        contents: What train returned.
        metrics: What test returned; empty if it didn't run.
        report: What the model code reported.
        started: When the training began.
        data: What train and test read, by function and data source.
        code: The commit that the project was at when the training began.
        software: What the model ran on besides Python and its packages.
    """

    contents: Any = field(repr=False)
    metrics: Mapping[str, Any]
    report: Mapping[str, Any]
    started: datetime
    data: Mapping[str, Any]
    code: Mapping[str, Any] | None
    software: Mapping[str, str]


def prepare_to_keep(project: Project) -> ApiContract | None:
    """Return the contract to be kept with the build; raise now what would go wrong.

    Raises:
        LaunchpadError: When the store can't be written, or the contract can't be kept.
    """
    project.store.prepare()
    project.builds.log.prepare()
    contract = contract_to_keep(project)
    return None if contract is None else unbroken(project, contract)


def old_model(project: Project) -> Any:
    """Return what the last training returned; None if train doesn't ask for it."""
    if not project.runtime.uses_old_model:
        return None
    try:
        return project.live_model().contents
    except NoSuchBuild:
        return None
    except StoreError as error:
        logger.warning("Training without the old model: %s", error.in_one_line())
        return None


def run(project: Project, old: Any, *, test: bool) -> Training:
    """Train a model, and test it.

    Args:
        project: The project.
        old: What the last training returned, or None.
        test: Whether to test it.

    Raises:
        ModelCodeError: When the developer's code raises.
    """
    logger.info("Training %s %s", project.model.name, project.model.version)
    started = datetime.now(timezone.utc)
    code = git_state(project.config.folder)
    for_train, for_test = Readings(), Readings()
    with collecting() as facts:
        resources = for_train.observed(project.resources("train"))
        contents = project.runtime.train(resources, old)
        metrics = _tested(project, contents, for_test) if test else {}
    report = {"algorithm": _described(contents), **facts}
    data = {"train": for_train.as_plain(), "test": for_test.as_plain()}
    software = _software(project)
    return Training(contents, metrics, report, started, data, code, software)


def keep(
    project: Project, training: Training, contract: ApiContract | None
) -> TrainedModel:
    """Store what came out of a training, and serve it unless the gate holds it back.

    Raises:
        StoreError: When the store can't be written.
    """
    metadata = training_metadata(
        project.config,
        metrics=training.metrics,
        report=training.report,
        started=training.started,
        data=training.data,
        code=training.code,
        software=training.software,
        contract=contract,
    )
    reasons: tuple[str, ...] = ()

    def objections() -> tuple[str, ...]:
        nonlocal reasons  # of the last time: another training may have been faster
        reasons = held_back(project.builds, project.model.promote_if, training.metrics)
        return reasons

    files = _files(project, training, contract)
    build = project.builds.publish(files, metadata, objections=objections)
    logger.info("Stored %s %s as build %s", build.name, build.version, build.id)
    return TrainedModel(training.contents, build, reasons)


def _described(contents: Any) -> str:
    """Return what a model says of itself, but not all that it holds."""
    try:
        text = repr(contents)
    except Exception as error:  # a training is worth more
        return f"{type(contents).__qualname__}, whose repr raised {error!r}"
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."


def _tested(project: Project, contents: Any, readings: Readings) -> dict[str, Any]:
    logger.info("Testing %s", project.model.name)
    resources = readings.observed(project.resources("test"))
    return dict(project.runtime.test(contents, resources))


def _software(project: Project) -> Mapping[str, str]:
    try:
        return project.runtime.software()
    except Exception as error:  # a training is worth more
        logger.warning("Can't tell what the model ran on: %s", error, exc_info=True)
        return {}


def _files(project: Project, training: Training, contract: ApiContract | None) -> Write:
    def write(folder: Path) -> None:
        (folder / PAYLOAD).mkdir()
        project.runtime.write(training.contents, folder / PAYLOAD)
        golden = record(project, training.contents, contract)
        if golden is not None:
            (folder / GOLDEN).write_bytes(golden)

    return write
