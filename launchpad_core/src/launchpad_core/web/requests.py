"""Reading from a request what it carries, as far as its operation takes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import cast

from flask import Request, request
from werkzeug.exceptions import BadRequest
from werkzeug.formparser import FormDataParser

from launchpad_core.contract import PATH_PARAMETER, Operation
from launchpad_core.requests.validation import Given
from launchpad_core.web.bodies import body_reader, texts_of

_UNDECODABLE = "\ufffd"


class StrictRequest(Request):
    """A request whose form is an error when it is malformed, not empty."""

    def make_form_data_parser(self) -> FormDataParser:
        """Return a parser that tells what it can't read."""
        parser = super().make_form_data_parser()
        parser.silent = False
        return parser


def uri_parameters(operation: Operation) -> list[str]:
    """Return the names in an operation's path, in its order."""
    return PATH_PARAMETER.findall(operation.path)


def reader(operation: Operation) -> Callable[[Mapping[str, str]], Given]:
    """Return a function that reads what the current request carries.

    It takes the parts of the path: ``uri0``, ``uri1`` and so on.
    """
    path = {f"uri{i}": name for i, name in enumerate(uri_parameters(operation))}
    read_body = body_reader(operation)

    def read(uri: Mapping[str, str]) -> Given:
        return Given(
            path={path[part]: [value] for part, value in _decoded(uri).items()},
            query=_query(),
            headers=cast(Mapping[str, str], request.headers),
            **read_body(),
        )

    return read


def _decoded(uri: Mapping[str, str]) -> Mapping[str, str]:
    """Return the parts of the path, unless Werkzeug had to guess at them.

    Raises:
        BadRequest: When the path isn't UTF-8.
    """
    if any(_UNDECODABLE in value for value in uri.values()):
        try:
            request.environ["PATH_INFO"].encode("latin-1").decode()  # PEP 3333
        except UnicodeDecodeError:
            raise BadRequest("The path is not UTF-8.") from None
    return uri


def _query() -> Mapping[str, Sequence[str]]:
    written = request.query_string
    return texts_of(written, "query") if written else {}
