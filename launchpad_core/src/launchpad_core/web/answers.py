"""Writing answers in the media type that the client asks for."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from flask import Response, request
from werkzeug.datastructures import MIMEAccept
from werkzeug.exceptions import NotAcceptable
from werkzeug.http import parse_accept_header

from launchpad_core.contract import CSV, Operation
from launchpad_core.responses import answers_of

Write = Callable[[Any], Response]


def negotiator(operation: Operation) -> Callable[[], Write]:
    """Return a function that returns what writes the answer to the current request.

    It raises ``NotAcceptable`` when the client takes nothing that the operation
    answers.
    """
    answers = answers_of(operation)
    offered = tuple(answer.media_type for answer in answers)
    headers = {"Vary": "Accept"} if len(offered) > 1 else {}
    writers = [_writer(answer.status, answer.media_type, headers) for answer in answers]

    def negotiate() -> Write:
        accepted = request.headers.get("Accept")
        if not accepted or accepted == "*/*" or offered == ("",):
            return writers[0]
        choice = _choice(accepted, offered)
        if choice is None:
            raise NotAcceptable(f"This operation answers {' or '.join(offered)}.")
        return writers[choice]

    return negotiate


@lru_cache(maxsize=256)  # clients of one kind all send the same header
def _choice(accepted: str, offered: tuple[str, ...]) -> int | None:
    """Return the place of the media type that is wanted most; the first among equals.

    The most specific range counts, as in RFC 9110, 12.5.1; parameters of media types
    are ignored.
    """
    header = parse_accept_header(accepted, MIMEAccept)
    ranges: dict[str, float] = {}
    for written, quality in header:
        media_range = written.partition(";")[0].strip().lower()
        ranges[media_range] = max(quality, ranges.get(media_range, 0.0))
    best, most = None, 0.0
    for place, media_type in enumerate(offered):
        kind = media_type.partition("/")[0]
        matching = (media_type, f"{kind}/*", "*/*")
        quality = next((ranges[found] for found in matching if found in ranges), 0.0)
        if quality > most:
            best, most = place, quality
    return best


def _writer(status: int, media_type: str, headers: Mapping[str, str]) -> Write:
    if not media_type:
        return lambda value: Response(status=status, content_type="")
    write, content_type = _as_json, media_type
    if media_type == CSV:
        write, content_type = _as_csv, f"{CSV}; charset=utf-8"
    return lambda value: Response(
        write(value), status, headers, content_type=content_type
    )


def _as_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _as_csv(value: Any) -> str:
    """Return records as CSV (RFC 4180): a line for each, below the names of fields.

    A value that is no record gets the column ``prediction``; what is neither text nor
    a number is written as JSON.
    """
    items = value if isinstance(value, list) else [value]
    records = [
        item if isinstance(item, dict) else {"prediction": item} for item in items
    ]
    names = dict.fromkeys(name for record in records for name in record)
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(names)
    for record in records:
        writer.writerow(_cell(record.get(name)) for name in names)
    return text.getvalue()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
