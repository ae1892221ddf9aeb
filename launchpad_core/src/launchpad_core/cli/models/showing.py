"""The commands that look at builds: ``models show`` and ``models diff``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from launchpad_core.cli.models.options import build_called, json_option
from launchpad_core.invocation import Invocation, pass_invocation, show

if TYPE_CHECKING:
    from launchpad_core.store.build import Build
    from launchpad_core.store.builds import ModelBuilds
    from launchpad_core.store.diff.builds import BuildDiff

_MOST = 3
"""How many lines of each kind are told after a training."""


@click.command("show", short_help="Print what is known about a BUILD")
@click.argument("build", required=False)
@json_option
@pass_invocation
def show_build(invocation: Invocation, build: str | None, as_json: bool) -> None:
    """Print what is known about a BUILD; without one, about the one that is served."""
    from launchpad_core.store.describing import described, description_lines

    builds, found = build_called(invocation.project(contract=False), build)
    history = builds.history()
    if as_json or not sys.stdout.isatty():
        show(described(found, history))
        return
    for line in description_lines(found, history):
        click.echo(line)


@click.command(short_help="Print what differs in two builds")
@click.argument("old", metavar="A")
@click.argument("new", metavar="[B]", required=False)
@click.option(
    "--all", "small", is_flag=True, help="Tell the smallest shifts of data, too."
)
@json_option
@pass_invocation
def diff(
    invocation: Invocation, old: str, new: str | None, small: bool, as_json: bool
) -> None:
    """Print what differs in build B from build A; without B, in the one that is served.

    Metrics, data by column, code, config, packages and contract are compared.

    \b
    Example: launchpad models diff 1.0.0:live
    """
    from launchpad_core.store.diff.builds import build_diff
    from launchpad_core.store.diff.text import diff_lines

    project = invocation.project(contract=False)
    (old_builds, before), (new_builds, after) = (
        build_called(project, called) for called in (old, new)
    )
    found = build_diff(
        before,
        after,
        old_history=old_builds.history(),
        new_history=new_builds.history(),
    )
    if as_json:
        show(found.as_json())
        return
    lines = list(diff_lines(found, small=small))
    for line in lines:
        click.echo(line)
    if not lines:
        told = f"{_nothing(found)} in {after} from {before}{found.uncertain}"
        click.echo(told, err=True)


def _nothing(found: BuildDiff) -> str:
    from launchpad_core.store.diff.text import diff_lines

    small = any(diff_lines(found, small=True))
    return f"Nothing {'but small shifts of data (--all) ' if small else ''}differs"


def tell_what_is_different(builds: ModelBuilds, build: Build) -> None:
    """Say on stderr what differs in a new build from what was live before it.

    It is a help, and no part of the training: when it can't be told, that is all.
    """
    from launchpad_core.errors import LaunchpadError

    try:
        _tell_what_is_different(builds, build)
    except LaunchpadError as error:
        told = f"Can't compare with the build before: {error.in_one_line()}"
        click.echo(told, err=True)


def _tell_what_is_different(builds: ModelBuilds, build: Build) -> None:
    from launchpad_core.store.diff.builds import build_diff
    from launchpad_core.store.diff.text import diff_lines

    history = builds.history()
    sha256 = history.before(build.sha256).aliases.get(builds.alias)
    if sha256 is None:
        return
    before = builds.build(sha256, history.last)
    found = build_diff(before, build, old_history=history, new_history=history)
    lines = list(diff_lines(found, most=_MOST))
    replaced = builds.alias in build.aliases
    since = f"was {builds.alias} before" if replaced else f"is {builds.alias}"
    compared = f"build {before.id}, which {since}"
    if not lines:
        told = f"{_nothing(found)} from {compared}{found.uncertain}"
        click.echo(told, err=True)
        return
    click.echo(f"Different from {compared}:", err=True)
    for line in lines:
        click.echo(f"  {line}", err=True)
    if lines != list(diff_lines(found, small=True)):
        told = f"launchpad models diff {before.id} {build.id} --all tells all"
        click.echo(told, err=True)
