"""The examples of a document, of which only those are kept that fit."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from textwrap import shorten
from typing import Any

import jsonschema_rs

from launchpad_api_openapi.document import Document
from launchpad_api_openapi.explanation import explained
from launchpad_core.contract import Schema
from launchpad_core.positions import Position
from launchpad_core.references import bundled
from launchpad_core.sections import Section, plain_values

MAX_COMPILED = 20_000
"""How many schemas are compiled to check examples, before they are just believed."""

logger = logging.getLogger(__name__)


def examples_of(document: Document, section: Section) -> Iterator[Any]:
    """Yield the examples that a parameter, header or media type has."""
    if "example" in section:
        yield plain_values(section["example"])
    stated = section.get("examples") or Section()
    for name in stated:
        example, _ = document.followed(stated[name], stated.where(name))
        for key in ("value", "dataValue"):
            if key in example:
                yield plain_values(example[key])
                break


class ExampleCheck:
    """Tells which examples fit their schema, as long as that doesn't take too much."""

    def __init__(self) -> None:
        self._left = MAX_COMPILED

    def fitting(
        self,
        examples: tuple[Any, ...],
        schema: Schema,
        schemas: Mapping[str, Schema],
        *,
        where: Position | None,
    ) -> tuple[Any, ...]:
        """Return the examples that fit a schema; of others, warn.

        Args:
            examples: The examples.
            schema: The schema.
            schemas: The named schemas that it may refer to.
            where: The position of what the examples are of.
        """
        if not examples or self._left < 0:
            return examples
        whole = dict(bundled(schema, schemas))
        self._left -= 1 + len(whole.get("$defs", ()))
        validator = jsonschema_rs.Draft202012Validator(whole, mask="this", offline=True)
        kept = []
        for example in examples:
            error = next(validator.iter_errors(example), None)
            if error is None:
                kept.append(example)
                continue
            logger.warning(
                "%s: the example %s is left out: %s",
                where,
                shorten(str(example), 40, placeholder="..."),
                next(explained(error)).message,
            )
        return tuple(kept)


def misfits(
    schemas: Sequence[Schema], values: Sequence[Any], named: Mapping[str, Schema]
) -> dict[int, str]:
    """Return what is wrong with those values that don't fit the schema in their place.

    Args:
        schemas: The schemas, all of which are compiled together.
        values: The values, one for each schema.
        named: The named schemas that they may refer to.
    """
    if not schemas:
        return {}
    together = {"prefixItems": [*schemas], "$defs": {**named}}
    validator = jsonschema_rs.Draft202012Validator(together, mask="this", offline=True)
    found: dict[int, str] = {}
    for error in validator.iter_errors([*values]):
        index = error.instance_path[0]
        found.setdefault(int(index), next(explained(error)).message)
    return found
