"""The errors that users can cause: each says where, what, and what to do."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from launchpad_core.positions import Position


class LaunchpadError(Exception):
    """Base class of all errors that launchpad raises on purpose.

    Args:
        message: What is wrong, in one sentence.
        where: The position in a file that causes it, if there is one.
        hint: What the user can do about it.
    """

    exit_status: ClassVar[int] = 1
    """What the command ends with."""
    http_status: ClassVar[int] = 500
    """What the web app answers with."""

    def __init__(
        self,
        message: str,
        *,
        where: Position | None = None,
        hint: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.where = where
        self.hint = hint

    def __str__(self) -> str:
        return self._located() + (f"\n  try: {self.hint}" if self.hint else "")

    def in_one_line(self) -> str:
        """Return the whole error on a single line, as lists of errors show it."""
        text = self._located() + (f" (try: {self.hint})" if self.hint else "")
        return " ".join(text.split())

    def _located(self) -> str:
        return f"{self.where}: {self.message}" if self.where else self.message


class ConfigError(LaunchpadError):
    """One mistake in a config."""

    exit_status = 2

    @property
    def errors(self) -> tuple[ConfigError, ...]:
        """The single mistakes: this one, or those of :class:`ConfigErrors`."""
        return (self,)


class ConfigErrors(ConfigError):
    """All mistakes of a config at once, in file order, each told once."""

    def __init__(self, errors: Iterable[ConfigError]) -> None:
        single = [one for error in errors for one in error.errors]
        unlike = {(str(one.where), one.message): one for one in single}
        self._errors = tuple(sorted(unlike.values(), key=_reading_order))
        first = self._errors[0]
        super().__init__(first.message, where=first.where, hint=first.hint)

    @property
    def errors(self) -> tuple[ConfigError, ...]:
        """The single mistakes; never empty."""
        return self._errors

    def __str__(self) -> str:
        if len(self._errors) == 1:
            return str(self._errors[0])
        return "\n".join(error.in_one_line() for error in self._errors)


class UnknownType(ConfigError):
    """A section's type that no usable plugin provides."""


class ClashingTypes(ConfigError):
    """A section's type that several installed plugins provide."""


class MissingVariable(ConfigError):
    """An environment variable that a config names and that isn't set."""


class PluginError(ConfigError):
    """A plugin that can't be used; the message says which, and why."""


class InvalidRegistration(PluginError):
    """A plugin's registration that breaks the rules."""


class ContractError(LaunchpadError):
    """An API contract that can't be read, or that doesn't fit the model."""

    exit_status = 2


class DataError(LaunchpadError):
    """A data source or sink that can't be read or written."""


class NoSuchColumn(DataError):
    """A column that a config or a command names and the data doesn't have."""

    exit_status = 2


class UnsupportedOperation(DataError):
    """A data source or sink that was asked for what it doesn't offer."""


class ModelCodeError(LaunchpadError):
    """Model code that can't be loaded, or that raised.

    Attributes:
        traceback: The developer's own lines of the traceback, or "".
    """

    def __init__(
        self,
        message: str,
        *,
        where: Position | None = None,
        hint: str | None = None,
        traceback: str = "",
    ) -> None:
        super().__init__(message, where=where, hint=hint)
        self.traceback = traceback

    def __str__(self) -> str:
        return self.traceback + super().__str__()


class Busy(LaunchpadError):
    """Something that others are using now, and that can be had later.

    The web app answers 503 then, which says that the client may try again.
    """

    http_status = 503


class StoreError(LaunchpadError):
    """A model store that can't be read or written."""


class NoSuchBuild(StoreError):
    """A model that has not been trained yet, or not into this store."""


class UnloadableModel(StoreError):
    """A trained model whose files are whole, and that can't be made of them here."""


class GoldenMismatch(StoreError):
    """A build that doesn't predict what it did when it was trained."""


class PredictionInputError(LaunchpadError):
    """Input for a prediction that can't be read."""


def _reading_order(error: ConfigError) -> tuple[bool, int]:
    return (error.where is None, error.where.order if error.where else 0)
