"""Making a build ready to be served: whatever is wrong with it shows here."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from launchpad_core.errors import (
    Busy,
    ConfigError,
    DataError,
    GoldenMismatch,
    LaunchpadError,
    ModelCodeError,
    NoSuchBuild,
    StoreError,
    UnloadableModel,
)
from launchpad_core.project import Project, TrainedModel
from launchpad_core.serving.served import ServedBuild
from launchpad_core.serving.state import Refusal, told
from launchpad_core.store.entries import Entry, build_id
from launchpad_core.store.files import DamagedBuild
from launchpad_core.tracebacks import developers_errors

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

Make = Callable[[TrainedModel], "WSGIApplication"]
"""Makes the app for a trained model."""

logger = logging.getLogger(__name__)

_TRIED_AT_START = 4


class Ended(Exception):
    """Model code raised what ends a process, such as SystemExit."""


def load(project: Project, make: Make, sha256: str, last: Entry) -> ServedBuild:
    """Return a build's app, after its files and its model have been looked at.

    Args:
        project: The project, resolved for predicting.
        make: Makes the app.
        sha256: The SHA-256 of the build's metadata.
        last: The last entry of the log.

    Raises:
        LaunchpadError: When the build can't or mustn't be served.
    """
    with developers_errors("loading the build"):
        build = project.builds.build(sha256, last)
        try:
            return ServedBuild(make(project.load(build)), build)
        except (Exception, KeyboardInterrupt):
            raise
        except BaseException as error:
            raise Ended(repr(error)) from error


def load_first(project: Project, make: Make) -> tuple[ServedBuild, Refusal | None]:
    """Return the app that a server begins with: that of the live build.

    When that one can't be served, it is the newest one that was live before it and
    can be, so that a server which starts anew goes on as the others do.

    Returns:
        The app, and the live build if that is another one.

    Raises:
        LaunchpadError: When there is no build, or none of them can be served.
    """
    builds = project.builds
    while builds.alias not in (last := builds.last()).aliases:
        builds.live_id()  # says what to do when there is none
    live = last.aliases[builds.alias]
    try:
        return load(project, make, live, last), None
    except ConfigError:
        raise  # that's nothing to do with the build
    except LaunchpadError as error:
        fault = error
    if builds.live_id() != build_id(live):  # meanwhile, so it may have been pruned
        return load_first(project, make)
    refusal = refused(project, live, fault, last)
    for sha256 in reversed(builds.history().stack(builds.alias)[-_TRIED_AT_START:-1]):
        try:
            served = load(project, make, sha256, last)
        except LaunchpadError as error:
            logger.error("%s", _line(build_id(sha256), error))
        else:
            tell_refusal(live, fault, served.build.id)
            return served, refusal
    raise fault


def refused(
    project: Project, sha256: str, error: LaunchpadError, last: Entry
) -> Refusal:
    """Return the refusal of a build, now."""
    return Refusal(
        sha256,
        told(error, project.store),
        at=now(),
        entry=last.number,
        may_pass=may_pass(error),
    )


def tell_refusal(sha256: str, error: LaunchpadError, served: str) -> None:
    """Log why a build isn't served, with the developer's lines if there are any."""
    lines = error.traceback if isinstance(error, ModelCodeError) else ""
    logger.error(
        "%s; build %s is served%s",
        _line(build_id(sha256), error),
        served,
        f"\n{lines}".rstrip() if lines else "",
    )


def now() -> str:
    """Return the time, as ISO 8601."""
    return datetime.now(timezone.utc).isoformat(timespec="seconds")


def may_pass(error: LaunchpadError) -> bool:
    """Whether what is wrong may be right later, though nobody does anything."""
    cause = error.__cause__
    if isinstance(cause, (OSError, MemoryError)):
        return not isinstance(error, DamagedBuild)
    lasting = (DamagedBuild, GoldenMismatch, NoSuchBuild, UnloadableModel)
    passing = (Busy, DataError, StoreError)
    return isinstance(error, passing) and not isinstance(error, lasting)


def _line(build: str, error: LaunchpadError) -> str:
    located = LaunchpadError.in_one_line(error)
    return f"Build {build} can't be served: {located}"
