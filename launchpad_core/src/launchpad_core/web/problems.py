"""Error answers as problem details (RFC 9457): for every route, in one shape."""

from __future__ import annotations

import logging
import uuid
from http import HTTPStatus
from typing import Any

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from launchpad_core.contracts.publication import PROBLEM
from launchpad_core.errors import Busy, LaunchpadError
from launchpad_core.plain import as_json
from launchpad_core.requests.validation import Fault, InvalidRequest
from launchpad_core.responses import InvalidAnswer
from launchpad_core.tracebacks import own_traceback

logger = logging.getLogger(__name__)

_TOLD: dict[int, str] = {
    HTTPStatus.NOT_FOUND: "There is nothing at this path.",
    HTTPStatus.METHOD_NOT_ALLOWED: "This path does not take this method.",
}


def register(app: Flask) -> None:
    """Make an app answer every error with a problem."""
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(InvalidRequest, _invalid_request)
    app.register_error_handler(InvalidAnswer, _invalid_answer)
    app.register_error_handler(Busy, _busy)
    app.register_error_handler(Exception, _server_fault)


def problem(
    status: int, detail: str, *, message: Any = None, **members: Any
) -> Response:
    """Return an answer that tells a problem.

    Args:
        status: The HTTP status code.
        detail: What is wrong with this request, for people.
        message: The same for clients of mllaunchpad, by parameter; else the detail.
        members: Further members, such as ``errors``.
    """
    body = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "message": detail if message is None else message,
        **members,
    }
    return Response(as_json(body), status=status, content_type=PROBLEM)


def _http_error(error: HTTPException) -> Response:
    if error.code is None or error.code < 400:
        response: Response = error.get_response()  # type: ignore[assignment]
        return response
    answer = problem(error.code, _detail(error))
    for name, value in error.get_headers():
        if name.lower() not in ("content-type", "content-length"):
            answer.headers[name] = value
    return answer


def _detail(error: HTTPException) -> str:
    if error.description != type(error).description:
        return error.description or ""
    if error.code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        return f"The body is larger than {request.max_content_length} bytes."
    return _TOLD.get(error.code or 0) or " ".join((error.description or "").split())


def _invalid_request(error: InvalidRequest) -> Response:
    message: dict[str, str] = {}
    for fault in error.faults:
        message.setdefault(_place(fault), fault.detail)
    return problem(
        error.http_status,
        "; ".join(f"{_place(fault)} {fault.detail}" for fault in error.faults),
        message=message,
        errors=[_entry(fault, fault.location) for fault in error.faults],
    )


def _invalid_answer(error: InvalidAnswer) -> Response:
    """Tell a developer everything: what is written on this page is for nobody else."""
    logger.error("%s", error)
    return problem(
        error.http_status,
        error.message,
        errors=[_entry(fault, "answer") for fault in error.faults],
    )


def _place(fault: Fault) -> str:
    return fault.pointer or fault.name or fault.location


def _entry(fault: Fault, place: str) -> dict[str, str]:
    entry = {"in": place, "name": fault.name}
    if fault.location == "body":
        entry["pointer"] = fault.pointer
    return entry | {"code": fault.code, "detail": fault.detail}


def _busy(error: Busy) -> Response:
    """Answer that it may go well in a moment; nothing is wrong with the request."""
    fault_id = str(uuid.uuid4())
    logger.warning("Busy %s: %s", fault_id, error.in_one_line())
    answer = problem(
        error.http_status,
        "The model is busy with other requests. Try again in a moment.",
        id=fault_id,
    )
    answer.headers["Retry-After"] = "1"
    return answer


def _server_fault(error: Exception) -> Response:
    """Answer without details; they are in the log, under the id of the answer."""
    fault_id = str(uuid.uuid4())
    lines = own_traceback(error)
    if lines or isinstance(error, LaunchpadError):
        told = repr(error)
        if isinstance(error, LaunchpadError):
            told = LaunchpadError.__str__(error)
        logger.error("Fault %s\n%s%s", fault_id, lines, told)
    else:
        logger.error("Fault %s", fault_id, exc_info=error)
    return problem(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        "The model could not answer this request. The log says more under this id.",
        id=fault_id,
    )
