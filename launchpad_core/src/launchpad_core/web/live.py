"""The WSGI app that servers run: a build's app, until there is a newer one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from werkzeug.test import EnvironBuilder, run_wsgi_app

from launchpad_core.project import Project, TrainedModel
from launchpad_core.serving.live import LiveBuild
from launchpad_core.serving.watching import Watch
from launchpad_core.web import metrics
from launchpad_core.web.app import create_app
from launchpad_core.web.metrics import Metrics
from launchpad_core.web.operations import operations_app

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class LiveApp:
    """Serves the live build of a project, and beside it what operators ask for.

    Each build has a Flask app of its own, and a request is handed to the one that is
    current. So going over to another build is one assignment between two requests.

    Args:
        project: The project, resolved for predicting.
        development: Whether it runs on its developer's machine.

    Attributes:
        docs: The path of the page to try the API out, or "" when there is none.

    Raises:
        LaunchpadError: When models can't be run, there is none, or the contract doesn't
            fit it.
    """

    def __init__(self, project: Project, *, development: bool = False) -> None:
        self.docs = ""
        if project.resolution.derivation is None:
            _ = project.contract  # what is wrong with it is no build's fault
        project.runtime.prepare_to_serve()

        def make(trained: TrainedModel) -> WSGIApplication:
            app = create_app(project, trained, development=development)
            self.docs = app.extensions["launchpad"].docs
            _warm(app)
            return app

        self.live = LiveBuild(
            project,
            make,
            trial_requests=0 if development else project.api.trial_requests,
        )
        self._refresh = project.store.settings.refresh
        self._metrics = Metrics(self.live) if metrics.is_installed() else None
        self._operations = operations_app(self.live, self._metrics)
        self._paths = {rule.rule for rule in self._operations.url_map.iter_rules()}

    def __call__(
        self, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        """Answer a request."""
        if environ.get("PATH_INFO") in self._paths:
            return self._operations(environ, start_response)
        return self.live.current(environ, start_response)

    def watch(self) -> Watch:
        """Begin to look for new builds, in the background."""
        self._watch = Watch(self, refresh=self._refresh)
        return self._watch

    def look(self) -> None:
        """Go over to another build, if there is one to be served."""
        self.live.look()
        if self._metrics:
            self._metrics.update()

    def after_fork(self) -> None:
        """Do what is necessary in a process that was forked."""
        self.live.after_fork()
        if self._metrics:
            self._metrics.after_fork()


def _warm(app: WSGIApplication) -> None:
    """Have an app do what it does at its first request, before there is one."""
    run_wsgi_app(app, EnvironBuilder("/").get_environ())
