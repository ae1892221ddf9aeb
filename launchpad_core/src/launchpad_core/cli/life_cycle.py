"""The commands ``train``, ``retest`` and ``predict``."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import IO, TYPE_CHECKING

import click

from launchpad_core.invocation import (
    Invocation,
    pass_invocation,
    prints_to_stderr,
    show,
)

if TYPE_CHECKING:
    from launchpad_core.store.build import Build


HELD_BACK = 3
"""The exit status of a training whose build isn't served."""


@click.command(short_help="Train the model, test it, and store both")
@click.pass_context
def train(ctx: click.Context) -> None:
    """Train the model, test it, and store both; print the metrics.

    What differs from the build that was served before goes to stderr. The exit status
    is 3 when the config's promote_if holds the new build back: it is stored, but not
    served.
    """
    from launchpad_core import train_model
    from launchpad_core.cli.models.showing import tell_what_is_different
    from launchpad_core.project import Project

    config = ctx.ensure_object(Invocation).config()
    with prints_to_stderr():
        trained, metrics = train_model(config)
    show(metrics)
    assert trained.build is not None
    builds = Project(config, tags=(), contract=False).builds
    tell_what_is_different(builds, trained.build)
    if trained.held_back:
        _tell_why(trained.build, trained.held_back, alias=builds.alias)
        ctx.exit(HELD_BACK)


@click.command()
@pass_invocation
def retest(invocation: Invocation) -> None:
    """Test the stored model again; print the metrics and add them to its history."""
    from launchpad_core import retest

    with prints_to_stderr():
        metrics = retest(invocation.config())
    show(metrics)


@click.command()
@click.argument("file", type=click.File("r", encoding="utf-8"), default="-")
@pass_invocation
def predict(invocation: Invocation, file: IO[str]) -> None:
    """Predict for the arguments in a JSON FILE (- for stdin); print the answer.

    \b
    Example: echo '{"x1": 3, "x2": 2}' | launchpad predict
    """
    from launchpad_core import predict

    args = _read_args(file)
    with prints_to_stderr():
        prediction = predict(invocation.config(), args)
    show(prediction)


def _tell_why(build: Build, reasons: Iterable[str], *, alias: str) -> None:
    click.echo(f"{build} is stored, but it isn't made {alias}:", err=True)
    for reason in reasons:
        click.echo(f"  {reason}", err=True)
    hint = f"launchpad models promote {build.id}, to serve it all the same"
    click.echo(f"  try: {hint}", err=True)


def _read_args(file: IO[str]) -> dict[str, object]:
    from launchpad_core.errors import PredictionInputError
    from launchpad_core.positions import Position

    name = getattr(file, "name", "<stdin>")
    try:
        args = json.load(file)
    except UnicodeDecodeError as error:
        raise PredictionInputError(f"{name} is not UTF-8: {error.reason}") from error
    except json.JSONDecodeError as error:
        raise PredictionInputError(
            f"this is not JSON: {error.msg}",
            where=Position(name, error.lineno),
            hint='an object with the arguments, such as {"x1": 3}',
        ) from error
    if not isinstance(args, dict):
        raise PredictionInputError(
            f"{name} holds {type(args).__name__}, not an object with the arguments",
            hint='an object such as {"x1": 3}',
        )
    return args
