"""All that contracts say, feature by feature: a notation can say it, or it refuses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from launchpad_core.contract import (
    CSV,
    FORM,
    JSON,
    MULTIPART,
    Body,
    Parameter,
    Response,
)
from launchpad_core.testing.api_formats.feature import (
    TEXT,
    Feature,
    of_answers,
    of_bodies,
    of_contract,
    of_operations,
    of_parameter,
)
from launchpad_core.testing.api_formats.schema_features import SCHEMA_FEATURES
from launchpad_core.testing.api_formats.security_features import SECURITY_FEATURES

_TEXTS = {"type": "array", "items": TEXT}
_ROWS = {"type": "array", "items": {"type": "object"}}
_HEADER = Parameter("X-Rate", location="header", schema=TEXT)
_SEPARATORS = {"commas": ",", "pipes": "|", "spaces": " "}


def _in_path(*names: str) -> tuple[Parameter, ...]:
    return tuple(
        Parameter(name, location="path", schema=TEXT, required=True) for name in names
    )


def _in_query(*names: str) -> tuple[Parameter, ...]:
    return tuple(Parameter(name, location="query", schema=TEXT) for name in names)


def _form(media_type: str = FORM, **says: Any) -> Body:
    field = Parameter("x", **{"location": "form", "schema": TEXT, **says})
    return Body(media_type, parameters=(field,))


def _files(**says: Any) -> Body:
    return _form(MULTIPART, **{"location": "file", "schema": {}, **says})


_ABOUT = (
    of_contract("descriptions of contracts", description="Sums.\n\nOf numbers."),
    of_contract("base addresses", base_uri="https://example.org/sums"),
    of_contract("variables of base addresses", base_uri="https://{host}/sums"),
)
_OPERATIONS = (
    *(
        of_operations(method, method)
        for method in ("POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
    ),
    of_operations("other methods", "TRACE"),
    of_operations(
        "several operations of a path", "GET", "PUT", "DELETE", needs=["PUT", "DELETE"]
    ),
    of_operations("titles of operations", title="Add numbers"),
    of_operations("descriptions of operations", description="Adds.\n\nNumbers."),
)
_PARAMETERS = (
    of_operations("query parameters", parameters=_in_query("x")),
    of_operations("path parameters", path="/{x}", parameters=_in_path("x")),
    of_operations("headers", parameters=(_HEADER,)),
    of_operations(
        "several parameters",
        parameters=_in_query("y", "x", "a.b"),
        needs=["query parameters"],
    ),
    of_operations(
        "several path parameters",
        path="/{y}/of/{x}.json",
        parameters=_in_path("y", "x"),
        needs=["path parameters"],
    ),
    of_parameter("required parameters", required=True),
    of_parameter("descriptions of parameters", description="The first.\n\nOf two."),
    of_parameter("examples of parameters", examples=("a",)),
    of_parameter("several examples of parameters", examples=("a", "b")),
    of_parameter("repeated parameters", "array", schema=_TEXTS),
    *(
        of_parameter(f"items between {name}", "array", schema=_TEXTS, separator=sign)
        for name, sign in _SEPARATORS.items()
    ),
)
_FORMS = (
    of_bodies("forms", _form()),
    of_bodies("multipart forms", _form(MULTIPART)),
    of_bodies("required fields", _form(required=True), needs=["forms"]),
    of_bodies("descriptions of fields", _form(description="First"), needs=["forms"]),
    of_bodies("examples of fields", _form(examples=("a", "b")), needs=["forms"]),
    of_bodies("repeated fields", _form(schema=_TEXTS), needs=["forms", "array"]),
    of_bodies("files", _files()),
    of_bodies("required files", _files(required=True), needs=["files"]),
    of_bodies("descriptions of files", _files(description="Photo"), needs=["files"]),
    of_bodies(
        "media types of files",
        _files(media_types=("image/png", "image/jpeg")),
        needs=["files"],
    ),
    of_bodies(
        "sizes of files",
        _files(schema={"minLength": 1, "maxLength": 1000}),
        needs=["files"],
    ),
    of_bodies(
        "several files",
        _files(schema={"type": "array", "items": {}, "maxItems": 3}),
        needs=["files"],
    ),
)
_BODIES = (
    of_bodies("JSON bodies", Body(JSON, schema={"type": "object"})),
    of_bodies("CSV bodies", Body(CSV, schema=_ROWS)),
    of_bodies("text bodies", Body("text/plain", schema=TEXT)),
    of_bodies("bodies of other media types", Body("application/vnd.acme.a+json")),
    of_bodies("bodies of anything", Body(JSON), needs=["JSON bodies"]),
    of_bodies(
        "several bodies",
        Body(JSON, schema=_ROWS),
        Body(CSV, schema=_ROWS),
        needs=["JSON bodies", "CSV bodies"],
    ),
    of_bodies(
        "optional bodies",
        Body(JSON, schema=TEXT),
        body_required=False,
        needs=["JSON bodies"],
    ),
    of_bodies(
        "descriptions of bodies",
        Body(JSON, schema=TEXT, description="Numbers.\n\nAll."),
        needs=["JSON bodies"],
    ),
    of_bodies(
        "several descriptions of bodies",
        Body(JSON, schema=_ROWS, description="Rows"),
        Body(CSV, schema=_ROWS, description="A table"),
        needs=["several bodies", "descriptions of bodies"],
    ),
    of_bodies(
        "examples of bodies",
        Body(JSON, schema={"type": "object"}, examples=({"x": 1}, {"y": [None, "a"]})),
        needs=["JSON bodies"],
    ),
)
_ANSWERS = (
    of_answers("answers", Response(204)),
    of_answers("JSON answers", Response(200, media_type=JSON, schema=TEXT)),
    of_answers("CSV answers", Response(200, media_type=CSV, schema=_ROWS)),
    of_answers(
        "answers of other media types", Response(200, media_type="application/pdf")
    ),
    of_answers(
        "several answers",
        Response(200, media_type=JSON, schema=TEXT),
        Response(404),
        Response(503),
        needs=["JSON answers", "answers"],
    ),
    of_answers(
        "answers in several media types",
        Response(200, media_type=JSON, schema=_ROWS),
        Response(200, media_type=CSV, schema=_ROWS),
        needs=["JSON answers", "CSV answers"],
    ),
    of_answers(
        "descriptions of answers", Response(204, description="Done"), needs=["answers"]
    ),
    of_answers(
        "several descriptions of an answer",
        Response(200, media_type=JSON, schema=_ROWS, description="Rows"),
        Response(200, media_type=CSV, schema=_ROWS, description="A table"),
        needs=["answers in several media types", "descriptions of answers"],
    ),
    of_answers(
        "headers of answers", Response(204, headers=(_HEADER,)), needs=["answers"]
    ),
    of_answers(
        "examples of answers",
        Response(200, media_type=JSON, schema=TEXT, examples=("a", "b")),
        needs=["JSON answers"],
    ),
)

FEATURES: Mapping[str, Feature] = {
    feature.name: feature
    for features in (
        *(_ABOUT, _OPERATIONS, _PARAMETERS, _FORMS, _BODIES, _ANSWERS),
        *(SCHEMA_FEATURES, SECURITY_FEATURES),
    )
    for feature in features
}
"""All features, by name."""
