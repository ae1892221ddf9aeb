"""A look at everything that a store keeps of a model: its log, and all files."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from launchpad_core.errors import StoreError
from launchpad_core.store.build import Build
from launchpad_core.store.builds import ModelBuilds
from launchpad_core.store.diff.values import counted
from launchpad_core.store.entries import Entry, aliases_of, build_id

LOG = "log"
"""What stands in place of a build's id for the log."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a look at a log, or at a build, found.

    Attributes:
        name: The model's name.
        version: The model's version.
        what: The build's id, or ``log``.
        aliases: What points at the build.
        fault: What is wrong, "" when nothing is.
        remark: What else there is to say.
    """

    name: str
    version: str
    what: str
    aliases: tuple[str, ...] = ()
    fault: str = ""
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Task:
    """A look that is still to be had.

    Attributes:
        size: How many bytes are going to be read; 0 where it isn't known.
        run: Has the look.
    """

    size: int
    run: Callable[[], Finding]


def tasks(builds: ModelBuilds, *, only: Build | None = None) -> Iterable[Task]:
    """Return the looks to have at a model's log and builds.

    Args:
        builds: The builds of the model.
        only: The build to look at; None for all.
    """
    try:
        history = builds.history()
    except StoreError as error:
        broken = Finding(builds.name, builds.version, LOG, fault=error.message)
        return (Task(0, lambda: broken),)
    whole = _log_finding(builds, history.last)
    wanted = history.builds if only is None else (only.sha256,)
    of_builds = (_task(builds, sha256, history.last) for sha256 in wanted)
    return (Task(0, lambda: whole), *of_builds)


def size_of(build: Build) -> int:
    """Return how many bytes a build's files hold, but for the metadata."""
    files = build.metadata.get("files", {}).values()
    return sum(file["size"] for file in files)


def _log_finding(builds: ModelBuilds, last: Entry) -> Finding:
    if builds.signer is not None:
        signed = "signed"
    else:
        signed = "signed, but there is no key to see by whom" if last.signed else ""
    remark = ", ".join(filter(None, (counted(last.number, "entry", "entries"), signed)))
    return Finding(builds.name, builds.version, LOG, remark=remark)


def _task(builds: ModelBuilds, sha256: str, last: Entry) -> Task:
    aliases = aliases_of(sha256, last)

    def finding(fault: str = "", remark: str = "") -> Finding:
        id = build_id(sha256)
        return Finding(builds.name, builds.version, id, aliases, fault, remark)

    try:
        build = builds.build(sha256, last)
    except StoreError as error:
        unreadable = finding(error.message)
        return Task(0, lambda: unreadable)

    def run() -> Finding:
        builds.store.forget(builds.folder(sha256))  # what counts is in the store
        try:
            with builds.verified(build):
                files = len(build.metadata["files"]) + 1
                return finding(remark=counted(files, "file"))
        except StoreError as error:
            return finding(error.message)

    return Task(size_of(build), run)
