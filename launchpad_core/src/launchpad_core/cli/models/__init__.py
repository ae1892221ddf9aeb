"""The command ``models``: what is in the model store, and which build is served."""

from __future__ import annotations

import click

from launchpad_core.cli.models.listing import list_builds, listing_option
from launchpad_core.cli.models.moving import export_build, import_build
from launchpad_core.cli.models.pointing import alias, promote, rollback
from launchpad_core.cli.models.showing import diff, show_build
from launchpad_core.cli.models.upkeep import prune, sign, verify


@click.group(invoke_without_command=True)
@listing_option
@click.pass_context
def models(ctx: click.Context, as_json: bool) -> None:
    """See, compare, promote, prune and move trained models.

    BUILD is an alias, such as live, or the beginning of a build's id. It is looked for
    in the model and version of the config; 1.0.0:live is one of another version.
    Without a command, all builds are listed.
    """
    if ctx.invoked_subcommand is None:
        ctx.invoke(list_builds, as_json=as_json)


for _command in (
    *(list_builds, show_build, diff),
    *(promote, rollback, alias),
    *(verify, prune, sign),
    *(export_build, import_build),
):
    models.add_command(_command)
