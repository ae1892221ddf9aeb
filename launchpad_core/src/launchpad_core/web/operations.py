"""What operators ask a server: whether it is ready, and what it serves."""

from __future__ import annotations

from flask import Flask, Response
from werkzeug.exceptions import NotFound

from launchpad_core.contract import JSON
from launchpad_core.plain import as_json
from launchpad_core.serving.live import LiveBuild
from launchpad_core.serving.served import HEADER
from launchpad_core.web import problems
from launchpad_core.web.metrics import Metrics

READY = "/ready"
METRICS = "/metrics"


def operations_app(live: LiveBuild, metrics: Metrics | None) -> Flask:
    """Return the app that answers what isn't asked of a model.

    Args:
        live: What is served.
        metrics: What is counted; None when it can't be told.
    """
    app = Flask("launchpad", static_folder=None)
    problems.register(app)

    @app.get(READY)
    def ready() -> Response:
        state = live.state()
        answer = Response(as_json(state.as_json()), content_type=JSON)
        answer.headers[HEADER] = state.build.id
        return answer

    @app.get(METRICS)
    def tell_metrics() -> Response:
        if metrics is None:
            raise NotFound(
                "There is nothing here: prometheus-client is not installed; "
                "try: pip install 'launchpad-core[metrics]'"
            )
        text, media_type = metrics.text()
        return Response(text, content_type=media_type)

    @app.after_request
    def mark(answer: Response) -> Response:
        answer.headers.setdefault(HEADER, live.served.build.id)
        answer.headers["Cache-Control"] = "no-store"
        return answer

    return app
