"""Named parameters of RAML 0.8 as parameters of the contract."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from launchpad_api_raml.parameters import base_type, schema_of, unfit_value, value_of
from launchpad_core.contract import In, Parameter
from launchpad_core.positions import Position
from launchpad_core.sections import Section

logger = logging.getLogger(__name__)


def named(owner: Section, key: str, location: In) -> Iterator[Parameter]:
    """Yield the parameters below a key, such as ``queryParameters``."""
    stated = owner.get(key) or Section()
    for name, facets in stated.items():
        where = stated.where(name)
        if location == "header" and "{*}" in name:
            logger.warning("%s: headers like %s are not checked", where, name)
        else:
            yield parameter(name, facets, location, where=where)


def parameter(
    name: str,
    stated: Mapping[str, Any] | list[Mapping[str, Any]] | None,
    location: In,
    *,
    where: Position | None,
) -> Parameter:
    """Return the parameter that facets state; nothing is as good as none."""
    if isinstance(stated, list):
        return _one_of([parameter(name, one, location, where=where) for one in stated])
    facets = stated or {}
    is_file = base_type(facets)[0] == "file"
    example = None if is_file else value_of(facets, "example")
    if example is not None and unfit_value(facets, example, name):
        example = None  # of which the check has warned
    return Parameter(
        name,
        location="file" if is_file else location,
        schema=schema_of(facets),
        required=facets.get("required", location == "path"),
        description=facets.get("description") or "",
        examples=() if example is None else (example,),
        where=where,
    )


def _one_of(alternatives: list[Parameter]) -> Parameter:
    """Return a parameter that has several types.

    Source: RAML 0.8, "Named Parameters With Multiple Types".
    """
    texts = ("default", "title")
    schemas = [
        {key: value for key, value in one.schema.items() if key not in texts}
        for one in alternatives
    ]
    stated = {
        key: one.schema[key]
        for key in texts
        for one in reversed(alternatives)
        if key in one.schema
    }
    return replace(
        alternatives[0],
        schema={"anyOf": schemas, **stated},
        required=any(one.required for one in alternatives),
        description="\n\n".join(one.description for one in alternatives).strip(),
        examples=tuple(example for one in alternatives for example in one.examples),
    )
