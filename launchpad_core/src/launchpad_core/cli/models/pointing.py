"""The commands that move aliases: ``models promote``, ``rollback`` and ``alias``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from launchpad_core.cli.models.options import json_option
from launchpad_core.invocation import Invocation, pass_invocation, show

if TYPE_CHECKING:
    from launchpad_core.store.builds import ModelBuilds


def _checked_alias(
    _: click.Context, __: click.Parameter, name: str | None
) -> str | None:
    from launchpad_core.config_sections import is_name

    if name is not None and not is_name(name):
        raise click.BadParameter(f"{name!r} can't be an alias")
    return name


alias_option = click.option(
    "--alias",
    metavar="NAME",
    callback=_checked_alias,
    help="The alias to move. [default: the one that is served]",
)


@click.command(short_help="Serve a BUILD from now on")
@click.argument("build")
@alias_option
@json_option
@pass_invocation
def promote(
    invocation: Invocation, build: str, alias: str | None, as_json: bool
) -> None:
    """Serve a BUILD from now on, also one that was held back.

    All of its files are verified first. Servers change to it by themselves; those that
    refused it before try again.
    """
    builds = invocation.project(contract=False).builds
    _point(builds, alias or builds.alias, build, as_json=as_json)


@click.command(short_help="Serve the build before the present one")
@alias_option
@json_option
@pass_invocation
def rollback(invocation: Invocation, alias: str | None, as_json: bool) -> None:
    """Serve the build that was served before the present one.

    Doing it again goes one further back.
    """
    from launchpad_core.store.aliases import roll_back

    builds = invocation.project(contract=False).builds
    name = alias or builds.alias
    before = builds.last().aliases.get(name, "")
    build = roll_back(builds, name)
    _tell(name, str(build), build.id, before, as_json=as_json)


@click.command(short_help="Make an alias NAME point at a BUILD, or take it away")
@click.argument("name", callback=_checked_alias)
@click.argument("build", required=False)
@click.option("--delete", is_flag=True, help="Take the alias away.")
@json_option
@pass_invocation
def alias(
    invocation: Invocation, name: str, build: str | None, delete: bool, as_json: bool
) -> None:
    """Make an alias NAME point at a BUILD, or take it away with --delete.

    \b
    Example: launchpad models alias champion live
    """
    if delete == (build is not None):
        raise click.UsageError("give either a BUILD or --delete")
    builds = invocation.project(contract=False).builds
    if build is None:
        _take_away(builds, name, as_json=as_json)
    else:
        _point(builds, name, build, as_json=as_json)


def _point(builds: ModelBuilds, alias: str, called: str, *, as_json: bool) -> None:
    from launchpad_core.store.aliases import point
    from launchpad_core.store.finding import find

    before = builds.last().aliases.get(alias, "")
    build = find(builds, called)
    with builds.verified(build):
        pass
    point(builds, alias, build)
    _tell(alias, str(build), build.id, before, as_json=as_json)


def _take_away(builds: ModelBuilds, alias: str, *, as_json: bool) -> None:
    from launchpad_core.errors import LaunchpadError
    from launchpad_core.store.aliases import unalias

    if alias == builds.alias:
        raise LaunchpadError(
            f"{alias} is what is served of {builds.name} {builds.version}: without it "
            "no server starts",
            hint="launchpad models promote BUILD serves another one",
        )
    before = builds.last().aliases.get(alias, "")
    unalias(builds, alias)
    _tell(alias, "", "", before, as_json=as_json)


def _tell(alias: str, build: str, id: str, before: str, *, as_json: bool) -> None:
    """Say what an alias points at now, and what it pointed at before."""
    from launchpad_core.store.entries import build_id

    was = build_id(before)
    if as_json:
        show({"alias": alias, "build": id or None, "before": was or None})
    elif not id:
        click.echo(f"{alias} is taken away; it was build {was}", err=True)
    elif was == id:
        told = f"{build} is {alias} as before; servers that refused it try again"
        click.echo(told, err=True)
    else:
        told = f"; before it was {was}" if was else ""
        click.echo(f"{build} is {alias} now{told}", err=True)
