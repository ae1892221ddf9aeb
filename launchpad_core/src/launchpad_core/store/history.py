"""What a log tells when it is read from its beginning."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from launchpad_core.store.entries import NONE, Entry


@dataclass(frozen=True)
class History:
    """The entries of a log, and what follows from them.

    Attributes:
        entries: All entries, the oldest first.
    """

    entries: tuple[Entry, ...]

    @property
    def last(self) -> Entry:
        """The last entry; one with the number 0 when there is none."""
        return self.entries[-1] if self.entries else NONE

    @cached_property
    def builds(self) -> tuple[str, ...]:
        """The SHA-256 of all builds that are there, the oldest first."""
        there: dict[str, None] = {}
        for entry in self.entries:
            if entry.action in ("publish", "import"):
                there.setdefault(entry.build)
            for sha256 in entry.removed:
                there.pop(sha256, None)
        return tuple(there)

    @cached_property
    def removed(self) -> tuple[str, ...]:
        """The SHA-256 of all builds that were removed, and not added again."""
        gone = (sha256 for entry in self.entries for sha256 in entry.removed)
        there = frozenset(self.builds)
        return tuple(sha256 for sha256 in dict.fromkeys(gone) if sha256 not in there)

    def before(self, sha256: str) -> Entry:
        """Return the entry before the one that added a build; with 0 if none was."""
        before = NONE
        for entry in self.entries:
            if entry.build == sha256:
                break
            before = entry
        return before

    def stack(self, alias: str) -> Sequence[str]:
        """Return what an alias pointed at, the present build last.

        A rollback takes the last one away, so that rolling back twice goes two back.
        Builds that were removed are left out.
        """
        stack: list[str] = []
        for entry in self.entries:
            for sha256 in entry.removed:
                stack = [build for build in stack if build != sha256]
            now = entry.aliases.get(alias)
            if now is None:
                stack.clear()
            elif entry.action == "rollback" and entry.alias == alias:
                while stack and stack[-1] != now:
                    stack.pop()
            if now is not None and stack[-1:] != [now]:
                stack.append(now)
        return [build for build, after in _pairs(stack) if build != after]

    def metrics(self, sha256: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """Yield when a build was tested again, and with which metrics."""
        for entry in self.entries:
            if entry.action == "retest" and entry.build == sha256:
                yield entry.details.get("at", entry.at), entry.details["metrics"]


def _pairs(stack: Sequence[str]) -> Iterator[tuple[str, str | None]]:
    """Yield each item and the one after it: those that were apart may be neighbours."""
    return zip(stack, [*stack[1:], None], strict=False)  # of nothing, no pairs
