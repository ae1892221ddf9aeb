"""What one call of ``launchpad`` was told, and how its results are shown."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from launchpad_core.data import Tag
    from launchpad_core.project import Project
    from launchpad_core.registry import Registry
    from launchpad_core.sections import Section


@dataclass(frozen=True, slots=True)
class Invocation:
    """The options of the ``launchpad`` command, as its subcommands see them.

    Attributes:
        config_path: The config that ``--config`` names.
        log_config_path: The logging configuration that ``--log-config`` names.
        verbose: Whether to log debug messages.
    """

    config_path: str | None = None
    log_config_path: str | None = None
    verbose: bool = False

    def config(self) -> Section:
        """Return the config, with logging set up for what is going to happen."""
        from launchpad_core.config import read_config
        from launchpad_core.logs import configure_logging

        configure_logging(self.log_config_path, verbose=self.verbose)
        return read_config(self.config_path)

    def project(self, *tags: Tag, contract: bool = True) -> Project:
        """Return the project, resolved for the functions that are going to run."""
        from launchpad_core.project import Project

        return Project(self.config(), tags=tags, contract=contract)

    def registry(self) -> Registry:
        """Return the plugins that the config sees, or without a config all."""
        from launchpad_core.config import config_path

        if self.config_path or config_path().exists():
            from launchpad_core.resolution import load_registry

            return load_registry(self.config())
        from launchpad_core.logs import configure_logging
        from launchpad_core.plugins import (
            Switches,
            disabled_by_environment,
            load_plugins,
        )
        from launchpad_core.registry import Registry

        configure_logging(self.log_config_path, verbose=self.verbose)
        return Registry(load_plugins(Switches(disabled=disabled_by_environment())))


pass_invocation = click.make_pass_decorator(Invocation, ensure=True)


@contextmanager
def prints_to_stderr() -> Iterator[None]:
    """Keep stdout for the result: whatever model code prints goes to stderr."""
    with redirect_stdout(sys.stderr):
        yield


def show(value: Any) -> None:
    """Print a result as JSON: on one line for a program, a line a key for a person."""
    from launchpad_core.plain import as_json

    if not sys.stdout.isatty() or not isinstance(value, dict) or not value:
        click.echo(as_json(value))
        return
    lines = [f"  {as_json(key)}: {as_json(item)}" for key, item in value.items()]
    click.echo("{\n" + ",\n".join(lines) + "\n}")


def show_table(
    rows: Iterable[dict[str, Any]], columns: Sequence[str], *, as_json: bool
) -> None:
    """Print rows as a table for a person, or as JSON for a program.

    Args:
        rows: The rows, with all that a program may want to know.
        columns: What of it the table shows.
        as_json: Whether JSON was asked for; it is also what a pipe gets.
    """
    listed = list(rows)
    if as_json or not sys.stdout.isatty():
        import json

        click.echo(json.dumps(listed, ensure_ascii=False))
        return
    for line in table(listed, columns):
        click.echo(line)


def table(rows: Sequence[dict[str, Any]], columns: Sequence[str]) -> Iterator[str]:
    """Yield the lines of a table, the last column as wide as it likes."""
    cells = [[_cell(row[column]) for column in columns] for row in rows]
    widths = [
        max(len(text) for text in column)
        for column in zip(columns, *cells, strict=True)
    ]
    for line in ([column.upper() for column in columns], *cells):
        padded = (text.ljust(width) for text, width in zip(line, widths, strict=True))
        yield "  ".join(padded).rstrip()


def _cell(value: Any) -> str:
    return ", ".join(value) if isinstance(value, list) else str(value)
