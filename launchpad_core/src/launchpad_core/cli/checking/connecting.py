"""Trying what a config connects to, for ``check --connect``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from launchpad_core.cli.checking.contracts import OK, contract_rows
from launchpad_core.errors import LaunchpadError, UnsupportedOperation
from launchpad_core.tracebacks import developers_errors

if TYPE_CHECKING:
    from launchpad_core.data import DataSink, DataSource
    from launchpad_core.positions import Position
    from launchpad_core.project import Project
    from launchpad_core.resolution import PlannedData


def connection_rows(
    project: Project, *, begun: Callable[[str], None]
) -> Iterator[dict[str, Any]]:
    """Yield for all that a config connects to whether it can be used.

    Of each data source, the first row is read, or all where it can't be had alone.
    Data sinks look at where they would write, and change nothing.

    Args:
        project: The project, resolved for all that is to be tried.
        begun: Is told what is tried before it is: that may take long.
    """
    for planned in project.resolution.sources.values():
        begun(planned.name)
        attempt = partial(_try_source, planned)
        yield {**_named(planned, "data source"), **_tried(attempt)}
    for planned in project.resolution.sinks.values():
        begun(planned.name)
        attempt = partial(_try_sink, planned)
        yield {**_named(planned, "data sink"), **_tried(attempt)}
    store = {
        "name": "model_store",
        "kind": "model store",
        "type": project.resolution.store_section.get("type", "directory"),
    }
    begun("model_store")
    where = project.config.where("model_store")
    yield {**store, **_tried(partial(_try_store, project), where=where)}
    begun("the contract")
    yield from contract_rows(project)


def _named(planned: PlannedData, kind: str) -> dict[str, Any]:
    return {"name": planned.name, "kind": kind, "type": planned.section["type"]}


def _tried(
    attempt: Callable[[], str], *, where: Position | None = None
) -> dict[str, Any]:
    try:
        with developers_errors("trying it"):
            return {"state": attempt(), "failed": False}
    except LaunchpadError as error:
        error.where = error.where or where
        return {"state": error.in_one_line(), "failed": True}


def _try_source(planned: PlannedData) -> str:
    source: DataSource = planned.make()
    if source.asked:
        return f"not tried: it asks for params: {', '.join(sorted(source.asked))}"
    try:
        frames = source.get_dataframe(chunksize=1)
    except UnsupportedOperation:
        _read_all(source)
        return OK
    next(iter(frames), None)
    close = getattr(frames, "close", None)
    if close is not None:
        close()
    return OK


def _read_all(source: DataSource) -> None:
    try:
        source.get_dataframe()
    except UnsupportedOperation:
        source.get_raw()


def _try_sink(planned: PlannedData) -> str:
    sink: DataSink = planned.make()
    try:
        sink.try_destination()
    except UnsupportedOperation as error:
        return f"not tried: {error.message}"
    return OK


def _try_store(project: Project) -> str:
    project.store.prepare()
    project.builds.log.prepare()
    return OK
