"""Contracts that a notation may have no words for: odd names, and contradictions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from launchpad_core.contract import (
    CSV,
    JSON,
    ApiContract,
    Body,
    Operation,
    Parameter,
    Response,
    Schema,
    SecurityScheme,
)
from launchpad_core.references import reference_to
from launchpad_core.testing.api_formats.feature import TEXT


def with_text(text: str) -> Iterator[tuple[str, ApiContract]]:
    """Yield contracts that have a text as a name or a value, and what it is there."""
    about = _contract(_get(title=text), title=text, version=text, description=text)
    yield "a title, a version and a description", about
    yield "a query parameter", _contract(_get(_query(text)))
    values = _query("x", {**TEXT, "enum": [text, "other"], "default": text})
    yield "a value of a query parameter", _contract(_get(values))
    yield (
        "a property",
        _contract(
            _answering(
                {"type": "object", "properties": {text: TEXT}, "required": [text]}
            )
        ),
    )
    yield (
        "a description of an answer",
        _contract(_get(responses=(Response(204, description=text),))),
    )
    named = _answering(reference_to(text))
    yield "a named schema", _contract(named, schemas={text: TEXT})
    scheme = SecurityScheme(text, kind="basic")
    secured = _get(security=({text: ()},))
    yield "a security scheme", _contract(secured, security_schemes=(scheme,))
    in_path = _in_path("x", {**TEXT, "enum": [text, "other"]})
    yield "a value in a path", _contract(_get(in_path, path="/odd/{x}"))
    if "{" not in text:
        name = _get(_in_path(text, TEXT), path=f"/odd/{{{text}}}")
        yield "a path parameter", _contract(name)


def _contract(*operations: Operation, **says: Any) -> ApiContract:
    about = {"title": "Odd", "version": "v1", **says}
    return ApiContract(operations=operations, **about)


def _get(*parameters: Parameter, path: str = "/odd", **says: Any) -> Operation:
    return Operation("GET", path=path, parameters=parameters, **says)


def _put(*bodies: Body) -> Operation:
    return Operation("PUT", path="/odd", bodies=bodies, body_required=True)


def _answering(schema: Schema) -> Operation:
    return _get(responses=(Response(200, media_type=JSON, schema=schema),))


def _query(name: str, schema: Schema = TEXT) -> Parameter:
    return Parameter(name, location="query", schema=schema)


def _in_path(name: str, schema: Schema) -> Parameter:
    return Parameter(name, location="path", schema=schema, required=True)


_RATE = Parameter("X-Rate", location="header", schema=TEXT)
_ROWS = {"type": "array", "items": {"type": "object"}}

ODD_CONTRACTS: Mapping[str, ApiContract] = {
    "the same operation twice": _contract(_get(title="One"), _get(title="Other")),
    "two parameters of one name": _contract(
        _get(_query("x"), _query("x", {"type": "number"}))
    ),
    "parameters of one name in two places": _contract(
        _get(
            _in_path("x", TEXT),
            _query("x"),
            Parameter("x", location="header", schema=TEXT),
            path="/odd/{x}",
        )
    ),
    "a path parameter that isn't in the path": _contract(_get(_in_path("x", TEXT))),
    "a part of a path that is no parameter": _contract(_get(path="/odd/{x}")),
    "two bodies of one media type": _contract(
        _put(Body(JSON, schema=TEXT), Body(JSON, schema=_ROWS))
    ),
    "two answers of one status and media type": _contract(
        _get(
            responses=(
                Response(200, media_type=JSON, schema=TEXT),
                Response(200, media_type=JSON, schema=_ROWS),
            )
        )
    ),
    "an answer with and without a body": _contract(
        _get(responses=(Response(200), Response(200, media_type=CSV)))
    ),
    "headers of one media type of an answer": _contract(
        _get(
            responses=(
                Response(200, media_type=JSON),
                Response(200, media_type=CSV, headers=(_RATE,)),
            )
        )
    ),
    "a status that HTTP doesn't have": _contract(_get(responses=(Response(1000),))),
    "a body that is required, of no media type": _contract(
        Operation("PUT", path="/odd", body_required=True)
    ),
    "no operation": _contract(),
    "no version": _contract(_get(), version=""),
}
"""Contracts that contradict themselves, or nearly, by what they hold."""
