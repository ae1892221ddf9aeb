"""Where a sink writes: a local file, replaced whole."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator

from launchpad_core.files import replacing
from launchpad_core.settings import ConfigPath


def _local(value: object) -> object:
    if isinstance(value, str) and "://" in value:
        raise ValueError("should be a local file, not a URL")
    return value


LocalPath = Annotated[ConfigPath, BeforeValidator(_local)]
"""A path in a config that may not be a URL."""


@contextmanager
def target(path: Path) -> Iterator[Path]:
    """Yield the file to write, which takes the place of ``path`` at the end.

    Devices and pipes are written to directly: there is nothing to replace.

    Raises:
        IsADirectoryError: When ``path`` is a folder; before anything is written.
    """
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if path.exists() and not path.is_file():
        yield path
        return
    with replacing(path) as temporary:
        yield temporary
