"""What an argument is when a request doesn't carry it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import Any

from launchpad_core.contract import Schema
from launchpad_core.errors import ContractError
from launchpad_core.json_values import default_of
from launchpad_core.positions import Position
from launchpad_core.schema_checks import Check

Default = Callable[[], Any]


def checked_default(
    schema: Schema,
    schemas: Mapping[str, Schema] = {},
    *,
    label: str,
    where: Position | None = None,
) -> Default:
    """Return a function that returns a fresh copy of a schema's default, or None.

    Raises:
        ContractError: When the default doesn't meet the schema.
    """
    if "default" not in schema:
        return lambda: None
    value = default_of(schema)
    check = Check(schema, schemas, label=label, where=where)
    if not check.is_valid(value):
        detail = check.problems(value)[0].detail
        raise ContractError(f"{label}: the default {detail}", where=where)
    if isinstance(value, (list, dict)):
        return lambda: deepcopy(value)
    return lambda: value
