"""Trying what a config connects to, for ``check --connect``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from launchpad_core.errors import LaunchpadError, UnsupportedOperation
from launchpad_core.tracebacks import developers_errors

if TYPE_CHECKING:
    from launchpad_core.data import DataSource
    from launchpad_core.project import Project
    from launchpad_core.resolution import PlannedData

OK = "ok"


def connection_rows(project: Project) -> Iterator[dict[str, Any]]:
    """Yield for each data source, and for the model store, whether it can be used.

    Of each data source, the first row is read, or all where it can't be had alone.
    Data sinks aren't tried, since that would change them.

    Args:
        project: The project, resolved for all that is to be tried.
    """
    for planned in project.resolution.sources.values():
        what = {
            "name": planned.name,
            "kind": "data source",
            "type": planned.section["type"],
        }
        yield {**what, **_tried(partial(_try_source, planned))}
    store = {
        "name": "model_store",
        "kind": "model store",
        "type": project.resolution.store_section.get("type", "directory"),
    }
    yield {**store, **_tried(partial(_try_store, project))}


def _tried(attempt: Callable[[], str]) -> dict[str, Any]:
    try:
        with developers_errors("trying it"):
            return {"state": attempt(), "failed": False}
    except LaunchpadError as error:
        return {"state": LaunchpadError.in_one_line(error), "failed": True}


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


def _try_store(project: Project) -> str:
    project.store.prepare()
    project.builds.log.prepare()
    return OK
