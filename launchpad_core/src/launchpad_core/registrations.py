"""What a plugin registers: names, addresses and summaries, never behaviour."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import ClassVar

from launchpad_core.errors import InvalidRegistration

_TYPE = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?")
_COMMAND = re.compile(r"[a-z][a-z0-9-]*")
_ADDRESS = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_]\w*")


@dataclass(frozen=True, slots=True)
class Registration:
    """Base of all registrations: a type and where its implementation is.

    Attributes:
        type: The name that users write in a config, such as ``csv``.
        implementation: The address of the class, ``"package.module:Class"``;
            it is imported when a config uses the type, and not before.
        summary: One line that says what it is, for tables and help texts.
    """

    kind: ClassVar[str]

    type: str
    implementation: str = field(kw_only=True)
    summary: str = field(kw_only=True)

    def __post_init__(self) -> None:
        self._check("type", self.type, _TYPE, "lower case words, such as csv")
        _check_common(self)

    def _check(self, what: str, value: str, rule: re.Pattern[str], form: str) -> None:
        if not isinstance(value, str) or not rule.fullmatch(value):
            raise InvalidRegistration(
                f"{type(self).__name__} has the {what} {value!r}; it must be {form}"
            )


class DataSourceType(Registration):
    """A type of data source; the implementation is a ``DataSource``."""

    __slots__ = ()
    kind = "data source"


class DataSinkType(Registration):
    """A type of data sink; the implementation is a ``DataSink``."""

    __slots__ = ()
    kind = "data sink"


class ModelType(Registration):
    """A type of model; the implementation is a ``ModelRuntime``."""

    __slots__ = ()
    kind = "model type"


class ApiFormatType(Registration):
    """A notation for API contracts; the implementation is an ``ApiFormat``."""

    __slots__ = ()
    kind = "API format"


class ModelStoreType(Registration):
    """A type of model store; the implementation is a ``ModelStore``."""

    __slots__ = ()
    kind = "model store"


class Command(Registration):
    """A command for ``launchpad``; the implementation is a ``click.Command``."""

    __slots__ = ()
    kind = "command"

    def __post_init__(self) -> None:
        self._check("type", self.type, _COMMAND, "a command name, such as my-command")
        _check_common(self)


def _check_common(registration: Registration) -> None:
    registration._check(
        "implementation",
        registration.implementation,
        _ADDRESS,
        'an address such as "package.module:Class"',
    )
    if not registration.summary or "\n" in registration.summary:
        raise InvalidRegistration(
            f"{type(registration).__name__} {registration.type!r} needs a summary of "
            "one line"
        )
