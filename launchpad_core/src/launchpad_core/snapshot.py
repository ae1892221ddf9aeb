"""What is kept about a training: who, where, with what; never a secret."""

from __future__ import annotations

import getpass
import os
import platform
import re
import socket
import sys
from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any

import importlib_metadata

from launchpad_core.environment import SUFFIX
from launchpad_core.plain import plain

MASK = "***"

_SECRET = re.compile(
    r"pass(word|wd|phrase)?$|pw$|secret|token|credential|(api|access|private|signing)_?key",
    re.IGNORECASE,
)
_URL_PASSWORD = re.compile(r"(?<=://)([^/@:\s]*):[^/@\s]*@")
_QUERY_SECRET = re.compile(r"(?i)\b(password|pwd|token|secret)=[^&;\s]*")


def training_metadata(
    config: Mapping[str, Any],
    *,
    metrics: Any,
    report: Mapping[str, Any],
    started: datetime,
) -> dict[str, Any]:
    """Return the metadata of a build, as plain values.

    Args:
        config: The whole config.
        metrics: The test's metrics.
        report: What the model code reported.
        started: When the training began.
    """
    model = config["model"]
    now = datetime.now(timezone.utc)
    metadata = {
        "name": model["name"],
        "version": model["version"],
        "created": now.isoformat(),
        "started": started.isoformat(),
        "duration_seconds": round((now - started).total_seconds(), 3),
        "created_by": _user(),
        "system": {
            "launchpad_version": importlib_metadata.version("launchpad-core"),
            "platform": platform.platform(),
            "host": socket.gethostname(),
            "python": sys.version,
            "packages": _packages(),
        },
        "train_report": report,
        "metrics": metrics,
        "config_snapshot": without_secrets(config),
    }
    own = without_secrets(model)
    own.pop("module", None)
    return {**plain(metadata), **{k: own[k] for k in own if k not in metadata}}


def without_secrets(value: Any, *, key: str = "") -> Any:
    """Return plain values in which whatever looks like a secret is masked.

    The names of environment variables (``password_var: MY_PW``) are no secrets.
    """
    if isinstance(value, Mapping):
        return {k: without_secrets(item, key=str(k)) for k, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [without_secrets(item, key=key) for item in value]
    if key.endswith(SUFFIX):
        return plain(value)
    if _SECRET.search(key) and value is not None:
        return MASK
    if isinstance(value, str):
        masked = _URL_PASSWORD.sub(rf"\1:{MASK}@", value)
        return _QUERY_SECRET.sub(rf"\1={MASK}", masked)
    return plain(value)


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return str(os.getuid()) if hasattr(os, "getuid") else ""


def _packages() -> list[str]:
    found = {
        distribution.metadata["Name"]: distribution.version
        for distribution in importlib_metadata.distributions()
    }
    return [f"{name}=={found[name]}" for name in sorted(found, key=str.lower) if name]
