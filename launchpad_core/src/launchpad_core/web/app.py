"""Building the app: one compiled view for each operation of the contract."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, Response, request
from werkzeug.exceptions import NotFound
from werkzeug.routing import RequestRedirect

from launchpad_core.cached import preload
from launchpad_core.contract import PATH_PARAMETER, ApiContract, In, Operation
from launchpad_core.errors import ContractError
from launchpad_core.plain import plain
from launchpad_core.prediction import predictor_of
from launchpad_core.project import Project
from launchpad_core.requests.validation import validator
from launchpad_core.responses import AnswerCheck
from launchpad_core.web import problems
from launchpad_core.web.answers import negotiator
from launchpad_core.web.pages import add_pages
from launchpad_core.web.requests import StrictRequest, reader, uri_parameters

SERVED = ("GET", "POST", "PUT", "PATCH", "DELETE")
"""The methods that operations can have; HEAD and OPTIONS are answered beside them."""

_LEFT_TO_FLASK = ("HEAD", "OPTIONS")


@dataclass(slots=True)
class Published:
    """What an app publishes: ``app.extensions["launchpad"]``.

    Attributes:
        checks: By method and path, what has been seen of an operation's answers.
        docs: The path of the page to try the API out, or "" when there is none.
    """

    checks: dict[str, AnswerCheck] = field(default_factory=dict)
    docs: str = ""


def create_app(project: Project, *, development: bool = False) -> Flask:
    """Return the WSGI app that publishes a project's model.

    Args:
        project: The project, resolved for predicting.
        development: Whether it runs on its developer's machine: it serves the folder
            ``static`` below ``root_path``, and an answer that isn't what the contract
            promises is an error.

    Raises:
        LaunchpadError: When there is no model, or the contract doesn't fit it.
    """
    app = Flask(
        "launchpad",
        static_folder=project.api.root_path / "static" if development else None,
        static_url_path="/static",
    )
    app.request_class = StrictRequest
    app.config["MAX_CONTENT_LENGTH"] = project.api.max_body
    app.config["MAX_FORM_MEMORY_SIZE"] = project.api.max_body
    app.url_map.merge_slashes = False
    app.before_request(_refuse_redirect)
    problems.register(app)
    if project.api.preload_datasources:
        preload(project.resources("predict").data_sources.values())
    published = app.extensions["launchpad"] = Published()
    model = project.live_model().contents
    for operation in project.contract.operations:
        if operation.method not in _LEFT_TO_FLASK:
            _add_operation(app, published, project, model, operation, development)
    published.docs = add_pages(app, project)
    return app


def _refuse_redirect() -> None:
    """Refuse a path that Flask takes for another one: a path is right or wrong."""
    if isinstance(request.routing_exception, RequestRedirect):
        raise NotFound


def _add_operation(
    app: Flask,
    published: Published,
    project: Project,
    model: Any,
    operation: Operation,
    development: bool,
) -> None:
    name = f"{operation.method} {operation.path}"
    if operation.method not in SERVED:
        raise ContractError(
            f"{name}: the method {operation.method} can't be served",
            where=operation.where,
            hint=", ".join(SERVED),
        )
    contract = project.contract
    checked = project.api.check_responses or ("always" if development else "sample")
    published.checks[name] = AnswerCheck(
        operation, contract.schemas, how_many=checked, strict=development
    )
    numbers = iter(range(len(uri_parameters(operation))))
    rule = PATH_PARAMETER.sub(lambda _: f"<uri{next(numbers)}>", operation.path)
    app.add_url_rule(
        project.base_path + rule,
        endpoint=name,
        view_func=_view(project, model, operation, published.checks[name]),
        methods=[operation.method],
    )


def _view(
    project: Project, model: Any, operation: Operation, check: AnswerCheck
) -> Callable[..., Response]:
    """Return what answers an operation, with all that it needs compiled."""
    contract = project.contract
    negotiate = negotiator(operation)
    read = reader(operation)
    validate = validator(
        operation,
        schemas=contract.schemas,
        admitted=_credentials(operation, contract),
        ignore_unknown=project.api.unknown_parameters == "ignore",
    )
    predict = predictor_of(
        project.runtime,
        model,
        project.resources("predict"),
        operation=operation,
        schemas=contract.schemas,
    )

    def view(**uri: str) -> Response:
        write = negotiate()
        value = plain(predict(validate(read(uri))))
        check(value)
        return write(value)

    return view


def _credentials(
    operation: Operation, contract: ApiContract
) -> frozenset[tuple[In, str]]:
    """Return what a request may carry for those who check it before launchpad does."""
    named = {name for alternative in operation.security for name in alternative}
    return frozenset(
        (parameter.location, parameter.name)
        for scheme in contract.security_schemes
        if scheme.name in named
        for parameter in scheme.parameters
    )
