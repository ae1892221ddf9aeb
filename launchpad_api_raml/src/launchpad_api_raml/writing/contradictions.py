"""What operations may hold, and RAML 1.0 has no or only one place for."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator
from typing import TypeVar

from launchpad_core.contract import PATH_PARAMETER, Operation

T = TypeVar("T", bound=Hashable)

_NAME_IN_PATH = re.compile(r"[^{}\s]+")


def contradictions(operation: Operation) -> Iterator[str]:
    """Yield what RAML 1.0 can't say of an operation, and would lose or make up."""
    yield from _of_path(operation)
    keys = ((one.name, one.location) for one in operation.parameters)
    for name, location in _several(keys):
        yield f'two parameters "{name}" in the {location}'
    for media_type in _several(body.media_type for body in operation.bodies):
        yield f"two bodies of {media_type}"
    for body in operation.bodies:
        for name in _several(one.name for one in body.parameters):
            yield f'two fields "{name}" of {body.media_type}'
    if operation.body_required and not operation.bodies:
        yield "a body of no media type"
    answers = ((one.status, one.media_type) for one in operation.responses)
    for status, media_type in _several(answers):
        yield f"two answers {status} of {media_type or 'no media type'}"
    for answer in operation.responses:
        if not 100 <= answer.status < 600:
            yield f"the status {answer.status}"


def _of_path(operation: Operation) -> Iterator[str]:
    declared = [one for one in operation.parameters if one.location == "path"]
    names = [one.name for one in declared]
    in_path = PATH_PARAMETER.findall(operation.path)
    yield from (f"what {{{name}}} is" for name in in_path if name not in names)
    for one in declared:
        if one.name not in in_path:
            yield f'the parameter "{one.name}", which is not in the path'
        elif not _NAME_IN_PATH.fullmatch(one.name):
            yield f'the parameter "{one.name}" of a path: it has a space'
        values = (*one.schema.get("enum", ()), one.schema.get("default"))
        if any("/" in value for value in values if isinstance(value, str)):
            yield f'the parameter "{one.name}" of a path: a value has a slash'


def _several(items: Iterable[T]) -> Iterator[T]:
    """Yield the items that are there several times."""
    yield from (item for item, count in Counter(items).items() if count > 1)
