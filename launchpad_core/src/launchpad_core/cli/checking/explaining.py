"""Showing what each section of a config comes to, for ``check --explain``."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import click

from launchpad_core.config import DEFAULT, ENVIRONMENT
from launchpad_core.explanation import Explained, explanations
from launchpad_core.invocation import prints_to_stderr
from launchpad_core.origins import Origin
from launchpad_core.plain import as_json as plain_json
from launchpad_core.sections import Section

_WIDEST = 60


def show_explanations(config: Section, *, given: str | None, as_json: bool) -> None:
    """Print a block for each section for a person, or JSON for a program.

    Args:
        config: The config.
        given: What ``--config`` named.
        as_json: Whether JSON was asked for; it is also what a pipe gets.
    """
    with prints_to_stderr():
        told = [_of_file(config, given), *explanations(config)]
    if as_json or not sys.stdout.isatty():
        click.echo(plain_json([_row(one) for one in told]))
        return
    click.echo("\n\n".join("\n".join(block(one)) for one in told))


def block(explained: Explained) -> Iterator[str]:
    """Yield the lines that show a section to a person."""
    provider = _provider(explained)
    by = f"{explained.type} by {provider}" if provider else explained.type
    yield f"{explained.section}  {by}".rstrip()
    if explained.how:
        yield f"  {explained.how}"
    shown = [(one.key, _shown(one.value), one.source) for one in explained.values]
    widths = [max((len(line[place]) for line in shown), default=0) for place in (0, 1)]
    for key, value, source in shown:
        yield f"  {key.ljust(widths[0])}  {value.ljust(widths[1])}  {source}"


def _of_file(config: Section, given: str | None) -> Explained:
    path = given or os.environ.get(ENVIRONMENT) or DEFAULT
    source = "--config" if given else ENVIRONMENT
    if not given and ENVIRONMENT not in os.environ:
        source = "default"
    files = ", ".join(map(str, config.files))
    values = (Origin("config", path, source),)
    return Explained("config", "config", "config", how=files, values=values)


def _row(explained: Explained) -> dict[str, Any]:
    plugin = explained.plugin
    return {
        "section": explained.section,
        "name": explained.name,
        "kind": explained.kind,
        "type": explained.type,
        "tags": list(explained.tags),
        "plugin": plugin.name if plugin else "",
        "distribution": plugin.distribution or "(project-local)" if plugin else "",
        "version": plugin.version if plugin else "",
        "how": explained.how,
        "values": [asdict(one) for one in explained.values],
    }


def _provider(explained: Explained) -> str:
    plugin = explained.plugin
    return f"{plugin.shown_name} {plugin.version}".rstrip() if plugin else ""


def _shown(value: Any) -> str:
    """Return a value on one line that isn't too wide."""
    text = value if isinstance(value, str) else json.dumps(value, default=str)
    line = " ".join(text.split())
    return line if len(line) <= _WIDEST else f"{line[: _WIDEST - 3]}..."
