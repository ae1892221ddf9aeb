"""The objects below a location: what a store does with them, a request at a time."""

from __future__ import annotations

import inspect
import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from launchpad_core.errors import StoreError
from launchpad_store_fsspec.faults import is_missing_file, status_of, told
from launchpad_store_fsspec.locations import connected, shown

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem

_AT_ONCE = 16
_CONFLICT = 409  # what S3 answers while another request writes the same object
_TAKEN = 412
_TRIES = 10
_PATIENCE = 120  # seconds that a request may take, whatever is wrong with the server
_SLOWEST = 50_000  # bytes per second that a server has to do at least

T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Stored:
    """What a listing says of an object.

    Attributes:
        size: Its size in bytes.
        modified: When it was written, by the server's clock.
    """

    size: int
    modified: datetime


class Objects:
    """Objects below a location, by their keys relative to it.

    All that fails is a :class:`StoreError <launchpad_core.StoreError>`. It may be used
    by many threads, and by processes that were forked: each connects on its own.

    Args:
        url: The location.
        storage_options: As in the config: with the names of variables.
    """

    def __init__(self, url: str, storage_options: Mapping[str, Any]) -> None:
        self._url = url
        self._options = storage_options
        self._connected: dict[int, tuple[AbstractFileSystem, str]] = {}

    def read(self, key: str) -> bytes | None:
        """Return an object's content, or None when there is none."""
        with self._told("read"):
            system, path = self._at(key)
            try:
                content: bytes = system.cat_file(
                    path, timeout=_PATIENCE, **_in_one_request(system)
                )
            except FileNotFoundError as error:
                if is_missing_file(error):
                    return None
                raise
            return content

    def create(self, key: str, content: bytes) -> bool:
        """Create an object unless there is one, and return whether there was none."""
        with self._told("write"):
            system, path = self._at(key)
            for tried in range(1, _TRIES + 1):
                try:
                    system.pipe_file(path, content, mode="create", timeout=_PATIENCE)
                except FileExistsError:
                    return False
                except OSError as error:
                    status = status_of(error)
                    if status == _TAKEN:
                        return False
                    if status != _CONFLICT or tried == _TRIES:
                        raise
                    time.sleep(0.05 * tried)
                else:
                    return True
        raise AssertionError  # the last try returns or raises

    def names(self, key: str) -> tuple[str, ...]:
        """Return the names directly below a key."""
        with self._told("read"):
            system, path = self._at(key)
            try:
                listed = system.ls(path, detail=False, timeout=_PATIENCE)
            except FileNotFoundError as error:
                if is_missing_file(error):
                    return ()
                raise
        below = (name.rstrip("/") for name in listed)
        return tuple(sorted(name.rpartition("/")[2] for name in below if name != path))

    def listing(self, key: str) -> dict[str, Stored]:
        """Return all objects below a key, by their paths relative to it."""
        with self._told("read"):
            system, path = self._at(key)
            try:
                found = system.find(path, detail=True, timeout=_PATIENCE)
            except FileNotFoundError as error:
                if is_missing_file(error):
                    return {}
                raise
        start = f"{path}/"
        return {
            name.removeprefix(start): Stored(info["size"], _modified(info))
            for name, info in found.items()
            if name.startswith(start) and not name.endswith("/")
        }

    def upload(self, files: Mapping[str, Path]) -> None:
        """Write files, given by their keys, whether there are such objects or not."""

        def put(key: str) -> None:
            with self._told("write"):
                system, path = self._at(key)
                patience = _PATIENCE + files[key].stat().st_size / _SLOWEST
                system.put_file(str(files[key]), path, timeout=patience)

        _each(put, files)

    def download(self, files: Mapping[str, Path], sizes: Mapping[str, int]) -> None:
        """Write objects into files, whose folders are made.

        Args:
            files: The files, by the keys of the objects.
            sizes: The sizes of the objects in bytes, by their keys.
        """

        def get(key: str) -> None:
            patience = _PATIENCE + sizes[key] / _SLOWEST
            files[key].parent.mkdir(parents=True, exist_ok=True)
            with self._told("read"):
                system, path = self._at(key)
                system.get_file(path, str(files[key]), timeout=patience)

        _each(get, files)

    def remove(self, keys: Iterable[str]) -> None:
        """Remove objects; it doesn't matter when there are none."""

        def remove(key: str) -> None:
            with self._told("write"):
                system, path = self._at(key)
                try:
                    system.rm_file(path, timeout=_PATIENCE)
                except FileNotFoundError as error:
                    if not is_missing_file(error):
                        raise

        _each(remove, keys)

    def check_conditions(self, key: str) -> datetime:
        """Check that the server creates an object only if there is none.

        Args:
            key: That of an object which is created and removed.

        Returns:
            The time by the server's clock.

        Raises:
            StoreError: When it can't be written, or the server ignores conditions.
        """
        self.create(key, b"1")
        try:
            if self.create(key, b"2"):
                raise StoreError(
                    f"the model store {shown(self._url)} can't be written safely: its "
                    "server ignores If-None-Match, so that writers overwrite what "
                    "others wrote",
                    hint="a newer version of that server",
                )
            parent, _, name = key.rpartition("/")
            there = self.listing(parent)
            if name not in there:
                raise StoreError(
                    f"the model store {shown(self._url)} can't be relied on: its "
                    "server doesn't list what was just written",
                )
            return there[name].modified
        finally:
            self.remove([key])

    def _told(self, verb: str) -> Any:
        return told(verb, self._url, self._options)

    def _at(self, key: str) -> tuple[AbstractFileSystem, str]:
        """Return this process's file system, and a key's path in it.

        A parent's connection is kept, too: what a child closes of it, breaks it.
        """
        process = os.getpid()
        if process not in self._connected:
            self._connected[process] = connected(self._url, self._options)
        system, root = self._connected[process]
        return system, f"{root.rstrip('/')}/{key}".rstrip("/")


def together(function: Callable[[T], R], arguments: Iterable[T]) -> Iterator[R]:
    """Return what a function returns for each argument, called for many at once.

    All of it is there when this returns. A generator that somebody gives up may be
    collected by the thread that these threads wait for, which would wait for them.
    """
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return iter(tuple(pool.map(function, arguments)))


def _each(function: Callable[[str], None], keys: Iterable[str]) -> None:
    for _ in together(function, list(keys)):
        pass


def _in_one_request(system: AbstractFileSystem) -> dict[str, int]:
    """Return the arguments that spare s3fs a look at the size before it reads."""
    known = inspect.signature(getattr(system, "_cat_file", system.cat_file)).parameters
    return {"max_concurrency": 1} if "max_concurrency" in known else {}


def _modified(info: Mapping[str, Any]) -> datetime:
    for key in ("LastModified", "last_modified", "mtime"):
        if isinstance(when := info.get(key), datetime):
            return when if when.tzinfo else when.replace(tzinfo=timezone.utc)
    return datetime.max.replace(tzinfo=timezone.utc)
