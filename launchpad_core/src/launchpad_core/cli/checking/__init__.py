"""The command that looks and changes nothing: ``check``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from launchpad_core.invocation import (
    Invocation,
    pass_invocation,
    prints_to_stderr,
    show_table,
)

if TYPE_CHECKING:
    from launchpad_core.project import Project

_MISTAKE = 2
"""The exit status when something that the config names can't be used."""


@click.command()
@click.option(
    "--explain",
    is_flag=True,
    help="Tell who provides each section, how it works, where its values are from.",
)
@click.option(
    "--connect",
    is_flag=True,
    help="Try all data sources and sinks, the model store, and the contract, too.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@pass_invocation
def check(invocation: Invocation, explain: bool, connect: bool, as_json: bool) -> None:
    """Check the whole config, its contract and the model code; connect to nothing.

    The contract is compared with the one that was published last, too; where the model
    store is behind a network, only with --connect.

    With --connect, the first row of each data source is read, each data sink asked
    whether it could write, and the model store looked at. The live model predicts for
    the contract's examples, and its answers are compared with what the contract
    promises. Nothing is written: data sinks drop what predict puts into them.
    """
    from launchpad_core.data import TAGS
    from launchpad_core.errors import LaunchpadError
    from launchpad_core.project import Project

    if explain and connect:
        raise click.UsageError("give either --explain or --connect")
    config = invocation.config()
    if explain:
        from launchpad_core.cli.checking.explaining import show_explanations

        show_explanations(config, given=invocation.config_path, as_json=as_json)
    project = Project(config, tags=TAGS)
    _warn_of_broken_modules(project)
    states = _connect(project, as_json=as_json) if connect else []
    try:
        if project.resolution.contract is not None:
            _check_contract(project, connect=connect and not states)
        with prints_to_stderr():
            project.runtime.check(TAGS)
    except LaunchpadError as error:
        if not states:
            raise
        if error.in_one_line() not in states:
            click.echo(error, err=True)
    if states:
        sys.exit(_MISTAKE)
    click.echo(f"{', '.join(map(str, project.config.files))}: no mistakes", err=True)


def _warn_of_broken_modules(project: Project) -> None:
    """Tell of the project's own plugins, also where no section needs them."""
    for plugin in project.resolution.registry.plugins:
        if not plugin.distribution and not plugin.usable:
            located = f"{plugin.where}: " if plugin.where else ""
            says = f"{plugin.shown_name} is {plugin.state.value}: {plugin.reason}"
            click.echo(f"Warning: {located}{says}", err=True)


def _connect(project: Project, *, as_json: bool) -> list[str]:
    """Show what can be used, and return why anything can't."""
    from launchpad_core.cli.checking.connecting import connection_rows
    from launchpad_core.cli.passing_line import PassingLine

    with prints_to_stderr(), PassingLine() as line:
        rows = list(
            connection_rows(project, begun=lambda name: line.show(f"trying {name} ..."))
        )
    show_table(rows, ("name", "kind", "type", "state"), as_json=as_json)
    return [row["state"] for row in rows if row["failed"]]


def _check_contract(project: Project, *, connect: bool) -> None:
    from launchpad_core.contracts.kept import unbroken
    from launchpad_core.errors import StoreError
    from launchpad_core.requests.validation import validator

    contract = project.contract
    if not contract.operations:
        click.echo("Warning: the contract has no operation: nobody can ask", err=True)
    for operation in contract.operations:
        validator(operation, schemas=contract.schemas)
    if project.resolution.store.opens_connections and not connect:
        return
    try:
        unbroken(project, contract)
    except StoreError as error:  # the model may be published from another machine
        click.echo(f"Warning: {error.in_one_line()}", err=True)
