"""The command that writes the schema by which editors check a config."""

from __future__ import annotations

import json
from pathlib import Path

import click

from launchpad_core.invocation import Invocation, pass_invocation


@click.command()
@click.option(
    "--output",
    "-o",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The file to write, over what is there; else it is printed.",
)
@pass_invocation
def schema(invocation: Invocation, output: Path | None) -> None:
    """Print a JSON Schema of the config, with the types that are installed here.

    Where there is a config, the types of its own modules are in it as well. Write it
    anew when plugins come or go.

    Example: launchpad schema -o launchpad.schema.json, and as the config's first line
    "# yaml-language-server: $schema=launchpad.schema.json".
    """
    from launchpad_core.config_schema import config_schema
    from launchpad_core.files import replacing

    found = config_schema(invocation.registry())
    for error in found.left_out:
        click.echo(f"Warning: left out: {error.in_one_line()}", err=True)
    text = json.dumps(found.schema, indent=2, ensure_ascii=False) + "\n"
    if output is None:
        click.echo(text, nl=False)
        return
    with replacing(output) as temporary:
        temporary.write_text(text, encoding="utf-8")
