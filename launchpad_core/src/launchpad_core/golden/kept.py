"""What a build's ``golden.json`` holds: requests, and what was predicted for them."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from launchpad_core.contract import PATH_PARAMETER
from launchpad_core.errors import StoreError
from launchpad_core.requests.given import Given
from launchpad_core.store.entries import json_bytes

FORMAT = 1

_LONGEST = 200


class Headers(dict[str, str]):
    """Headers by name in lower case; ``get`` takes any."""

    def get(self, name: str, default: Any = None) -> Any:
        """Return the text of a header."""
        return super().get(name.lower(), default)


@dataclass(frozen=True, slots=True)
class GoldenRequest:
    """A request whose prediction is known.

    Attributes:
        method: The operation's method.
        path: The operation's path, with its parameters' names.
        given: What the request carries.
        prediction: What was predicted, as plain values.
    """

    method: str
    path: str
    given: Given
    prediction: Any = None

    def __str__(self) -> str:
        given = self.given
        parts = {name: quote(texts[0]) for name, texts in given.path.items()}
        path = PATH_PARAMETER.sub(lambda it: parts.get(it[1], it[0]), self.path)
        query = f"?{urlencode(given.query, doseq=True)}" if given.query else ""
        headers = [f"{name}: {text}" for name, text in given.headers.items()]
        body = urlencode(given.form, doseq=True) or _text(given.content)
        words = [f"{self.method} {path}{query}", *headers, given.media_type, body]
        text = " ".join(" ".join(words).split())
        return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."


@dataclass(frozen=True, slots=True)
class Golden:
    """The golden predictions of a build.

    Attributes:
        requests: The requests.
        reads: The data sources that predict read meanwhile, whose data may change.
    """

    requests: Sequence[GoldenRequest]
    reads: Sequence[str] = ()

    def as_bytes(self) -> bytes:
        """Return them as their file holds them."""
        requests = [
            {
                "method": one.method,
                "path": one.path,
                "given": _values(one.given),
                "prediction": one.prediction,
            }
            for one in self.requests
        ]
        return json_bytes(
            {"format": FORMAT, "reads": [*self.reads], "requests": requests}
        )


def golden_from(content: bytes) -> Golden:
    """Return the golden predictions that a file holds.

    Raises:
        StoreError: When a newer launchpad wrote it.
    """
    value = json.loads(content)
    if value["format"] != FORMAT:
        raise StoreError(
            f"the golden predictions are in the format {value['format']}, "
            f"which is newer than {FORMAT}",
            hint="pip install --upgrade launchpad-core",
        )
    requests = (
        GoldenRequest(
            one["method"], one["path"], _given(one["given"]), one["prediction"]
        )
        for one in value["requests"]
    )
    return Golden(tuple(requests), tuple(value["reads"]))


_PLACES = ("path", "query", "headers", "media_type", "form")


def _values(given: Given) -> dict[str, Any]:
    values = {name: value for name in _PLACES if (value := getattr(given, name))}
    if not given.content:
        return values
    try:
        return {**values, "text": given.content.decode()}
    except UnicodeDecodeError:
        return {**values, "base64": b64encode(given.content).decode("ascii")}


def _given(values: Mapping[str, Any]) -> Given:
    content = b64decode(values.get("base64", "")) or values.get("text", "").encode()
    places = {name: values[name] for name in _PLACES if name in values}
    headers = Headers(places.pop("headers", {}))
    return Given(content=content, headers=headers, **places)


def _text(content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError:
        return f"({len(content)} bytes)"
