"""What a server says about itself: which build it serves, and what it refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from launchpad_core.errors import GoldenMismatch, LaunchpadError, ModelCodeError
from launchpad_core.store.build import Build
from launchpad_core.store.entries import build_id
from launchpad_core.store.model_store import ModelStore

_MORE = "; the log says more"


@dataclass(frozen=True, slots=True)
class Refusal:
    """A build that isn't served though it should be.

    Attributes:
        sha256: The SHA-256 of its metadata.
        reason: Why not, in one line.
        at: When that was found out, as ISO 8601.
        entry: The number of the log's last entry at that time.
        gone_back: Whether it was served, and its answers failed.
        may_pass: Whether it may load later, though nothing changes in the log.
    """

    sha256: str
    reason: str
    at: str
    entry: int
    gone_back: bool = False
    may_pass: bool = False

    @property
    def build(self) -> str:
        """The build's id."""
        return build_id(self.sha256)


@dataclass(frozen=True, slots=True)
class State:
    """What a process serves at one moment.

    Attributes:
        build: The build that answers.
        since: Since when, as ISO 8601.
        swaps: How often the process went over to another build.
        refused: The build that it should serve and doesn't, if any.
        store_fault: Why the store can't be read, or "".
    """

    build: Build
    since: str
    swaps: int
    refused: Refusal | None
    store_fault: str

    def as_json(self) -> Mapping[str, Any]:
        """Return it as plain values."""
        refused = self.refused
        return {
            "status": "ready",
            "model": self.build.name,
            "version": self.build.version,
            "build": self.build.id,
            "since": self.since,
            "swaps": self.swaps,
            "refused": refused
            and {
                "build": refused.build,
                "reason": refused.reason,
                "at": refused.at,
            },
            "store": self.store_fault or "ok",
        }


def told(error: LaunchpadError, store: ModelStore) -> str:
    """Return what is wrong and what to do, in one line.

    Where it is, what foreign code says, and what was predicted for whom, is for those
    who see the files and the log.
    """
    text = error.message
    if isinstance(error, GoldenMismatch):
        text = text.partition("; the first:")[0] + _MORE
    elif error.__cause__ is not None and (said := f": {error.__cause__}") in text:
        text = text.replace(said, "") + _MORE
    elif isinstance(error, ModelCodeError) and error.traceback and ": " in text:
        text = text.partition(": ")[0] + _MORE
    if error.hint:
        text += f"; try: {error.hint}"
    place = store.shown_name
    return " ".join(text.replace(f" in {place}", "").replace(f" {place}", "").split())
