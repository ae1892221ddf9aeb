"""Contracts with everything that they may hold, for property tests of API formats.

What neither RAML nor OpenAPI can hold is left out: operations of one path stand
together, answers of one status as well, with the same description and headers;
parameters are in the order path, query, header; bodies of one operation have the same
description.
"""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from instance_strategies import instances, optional_texts, plain_values, texts
from schema_strategies import (
    named_schemas,
    objects,
    parameter_schemas,
    property_names,
    schemas,
)
from security_strategies import alternatives, security_schemes

from launchpad_core.contract import (
    CSV,
    FORM,
    JSON,
    MULTIPART,
    ApiContract,
    Body,
    In,
    Operation,
    Parameter,
    Response,
    Schema,
    SecurityScheme,
)
from launchpad_core.references import reference_to

__all__ = ["contracts", "instances", "operations", "parameters", "schemas"]

Named = dict[str, dict[str, Any]]

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
PATHS = ("/", "/varieties", "/varieties/{id}", "/a/{id}/{sepal.length}.json", "/yes")
BASE_URIS = ("", "https://example.org/api", "https://{host}.example.org/{a}/v1")
HEADERS = ("X-Rate", "ETag", "x-010", "If-Match", "X-Trace.Id")


@st.composite
def contracts(draw: st.DrawFn, *, separators: bool = True) -> ApiContract:
    """Whole contracts.

    Args:
        draw: What hypothesis gives.
        separators: Whether the items of an array may stand in one value.
    """
    named = draw(named_schemas())
    schemes = draw(security_schemes())
    found: list[Operation] = []
    for path in draw(st.lists(st.sampled_from(PATHS), max_size=2, unique=True)):
        methods = st.lists(
            st.sampled_from(METHODS), min_size=1, max_size=2, unique=True
        )
        for method in draw(methods):
            found.append(
                draw(operations(method, path, named, schemes, separators=separators))
            )
    return ApiContract(
        draw(texts.filter(lambda text: bool(text.strip()))),
        version=draw(st.sampled_from(["v1", "1.10", "1", "010", "yes", "2024-01-01"])),
        operations=tuple(found),
        description=draw(optional_texts),
        base_uri=draw(
            st.sampled_from(
                [
                    "",
                    "https://example.org/api",
                    "https://{host}.example.org/{a}/v1",
                    "/",
                ]
            )
        ),
        schemas=named,
        security_schemes=schemes,
    )


@st.composite
def operations(
    draw: st.DrawFn,
    method: str = "POST",
    path: str = "/varieties/{id}",
    named: Named | None = None,
    schemes: tuple[SecurityScheme, ...] = (),
    *,
    separators: bool = True,
) -> Operation:
    """Operations of one method and path, which may refer to named schemas."""
    known = named or {}
    in_path = [part.split("}")[0] for part in path.split("{")[1:]]
    inputs = [draw(parameters("path", name=name)) for name in in_path]
    inputs += draw(_several("query", property_names.filter(bool), separators))
    inputs += draw(_several("header", st.sampled_from(HEADERS), separators))
    bodies = draw(_bodies(known, separators=separators))
    return Operation(
        method,
        path=path,
        parameters=tuple(inputs),
        bodies=bodies,
        body_required=bool(bodies) and draw(st.booleans()),
        responses=draw(_responses(known)),
        title=draw(optional_texts),
        description=draw(optional_texts),
        security=draw(alternatives(schemes)),
    )


@st.composite
def parameters(
    draw: st.DrawFn,
    location: In = "query",
    *,
    name: str | None = None,
    separators: bool = True,
) -> Parameter:
    """Parameters of one place: a scalar or an array of scalars, or files."""
    if name is None:
        name = draw(property_names.filter(bool))
    if location == "file":
        return draw(_files(name))
    schemas_here = parameter_schemas()
    if location == "path":
        schemas_here = schemas_here.filter(_fits_segments)
    schema = draw(schemas_here)
    separator = ""
    if schema["type"] == "array" and separators:
        # Where there's only one place for a value, its items have to share it.
        separator = "," if location in ("path", "header") else draw(_SEPARATORS)
    if schema["type"] == "array" and not separators and location == "path":
        schema = schema["items"]
    return Parameter(
        name,
        location=location,
        schema=schema,
        required=location == "path" or draw(st.booleans()),
        description=draw(optional_texts),
        examples=draw(_examples(schema, {})),
        separator=separator,
    )


def _fits_segments(schema: Schema) -> bool:
    """Return whether no value has a slash: RAML lets none be a part of a path."""
    return "/" not in f"{schema.get('enum')}{schema.get('default')}"


_SEPARATORS = st.sampled_from(["", "", ",", "|", " "])


@st.composite
def _files(draw: st.DrawFn, name: str) -> Parameter:
    schema: dict[str, Any] = draw(
        st.fixed_dictionaries(
            {},
            optional={"minLength": st.integers(0, 9), "maxLength": st.integers(9, 99)},
        )
    )
    if draw(st.booleans()):
        schema = {"type": "array", "items": schema}
        if draw(st.booleans()):
            schema["maxItems"] = 3
    if draw(st.booleans()):
        schema["title"] = draw(texts)
    media_types = st.sampled_from(["image/*", "image/png", "text/csv", "*/*"])
    return Parameter(
        name,
        location="file",
        schema=schema,
        required=draw(st.booleans()),
        description=draw(optional_texts),
        media_types=tuple(draw(st.lists(media_types, max_size=2, unique=True))),
    )


@st.composite
def _several(
    draw: st.DrawFn, location: In, names: st.SearchStrategy[str], separators: bool
) -> list[Parameter]:
    chosen = draw(st.lists(names, max_size=3, unique_by=str.lower))
    return [
        draw(parameters(location, name=name, separators=separators)) for name in chosen
    ]


def _examples(schema: Schema, named: Named) -> st.SearchStrategy[tuple[Any, ...]]:
    one = instances(schema, named).map(lambda value: (value,))
    return st.just(()) | one | st.tuples(*[instances(schema, named)] * 2)


@st.composite
def _bodies(draw: st.DrawFn, named: Named, *, separators: bool) -> tuple[Body, ...]:
    types = st.sampled_from(
        [JSON, JSON, CSV, FORM, MULTIPART, "application/vnd.a+json", "text/plain"]
    )
    about = draw(optional_texts)
    names = property_names.filter(bool)
    found: list[Body] = []
    for media_type in draw(st.lists(types, max_size=3, unique=True)):
        fields: list[Parameter] = []
        schema, examples = None, ()
        if media_type in (FORM, MULTIPART):
            may = separators and media_type == FORM
            fields = draw(_several("form", names, may))
            if media_type == MULTIPART:
                taken = {field.name for field in fields}
                upload = draw(parameters("file"))
                fields += [upload] if upload.name not in taken else []
        else:
            schema, examples = draw(_content(media_type, named))
        found.append(
            Body(
                media_type,
                schema=schema,
                parameters=tuple(fields),
                description=about,
                examples=examples,
            )
        )
    return tuple(found)


@st.composite
def _content(
    draw: st.DrawFn, media_type: str, named: Named
) -> tuple[Schema | None, tuple[Any, ...]]:
    """Return the schema and the examples of a body that is no form."""
    if draw(st.integers(0, 4)) == 0:
        return None, draw(st.just(()) | st.tuples(plain_values))
    if media_type == CSV:
        refer = [reference_to(n) for n, s in named.items() if s.get("type") == "object"]
        rows = objects(depth=1) | st.sampled_from(refer) if refer else objects(depth=1)
        schema: Schema = {"type": "array", "items": draw(rows)}
    elif media_type == "text/plain":
        schema = {"type": "string"}
    else:
        schema = draw(schemas(named))
    return schema, draw(_examples(schema, named))


@st.composite
def _responses(draw: st.DrawFn, named: Named) -> tuple[Response, ...]:
    found: list[Response] = []
    statuses = st.sampled_from([200, 201, 400, 404, 503])
    for status in draw(st.lists(statuses, max_size=2, unique=True)):
        about = draw(optional_texts)
        headers = tuple(draw(_several("header", st.sampled_from(HEADERS), True)))
        types = st.sampled_from([JSON, CSV, "text/plain", "application/problem+json"])
        for media_type in draw(st.lists(types, max_size=2, unique=True)) or [""]:
            schema, examples = (
                draw(_content(media_type, named)) if media_type else (None, ())
            )
            found.append(
                Response(
                    status,
                    media_type=media_type,
                    schema=schema,
                    description=about,
                    headers=headers,
                    examples=examples,
                )
            )
    return tuple(found)
