"""The command ``api``: a server for development, which starts anew on each change."""

from __future__ import annotations

from http import HTTPStatus

import click
from flask import Flask, Response
from werkzeug.serving import is_running_from_reloader, run_simple

from launchpad_core.config import config_path
from launchpad_core.errors import LaunchpadError
from launchpad_core.invocation import Invocation, pass_invocation
from launchpad_core.project import Project
from launchpad_core.web import problems
from launchpad_core.web.live import LiveApp


@click.command()
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=5000,
    show_default=True,
    help="The port on 127.0.0.1.",
)
@pass_invocation
def api(invocation: Invocation, port: int) -> None:
    """Serve the API on 127.0.0.1 for development; reload what changes."""
    files = [config_path(invocation.config_path)]
    try:
        config = invocation.config()
        files += config.files
        project = Project(config, tags=("predict",))
        files += project.watched_files()
        _expect_changes(project)
        app: LiveApp | Flask = (live := LiveApp(project, development=True))
    except LaunchpadError as error:
        if not is_running_from_reloader():
            raise
        click.echo(f"{error}\nWaiting for a change ...", err=True)
        app = _broken(error)
    else:
        address = f"http://127.0.0.1:{port}"
        click.echo(
            f"Serving on {address}{project.base_path} for development; "
            "in production, use launchpad serve",
            err=True,
        )
        if live.docs:
            click.echo(f"Try it out on {address}{live.docs}", err=True)
        if is_running_from_reloader():
            live.watch()
    run_simple(
        "127.0.0.1",
        port,
        app,
        threaded=True,
        use_reloader=True,
        extra_files=[str(file) for file in files],
    )


def _expect_changes(project: Project) -> None:
    """Serve builds whose golden predictions differ: code is changed on purpose."""
    golden = project.model.golden_predictions.model_copy(update={"on_mismatch": "warn"})
    project.model = project.model.model_copy(update={"golden_predictions": golden})


def _broken(error: LaunchpadError) -> Flask:
    """Return an app that tells what is wrong, until a change makes it right."""
    app = Flask("launchpad", static_folder=None)
    problems.register(app)

    @app.before_request
    def tell() -> Response:
        return problems.problem(HTTPStatus.SERVICE_UNAVAILABLE, str(error))

    return app
