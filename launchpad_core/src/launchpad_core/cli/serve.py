"""The command ``serve``: a production server."""

from __future__ import annotations

import importlib.util
import os
import sys

import click

from launchpad_core.invocation import Invocation, pass_invocation

_LIMITS = ("--limit-request-line", "8190")
"""A table has many columns: a GET may be as long as gunicorn can have it."""


@click.command()
@click.option(
    "--workers",
    "-w",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help="Worker processes.",
)
@click.option(
    "--bind", metavar="HOST:PORT", help="Where to listen. [default: api: address]"
)
@pass_invocation
def serve(invocation: Invocation, workers: int, bind: str | None) -> None:
    """Serve the API with gunicorn, for production."""
    from launchpad_core.config import ENVIRONMENT as CONFIG
    from launchpad_core.config_sections import checked_address
    from launchpad_core.errors import LaunchpadError
    from launchpad_core.logs import ENVIRONMENT as LOG
    from launchpad_core.serving.workers import make_shared_folder

    if bind is not None:
        try:
            checked_address(bind)
        except ValueError as error:
            raise click.BadParameter(str(error), param_hint="--bind") from error
    project = invocation.project("predict")
    _ = project.contract
    project.builds.live_id()
    if importlib.util.find_spec("gunicorn") is None:
        raise LaunchpadError(
            "launchpad serve needs gunicorn, which is not installed",
            hint="pip install 'launchpad-core[serve]'",
        )
    if importlib.util.find_spec("prometheus_client") is not None:
        make_shared_folder()
    os.environ[CONFIG] = str(project.config.files[0])
    if invocation.log_config_path:
        os.environ[LOG] = invocation.log_config_path
    address = bind or project.api.address
    click.echo(f"Serving on http://{address}{project.base_path}", err=True)
    arguments = ["--workers", str(workers), "--bind", address, *_LIMITS]
    command = [sys.executable, "-m", "gunicorn", *arguments, "launchpad_core.wsgi"]
    os.execv(sys.executable, command)
