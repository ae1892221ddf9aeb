"""Pruning: removing old builds, but none that is served, or would be again."""

from __future__ import annotations

from itertools import chain

from launchpad_core.store.builds import ModelBuilds
from launchpad_core.store.entries import Entry, build_id
from launchpad_core.store.history import History


def prune(builds: ModelBuilds, *, keep: int) -> tuple[str, ...]:
    """Remove all builds but the newest ones and those that are needed.

    Needed is what an alias points at, and what a rollback would make it point at.

    The log says first what is removed. So nobody points an alias at a build that is
    going to be removed; and what a killed writer left of it, the next one removes.

    Args:
        builds: The builds of the model.
        keep: How many of the newest ones to keep.

    Returns:
        The ids of those that were removed.

    Raises:
        StoreError: When the store can't be written.
    """
    if not builds.last().number:
        return ()
    builds.sweep()
    unwanted = to_prune(builds.history(), keep=keep)
    if unwanted:

        def entry(last: Entry) -> Entry:
            nonlocal unwanted
            unwanted = to_prune(builds.history(), keep=keep)
            latest = "" if last.latest in unwanted else last.latest
            return last.next("prune", latest=latest, details={"removed": unwanted})

        builds.append(entry)
    builds.discard_removed()
    return tuple(build_id(sha256) for sha256 in unwanted)


def to_prune(history: History, *, keep: int) -> tuple[str, ...]:
    """Return the builds that :func:`prune` would remove, by their SHA-256."""
    newest = history.builds[-keep:] if keep else ()
    stacks = (history.stack(alias)[-2:] for alias in history.last.aliases)
    kept = {*newest, *chain.from_iterable(stacks)}
    return tuple(sha256 for sha256 in history.builds if sha256 not in kept)
