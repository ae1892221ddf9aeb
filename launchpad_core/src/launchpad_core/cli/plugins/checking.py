"""Checking whether an installed plugin keeps to the contracts of what it provides."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from typing import TYPE_CHECKING

import click

from launchpad_core.cli.plugins.listing import json_option
from launchpad_core.invocation import Invocation, pass_invocation, show_table

if TYPE_CHECKING:
    from launchpad_core.cli.plugins.judging import Judgement
    from launchpad_core.plugins import Plugin


@click.command()
@click.argument("name")
@json_option
@pass_invocation
def check(invocation: Invocation, name: str, as_json: bool) -> None:
    """Check whether a plugin keeps to the contracts of what it provides.

    NAME is the plugin's, as it is listed, or that of its distribution or module. The
    rules for all plugins are run, and those for the types that it has contracts for, in
    its module conformance.py. The exit status is 1 when it breaks a rule.
    """
    from launchpad_core.cli.passing_line import PassingLine
    from launchpad_core.cli.plugins.judging import judge

    plugins = _of_one_distribution(invocation.registry().plugins, name)
    _need_pytest()
    packages = dict.fromkeys(_package(plugin) for plugin in plugins)
    with PassingLine() as passing:
        judgement = judge(plugins[0].distribution, packages, begun=passing.show)
    show_table(judgement.rows, _columns(judgement.rows), as_json=as_json)
    if not as_json:  # what isn't a terminal gets the table as JSON on stdout
        for line in _explanations(judgement.rows):
            click.echo(line, err=not sys.stdout.isatty())
    for line in _summary(plugins, judgement):
        click.echo(line, err=True)
    if judgement.ended or judgement.count("failed"):
        sys.exit(1)


def _of_one_distribution(plugins: Iterable[Plugin], name: str) -> list[Plugin]:
    from launchpad_core.errors import PluginError
    from launchpad_core.plugins import find_plugin

    plugins = list(plugins)
    found = find_plugin(plugins, name)
    if not found.distribution:
        raise PluginError(
            f"{found.shown_name} is of no distribution; only those are checked",
            where=found.where,
            hint=f"launchpad plugins promote {found.name}",
        )
    return [plugin for plugin in plugins if plugin.distribution == found.distribution]


def _need_pytest() -> None:
    from launchpad_core.errors import LaunchpadError

    if find_spec("pytest") is None:
        raise LaunchpadError(
            "checking a plugin needs pytest",
            hint="pip install 'launchpad-core[testing]'",
        )


def _package(plugin: Plugin) -> str:
    return plugin.module_name.rpartition(".")[0] or plugin.module_name


def _columns(rows: Iterable[dict[str, str]]) -> tuple[str, ...]:
    """Return what a table shows: classes only where two keep the same contract."""
    classes = {(row["contract"], row["class"]) for row in rows}
    alike = len(classes) > len({contract for contract, _ in classes})
    return ("contract", *(("class",) if alike else ()), "rule", "state", "reason")


def _explanations(rows: Iterable[dict[str, str]]) -> Iterator[str]:
    for row in rows:
        if row["state"] == "failed":
            by = f", {row['class']}" if row["class"] else ""
            yield f"\n{row['contract']}{by}: {row['rule']}"
            yield f"  found: {row['reason']}"
            yield from (f"  the contract: {row['asked']}",) if row["asked"] else ()
            yield from (f"  read more: {row['page']}",) if row["page"] else ()


def _summary(plugins: list[Plugin], judgement: Judgement) -> Iterator[str]:
    from launchpad_core.registrations import Command

    first = plugins[0]
    counts = ", ".join(
        f"{judgement.count(state)} {state}" for state in ("ok", "failed", "skipped")
    )
    yield f"{first.distribution} {first.version}: {counts}"
    if judgement.ended:
        yield f"not all rules were run: {judgement.ended}"
    registered = {
        (found.kind, found.type): f'{found.kind} "{found.type}"'
        for plugin in plugins
        for found in plugin.registrations
        if not isinstance(found, Command)
    }
    missing = [text for key, text in registered.items() if key not in judgement.tested]
    if missing and judgement.shipped:
        yield f"conformance.py has no contract for: {', '.join(missing)}"
    elif missing:
        yield f"it ships no conformance.py, which would test: {', '.join(missing)}"
