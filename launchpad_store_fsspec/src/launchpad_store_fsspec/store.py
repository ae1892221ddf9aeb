"""The model store ``fsspec``: the layout of the directory store in object stores."""

from __future__ import annotations

import hashlib
import json
import logging
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from secrets import token_hex
from typing import Annotated, Any

from pydantic import Field

from launchpad_core.errors import StoreError
from launchpad_core.masking import without_secrets
from launchpad_core.settings import ConfigPath
from launchpad_core.store.files import METADATA, DamagedBuild
from launchpad_core.store.model_store import ModelStore, model_of
from launchpad_store_fsspec.cache import BuildCache
from launchpad_store_fsspec.faults import told
from launchpad_store_fsspec.locations import StoreLocation, shown
from launchpad_store_fsspec.objects import Objects, Stored, together

logger = logging.getLogger(__name__)

_BUILD = re.compile(r"([^/]+/[^/]+/builds/[0-9a-f]{16})/.+")
_WRITER_MAY_BE_ALIVE = timedelta(days=1)


class FsspecStore(ModelStore):
    """Keeps builds in an object store.

    A build's files are written first, its metadata last, and then its entry in the
    log, on the condition that there is none of its number. So a reader needs no lock,
    and a killed writer leaves the old state; a day later, another one removes what it
    had written. Listings are never relied on for what is live.
    """

    class Config(ModelStore.Config):
        """What the section ``model_store`` may say for this type."""

        location: StoreLocation
        """Where the builds are: a URL such as `s3://bucket/models`."""
        storage_options: dict[str, Any] = {}
        """Options of fsspec's file system; secrets by the names of environment
        variables, as in `key_var: S3_KEY`."""
        cache: ConfigPath | None = None
        """The folder that keeps copies of builds on this machine; by default one in
        the user's folder for caches."""
        cache_builds: Annotated[int, Field(gt=0)] = 5
        """How many builds of a model that folder keeps: those that were used last."""

    settings: Config
    _honours_conditions = False

    @property
    def shown_name(self) -> str:
        """The URL."""
        return shown(self.settings.location)

    def read(self, key: str) -> bytes | None:
        """Return an object's content, if there is one."""
        return self._objects.read(key)

    def read_all(self, keys: Iterable[str]) -> Iterator[bytes | None]:
        """Yield the contents of many objects, fetched at once."""
        return together(self.read, keys)

    def create(self, key: str, content: bytes) -> bool:
        """Write an object on the condition that there is none."""
        if not self._honours_conditions:
            self._check()
        try:
            return self._objects.create(key, content)
        except StoreError:
            if self._objects.read(key) == content:  # only the answer was lost
                return True
            raise

    def names(self, key: str = "") -> Iterable[str]:
        """Return the names below a key; those that begin with a dot are ours."""
        names = self._objects.names(key)
        return tuple(name for name in names if not name.startswith("."))

    def workspace(self) -> AbstractContextManager[Path]:
        """Return a context: a folder in the cache."""
        return self._cache.workspace()

    def put(self, key: str, folder: Path) -> None:
        """Write all files, the metadata last, and remove any others."""
        files = {
            path.relative_to(folder).as_posix(): path
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        }
        payload = {name: files[name] for name in files if name != METADATA}
        self._objects.upload({f"{key}/{name}": payload[name] for name in payload})
        there = self._objects.listing(key)
        for name, path in payload.items():
            if name not in there or there[name].size != path.stat().st_size:
                raise StoreError(
                    f"can't write the model store {self.shown_name}: it doesn't list "
                    f"{key}/{name} as it was written",
                    hint="try again, or give that file another name",
                )
        self._objects.remove(f"{key}/{name}" for name in there.keys() - files.keys())
        if METADATA in files:
            self._objects.upload({f"{key}/{METADATA}": files[METADATA]})

    def get(self, key: str) -> Path:
        """Return a folder in the cache, after fetching what isn't there yet."""
        listed = self._objects.listing(key)
        sizes = {name: listed[name].size for name in listed}
        for name in filter(_leads_elsewhere, sizes):
            raise DamagedBuild(
                f"{key} in {self.shown_name} is damaged: there is a file {name!r}, "
                "whose name leads out of it",
                hint="remove it; who wrote it meant no good",
            )

        def fetch(paths: Mapping[str, Path]) -> None:
            self._objects.download(
                {f"{key}/{name}": paths[name] for name in paths},
                {f"{key}/{name}": sizes[name] for name in paths},
            )

        with self._told("read"):
            return self._cache.get(key, sizes, fetch)

    def forget(self, key: str) -> None:
        """Remove a build from the cache."""
        with self._told("read"):
            self._cache.forget(key)

    def remove(self, key: str) -> None:
        """Remove all objects below a key."""
        self._objects.remove(f"{key}/{name}" for name in self._objects.listing(key))

    def prepare(self) -> None:
        """Write an object twice, which has to fail the second time; and remove it."""
        self._check()
        with self.workspace():
            pass

    def sweep(self, known: Callable[[str], Collection[str]]) -> None:
        """Remove, once a day, builds that never reached the log.

        By the server's clock, all that is below them has to be older than a day: so
        nobody is about to add them to the log.
        """
        with self._told("write"):
            self._cache.clear_workspaces()
            due = self._cache.is_sweep_due()
        if due:
            self._sweep(known)

    def _sweep(self, known: Callable[[str], Collection[str]]) -> None:
        newest = _builds(self._objects.listing(""))
        now = self._check()
        old = [key for key in newest if now - newest[key] > _WRITER_MAY_BE_ALIVE]
        for model in sorted({model_of(key) for key in old}):
            try:
                there = known(model)
            except StoreError as error:
                logger.warning("Nothing is swept of %s: %s", model, error.in_one_line())
                continue
            for key in old:
                if model_of(key) == model and key not in there:
                    self.remove(key)

    def _check(self) -> datetime:
        """Return the server's time after a look whether it can be written safely."""
        now = self._objects.check_conditions(f".launchpad/{token_hex(8)}")
        self._honours_conditions = True
        return now

    @cached_property
    def _objects(self) -> Objects:
        return Objects(self.settings.location, self.settings.storage_options)

    @cached_property
    def _cache(self) -> BuildCache:
        import platformdirs

        place = [self.settings.location, without_secrets(self._options_in_order)]
        name = hashlib.sha256(json.dumps(place, default=repr).encode()).hexdigest()
        default = Path(platformdirs.user_cache_dir("launchpad", appauthor=False))
        folder = self.settings.cache or default / "model_store"
        return BuildCache(folder / name[:16], keep=self.settings.cache_builds)

    @property
    def _options_in_order(self) -> dict[str, Any]:
        options = self.settings.storage_options
        return {key: options[key] for key in sorted(options)}

    def _told(self, verb: str) -> AbstractContextManager[None]:
        return told(verb, self.settings.location, self.settings.storage_options)


def _leads_elsewhere(name: str) -> bool:
    """Whether a name would be another place as a path on this machine."""
    parts = re.split(r"[/\\]", name)
    return not {"", ".", ".."}.isdisjoint(parts) or ":" in parts[0]


def _builds(listing: Mapping[str, Stored]) -> dict[str, datetime]:
    """Return the keys of all builds in a listing, with their newest object's time."""
    newest: dict[str, datetime] = {}
    for name, stored in listing.items():
        if found := _BUILD.fullmatch(name):
            key = found[1]
            newest[key] = max(newest.get(key, stored.modified), stored.modified)
    return newest
