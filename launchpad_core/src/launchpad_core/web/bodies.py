"""Bodies of requests: whether there is one, and whether it fits the operation."""

from __future__ import annotations

from io import BytesIO

from flask import request
from werkzeug.exceptions import (
    BadRequest,
    RequestEntityTooLarge,
    UnsupportedMediaType,
)

from launchpad_core.contract import Operation


def has_body() -> bool:
    """Whether the current request carries a body, of known length or in chunks."""
    return bool(request.content_length) or _is_chunked()


def check_body(operation: Operation) -> None:
    """Refuse a body that the operation doesn't take, or that is too large.

    Raises:
        UnsupportedMediaType: When its media type isn't the operation's.
        RequestEntityTooLarge: When it comes in chunks that are too large together.
        BadRequest: When its chunks are malformed.
    """
    if not operation.bodies:
        raise UnsupportedMediaType("This operation takes no body.")
    taken = [body.media_type for body in operation.bodies]
    if request.mimetype not in taken:
        raise UnsupportedMediaType(
            f"This operation takes {' or '.join(taken)}, "
            f"not {request.mimetype or 'a body without a media type'}."
        )
    if _is_chunked():
        _gather_chunks()


def _is_chunked() -> bool:
    return "Transfer-Encoding" in request.headers


def _gather_chunks() -> None:
    """Read a body of unknown length, up to the limit.

    Werkzeug would cut it off there, and take what is left for the whole.
    """
    limit = request.max_content_length or 0
    try:
        body = request.environ["wsgi.input"].read(limit + 1)
    except Exception as error:  # each server has errors of its own
        raise BadRequest("The chunks of the body are malformed.") from error
    if len(body) > limit:
        raise RequestEntityTooLarge
    request.environ["wsgi.input"] = BytesIO(body)
    request.environ["CONTENT_LENGTH"] = str(len(body))
    del request.environ["HTTP_TRANSFER_ENCODING"]
