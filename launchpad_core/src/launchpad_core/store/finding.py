"""Finding models in a store, and builds by what users call them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from packaging.version import Version

from launchpad_core.config_sections import is_name, is_version
from launchpad_core.errors import NoSuchBuild
from launchpad_core.store.build import Build
from launchpad_core.store.builds import ModelBuilds
from launchpad_core.store.entries import build_id
from launchpad_core.store.history import History
from launchpad_core.store.model_store import ModelStore

_MOST_SHOWN = 10


def models(store: ModelStore) -> Iterator[ModelBuilds]:
    """Yield all models of a store: by name, and by version as versions are ordered.

    Raises:
        StoreError: When it can't be read, or a log can't be trusted.
    """
    return (builds for builds in every_model(store) if builds.last().number)


def every_model(store: ModelStore) -> Iterator[ModelBuilds]:
    """Yield all models of a store in that order, also those that can't be trusted.

    Raises:
        StoreError: When the store can't be read.
    """
    for name in filter(is_name, store.names()):
        versions = sorted(filter(is_version, store.names(name)), key=Version)
        for version in versions:
            if any(store.names(f"{name}/{version}/log")):
                yield ModelBuilds(store, name, version)


def find(builds: ModelBuilds, called: str) -> Build:
    """Return the build that a user means.

    Args:
        builds: The builds of a model.
        called: An alias, such as ``live``, or the beginning of an id.

    Raises:
        NoSuchBuild: When there is none, or several ids begin so.
        StoreError: When the store can't be read.
    """
    history = builds.history()
    aliases = history.last.aliases
    if called in aliases:
        return builds.build(aliases[called], history.last)
    matching = [sha256 for sha256 in history.builds if _is_called(sha256, called)]
    if len(matching) == 1:
        return builds.build(matching[0], history.last)
    model = f"{builds.name} {builds.version}"
    if matching:
        ids = ", ".join(map(build_id, matching))
        raise NoSuchBuild(f"several builds of {model} begin with {called}: {ids}")
    newest = map(build_id, history.builds[: -_MOST_SHOWN - 1 : -1])
    raise NoSuchBuild(
        f"there is no build {called} of {model}",
        hint=", ".join([*sorted(aliases), *newest]) or "launchpad train",
    )


def with_history(build: Build, history: History) -> dict[str, Any]:
    """Return a build's metadata with its metrics history.

    ``metrics`` are the newest ones, ``metrics_history`` all of them by time.
    """
    metadata = build.metadata
    measured = {metadata.get("created", ""): metadata.get("metrics", {})}
    for at, metrics in history.metrics(build.sha256):
        while at in measured:
            at += "+"  # a clock that stood still: no entry is lost
        measured[at] = metrics
    newest = list(measured.values())[-1]
    return {**metadata, "metrics": newest, "metrics_history": measured}


def listing(models: Iterable[ModelBuilds]) -> dict[str, dict[str, Any]]:
    """Return builds as mllaunchpad lists them.

    For each name: the metadata of each version's live build, that of the highest
    version once more as ``latest``, and that of all other builds as ``backups``.
    """
    listed: dict[str, dict[str, Any]] = {}
    backups: dict[str, list[Mapping[str, Any]]] = {}
    for builds in models:
        history = builds.history()
        for build in builds.all():
            metadata = with_history(build, history)
            if builds.alias in build.aliases:
                listed.setdefault(builds.name, {})[builds.version] = metadata
            else:
                backups.setdefault(builds.name, []).append(metadata)
    for name, versions in listed.items():
        versions["latest"] = versions[max(versions, key=Version)]
        versions["backups"] = backups.get(name, [])
    return listed


def _is_called(sha256: str, called: str) -> bool:
    return bool(called) and build_id(sha256).startswith(called.lower())
