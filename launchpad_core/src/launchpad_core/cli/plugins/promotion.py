"""Making a distribution of a project's own plugin."""

from __future__ import annotations

from pathlib import Path

import click

from launchpad_core.invocation import Invocation, pass_invocation, prints_to_stderr


@click.command()
@click.argument("module")
@click.option(
    "--output",
    "-o",
    metavar="DIR",
    default=".",
    help="Where its folder is made. [default: here]",
)
@click.option(
    "--name",
    metavar="DISTRIBUTION",
    help="What pip calls it. [default: by its type, such as launchpad-sources-weather]",
)
@click.option("--author", metavar="NAME", help="Who wrote it, for the licence.")
@pass_invocation
def promote(
    invocation: Invocation,
    module: str,
    output: str,
    name: str | None,
    author: str | None,
) -> None:
    """Make a distribution of a plugin that is a module of this project.

    MODULE is what the config lists under plugins:. It is copied into a distribution
    with a table of contents, contracts, and what is needed to publish it; the config no
    longer lists it. The module stays where it is, nothing is overwritten, and nothing
    is changed when anything fails.
    """
    from launchpad_core.positions import shown_path
    from launchpad_core.promotion import promoting

    with prints_to_stderr():
        done = promoting.promote(
            invocation.config(),
            module,
            output=Path(output),
            distribution=name,
            author=author,
        )
    folder, config, left = map(shown_path, (done.folder, done.config, done.module))
    click.echo(f"{folder}: the distribution {done.distribution}", err=True)
    click.echo(f"{config}: no longer lists {module}", err=True)
    for notice in done.notices:
        click.echo(f"Warning: {notice}", err=True)
    click.echo(
        "next:\n"
        f"  pip install -e '{folder if '/' in folder else f'./{folder}'}[test]'\n"
        f"  pytest {folder}     # what its contracts still ask for\n"
        f"  rm {left}     # once no other config lists it",
        err=True,
    )
