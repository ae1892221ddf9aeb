"""Typed settings: what a section of a config may hold, checked against it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, TypeVar, get_args, get_origin

from pydantic import (
    AliasChoices,
    BaseModel,
    BeforeValidator,
    ByteSize,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
    ValidationInfo,
    WithJsonSchema,
)
from pydantic.fields import FieldInfo

from launchpad_core.errors import ConfigError, ConfigErrors
from launchpad_core.masking import masked, names_secret, without_secrets
from launchpad_core.positions import Position
from launchpad_core.sections import Items, Section, as_section
from launchpad_core.spelling import meant_or_known, nearest

_SIZE = TypeAdapter(ByteSize)
_URL = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]+://")
_SIZE_TEXT = re.compile(
    r"\s*[0-9]*\.?[0-9]+\s*([bB]([iI][tT])?|[kKmMgGtTpPeE]([iI]?[bB]([iI][tT])?)?)?\s*"
)

_SHOULD = re.compile(r"^[A-Z]\w* should ")
"""How pydantic begins a sentence: with ``Input should``, ``List should`` and so on."""


class Settings(BaseModel):
    """Base of every ``Config`` class: strict, frozen, with documented fields.

    The docstring under a field is its documentation. A key that isn't a field is
    an error, unless the class says ``extra="allow"``.

    Editors check a section by the class's JSON Schema. A field whose
    ``BeforeValidator`` takes more than its type does, says what by
    ``pydantic.WithJsonSchema``; else editors let everything pass there.
    """

    model_config = ConfigDict(
        strict=True,
        frozen=True,
        extra="forbid",
        use_attribute_docstrings=True,
        arbitrary_types_allowed=True,
    )

    @classmethod
    def keys(cls) -> tuple[str, ...]:
        """Return the keys that a section may have, as users write them."""
        return tuple(keys_of(name, it)[0] for name, it in cls.model_fields.items())

    def __repr_args__(self) -> Iterator[tuple[str | None, Any]]:
        for name, value in super().__repr_args__():
            yield name, without_secrets(value, key=name or "")


def keys_of(name: str, field: FieldInfo) -> tuple[str, ...]:
    """Return the keys by which a section may say a field; the first one is best."""
    if isinstance(field.validation_alias, AliasChoices):
        return tuple(str(one) for one in field.validation_alias.choices)
    return (field.alias or name,)


def _below_config(value: object, info: ValidationInfo) -> object:
    if not isinstance(value, (str, Path)):
        return value
    if _URL.match(str(value)):
        raise ValueError(
            f"should be a path on this machine, not the URL {masked(str(value))}"
        )
    folder = (info.context or {}).get("folder", Path.cwd())
    return Path(os.path.normpath(folder / Path(value).expanduser()))


def _below_config_or_url(value: object, info: ValidationInfo) -> object:
    if isinstance(value, str) and _URL.match(value):
        return value
    path = _below_config(value, info)
    return str(path) if isinstance(path, Path) else path


def _bytes(value: object) -> object:
    if not isinstance(value, str):
        return value
    if not _SIZE_TEXT.fullmatch(value):
        raise ValueError(f"{value!r} is no size: write one such as 500 MB")
    return int(_SIZE.validate_python(value))


ByteCount = Annotated[
    int,
    BeforeValidator(_bytes),
    Field(gt=0),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "integer", "exclusiveMinimum": 0},
                {"type": "string", "pattern": f"^{_SIZE_TEXT.pattern}$"},
            ]
        }
    ),
]
"""A number of bytes in a config, also with a unit, such as ``500 MB``."""

PATH_SCHEMA = {
    "type": "string",
    "pattern": f"^(?!{_URL.pattern})",
    "patternErrorMessage": "should be a path on this machine, not a URL",
}
"""The JSON Schema of a path in a config, with what editors say of a URL."""

ConfigPath = Annotated[
    Path, BeforeValidator(_below_config), WithJsonSchema(PATH_SCHEMA)
]
"""A path in a config: relative ones start at the folder of the config file."""

ConfigLocation = Annotated[
    str, BeforeValidator(_below_config_or_url), WithJsonSchema({"type": "string"})
]
"""A path in a config, as :data:`ConfigPath`, or a URL, which stays as it is."""

S = TypeVar("S", bound=Settings)


def validate(section: Mapping[str, Any], settings: type[S], *, label: str = "") -> S:
    """Return a section's values as typed settings.

    Args:
        section: The section as it was written.
        settings: The class that says which keys there are.
        label: How messages name the section, such as ``datasources: petals``.

    Raises:
        ConfigErrors: With one error for each value that doesn't fit.
    """
    section = as_section(section)
    try:
        return settings.model_validate(
            dict(section), context={"folder": section.folder}
        )
    except ValidationError as invalid:
        errors = tuple(_config_errors(invalid, section, settings, label))
    raise ConfigErrors(errors)


def _config_errors(
    invalid: ValidationError, section: Section, settings: type[Settings], label: str
) -> Iterator[ConfigError]:
    prefix = f"{label}: " if label else ""
    details = invalid.errors(include_url=False)
    meant = {
        nearest(str(error["loc"][-1]), settings.keys())
        for error in details
        if error["type"] == "extra_forbidden"
    }
    for error in details:
        path = [part for part in error["loc"] if isinstance(part, (str, int))]
        name = ".".join(map(str, path))
        where = _position(section, path)
        if error["type"] == "missing":
            if name in meant:
                continue  # it is there, but misspelt
            yield ConfigError(
                f'{prefix}"{name}" is missing',
                where=where,
                hint=f"add {path[-1]}: ...",
            )
        elif error["type"] == "extra_forbidden":
            yield ConfigError(
                f'{prefix}unknown key "{name}"',
                where=where,
                hint=meant_or_known(str(path[-1]), _keys_beside(settings, path)),
            )
        else:
            subject = f'"{name}": ' if name else ""
            yield ConfigError(f"{prefix}{subject}{_sentence(error)}", where=where)


def _keys_beside(settings: type[Settings], path: list[str | int]) -> tuple[str, ...]:
    """Return the keys that the section may have that the last one of a path is in."""
    kind: Any = settings
    for part in path[:-1]:
        if not _is_settings(kind):  # of a list or mapping, one item is like the other
            kind = get_args(kind)[-1]
            continue
        fields = dict(zip(kind.keys(), kind.model_fields.values(), strict=True))
        kind = fields[str(part)].annotation
        if get_origin(kind) not in (dict, list):
            kind = next(filter(_is_settings, get_args(kind)), kind)
    return tuple(kind.keys())


def _is_settings(kind: Any) -> bool:
    plain_class = isinstance(kind, type) and get_origin(kind) is None
    return plain_class and issubclass(kind, Settings)


def _sentence(error: Any) -> str:
    message = str(error["msg"]).removeprefix("Value error, ")
    if error["type"] in ("value_error", "assertion_error"):
        return message
    if error["type"] == "model_type":
        return f"should be a section with keys, not {without_secrets(error['input'])!r}"
    message = "should " + _SHOULD.sub("", message, count=1)
    message = message.partition(" after validation")[0].partition(", not ")[0]
    message = message.replace("an instance of Path", "a path")
    if error["loc"] and names_secret(str(error["loc"][-1])):
        return message
    return f"{message}, not {without_secrets(error['input'])!r}"


def _position(section: Section, path: list[str | int]) -> Position | None:
    where = section.position
    value: Any = section
    for part in path:
        if isinstance(value, Section):
            where = value.where(str(part)) or where
            value = value.get(str(part))
        elif isinstance(value, Items) and isinstance(part, int):
            where = value.where(part) or where
            value = value[part] if part < len(value) else None
    return where
