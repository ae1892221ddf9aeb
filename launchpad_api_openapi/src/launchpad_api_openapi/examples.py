"""The examples of a document, of which only those are kept that fit."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from textwrap import shorten
from typing import Any

import jsonschema_rs

from launchpad_api_openapi.document import Document, plain
from launchpad_api_openapi.explanation import explained
from launchpad_core.contract import Schema
from launchpad_core.positions import Position
from launchpad_core.references import bundled
from launchpad_core.sections import Section

logger = logging.getLogger(__name__)


def examples_of(document: Document, section: Section) -> Iterator[Any]:
    """Yield the examples that a parameter, header or media type has."""
    if "example" in section:
        yield plain(section["example"])
    stated = section.get("examples") or Section()
    for name in stated:
        example, _ = document.followed(stated[name], stated.where(name))
        for key in ("value", "dataValue"):
            if key in example:
                yield plain(example[key])
                break


def fitting(
    examples: tuple[Any, ...],
    schema: Schema,
    schemas: Mapping[str, Schema],
    *,
    where: Position | None,
) -> tuple[Any, ...]:
    """Return the examples that fit a schema; of others, warn."""
    if not examples:
        return ()
    misfit = misfits(schema, schemas)
    kept = []
    for example in examples:
        reason = misfit(example)
        if reason:
            shown = shorten(str(example), 40, placeholder="...")
            logger.warning("%s: the example %s is left out: %s", where, shown, reason)
        else:
            kept.append(example)
    return tuple(kept)


def misfits(schema: Schema, schemas: Mapping[str, Schema]) -> Callable[[Any], str]:
    """Return a function that says why a value doesn't fit a schema, or "" if it does.

    Args:
        schema: The schema.
        schemas: The named schemas that it may refer to.
    """
    validator = jsonschema_rs.Draft202012Validator(
        dict(bundled(schema, schemas)), mask="this", offline=True
    )

    def misfit(value: Any) -> str:
        error = next(validator.iter_errors(value), None)
        return next(explained(error)).message if error else ""

    return misfit
