"""Beginning a plugin, by the template that launchpad brings along."""

from __future__ import annotations

from pathlib import Path

import click

from launchpad_core.invocation import prints_to_stderr
from launchpad_core.registrations import (
    ApiFormatType,
    DataSinkType,
    DataSourceType,
    ModelStoreType,
    ModelType,
)

_KINDS = (DataSourceType, DataSinkType, ModelType, ApiFormatType, ModelStoreType)


@click.command()
@click.argument("type_", metavar="TYPE")
@click.option(
    "--provides",
    type=click.Choice([kind.kind for kind in _KINDS], case_sensitive=False),
    prompt="What does the plugin provide",
    help="What the plugin provides.",
)
@click.option(
    "--summary",
    metavar="TEXT",
    prompt="What it is, in one line",
    help="What it is, in one line.",
)
@click.option(
    "--author",
    metavar="NAME",
    prompt="The author, for the licence",
    help="Who writes it, for the licence.",
)
@click.option(
    "--name",
    metavar="DISTRIBUTION",
    help="What pip calls it. [default: by its type, such as launchpad-sources-weather]",
)
@click.option(
    "--output",
    "-o",
    metavar="DIR",
    default=".",
    help="Where its folder is made. [default: here]",
)
def new(
    type_: str, provides: str, summary: str, author: str, name: str | None, output: str
) -> None:
    """Make a distribution of a new plugin, whose tests pass at once.

    TYPE is the word that configs will say, such as euro_csv. What isn't given by an
    option is asked for. Nothing is overwritten.
    """
    from launchpad_core.positions import shown_path
    from launchpad_core.promotion.template import bake

    answers = {
        "type": type_,
        "provides": provides,
        "summary": summary,
        "author": author,
        **({"distribution": name} if name else {}),
    }
    with prints_to_stderr():
        folder = shown_path(bake(Path(output).absolute(), answers))
    click.echo(
        "next:\n"
        f"  pip install -e '{folder if '/' in folder else f'./{folder}'}[test]'\n"
        f"  pytest {folder}",
        err=True,
    )
