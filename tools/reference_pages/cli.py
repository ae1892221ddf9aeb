"""The page on the command: every command, its arguments and options."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import click
from reference_pages.markdown import blocks, fence, table
from reference_pages.own import registered

from launchpad_core.cli import main
from launchpad_core.registrations import Command

_INTRODUCTION = """\
# The command

`launchpad` finds its config by `--config`, else by the environment variable
`LAUNCHPAD_CFG`, else it is `./LAUNCHPAD_CFG.yml`. Results go to stdout, as JSON where
that isn't a terminal; messages go to stderr. The beginning of a command's name is
enough, as long as only one begins so. The [exit statuses](errors.md#exit-statuses) are
those of the errors. Plugins add commands by the hook
[launchpad_commands](hooks.md#launchpad_commands)."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A command, and the context in which it would run."""

    command: click.Command
    context: click.Context

    @property
    def name(self) -> str:
        """What a user types."""
        return self.context.command_path

    @property
    def options(self) -> list[click.Option]:
        """The options that are shown."""
        found = [one for one in self.command.params if isinstance(one, click.Option)]
        return [one for one in found if not one.hidden]


def commands() -> Iterator[Shown]:
    """Yield the command itself, and all of ours below it, each behind its group."""
    root = click.Context(main, info_name="launchpad")
    yield Shown(main, root)
    for one in registered(Command):
        yield from _with_subcommands(one.type, one.implementation, root)


def page() -> str:
    """Return the page."""
    return blocks(_INTRODUCTION, *(_section(shown) for shown in commands()))


def _with_subcommands(
    name: str, command: click.Command, parent: click.Context
) -> Iterator[Shown]:
    context = click.Context(command, info_name=name, parent=parent)
    yield Shown(command, context)
    if isinstance(command, click.Group):
        for below in command.list_commands(context):
            found = command.get_command(context, below)
            if found is not None and not found.hidden:
                yield from _with_subcommands(below, found, context)


def _section(shown: Shown) -> str:
    usage = " ".join(shown.command.collect_usage_pieces(shown.context))
    path = shown.name
    return blocks(
        f"## {path}",
        fence(f"{path} {usage}", "text"),
        *_help(shown.command.help or ""),
        table(("option", ""), _options(shown)),
        table(("command", ""), _subcommands(shown)),
    )


def _help(text: str) -> Iterator[str]:
    r"""Yield the paragraphs of a help text; one that begins with \b keeps its lines."""
    for paragraph in re.split(r"\n\s*\n", text.strip()):
        lines = [line.strip() for line in paragraph.splitlines()]
        if lines[0] == "\b":
            yield fence("\n".join(lines[1:]), "text")
        else:
            yield _escaped("\n".join(lines))


def _options(shown: Shown) -> Iterator[tuple[str, str]]:
    for option in shown.options:
        record = option.get_help_record(shown.context)
        if record is not None:
            yield f"`{record[0]}`", _escaped(record[1])


def _subcommands(shown: Shown) -> Iterator[tuple[str, str]]:
    """Yield the commands of a group; those of plugins have their own sections."""
    if shown.command is main:
        for one in registered(Command):
            yield f"`{one.type}`", _escaped(one.registration.summary)
    elif isinstance(shown.command, click.Group):
        for name in shown.command.list_commands(shown.context):
            found = shown.command.get_command(shown.context, name)
            if found is not None and not found.hidden:
                yield f"`{name}`", _escaped(found.get_short_help_str(limit=200))


def _escaped(text: str) -> str:
    return re.sub(r"([<>*\[\]])", r"\\\1", text)
