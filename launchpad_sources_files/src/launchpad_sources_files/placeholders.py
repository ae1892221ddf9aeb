"""Placeholders in paths: what a call's params are filled into."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from urllib.parse import quote

from launchpad_sources_files.faults import Refusal

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_FORBIDDEN = re.compile(r"[/\\*?\[\]\x00-\x1f\x7f]|::|^~|^\.{0,2}$")
_OF_A_HOST = re.compile(r"[\w.-]+", re.ASCII)
_KINDS = "text, a number, a date or a bool"


def checked(path: str) -> str:
    """Return a path whose placeholders are names, as a validator of settings.

    Raises:
        ValueError: When one isn't.
    """
    for name in placeholders(path):
        if not name.isidentifier():
            raise ValueError(f'"{{{name}}}" should be a name in braces, as {{day}}')
    return path


def placeholders(path: str) -> tuple[str, ...]:
    """Return the names that a path asks for, each once."""
    return tuple(dict.fromkeys(_PLACEHOLDER.findall(path)))


def filled(path: str, params: Mapping[str, Any]) -> str:
    """Return a path with all placeholders filled in; for http they are quoted.

    Raises:
        Refusal: When a value is none for a path, or would lead out of its folder.
    """
    host_ends = path.find("/", path.find("://") + 3) if "://" in path else -1
    is_web = path.startswith(("http://", "https://"))

    def value_of(found: re.Match[str]) -> str:
        name = found[1]
        text = _text(name, params[name])
        in_host = "://" in path and (host_ends == -1 or found.start() < host_ends)
        if _FORBIDDEN.search(text) or (in_host and not _OF_A_HOST.fullmatch(text)):
            raise Refusal(
                f'the param "{name}" can\'t be a part of a path: {text!r}',
                hint="no slashes, dots alone, wildcards, or control characters",
            )
        return quote(text, safe="") if is_web else text

    return _PLACEHOLDER.sub(value_of, path)


def _text(name: str, value: object) -> str:
    if hasattr(value, "dtype") and hasattr(value, "item"):
        value = value.item() if getattr(value, "shape", None) == () else value
    if isinstance(value, datetime) or not isinstance(value, (str, int, float, date)):
        raise Refusal(
            f'the param "{name}" should be {_KINDS}, not {type(value).__name__}'
        )
    if isinstance(value, float) and not math.isfinite(value):
        raise Refusal(f'the param "{name}" should be {_KINDS}, not {value}')
    return value.isoformat() if isinstance(value, date) else str(value)
