"""What the workers of one server share: a folder for what they count."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

MULTIPROCESS = "PROMETHEUS_MULTIPROC_DIR"
"""The environment variable with the folder, as Prometheus's library reads it."""

_PREFIX = "launchpad-metrics-"


def make_shared_folder() -> None:
    """Make a folder for this server, and remove those of servers that have ended.

    One that somebody has named already is left to them.
    """
    if os.environ.get(MULTIPROCESS):
        return
    for folder in _abandoned():
        shutil.rmtree(folder, ignore_errors=True)  # it may be another user's
    os.environ[MULTIPROCESS] = tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-")


def is_alive(pid: int) -> bool:
    """Whether there is a process of this id."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _abandoned() -> Iterator[Path]:
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*-*"):
        pid = folder.name.removeprefix(_PREFIX).partition("-")[0]
        if pid.isdecimal() and not is_alive(int(pid)):
            yield folder
