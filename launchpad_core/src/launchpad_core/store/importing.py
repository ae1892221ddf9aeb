"""Taking builds into a store that were published elsewhere."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from launchpad_core.plain import plain
from launchpad_core.store.aliases import point
from launchpad_core.store.build import Build, write_build
from launchpad_core.store.builds import ModelBuilds
from launchpad_core.store.entries import Entry, build_id, json_bytes
from launchpad_core.store.files import METADATA, DamagedBuild

Measured = tuple[str, Mapping[str, Any]]
"""When a build was tested again, and with which metrics."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a build that was to be imported.

    Attributes:
        build: The build as it is here.
        was_there: Whether it was here before.
        repaired: Whether its files here were damaged, and are replaced.
        renamed: The id that it had, if it has another one here; else "".
    """

    build: Build
    was_there: bool = False
    repaired: bool = False
    renamed: str = ""


def import_build(
    builds: ModelBuilds,
    folder: Path,
    build: Build,
    *,
    measured: Iterable[Measured] = (),
    aliases: tuple[str, ...] = (),
) -> Imported:
    """Take a build into a store; one that is there already stays as it is.

    Args:
        builds: The builds of the model.
        folder: A folder in a workspace of the store with all files of the build,
            which have been verified.
        build: The build.
        measured: Its metrics history; what is known of it is left out.
        aliases: What is to point at it.

    Raises:
        StoreError: When the store can't be written.
    """
    history = builds.history()
    if build.sha256 in history.builds:
        imported = _restored(builds, folder, build, aliases)
    else:
        was = build.id if build.sha256 in history.removed else ""
        if was:  # its folder here may be about to be removed
            _rename(folder, build)
        details = {"renamed_from": was} if was else {}
        added = builds.add(folder, "import", aliases=aliases, details=details)
        imported = Imported(added, renamed=was)
    add_measured(builds, imported.build.sha256, measured)
    return imported


def import_new(
    builds: ModelBuilds,
    write: Callable[[Path], None],
    metadata: Mapping[str, Any],
    *,
    measured: Iterable[Measured] = (),
    aliases: tuple[str, ...] = (),
) -> Imported:
    """Make a build of a model that comes from elsewhere.

    Args:
        builds: The builds of the model.
        write: Writes its files into the folder that it is given.
        metadata: What is known about it, as plain values.
        measured: Its metrics history.
        aliases: What is to point at it.

    Raises:
        StoreError: When the store can't be written.
    """
    with builds.store.workspace() as workspace:
        folder = workspace / "build"
        write_build(folder, write, metadata)
        build = builds.add(folder, "import", aliases=aliases)
    add_measured(builds, build.sha256, measured)
    return Imported(build)


def add_measured(
    builds: ModelBuilds, sha256: str, measured: Iterable[Measured]
) -> None:
    """Add to a build's metrics history what it doesn't hold yet.

    Raises:
        StoreError: When the store can't be written.
    """
    known = [at for at, _ in builds.history().metrics(sha256)]
    for at, metrics in measured:
        if at not in known:
            builds.append(_retest(sha256, at, metrics))


def _restored(
    builds: ModelBuilds, folder: Path, build: Build, aliases: tuple[str, ...]
) -> Imported:
    repaired = not _is_whole(builds, build)
    if repaired:
        builds.store.put(builds.folder(build.sha256), folder)
    here = builds.build(build.sha256, builds.last())
    for alias in aliases:
        if alias not in here.aliases:
            here = point(builds, alias, here)
    return Imported(here, was_there=True, repaired=repaired)


def _is_whole(builds: ModelBuilds, build: Build) -> bool:
    try:
        with builds.verified(build):
            return True
    except DamagedBuild:
        return False


def _rename(folder: Path, build: Build) -> None:
    """Give a build another id, by something in its metadata that only it has."""
    metadata = {
        name: build.metadata[name] for name in build.metadata if name != "build"
    }
    again = {"build": build_id(build.sha256), "import": str(uuid.uuid4())}
    (folder / METADATA).write_bytes(json_bytes({**metadata, "imported_again": again}))


def _retest(sha256: str, at: str, metrics: Mapping[str, Any]) -> Any:
    details = {"metrics": plain(metrics), "at": at}

    def entry(last: Entry) -> Entry:
        return last.next("retest", sha256, details=details)

    return entry
