"""Patterns: whether they are any, and of which names a pattern property tells."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

import jsonschema_rs


@lru_cache(maxsize=1000)
def why_no_pattern(pattern: str) -> str:
    """Return why a text is no regular expression, or "" when it is one."""
    try:
        jsonschema_rs.validator_for({"pattern": pattern})
    except ValueError as error:
        reason = str(error).partition("\n")[0]
        try:
            re.compile(pattern)
        except re.error as known:
            reason = str(known)
        return reason
    return ""


def exclusive(patterns: Iterable[str], names: Iterable[str]) -> Iterator[str]:
    """Yield patterns of property names so that only one is about each name.

    RAML lets the first pattern prevail, and a declared name before all of them; in a
    JSON Schema each pattern that fits is applied.
    """
    earlier: list[str] = []
    for pattern in patterns:
        known = [re.escape(name) for name in names if _fits(pattern, name)]
        excluded = [f"(?:{'|'.join(known)})$"] if known else []
        excluded += [f"[\\s\\S]*(?:{other})" for other in earlier]
        if excluded:
            yield f"^(?!{'|'.join(excluded)})[\\s\\S]*(?:{pattern})"
        else:
            yield pattern
        earlier.append(pattern)


def _fits(pattern: str, name: str) -> bool:
    return jsonschema_rs.is_valid({"pattern": pattern}, name)
