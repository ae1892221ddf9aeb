"""What sections of data sources and sinks may say, whatever their type."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, get_args

from pydantic import BeforeValidator, Field, WithJsonSchema

from launchpad_core.settings import Settings

Tag = Literal["train", "test", "predict"]
TAGS: tuple[Tag, ...] = get_args(Tag)

_PRODUCT = re.compile(r"\s*[0-9]+(\s*\*\s*[0-9]+)*\s*")


def _tags(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _seconds(value: object) -> object:
    if not isinstance(value, str) or not _PRODUCT.fullmatch(value):
        return value
    seconds = 1
    for factor in value.split("*"):
        seconds *= int(factor)
    return seconds


Tags = Annotated[
    list[Tag],
    BeforeValidator(_tags),
    WithJsonSchema(
        {
            "anyOf": [
                {"enum": list(TAGS)},
                {"type": "array", "items": {"enum": list(TAGS)}},
            ]
        }
    ),
]
"""Tags in a config: a list, or one of them as text."""

Seconds = Annotated[
    int,
    BeforeValidator(_seconds),
    Field(ge=-1),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "integer", "minimum": -1},
                {"type": "string", "pattern": f"^{_PRODUCT.pattern}$"},
            ]
        }
    ),
]
"""Seconds in a config, also as a product such as ``24*60*60``; -1 for ever."""


class SectionSettings(Settings):
    """What every section of ``datasources`` and ``datasinks`` may say."""

    type: str
    """The type, such as `csv`, or `dbms.NAME` for a connection in `dbms`."""
    tags: Tags = []
    """Which functions get it: `train`, `test`, `predict`; all of them if empty."""
    options: dict[str, Any] = {}
    """Options for the underlying reader or writer, such as pandas'."""
