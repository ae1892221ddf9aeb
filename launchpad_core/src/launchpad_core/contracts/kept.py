"""The contract that a training keeps with the model, and that it breaks no clients."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from packaging.version import Version

from launchpad_core.comparison.changes import Change
from launchpad_core.comparison.contracts import contract_changes
from launchpad_core.contract import ApiContract
from launchpad_core.contracts.as_json import contract_from_json
from launchpad_core.errors import ContractError, NoSuchBuild
from launchpad_core.positions import Position, shown_path
from launchpad_core.project import Project
from launchpad_core.sections import as_section
from launchpad_core.store.build import Build
from launchpad_core.store.builds import ModelBuilds
from launchpad_core.store.files import DamagedBuild
from launchpad_core.store.finding import every_model

logger = logging.getLogger(__name__)


class BreakingChange(ContractError):
    """A contract that breaks the clients of the published one.

    Attributes:
        changes: The changes that break them.
    """

    def __init__(
        self,
        message: str,
        *,
        changes: Sequence[Change],
        where: Position | None = None,
        hint: str | None = None,
    ) -> None:
        super().__init__(message, where=where, hint=hint)
        self.changes = tuple(changes)


def contract_to_keep(project: Project) -> ApiContract | None:
    """Return the contract that a training now publishes, if there is one.

    It is that of the file, or else derived anew from all rows of the data source. A
    file that isn't written yet is no obstacle to a training.

    Raises:
        ContractError: When the file can't be understood.
        DataError: When the data source can't be read, has no rows, or has no such
            target.
    """
    if project.resolution.derivation is not None:
        return derived_contract(project)
    planned = project.resolution.contract
    if planned is None:
        return None
    if not planned.path.is_file():
        logger.warning(
            "%s: there is no contract %s yet, so none is kept with the model",
            planned.where,
            shown_path(planned.path),
        )
        return None
    return project.contract_as_written()


def derived_contract(project: Project) -> ApiContract:
    """Return the contract that the rows of the data source make now.

    Raises:
        DataError: When it can't be read, has no rows, has no such target, or holds what
            JSON can't say.
    """
    from launchpad_core.generation.contracts import Wanted, generated_contract

    derivation = project.resolution.derivation
    assert derivation is not None
    wanted = Wanted(
        target=derivation.target,
        resource=derivation.resource,
        rows=project.runtime.input == "frame",
        to_edit=False,
        where_source=derivation.where,
        where_target=derivation.where_target,
    )
    return generated_contract(project, derivation.source, wanted)


def unbroken(project: Project, contract: ApiContract) -> ApiContract:
    """Return a contract that breaks no clients of the one that was published last.

    It is the given one; or, where that one is derived from data, and the data is within
    what was promised under the same major version, the one that promised it: a month
    without a single gap or without a rare category takes nothing back. A column that is
    gone is another matter: a model can't be asked with what it wasn't trained on.

    Raises:
        BreakingChange: When it breaks the clients of the published one.
        StoreError: When the store can't be read.
    """
    build = _published_last(project)
    if build is None:
        return contract
    before = contract_from_json(build.metadata["contract"])
    breaking = [one for one in contract_changes(before, contract) if one.breaking]
    if not breaking:
        return contract
    derived = project.resolution.derivation is not None
    if (
        derived
        and _inputs(before) == _inputs(contract)
        and _takes_all(before, contract)
    ):
        return before
    raise _refusal(project, build, breaking)


def _takes_all(before: ApiContract, contract: ApiContract) -> bool:
    """Whether a contract takes every request that another does, and answers alike."""
    return not any(
        change.breaking or change.place.startswith("response")
        for change in contract_changes(contract, before)
    )


def _inputs(contract: ApiContract) -> dict[tuple[str, str], set[str]]:
    """Return the names of the columns that each operation asks the model with."""
    from launchpad_core.frames import columns_of

    return {
        (one.method, one.path): {*columns_of(one, contract.schemas)}
        for one in contract.operations
    }


def _published_last(project: Project) -> Build | None:
    """Return what is live of the model's major version, with a contract: the newest.

    What isn't live has no clients, and what is damaged can't be compared with.
    """
    found = [
        build
        for builds in every_model(project.store)
        if builds.name == project.model.name
        and _first_number(builds.version) == _first_number(project.model.version)
        and (build := _live(builds)) is not None
        and "contract" in build.metadata
    ]
    return max(found, key=lambda build: build.metadata["created"], default=None)


def _live(builds: ModelBuilds) -> Build | None:
    try:
        return builds.live()
    except NoSuchBuild:
        return None
    except DamagedBuild as error:
        logger.warning("No contract to compare with: %s", error.in_one_line())
        return None


def _first_number(version: str) -> str:
    return version.split(".")[0]


def _refusal(
    project: Project, build: Build, breaking: Sequence[Change]
) -> BreakingChange:
    lines = [
        f"  {change}" + (f" ({change.new})" if change.new else "")
        for change in breaking
    ]
    planned = project.resolution.contract
    major = Version(project.model.version).major + 1
    remedy = f"model: version: '{major}.0.0'"
    if planned is not None:
        remedy += f" and version: v{major} in {planned.path.name}"
    single = len(lines) == 1
    count = "a change" if single else f"{len(lines)} changes"
    return BreakingChange(
        "\n".join(
            [
                f"{count} of the contract would break clients of {build.name} "
                f"{build.version}:",
                *lines,
            ]
        ),
        changes=breaking,
        where=as_section(project.config["model"]).where("version"),
        hint=f"{remedy}, or undo {'it' if single else 'them'}",
    )
