"""Building the app: one compiled view for each operation of the contract."""

from __future__ import annotations

from dataclasses import dataclass, field

from flask import Flask, Response, request
from werkzeug.exceptions import NotFound
from werkzeug.routing import RequestRedirect

from launchpad_core.answering import answerer
from launchpad_core.cached import preload
from launchpad_core.contract import PATH_PARAMETER, ApiContract, Operation
from launchpad_core.errors import ContractError
from launchpad_core.project import Project, TrainedModel
from launchpad_core.responses import AnswerCheck
from launchpad_core.serving.loading import Ended
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


def create_app(
    project: Project, trained: TrainedModel | None = None, *, development: bool = False
) -> Flask:
    """Return the WSGI app that publishes a trained model.

    Args:
        project: The project, resolved for predicting.
        trained: The model; None for the one that is live. Who gives one has called
            ``project.runtime.prepare_to_serve()``.
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
    if trained is None:
        project.runtime.prepare_to_serve()
        trained = project.live_model()
    contract = project.contract_of(trained.build) if trained.build else project.contract
    for operation in contract.operations:
        if operation.method not in _LEFT_TO_FLASK:
            published.checks[f"{operation.method} {operation.path}"] = _add_operation(
                app, project, trained, operation, contract, development=development
            )
    published.docs = add_pages(app, project, contract)
    return app


def _refuse_redirect() -> None:
    """Refuse a path that Flask takes for another one: a path is right or wrong."""
    if isinstance(request.routing_exception, RequestRedirect):
        raise NotFound


def _add_operation(
    app: Flask,
    project: Project,
    trained: TrainedModel,
    operation: Operation,
    contract: ApiContract,
    *,
    development: bool,
) -> AnswerCheck:
    """Add what answers an operation, with all that it needs compiled."""
    name = f"{operation.method} {operation.path}"
    if operation.method not in SERVED:
        raise ContractError(
            f"{name}: the method {operation.method} can't be served",
            where=operation.where,
            hint=", ".join(SERVED),
        )
    checked = project.api.check_responses or ("always" if development else "sample")
    check = AnswerCheck(
        operation, contract.schemas, how_many=checked, strict=development
    )
    negotiate = negotiator(operation)
    read = reader(operation)
    answer = answerer(
        project,
        trained.contents,
        project.resources("predict"),
        operation=operation,
        contract=contract,
    )

    def view(**uri: str) -> Response:
        write = negotiate()
        try:
            value = answer(read(uri))
        except SystemExit as error:  # it would end the server
            raise Ended(repr(error)) from error
        check(value)
        return write(value)

    numbers = iter(range(len(uri_parameters(operation))))
    rule = PATH_PARAMETER.sub(lambda _: f"<uri{next(numbers)}>", operation.path)
    app.add_url_rule(
        project.base_path + rule,
        endpoint=name,
        view_func=view,
        methods=[operation.method],
    )
    return check
