"""Secrets from the environment: a config names the variable, not the value."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from launchpad_core.errors import MissingVariable
from launchpad_core.masking import SUFFIX
from launchpad_core.positions import Position
from launchpad_core.sections import Section


def variable(name: str, *, where: Position | None = None) -> str:
    """Return the value of an environment variable that a config names.

    Raises:
        MissingVariable: When it isn't set.
    """
    value = os.environ.get(name)
    if value is None:
        raise MissingVariable(
            f"the environment variable {name} is not set",
            where=where,
            hint=f"export {name}=...",
        )
    return value


def with_variables(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values with every ``key_var: NAME`` replaced by ``key: <its value>``.

    Call it when connecting, keep the result out of logs, and don't store it.

    Raises:
        MissingVariable: When a named variable isn't set.
    """
    resolved: dict[str, Any] = {}
    for key, value in values.items():
        if isinstance(value, Mapping):
            resolved[key] = with_variables(value)
        elif key.endswith(SUFFIX) and isinstance(value, str):
            where = values.where(key) if isinstance(values, Section) else None
            resolved[key.removesuffix(SUFFIX)] = variable(value, where=where)
        else:
            resolved[key] = value
    return resolved
