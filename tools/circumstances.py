"""What a process may have to work with: another user, calls that fail, wrong clocks."""

from __future__ import annotations

import errno
import fcntl
import os
import signal
import sys
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from launchpad_core.store import log


def meet(
    *,
    user: int | None = None,
    without: Mapping[str, str] | None = None,
    days: float = 0,
    at: str = "",
    killed_at: int = 0,
) -> None:
    """Change the process's user, its file system calls, its clock; for good.

    Args:
        user: The user to go on as.
        without: Calls that fail, with the name of their error.
        days: By how much the clock is wrong.
        at: The time that it stands still at.
        killed_at: Before which of its calls to the operating system it is killed, as
            Python's audit hooks count them.
    """
    for call, name in (without or {}).items():
        module: Any = fcntl if call == "flock" else os
        setattr(module, call, _failing(getattr(errno, name)))

    class Clock(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> Any:
            if at:
                return datetime.fromisoformat(at)
            return datetime.now(tz) + timedelta(days=days)

    log.datetime = Clock  # type: ignore[misc]
    if user is not None:
        os.setgroups([])
        os.setgid(user)
        os.setuid(user)
    if killed_at:
        sys.addaudithook(_Killer(killed_at))


class _Killer:
    def __init__(self, number: int) -> None:
        self._left = number

    def __call__(self, event: str, _: Any) -> None:
        if event == "open" or event.startswith(("os.", "shutil.", "fcntl.")):
            self._left -= 1
            if self._left == 0:
                os.kill(os.getpid(), signal.SIGKILL)


def _failing(number: int) -> Callable[..., None]:
    def fail(*_: Any, **__: Any) -> None:
        raise OSError(number, os.strerror(number))

    return fail
