"""What a config may hold, in words: made of the type hints of settings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from annotated_types import Ge, Gt, Le, Lt, MaxLen, MinLen
from pydantic import BeforeValidator, WithJsonSchema
from pydantic.fields import FieldInfo
from reference_pages.markdown import in_words, link

from launchpad_core.config_sections import (
    Address,
    CheckedAnswers,
    ModelVersion,
    Name,
)
from launchpad_core.data_settings import Seconds, Tags
from launchpad_core.settings import (
    ByteCount,
    ConfigLocation,
    ConfigPath,
    Settings,
)

_NAMED: tuple[tuple[Any, str], ...] = (
    (Address, "address, as `HOST:PORT`"),
    (ByteCount, "bytes, or such as `500 MB`"),
    (CheckedAnswers, "`off`, `sample` or `always`"),
    (ConfigLocation, "path or URL"),
    (ConfigPath, "path"),
    (ModelVersion, "version, in quotes"),
    (Name, "name"),
    (Seconds, "seconds, or a product such as `24*60*60`"),
    (Tags, "`train`, `test` or `predict`, or a list of them"),
)
_PLAIN: Mapping[Any, str] = {
    Any: "anything",
    Path: "path",
    bool: "`true` or `false`",
    float: "number",
    int: "whole number",
    str: "text",
}
_JSON: Mapping[str, str] = {
    "boolean": "`true` or `false`",
    "integer": "whole number",
    "null": "nothing",
    "number": "number",
    "object": "mapping",
    "string": "text",
}


class NoWords(LookupError):
    """A type hint that there are no words for yet; they belong into this module."""


def type_in_words(hint: Any) -> str:
    """Return what values of a type are called in a config.

    Raises:
        NoWords: When this module has to learn the type.
    """
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return _annotated(hint)
    if origin in (Union, UnionType):
        parts = [type_in_words(one) for one in arguments if one is not NoneType]
        return " or ".join(parts)
    if origin is Literal:
        return in_words([f"`{value}`" for value in arguments], last="or")
    if origin is list:
        return f"list of {type_in_words(arguments[0])}"
    if origin is dict:
        inner = arguments[1]
        return "mapping" if inner is Any else f"by name: {type_in_words(inner)}"
    if isinstance(hint, type) and issubclass(hint, Settings):
        return f"section {link(hint.__name__)}"
    if hint in _PLAIN:
        return _PLAIN[hint]
    raise NoWords(f"{hint} has no words yet: add them to {Path(__file__).name}")


def settings_in(hint: Any) -> list[type[Settings]]:
    """Return the classes of settings that a type is made of."""
    if isinstance(hint, type) and issubclass(hint, Settings):
        return [hint]
    return [found for part in get_args(hint) for found in settings_in(part)]


def _annotated(hint: Any) -> str:
    base, *metadata = get_args(hint)
    for named, words in _NAMED:
        own, *begin = get_args(named)
        if base == own and metadata[: len(begin)] == begin:
            return words + _limits(metadata[len(begin) :])
    for one in metadata:
        if isinstance(one, WithJsonSchema) and one.json_schema is not None:
            return _schema_in_words(one.json_schema)
    if any(isinstance(one, BeforeValidator) for one in metadata):
        raise NoWords(f"{hint} takes what a validator says: add WithJsonSchema to it")
    return type_in_words(base) + _limits(metadata)


def _limits(metadata: Iterable[Any]) -> str:
    told = []
    for one in metadata:
        if isinstance(one, FieldInfo):
            told.append(_limits(one.metadata).removeprefix(", "))
        elif isinstance(one, Ge):
            told.append(f"at least {one.ge}")
        elif isinstance(one, Gt):
            told.append(f"above {one.gt}")
        elif isinstance(one, Le):
            told.append(f"at most {one.le}")
        elif isinstance(one, Lt):
            told.append(f"below {one.lt}")
        elif isinstance(one, MinLen):
            told.append("not empty" if one.min_length == 1 else f"{one.min_length} up")
        elif isinstance(one, MaxLen):
            told.append(f"{one.max_length} at most")
    return "".join(f", {limit}" for limit in told if limit)


def _schema_in_words(schema: Mapping[str, Any]) -> str:
    if "anyOf" in schema:
        return " or ".join(_schema_in_words(one) for one in schema["anyOf"])
    if "enum" in schema:
        return in_words([f"`{value}`" for value in schema["enum"]], last="or")
    if schema.get("type") == "array":
        return f"list of {_schema_in_words(schema.get('items', {}))}"
    if schema.get("type") in _JSON:
        return _JSON[schema["type"]]
    if not schema:
        return "anything"
    raise NoWords(f"{schema} has no words yet: add them to {Path(__file__).name}")


def value_in_words(value: Any) -> str:
    """Return a default as a config would say it."""
    if value is None:
        return ""
    if isinstance(value, Settings):
        return "as below"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, list):
        return f"`[{', '.join(map(str, value))}]`"
    if isinstance(value, float) and value.is_integer():
        return f"`{value:.0f}`"
    return f"`{re.sub('e-0', 'e-', str(value))}`"
