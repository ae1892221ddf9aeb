"""Facts that model code reports, to be kept with the build."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from launchpad_core.plain import plain

logger = logging.getLogger(__name__)

_collecting: ContextVar[dict[str, Any] | None] = ContextVar("report", default=None)


def report(name: str, value: Any) -> None:
    """Keep a fact with the build that is being trained.

    Call it from train or test. A frame is summarised, not stored.

    Args:
        name: What to keep it under.
        value: Anything that can become JSON, NumPy and pandas values included.
    """
    facts = _collecting.get()
    if facts is None:
        logger.info("report(%r) does nothing outside of training", name)
    elif hasattr(value, "columns") and hasattr(value, "describe"):
        facts.setdefault("data", {})[name] = _summary(value)
    else:
        facts[name] = plain(value)


@contextmanager
def collecting() -> Iterator[dict[str, Any]]:
    """Yield the facts that are reported meanwhile."""
    facts: dict[str, Any] = {}
    token = _collecting.set(facts)
    try:
        yield facts
    finally:
        _collecting.reset(token)


def _summary(frame: Any) -> dict[str, Any]:
    description = frame.describe() if len(frame.columns) else {}
    return {
        "nrows": len(frame),
        "ncols": len(frame.columns),
        "colnames": [str(column) for column in frame.columns],
        "dtypes": [str(dtype) for dtype in frame.dtypes],
        "description": plain(description),
    }
