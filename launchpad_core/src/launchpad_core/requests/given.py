"""What a request carries, and what predict gets for it, as plain values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec


class Given(msgspec.Struct, frozen=True, kw_only=True):
    """What one request carries.

    Attributes:
        path: The texts of each parameter in the path, by name.
        query: Those in the query.
        headers: The headers, with a character for each byte (PEP 3333); ``get`` doesn't
            tell upper and lower case apart.
        media_type: The media type of the body, in lower case and without parameters;
            "" when there is no body.
        content: The body, unless it is a form.
        form: The texts of each field of a form.
        files: The files of each field of a form, as werkzeug has them: with
            ``filename``, ``mimetype`` and ``stream``.
    """

    path: Mapping[str, Sequence[str]] = {}
    query: Mapping[str, Sequence[str]] = {}
    headers: Mapping[str, str] = {}
    media_type: str = ""
    content: bytes = b""
    form: Mapping[str, Sequence[str]] = {}
    files: Mapping[str, Sequence[Any]] = {}


class Arguments(msgspec.Struct, frozen=True):
    """What predict gets for one request.

    Attributes:
        records: The arguments by name, once for each row.
        many: Whether the answer is a list, with one result for each record.
    """

    records: list[dict[str, Any]]
    many: bool
