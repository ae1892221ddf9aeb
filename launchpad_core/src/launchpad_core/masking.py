"""Masking: what looks like a secret is never shown, logged or stored."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

MASK = "***"
SUFFIX = "_var"
"""What a key ends in that names an environment variable, which is no secret."""

STORAGE = "storage_options"
"""Where a bare ``key`` is a secret; elsewhere it is a column, for example."""

_SECRET = re.compile(
    r"pass(word|wd|phrase)?$|pw$|pwd$|secret|token|credential|authorization"
    r"|(api|access|private|signing|account)_?key",
    re.IGNORECASE,
)
_URL_PASSWORD = re.compile(r"(?<=://)([^/@:\s]*):[^/\s]*@")
_QUERY_SECRET = re.compile(r"(?i)\b(password|passwd|pwd|token|secret)=[^&;\s]*")


def names_secret(key: str) -> bool:
    """Whether a key, by its name, holds a secret rather than a variable's name."""
    return not key.endswith(SUFFIX) and _SECRET.search(key) is not None


def masked(text: str) -> str:
    """Return a text in which the passwords of URLs are masked."""
    without_passwords = _URL_PASSWORD.sub(rf"\1:{MASK}@", text)
    return _QUERY_SECRET.sub(rf"\1={MASK}", without_passwords)


def without_secrets(value: Any, *, key: str = "") -> Any:
    """Return a value in which whatever looks like a secret is masked.

    The names of environment variables (``password_var: MY_PW``) are no secrets.
    """
    if isinstance(value, Mapping):
        inner = {
            k: f"access_{k}" if key == STORAGE and k == "key" else k for k in value
        }
        return {k: without_secrets(v, key=str(inner[k])) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [without_secrets(item, key=key) for item in value]
    if names_secret(key) and value is not None:
        return MASK
    if isinstance(value, str) and not key.endswith(SUFFIX):
        return masked(value)
    return value
