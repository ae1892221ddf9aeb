"""The commands ``train``, ``retest`` and ``predict``."""

from __future__ import annotations

import json
from typing import IO

import click

from launchpad_core.invocation import (
    Invocation,
    pass_invocation,
    prints_to_stderr,
    show,
)


@click.command()
@pass_invocation
def train(invocation: Invocation) -> None:
    """Train the model, test it, and store both; print the metrics."""
    from launchpad_core import train_model

    with prints_to_stderr():
        _, metrics = train_model(invocation.config())
    show(metrics)


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
