"""Building the app: one route for each operation of the contract."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from flask import Flask, Response, request

from launchpad_core.cached import preload
from launchpad_core.contract import In, Operation
from launchpad_core.frames import columns_of
from launchpad_core.plain import as_json
from launchpad_core.prediction import row_predictor
from launchpad_core.project import Project
from launchpad_core.runtime import Predictor
from launchpad_core.validation import Given, validator
from launchpad_core.web import problems
from launchpad_core.web.bodies import check_body, has_body

_URI_PARAMETER = re.compile(r"\{([^}]+)\}")


def create_app(project: Project, *, serve_static: bool = False) -> Flask:
    """Return the WSGI app that publishes a project's model.

    Args:
        project: The project, resolved for predicting.
        serve_static: Whether to serve the folder ``static`` below ``root_path``.

    Raises:
        LaunchpadError: When there is no model, or the contract doesn't fit it.
    """
    app = Flask(
        "launchpad",
        static_folder=project.api.root_path / "static" if serve_static else None,
        static_url_path="/static",
    )
    app.config["MAX_CONTENT_LENGTH"] = project.api.max_body
    problems.register(app)
    model = project.live_model().contents
    resources = project.resources("predict")
    if project.api.preload_datasources:
        preload(resources.data_sources.values())
    for operation in project.contract.operations:
        predict = row_predictor(
            project.runtime, model, resources, columns=columns_of(operation)
        )
        _add_route(app, project.base_path, operation, predict)
    return app


def _add_route(
    app: Flask, base_path: str, operation: Operation, predict: Predictor
) -> None:
    names = _URI_PARAMETER.findall(operation.path)
    numbers = iter(range(len(names)))
    rule = _URI_PARAMETER.sub(lambda _: f"<uri{next(numbers)}>", operation.path)
    validate = validator(operation)
    given = _reader(operation, names)

    def view(**uri: str) -> Response:
        args = validate(given(uri))
        return Response(as_json(predict(args)), content_type="application/json")

    app.add_url_rule(
        base_path + rule,
        endpoint=f"{operation.method} {operation.path}",
        view_func=view,
        methods=[operation.method],
    )


def _reader(
    operation: Operation, names: list[str]
) -> Callable[[dict[str, str]], Given]:
    """Return a function that reads from the current request what it carries."""
    takes_body = operation.method in ("POST", "PUT", "PATCH", "DELETE")

    def read(uri: dict[str, str]) -> Given:
        given: dict[In, Any] = {
            "path": {name: [uri[f"uri{i}"]] for i, name in enumerate(names)},
            "query": dict(request.args.lists()),
            "form": {},
            "file": {},
        }
        if takes_body and has_body():
            check_body(operation)
            given["form"] = dict(request.form.lists())
            given["file"] = dict(request.files.lists())
        return given

    return read
