"""What can go wrong with a file, told with its section's position."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError

from launchpad_core.data import DataSink, DataSource
from launchpad_core.errors import DataError, LaunchpadError
from launchpad_core.positions import shown_path
from launchpad_core.sections import as_section

_USER_INFO = re.compile(r"(?<=://)[^/@]*@")


@contextmanager
def told(
    resource: DataSource | DataSink, path: str, *, verb: str, key: str = "path"
) -> Iterator[None]:
    """Turn whatever happens to a file into an error that names it.

    Args:
        resource: The data source or sink at work.
        path: The file, or a URL.
        verb: What it is doing: "read" or "write".
        key: The key of the section that names the file.
    """
    where = as_section(resource.config).where(key)
    try:
        yield
    except LaunchpadError as error:
        error.where = error.where or where
        raise
    except Exception as error:  # pandas lets through what its many parts raise
        if isinstance(error, HTTPError):
            error.close()
        raise DataError(
            f"{resource.shown_name} can't {verb} {shown(path)}: {_reason(error)}",
            where=where,
            hint=_remedy(error, key, list(resource.options)),
        ) from error


def shown(path: str) -> str:
    """Return a path or URL for a message, without the URL's user and password."""
    return _USER_INFO.sub("", path) if "://" in path else shown_path(Path(path))


def _reason(error: Exception) -> str:
    if isinstance(error, FileNotFoundError):
        return "there is no such file"
    if isinstance(error, NotADirectoryError):
        return "a part of its path is no folder"
    if isinstance(error, FileExistsError):
        return f"{shown(str(error.filename))} is no folder"
    if isinstance(error, IsADirectoryError) and error.filename:
        return f"{shown(str(error.filename))} is a folder"
    if isinstance(error, UnicodeDecodeError):
        return f"it is not {error.encoding}: {error.reason} at byte {error.start}"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return " ".join(str(error).split()) or type(error).__name__


def _remedy(error: Exception, key: str, options: list[str]) -> str | None:
    if isinstance(error, FileNotFoundError):
        return f"check {key}: (it starts at the config's folder)"
    if isinstance(error, UnicodeError):
        return "options: {encoding: ...}"
    if isinstance(error, OSError) or not options:
        return None
    return f"check options: {', '.join(options)}"
