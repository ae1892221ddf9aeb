"""The command ``plugins``: what is installed, how good it is, and how one begins."""

from __future__ import annotations

from importlib import import_module

import click

from launchpad_core.cli.plugins.listing import json_option, list_plugins

SUBCOMMANDS = {
    "check": "launchpad_core.cli.plugins.checking:check",
    "new": "launchpad_core.cli.plugins.beginning:new",
    "promote": "launchpad_core.cli.plugins.promotion:promote",
}
"""By name: the address of the command, which is imported when it is run."""


class Subcommands(click.Group):
    """A group whose commands are imported when they are asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        return list(SUBCOMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command by its name, imported now."""
        module, _, attribute = SUBCOMMANDS.get(cmd_name, "").partition(":")
        if not module:
            return None
        command: click.Command = getattr(import_module(module), attribute)
        return command


@click.group(cls=Subcommands, invoke_without_command=True)
@json_option
@click.pass_context
def plugins(ctx: click.Context, as_json: bool) -> None:
    """See all plugins, check whether they keep to their contracts, and write new ones.

    Without a command, all plugins are listed: what they provide, and why one can't be
    used.
    """
    if ctx.invoked_subcommand is None:
        ctx.invoke(list_plugins, as_json=as_json)
