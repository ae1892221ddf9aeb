"""What can go wrong with a file, told with its section's position."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from launchpad_core.data import DataSink, DataSource
from launchpad_core.environment import with_variables
from launchpad_core.errors import DataError, LaunchpadError
from launchpad_core.positions import shown_path
from launchpad_core.sections import as_section

_USER_INFO = re.compile(r"(?<=://)[^/@\s]*@")
_SHORTEST_SECRET = 3
_FIELDS = re.compile(r"Expected (\d+) fields in line (\d+), saw (\d+)")
_UNREACHABLE = (
    "EndpointConnectionError",
    "ConnectTimeoutError",
    "ClientConnectorError",
    "ClientConnectorDNSError",
    "ConnectionRefusedError",
    "gaierror",
)
_LOST = (
    "ClientPayloadError",
    "ServerDisconnectedError",
    "ClientOSError",
    "ConnectionResetError",
    "IncompleteReadError",
    "ResponseStreamingError",
    "IncompleteRead",
)
_DENIED = ("PermissionError", "NoCredentialsError", "AuthenticationException")


class Refusal(Exception):
    """What can't be done with a file; :func:`told` says which, and where.

    Args:
        message: What is wrong, in one sentence.
        hint: What the user can do about it.
    """

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.hint = hint


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
        reason = _reason(error)
        masked = _masked(reason, getattr(resource.settings, "storage_options", {}))
        raise DataError(
            f"{resource.shown_name} can't {verb} {shown(path)}: {masked}",
            where=where,
            hint=_remedy(error, key, list(resource.options), remote="://" in path),
        ) from (error if masked == reason else None)


def shown(path: str) -> str:
    """Return a path or URL for a message, without the URL's user and password."""
    return _USER_INFO.sub("", path) if "://" in path else shown_path(Path(path))


def _reason(error: Exception) -> str:
    text = " ".join(str(error).split())
    if (fields := _FIELDS.search(text)) is not None:
        expected, line, found = fields.groups()
        return f"line {line} has {found} fields, not {expected}"
    if _is(error, _UNREACHABLE):
        return "the server can't be reached"
    if _is(error, _LOST):
        return "the connection was lost before its end"
    if (status := _status(error)) is not None:
        return f"the server says {status}"
    if isinstance(error, FileNotFoundError):
        return f"there is no such {'bucket' if 'bucket' in text else 'file'}"
    if isinstance(error, NotADirectoryError):
        return "a part of its path is no folder"
    if isinstance(error, FileExistsError) and error.filename:
        return f"{shown(str(error.filename))} is no folder"
    if isinstance(error, IsADirectoryError) and error.filename:
        return f"{shown(str(error.filename))} is a folder"
    if isinstance(error, UnicodeDecodeError):
        return f"it is not {error.encoding}: {error.reason} at byte {error.start}"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    if _is(error, _DENIED):
        return f"access is denied: {text}" if text else "access is denied"
    return text or type(error).__name__


def _is(error: BaseException, names: tuple[str, ...]) -> bool:
    return any(
        kind.__name__ in names for one in _chain(error) for kind in type(one).__mro__
    )


def _status(error: BaseException) -> str | None:
    """Return what a web server has answered, unless that there is no such file."""
    for one in _chain(error):
        status = getattr(one, "status", None)
        if isinstance(status, int) and status >= 400 and status != 404:
            return f"{status} {getattr(one, 'message', '')}".strip()
    return None


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _masked(text: str, storage_options: Mapping[str, Any]) -> str:
    """Return a text without what a URL or the options say that is nobody's business."""
    text = _USER_INFO.sub("", text)
    try:
        resolved = with_variables(storage_options)
    except LaunchpadError:
        return text
    for secret in sorted(_texts(resolved), key=len, reverse=True):
        if len(secret) >= _SHORTEST_SECRET:
            text = text.replace(secret, "***")
    return text


def _texts(values: Mapping[str, Any]) -> Iterator[str]:
    for value in values.values():
        if isinstance(value, Mapping):
            yield from _texts(value)
        elif isinstance(value, str):
            yield value


def _remedy(
    error: Exception, key: str, options: list[str], *, remote: bool
) -> str | None:
    if isinstance(error, Refusal):
        return error.hint
    if remote and (_is(error, _DENIED + _UNREACHABLE) or _status(error)):
        return "check storage_options:"
    if isinstance(error, FileNotFoundError):
        start = "" if remote else " (it starts at the config's folder)"
        return f"check {key}:{start}"
    if isinstance(error, UnicodeError):
        return "options: {encoding: ...}"
    if remote and isinstance(error, TypeError):
        return "check storage_options:"
    if isinstance(error, OSError) or not options or remote:
        return None
    return f"check options: {', '.join(options)}"
