"""The command ``generate-raml``."""

from __future__ import annotations

import click

from launchpad_core.invocation import Invocation, pass_invocation, prints_to_stderr


@click.command("generate-raml")
@click.argument("source")
@click.option("--target", metavar="COLUMN", help="A column to leave out: the target.")
@click.option(
    "--resource",
    default="mythings",
    show_default=True,
    help="The resource's name, a plural of what is predicted.",
)
@pass_invocation
def generate_raml(
    invocation: Invocation, source: str, target: str | None, resource: str
) -> None:
    """Print a RAML with a parameter for each column of a data SOURCE.

    It is a beginning: edit titles and descriptions, and mind what the examples
    show of the data.
    """
    from launchpad_core.generation import generate_contract

    with prints_to_stderr():
        text = generate_contract(
            invocation.project("train", "test", "predict", contract=False),
            source,
            format="raml",
            target=target,
            resource=resource,
        )
    click.echo(text, nl=False)
