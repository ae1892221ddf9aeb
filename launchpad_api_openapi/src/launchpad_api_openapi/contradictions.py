"""What a schema asks for and no value can meet."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any, TypeGuard

from launchpad_api_openapi.faults import Faults
from launchpad_core.sections import Items, Section
from launchpad_core.spelling import did_you_mean

_PAIRS = (
    ("minLength", "maxLength"),
    ("minItems", "maxItems"),
    ("minContains", "maxContains"),
    ("minProperties", "maxProperties"),
    ("minimum", "maximum"),
)
_EXCLUSIVE_PAIRS = (
    ("exclusiveMinimum", "maximum"),
    ("minimum", "exclusiveMaximum"),
    ("exclusiveMinimum", "exclusiveMaximum"),
)
_INCLUSIVE = {"exclusiveMinimum": "minimum", "exclusiveMaximum": "maximum"}

logger = logging.getLogger(__name__)


def check_limits(schema: Mapping[str, Any], origin: Section, faults: Faults) -> None:
    """Note each least value of a schema that is above the most.

    Args:
        schema: The schema, in the words of 2020-12.
        origin: The schema as it was written.
        faults: Takes the mistakes.
    """
    for least, most in (*_PAIRS, *_EXCLUSIVE_PAIRS):
        low, high = schema.get(least, ""), schema.get(most, "")
        if not (_is_number(low) and _is_number(high)):
            continue
        names = [_as_written(name, origin) for name in (least, most)]
        where = origin.where(names[1])
        if low > high:
            faults.add(" is above ".join(names), where=where)
        elif low == high and (least, most) in _EXCLUSIVE_PAIRS:
            faults.add(" is not below ".join(names), where=where)


def warn_of_unknown_required(schema: Mapping[str, Any], origin: Section) -> None:
    """Warn of required properties that a schema, which lists all, doesn't admit."""
    required, properties = origin.get("required"), schema.get("properties", {})
    is_open = schema.get("additionalProperties") is not False
    if is_open or schema.get("patternProperties") or "required" not in schema:
        return
    if not isinstance(required, Items) or not isinstance(properties, Mapping):
        return
    for index, name in enumerate(required):
        if isinstance(name, str) and name not in properties:
            hint = did_you_mean(name, properties)
            logger.warning(
                '%s: no value fits: "%s" is required, but is none of the properties, '
                "and additionalProperties: false admits no others%s",
                required.where(index),
                name,
                f"; {hint}" if hint else "",
            )


def _is_number(value: Any) -> TypeGuard[float]:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _as_written(limit: str, origin: Section) -> str:
    """Return the word for a limit: OpenAPI 3.0 has ``exclusiveMinimum: true``."""
    return _INCLUSIVE[limit] if origin.get(limit) is True else limit
