"""A data source that remembers what it has read, for as long as its section says."""

from __future__ import annotations

import pickle
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from cachetools import Cache, LRUCache, TTLCache, cached

from launchpad_core.data import DataSource, Params

if TYPE_CHECKING:
    import pandas as pd

FOR_EVER = -1
NEVER = 0


class CachedSource(DataSource):
    """Wraps a data source; each set of parameters is read once until it expires.

    Threads that ask for the same data at the same time share one reading. Every
    caller gets a frame of its own, so what it changes stays with it. Reading in
    chunks passes the cache by.
    """

    def __init__(self, source: DataSource) -> None:
        self.id = source.id
        self.config = source.config
        self.settings = source.settings
        self.options = source.options
        self.connection = source.connection
        self._source = source
        memory: Cache[Any, Any] = _memory(source.settings)
        remembering = cached(memory, key=_key, condition=threading.Condition())
        self._read = remembering(self._read_anew)

    @classmethod
    def around(cls, source: DataSource) -> DataSource:
        """Return a source that caches as its section says; itself if it says never."""
        return source if source.settings.expires == NEVER else cls(source)

    def get_dataframe(
        self, params: Params | None = None, chunksize: int | None = None
    ) -> pd.DataFrame | Iterator[pd.DataFrame]:
        """Return the source's frame, read or remembered."""
        if chunksize is not None:
            return self._source.get_dataframe(params, chunksize)
        frame: pd.DataFrame = _copy(self._read("get_dataframe", params))
        return frame

    def get_raw(
        self, params: Params | None = None, chunksize: int | None = None
    ) -> str | bytes:
        """Return the source's raw data, read or remembered."""
        if chunksize is not None:
            return self._source.get_raw(params, chunksize)
        raw: str | bytes = self._read("get_raw", params)
        return raw

    def __getattr__(self, name: str) -> Any:
        """Return whatever else the wrapped source offers."""
        return getattr(self._source, name)

    def _read_anew(self, method: str, params: Params | None) -> Any:
        return _copy(getattr(self._source, method)(params))


def _memory(settings: DataSource.Config) -> Cache[Any, Any]:
    if settings.expires == FOR_EVER:
        return LRUCache(maxsize=settings.cache_size)
    return TTLCache(maxsize=settings.cache_size, ttl=settings.expires)


def _key(method: str, params: Params | None) -> tuple[str, bytes]:
    return method, pickle.dumps(sorted((params or {}).items()))


def _copy(data: Any) -> Any:
    return data.copy() if hasattr(data, "copy") else data
