"""Where a store can be: in object stores that create a file only if there is none."""

from __future__ import annotations

import importlib.util
import inspect
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import AfterValidator

from launchpad_core.environment import with_variables
from launchpad_core.errors import StoreError

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem

_PACKAGES = {
    **dict.fromkeys(("s3", "s3a"), ("s3fs", "s3")),
    **dict.fromkeys(("gs", "gcs"), ("gcsfs", "gcs")),
    **dict.fromkeys(("abfs", "abfss", "az"), ("adlfs", "azure")),
}
"""The protocols whose file systems hand a condition on to the server, which checks
and writes in one step, with the package that they need, and its extra."""

_URL = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]*)://(.*)")
_PASSWORD = re.compile(r"(?<=://)[^/@:\s]*:[^/@\s]*@")
_RETRIES = {"mode": "standard", "max_attempts": 3}
_ROUNDS = 2  # of these retries, for what is only noticed later, as a cut answer


def _checked_location(value: str) -> str:
    found = _URL.fullmatch(value)
    if found is None or found[1].lower() in ("file", "local"):
        raise ValueError(
            f"{shown(value)} is on this machine: write type: directory for that, or a "
            "URL such as s3://bucket/models"
        )
    if shown(value) != value:
        raise ValueError(
            f"{shown(value)} came with a password: write storage_options: "
            "{key_var: NAME, secret_var: NAME}"
        )
    protocol = found[1].lower()
    if protocol not in _PACKAGES:
        raise ValueError(
            f"{protocol}:// can't be relied on to create a file only if there is none, "
            f"as a model store needs it: use one of {', '.join(_PACKAGES)}"
        )
    if not found[2].strip("/"):
        raise ValueError(f"{value} names no bucket: write {protocol}://bucket/models")
    package, extra = _PACKAGES[protocol]
    if importlib.util.find_spec(package) is None:
        raise ValueError(
            f"{protocol}:// needs the package {package}, which is not installed: "
            f"pip install 'launchpad-store-fsspec[{extra}]'"
        )
    return value.rstrip("/")


StoreLocation = Annotated[str, AfterValidator(_checked_location)]
"""A URL in a config of a place where a model store can be."""


def shown(url: str) -> str:
    """Return a URL for a message, without its user and password."""
    return _PASSWORD.sub("", url)


def connected(
    url: str, storage_options: Mapping[str, Any]
) -> tuple[AbstractFileSystem, str]:
    """Return a file system of one's own, and the path in it that a URL means.

    Nothing is cached: neither the file system, which can't be shared with processes
    that are forked, nor what is in its folders, which others change.

    Raises:
        MissingVariable: When an environment variable isn't set.
        StoreError: When the file system doesn't know how to create a file only if
            there is none.
    """
    import fsspec

    options = {
        **with_variables(storage_options),
        "skip_instance_cache": True,
        "use_listings_cache": False,
    }
    protocol = url.partition("://")[0].lower()
    if protocol in ("s3", "s3a"):
        given = options.get("config_kwargs") or {}
        options["config_kwargs"] = {"retries": _RETRIES, **given}
    system, path = fsspec.core.url_to_fs(url, **options)
    if protocol in ("s3", "s3a"):
        system.retries = _ROUNDS
    if protocol not in ("abfs", "abfss", "az"):  # whose mode is among its **kwargs
        _check_modes(system)
    return system, path


def _check_modes(system: AbstractFileSystem) -> None:
    """Check that a mode isn't taken for something else, and passed by in silence."""
    if "mode" not in inspect.signature(system._pipe_file).parameters:
        package = type(system).__module__.partition(".")[0]
        raise StoreError(
            f"this version of {package} can't create a file only if there is none",
            hint=f"pip install --upgrade {package}",
        )
