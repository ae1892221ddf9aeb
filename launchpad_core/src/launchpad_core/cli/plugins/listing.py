"""The list of all plugins."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from launchpad_core.invocation import Invocation, pass_invocation, show_table

if TYPE_CHECKING:
    from launchpad_core.plugins import Plugin
    from launchpad_core.registrations import Registration

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.command("list")
@json_option
@pass_invocation
def list_plugins(invocation: Invocation, as_json: bool) -> None:
    """List all plugins, what they provide, and why one can't be used."""
    show_table(
        (_plugin_row(plugin) for plugin in invocation.registry().plugins),
        ("name", "distribution", "version", "state", "types", "reason"),
        as_json=as_json,
    )


def _plugin_row(plugin: Plugin) -> dict[str, Any]:
    return {
        "name": plugin.name,
        "distribution": plugin.distribution or "(project-local)",
        "version": plugin.version,
        "state": plugin.state.value,
        "types": _types(plugin),
        "commands": [found.type for found in _commands(plugin)],
        "reason": plugin.reason,
    }


def _types(plugin: Plugin) -> list[str]:
    commands = _commands(plugin)
    types = [found.type for found in plugin.registrations if found not in commands]
    return list(dict.fromkeys(types))


def _commands(plugin: Plugin) -> list[Registration]:
    from launchpad_core.registrations import Command

    return [found for found in plugin.registrations if isinstance(found, Command)]
