"""What can go wrong with an object store, told as one sentence without secrets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from launchpad_core.environment import with_variables
from launchpad_core.errors import LaunchpadError, StoreError
from launchpad_core.masking import MASK, masked
from launchpad_store_fsspec.locations import shown

_SHORTEST_SECRET = 3
_CREDENTIALS = ("NoCredentialsError", "PartialCredentialsError", "ClientAuthentication")
_UNREACHABLE = (
    "EndpointConnectionError",
    "ConnectTimeoutError",
    "ClientConnectorError",
    "ConnectionRefusedError",
    "gaierror",
)
_SLOW = ("ReadTimeoutError", "TimeoutError", "FSTimeoutError", "SocketTimeoutError")
_LOST = (
    "ConnectionClosedError",
    "ClientPayloadError",
    "ServerDisconnectedError",
    "ClientOSError",
    "ConnectionResetError",
    "IncompleteReadError",
    "ResponseStreamingError",
    "IncompleteRead",
    "HTTPClientError",
)


@contextmanager
def told(verb: str, url: str, storage_options: Mapping[str, Any]) -> Iterator[None]:
    """Turn whatever a file system raises into an error that says what to do.

    Args:
        verb: What is done: "read" or "write".
        url: The store's location.
        storage_options: The store's, whose values are masked in the message.
    """
    try:
        yield
    except LaunchpadError:
        raise
    except Exception as error:  # each file system raises what its many parts do
        reason, hint = _explained(error)
        safe = _without_secrets(reason, storage_options)
        raise StoreError(
            f"can't {verb} the model store {shown(url)}: {safe}", hint=hint
        ) from (error if safe == reason else None)


def is_missing_file(error: FileNotFoundError) -> bool:
    """Whether it is a file that is missing, and not the bucket itself."""
    return _code(error) not in ("NoSuchBucket", "ContainerNotFound")


def status_of(error: BaseException) -> int | None:
    """Return the status that a server answered with, if it did."""
    for one in _chain(error):
        response = getattr(one, "response", None)
        if isinstance(response, Mapping):
            status = response.get("ResponseMetadata", {}).get("HTTPStatusCode")
        else:
            status = getattr(one, "status_code", None) or getattr(one, "status", None)
        if isinstance(status, int):
            return status
    return None


def _explained(error: Exception) -> tuple[str, str]:
    """Return what is wrong, and what to do about it."""
    said = getattr(error, "strerror", None) or error
    text = " ".join(str(said).split()) or type(error).__name__
    status = status_of(error)
    if isinstance(error, FileNotFoundError) and not is_missing_file(error):
        return "there is no such bucket", "create the bucket, or check location:"
    if isinstance(error, PermissionError) or status in (401, 403):
        return f"access is denied: {text}", (
            "check the credentials in storage_options:, and that they may list the "
            "bucket, and read, write and delete what is in it"
        )
    if _is(error, _CREDENTIALS):
        return text, "storage_options: {key_var: NAME, secret_var: NAME}"
    if _is(error, _UNREACHABLE):
        return "the server can't be reached", "check the network and storage_options:"
    if _is(error, _SLOW):
        return "the server doesn't answer in time", (
            "try again, or storage_options: {config_kwargs: {read_timeout: SECONDS}}"
        )
    if _is(error, _LOST):
        return "the connection was lost", "try again"
    if status is not None and status >= 500:
        return f"the server says {status}: {text}", "try again"
    if isinstance(error, OSError) and error.filename and error.strerror:
        return f"{error.strerror}: {error.filename}", "check cache:"
    return text, "check location: and storage_options:"


def _code(error: BaseException) -> str:
    """Return the error's code as S3 or Azure call it, or ""."""
    for one in _chain(error):
        response = getattr(one, "response", None)
        if isinstance(response, Mapping):
            return str(response.get("Error", {}).get("Code", ""))
        if (code := getattr(one, "error_code", None)) is not None:
            return str(getattr(code, "value", code))
    return ""


def _is(error: BaseException, names: tuple[str, ...]) -> bool:
    return any(
        kind.__name__ in names for one in _chain(error) for kind in type(one).__mro__
    )


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _without_secrets(text: str, storage_options: Mapping[str, Any]) -> str:
    text = masked(shown(text))
    for secret in sorted(_secrets(storage_options), key=len, reverse=True):
        text = text.replace(secret, MASK)
    return text


def _secrets(storage_options: Mapping[str, Any]) -> Iterator[str]:
    try:
        resolved = with_variables(storage_options)
    except LaunchpadError:
        return
    hidden = {key: resolved[key] for key in resolved if not key.endswith("kwargs")}
    for value in hidden.values():
        if isinstance(value, str) and len(value) >= _SHORTEST_SECRET:
            yield value
