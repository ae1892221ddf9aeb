"""How an R process ended: by itself, by a signal, or since it took too long."""

from __future__ import annotations

import signal
from collections.abc import Sequence

from launchpad_core.errors import LaunchpadError


class Ended(LaunchpadError):
    """An R process that has ended while it was needed.

    Attributes:
        begun: Whether it may have begun with the last message that it was sent.
        lines: What it printed last.
    """

    def __init__(
        self, status: int | None, *, begun: bool, lines: Sequence[str] = ()
    ) -> None:
        printed = "".join(f"\n  {line}" for line in lines)
        super().__init__(
            f"R ended: {in_words(status)}"
            + (f"; it printed last:{printed}" if printed else ""),
            hint=_hint(status),
        )
        self.begun = begun
        self.lines = tuple(lines)


class TookTooLong(LaunchpadError):
    """An R process that didn't answer in time."""


def in_words(status: int | None) -> str:
    """Return how a process ended; a negative status is that of a signal."""
    if status is None:
        return "its process was closed"
    if status >= 0:
        return f"its process quit with status {status}"
    try:
        name = signal.Signals(-status).name
    except ValueError:
        return f"its process was ended by signal {-status}"
    return f"its process was ended by {name} ({signal.strsignal(-status)})"


def _hint(status: int | None) -> str | None:
    if status == -signal.SIGKILL:
        return "see whether the machine had run out of memory"
    return None
