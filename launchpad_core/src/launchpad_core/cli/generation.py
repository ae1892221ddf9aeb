"""The commands ``contract generate`` and ``generate-raml``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from launchpad_core.invocation import (
    Invocation,
    pass_invocation,
    prints_to_stderr,
    show,
)

if TYPE_CHECKING:
    from launchpad_core.api_format import ApiFormat
    from launchpad_core.contract import ApiContract
    from launchpad_core.generation.contracts import Wanted

ADVICE = """
# Before this is published:
# - correct the resource's name, titles and descriptions;
# - check that the examples show nothing that must stay secret;
# - add minimum:, maximum:, minLength:, maxLength:, pattern:, default: where they help.
"""
_WITH_COMMENTS = (".raml", ".yaml", ".yml")
_DEFAULT_FORMAT = "raml"


def _checked_resource(_: click.Context, __: click.Parameter, name: str) -> str:
    from launchpad_core.contracts.planning import is_resource

    if not is_resource(name):
        raise click.BadParameter(f"{name!r} can't be part of a path")
    return name


target_option = click.option(
    "--target", metavar="COLUMN", help="A column to leave out: the target."
)
resource_option = click.option(
    "--resource",
    default="mythings",
    show_default=True,
    callback=_checked_resource,
    help="The resource's name, a plural of what is predicted.",
)
format_option = click.option(
    "--format",
    "format_",
    metavar="FORMAT",
    help="The API format. [default: by the file's name, else raml]",
)
output_option = click.option(
    "--output",
    "-o",
    type=click.Path(path_type=Path),
    help="The file to write, which must not be there. [default: print it]",
)
force_option = click.option("--force", is_flag=True, help="Write over the file.")


@click.command(short_help="Print a first contract for the columns of a data SOURCE")
@click.argument("source")
@format_option
@target_option
@resource_option
@click.option("--bounds", is_flag=True, help="Keep numbers within those of the data.")
@click.option("--rows", is_flag=True, help="Take many rows at once, in JSON or CSV.")
@output_option
@force_option
@click.option("--json", "as_json", is_flag=True, help="Print it as neutral JSON.")
@pass_invocation
def generate(
    invocation: Invocation,
    source: str,
    format_: str | None,
    target: str | None,
    resource: str,
    bounds: bool,
    rows: bool,
    output: Path | None,
    force: bool,
    as_json: bool,
) -> None:
    """Print a contract with a parameter for each column of a data SOURCE.

    It is a beginning: edit titles and descriptions, and mind what the examples show of
    the data. All rows are read.

    \b
    Example: launchpad contract generate petals --target variety --output iris.raml
    """
    from launchpad_core.contracts.as_json import contract_as_json
    from launchpad_core.generation.contracts import Wanted

    wanted = Wanted(target=target, resource=resource, bounds=bounds, rows=rows)
    if as_json:
        show(contract_as_json(_generated(invocation, source, wanted)))
        return
    _, format = chosen_format(invocation, format_, output)
    contract = _generated(invocation, source, wanted)
    save(_to_edit(contract, format, output), output, force=force)


@click.command("generate-raml")
@click.argument("source")
@target_option
@resource_option
@pass_invocation
def generate_raml(
    invocation: Invocation, source: str, target: str | None, resource: str
) -> None:
    """Print a RAML with a parameter for each column of a data SOURCE.

    It is a beginning: edit titles and descriptions, and mind what the examples show of
    the data. launchpad contract generate does more.
    """
    from launchpad_core.generation.contracts import Wanted

    _, format = chosen_format(invocation, "raml", None)
    wanted = Wanted(target=target, resource=resource, body=False)
    contract = _generated(invocation, source, wanted)
    save(_to_edit(contract, format, None), None)


def chosen_format(
    invocation: Invocation, name: str | None, output: Path | None
) -> tuple[str, ApiFormat]:
    """Return the format to write, and its name: the given one, else by the file's."""
    from launchpad_core.contracts.files import format_by_name, format_of

    registry = invocation.registry()
    if name is None:
        name = format_by_name(output, registry) if output else _DEFAULT_FORMAT
    return name, format_of(name, registry)


def save(text: str, output: Path | None, *, force: bool = False) -> None:
    """Write a text into a file, or print it."""
    from launchpad_core.contracts.files import write_new

    if output is None:
        click.echo(text, nl=False)
    else:
        write_new(output, text, force=force)


def _generated(invocation: Invocation, source: str, wanted: Wanted) -> ApiContract:
    from launchpad_core.generation.contracts import generated_contract

    with prints_to_stderr():
        project = invocation.project("train", "test", "predict", contract=False)
        return generated_contract(project, source, wanted)


def _to_edit(contract: ApiContract, format: ApiFormat, output: Path | None) -> str:
    from launchpad_core.contracts.files import written

    suffix = output.suffix if output else format.suffixes[0]
    text = written(contract, format, output)
    return text + ADVICE if suffix in _WITH_COMMENTS else text
