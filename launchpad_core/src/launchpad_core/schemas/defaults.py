"""What an argument is when a request doesn't carry it."""

from __future__ import annotations

from collections.abc import Mapping

from launchpad_core.contract import Schema
from launchpad_core.errors import ContractError
from launchpad_core.positions import Position
from launchpad_core.schemas.checks import Check
from launchpad_core.schemas.json_values import Make, default_maker


def checked_default(
    schema: Schema,
    schemas: Mapping[str, Schema] = {},
    *,
    label: str,
    where: Position | None = None,
) -> Make:
    """Return a function that returns a fresh copy of a schema's default, or None.

    Raises:
        ContractError: When the default doesn't meet the schema.
    """
    if "default" not in schema:
        return lambda: None
    make = default_maker(schema, schemas)
    check = Check(schema, schemas, label=label, where=where)
    if not check.is_valid(make()):
        detail = check.problems(make())[0].detail
        raise ContractError(f"{label}: the default {detail}", where=where)
    return make
