"""The command ``contract``: to see, convert, compare and write API contracts."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from launchpad_core.cli.generation import (
    force_option,
    format_option,
    generate,
    output_option,
    save,
)
from launchpad_core.invocation import (
    Invocation,
    pass_invocation,
    prints_to_stderr,
    show,
    table,
)

if TYPE_CHECKING:
    from launchpad_core.comparison.changes import Change
    from launchpad_core.contract import ApiContract, Operation, Parameter
    from launchpad_core.project import Project

_FILE = click.Path(path_type=Path)

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
from_option = click.option(
    "--from",
    "from_",
    metavar="FORMAT",
    help="The format that is read. [default: by the file's name]",
)


@click.group()
def contract() -> None:
    """See, convert, generate, compare and write API contracts."""


contract.add_command(generate)


@contract.command("show", short_help="Print the project's contract, or that of a FILE")
@click.argument("file", type=_FILE, required=False)
@from_option
@json_option
@pass_invocation
def show_contract(
    invocation: Invocation, file: Path | None, from_: str | None, as_json: bool
) -> None:
    """Print the project's contract, or that of a FILE, in any format."""
    from launchpad_core.contracts.as_json import contract_as_json
    from launchpad_core.contracts.files import read_contract

    if file is None:
        if from_ is not None:
            raise click.UsageError("--from is the format of a FILE, and there is none")
        found = _contract_of(invocation.project("predict"), invocation)
    else:
        found = read_contract(file, invocation.registry(), format=from_)
    if as_json or not sys.stdout.isatty():
        show(contract_as_json(found))
        return
    columns = ("method", "path", "parameters", "body", "answers")
    for line in table([_row(one) for one in found.operations], columns):
        click.echo(line)


@contract.command(short_help="Print the contract in a FILE in another format")
@click.argument("file", type=_FILE)
@click.option("--to", metavar="FORMAT", required=True, help="The format to write.")
@from_option
@output_option
@force_option
@pass_invocation
def convert(
    invocation: Invocation,
    file: Path,
    to: str,
    from_: str | None,
    output: Path | None,
    force: bool,
) -> None:
    """Print the contract in a FILE in another format.

    What the other format can't say is an error: nothing is left out.

    \b
    Example: launchpad contract convert old.raml --to openapi --output new.yaml
    """
    from launchpad_core.contracts.files import format_of, read_contract, written

    registry = invocation.registry()
    format_ = format_of(to, registry)
    found = read_contract(file, registry, format=from_)
    save(written(found, format_, output), output, force=force)


@contract.command(short_help="List what a NEW contract changes for clients")
@click.argument("old", type=_FILE)
@click.argument("new", type=_FILE)
@from_option
@json_option
@click.pass_context
def diff(
    ctx: click.Context, old: Path, new: Path, from_: str | None, as_json: bool
) -> None:
    """List what a NEW contract changes, and what breaks clients of the OLD one.

    The exit status is 1 when something breaks clients, 0 when nothing does, and 2 when
    a file can't be read.
    """
    from launchpad_core.comparison.contracts import contract_changes
    from launchpad_core.contracts.files import read_contract

    registry = ctx.ensure_object(Invocation).registry()
    before, after = (read_contract(one, registry, format=from_) for one in (old, new))
    changes = contract_changes(before, after)
    breaking = sum(change.breaking for change in changes)
    if as_json:
        show([_as_json(change) for change in changes])
    else:
        for change in sorted(changes, key=lambda change: not change.breaking):
            click.echo(_line(change))
        told = f"{breaking} breaking, {len(changes) - breaking} compatible"
        click.echo(told if changes else "no changes", err=True)
    ctx.exit(1 if breaking else 0)


@contract.command("write", short_help="Print the project's contract in a format")
@format_option
@output_option
@force_option
@pass_invocation
def write(
    invocation: Invocation, format_: str | None, output: Path | None, force: bool
) -> None:
    """Print the project's contract in a format, also one that is derived from data."""
    from launchpad_core.cli.generation import chosen_format
    from launchpad_core.contracts.files import written

    project = invocation.project("predict")
    name, format = chosen_format(invocation, format_, output)
    found = _contract_of(project, invocation)
    save(written(found, format, output), output, force=force)
    if output is not None:
        beside = os.path.relpath(output, project.config.folder)
        told = f"To publish this file, write {name}: {beside} in the section api"
        derived = project.resolution.derivation is not None
        instead = ", in place of from:, target: and resource:" if derived else ""
        click.echo(told + instead, err=True)


def _contract_of(project: Project, invocation: Invocation) -> ApiContract:
    """Return the project's contract; one that isn't published yet is derived now."""
    from launchpad_core.contracts.kept import derived_contract
    from launchpad_core.errors import NoSuchBuild

    try:
        return project.contract
    except NoSuchBuild:
        derivation = project.resolution.derivation
        assert derivation is not None
        click.echo(
            f"No model is trained yet: this is what {derivation.source} makes now",
            err=True,
        )
        with prints_to_stderr():
            return derived_contract(invocation.project("train"))


def _row(operation: Operation) -> dict[str, Any]:
    bodies = [
        f"{body.media_type} ({', '.join(_shown(one) for one in body.parameters)})"
        if body.is_form
        else f"{body.media_type} {_type(body.schema)}".strip()
        for body in operation.bodies
    ]
    answers = [
        f"{answer.status} {answer.media_type} {_type(answer.schema)}".strip()
        for answer in operation.responses
    ]
    return {
        "method": operation.method,
        "path": operation.path,
        "parameters": [_shown(one) for one in operation.parameters],
        "body": bodies,
        "answers": answers,
    }


def _shown(parameter: Parameter) -> str:
    mark = "" if parameter.required else "?"
    return f"{parameter.name}{mark}: {_type(parameter.schema) or parameter.location}"


def _type(schema: Any) -> str:
    """Return a schema in a word or two."""
    from launchpad_core.references import referred_name

    if not schema:
        return ""
    name = referred_name(schema)
    if name is not None:
        return name
    if "anyOf" in schema:
        return " | ".join(_type(one) for one in schema["anyOf"])
    kinds = schema.get("type", "")
    word = kinds if isinstance(kinds, str) else " | ".join(kinds)
    return f"{_type(schema.get('items'))}[]" if word == "array" else word


def _line(change: Change) -> str:
    verdict = "breaking  " if change.breaking else "compatible"
    where = " -> ".join(str(one) for one in (change.old, change.new) if one)
    return f"{verdict}  {change}" + (f"  ({where})" if where else "")


def _as_json(change: Change) -> dict[str, Any]:
    return {
        "breaking": change.breaking,
        "operation": change.operation,
        "place": change.place,
        "name": change.name,
        "what": change.what,
        "old": str(change.old) if change.old else None,
        "new": str(change.new) if change.new else None,
    }
