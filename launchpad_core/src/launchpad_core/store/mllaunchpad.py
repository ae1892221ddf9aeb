"""What mllaunchpad has left in a model store: listed, until it is imported."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from packaging.version import Version

from launchpad_core.config_sections import is_name, is_version
from launchpad_core.plain import plain
from launchpad_core.store.finding import listing, models
from launchpad_core.store.model_store import ModelStore

_PREVIOUS = "previous"
_PICKLE, _METADATA = ".pkl", ".json"
_WHERE = {False: "(mllaunchpad)", True: "(mllaunchpad, previous)"}
_IDENTITY = ("name", "version", "created")
_REST = ("latest", "backups")
"""What a listing has besides the versions of a model."""


@dataclass(frozen=True, slots=True)
class OldModel:
    """A model that mllaunchpad has stored.

    Attributes:
        key: Where it is in the store, without the end of the files' names.
        metadata: What is known about it.
    """

    key: str
    metadata: Mapping[str, Any] = field(repr=False)

    @property
    def name(self) -> str:
        """The model's name."""
        return str(self.metadata["name"])

    @property
    def version(self) -> str:
        """The model's version."""
        return str(self.metadata["version"])

    @property
    def created(self) -> str:
        """When it was trained, by the clock of that machine and without its zone."""
        return str(self.metadata["created"])

    @property
    def is_previous(self) -> bool:
        """Whether it was trained anew since then."""
        return self.key.startswith(f"{_PREVIOUS}/")

    @property
    def pickle(self) -> str:
        """The key of the pickle."""
        return f"{self.key}{_PICKLE}"


def old_models(store: ModelStore) -> tuple[OldModel, ...]:
    """Return what mllaunchpad has left, by name, version and time; live ones last.

    Files that aren't its, or that it hasn't written to the end, are passed by.

    Raises:
        StoreError: When the store can't be read.
    """
    found = [model for model in _found(store) if model is not None]
    return tuple(
        sorted(
            found,
            key=lambda old: (
                old.name,
                Version(old.version),
                not old.is_previous,
                old.created,
                old.key,
            ),
        )
    )


def complete_listing(store: ModelStore) -> dict[str, dict[str, Any]]:
    """Return all models of a store as mllaunchpad lists them, its own ones included.

    Raises:
        StoreError: When the store can't be read.
    """
    listed = listing(models(store))
    for old in not_imported(store, listed):
        metadata = dict(old.metadata)
        versions = listed.setdefault(old.name, {"backups": []})
        if old.is_previous or old.version in versions:
            versions["backups"].append(metadata)
        else:
            versions[old.version] = metadata
    for versions in listed.values():
        live = [version for version in versions if version not in _REST]
        if live:
            versions["latest"] = versions[max(live, key=Version)]
    return {name: listed[name] for name in listed if "latest" in listed[name]}


def old_rows(store: ModelStore) -> Iterator[dict[str, Any]]:
    """Yield what a table of builds shows of the models that can be imported.

    Raises:
        StoreError: When the store can't be read.
    """
    old = old_models(store)
    listed = listing(models(store)) if old else {}
    for model in _without_imported(old, listed):
        yield {
            "name": model.name,
            "version": model.version,
            "build": "",
            "aliases": [_WHERE[model.is_previous]],
            "created": model.created,
            "metrics": plain(model.metadata.get("metrics", {})),
        }


def not_imported(
    store: ModelStore, listed: Mapping[str, Mapping[str, Any]]
) -> tuple[OldModel, ...]:
    """Return what mllaunchpad has left and what isn't a build yet.

    Args:
        store: The store.
        listed: Its builds, as they are listed.

    Raises:
        StoreError: When the store can't be read.
    """
    return tuple(_without_imported(old_models(store), listed))


def _without_imported(
    old: tuple[OldModel, ...], listed: Mapping[str, Mapping[str, Any]]
) -> Iterator[OldModel]:
    known = set()
    for versions in listed.values():
        live = [versions[key] for key in versions if key not in _REST]
        for metadata in (*live, *versions.get("backups", ())):
            if "imported_from" in metadata:
                known.add(tuple(metadata[key] for key in _IDENTITY))
    return (one for one in old if (one.name, one.version, one.created) not in known)


def _found(store: ModelStore) -> Iterator[OldModel | None]:
    for folder in ("", f"{_PREVIOUS}/"):
        names = set(store.names(folder.rstrip("/")))
        for name in sorted(names):
            stem = name.removesuffix(_METADATA)
            if stem != name and f"{stem}{_PICKLE}" in names:
                content = store.read(f"{folder}{name}")
                yield _old_model(f"{folder}{stem}", content or b"")


def _old_model(key: str, content: bytes) -> OldModel | None:
    try:
        metadata = plain(json.loads(content))
    except (ValueError, RecursionError):  # mllaunchpad writes while others read
        return None
    if not isinstance(metadata, dict):
        return None
    name, version = metadata.get("name"), metadata.get("version")
    if not (isinstance(name, str) and isinstance(version, str)):
        return None
    known = is_name(name) and is_version(version) and "created" in metadata
    is_named_so = key.rpartition("/")[2].startswith(f"{name}_{version}")
    return OldModel(key, metadata) if known and is_named_so else None
