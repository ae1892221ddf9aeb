"""Bodies of requests: whether there is one, and whether the operation takes it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from io import BytesIO
from typing import Any
from urllib.parse import parse_qs

from flask import request
from werkzeug.exceptions import (
    BadRequest,
    RequestEntityTooLarge,
    UnsupportedMediaType,
)

from launchpad_core.contract import FORM, MULTIPART, Operation
from launchpad_core.requests.uploads import fits_range
from launchpad_core.responses import media_type_of

_NONE: Mapping[str, Any] = {}
_ENCODINGS = ("utf-8", "utf8", "us-ascii", "ascii")


class NotTaken(UnsupportedMediaType):
    """A body that an operation doesn't take; the answer says which ones it does."""

    def __init__(self, detail: str, headers: Mapping[str, str]) -> None:
        super().__init__(detail)
        self._headers = headers

    def get_headers(self, *args: Any, **kwargs: Any) -> list[tuple[str, str]]:
        """Return the headers of the answer (RFC 9110, 15.5.16)."""
        return [*super().get_headers(*args, **kwargs), *self._headers.items()]


def body_reader(operation: Operation) -> Callable[[], Mapping[str, Any]]:
    """Return a function that reads the current request's body.

    It returns the attributes of a ``Given`` that are about the body; none for a
    request without one. It raises

    - ``UnsupportedMediaType`` when the operation doesn't take such a body,
    - ``RequestEntityTooLarge`` when it is too large, also when it comes in chunks,
    - ``BadRequest`` when its chunks or its form are malformed.
    """
    taken = [media_type_of(body.media_type) for body in operation.bodies]
    ranges = [media_type for media_type in taken if "*" in media_type]
    forms = [media_type for media_type in taken if media_type in (FORM, MULTIPART)]
    if operation.method == "GET" and not taken:
        return lambda: _NONE  # bodies of GET have no meaning: RFC 9110, 9.3.1

    def read() -> Mapping[str, Any]:
        if "Transfer-Encoding" in request.headers:
            _gather_chunks()
        if not request.content_length:
            return _NONE
        media_type = request.mimetype
        if media_type not in taken and not _is_in(ranges, media_type):
            raise _not_taken(media_type, taken)
        _check_encodings()
        if media_type == MULTIPART and MULTIPART in forms:
            return {"media_type": media_type, **_parts()}
        content = request.get_data(cache=False)
        if media_type in forms:
            return {"media_type": media_type, "form": texts_of(content, "form")}
        return {"media_type": media_type, "content": content}

    return read


def texts_of(content: bytes, place: str) -> Mapping[str, Sequence[str]]:
    """Return the texts of each name in a query or in a form that is written like one.

    Werkzeug would leave what it can't decode as it is written, as if it meant that.

    Raises:
        BadRequest: When it isn't UTF-8.
    """
    try:
        return parse_qs(content.decode(), keep_blank_values=True, errors="strict")
    except UnicodeDecodeError:
        raise BadRequest(f"The {place} is not UTF-8.") from None


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


def _is_in(ranges: Iterable[str], media_type: str) -> bool:
    return any(fits_range(media_type, range_) for range_ in ranges)


def _not_taken(media_type: str, taken: Iterable[str]) -> NotTaken:
    if not taken:
        return NotTaken("This operation takes no body.", {})
    return NotTaken(
        f"This operation takes {' or '.join(taken)}, "
        f"not {media_type or 'a body without a media type'}.",
        {"Accept": ", ".join(taken)},
    )


def _check_encodings() -> None:
    encoding = request.headers.get("Content-Encoding", "identity")
    if encoding.strip().lower() != "identity":
        raise NotTaken(
            f"This operation takes no bodies that are encoded by {encoding}.",
            {"Accept-Encoding": "identity"},
        )
    charset = request.mimetype_params.get("charset", "utf-8")
    if charset.lower() not in _ENCODINGS:
        raise NotTaken(f"This operation takes text in UTF-8, not {charset}.", {})


def _parts() -> Mapping[str, Any]:
    if not request.mimetype_params.get("boundary"):
        raise BadRequest("The media type of the form says no boundary.")
    try:
        form, files = dict(request.form.lists()), dict(request.files.lists())
    except RequestEntityTooLarge:
        if (request.content_length or 0) > (request.max_content_length or 0):
            raise
        raise RequestEntityTooLarge(
            f"The form has more than {request.max_form_parts} parts."
        ) from None
    except ValueError as error:
        raise BadRequest("The form is malformed.") from error
    if None in form or None in files:
        raise BadRequest("A part of the form has no name.")
    return {"form": form, "files": files}
