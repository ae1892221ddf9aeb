"""A data source that remembers what it has read, for as long as its section says."""

from __future__ import annotations

import math
import pickle
import sys
import threading
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from cachetools import Cache, LRUCache, TTLCache, cached

from launchpad_core.data import DataSource, Params
from launchpad_core.errors import UnsupportedOperation
from launchpad_core.forwarding import ForwardingSource

if TYPE_CHECKING:
    import pandas as pd

FOR_EVER = -1
NEVER = 0


class CachedSource(ForwardingSource):
    """Wraps a data source; each set of parameters is read once until it expires.

    Threads that ask for the same data at the same time share one reading. Every
    caller gets a frame of its own, so what it changes stays with it. Reading in
    chunks passes the cache by.
    """

    def __init__(self, source: DataSource) -> None:
        super().__init__(source)
        memory: Cache[Any, Any] = _memory(source.settings)
        remembering = cached(memory, key=_key, condition=threading.Condition())
        self._read = remembering(self._read_anew)

    def explain(self) -> str:
        """Return in one line how the source is going to read."""
        return f"{self._source.explain()}; cached"

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

    def _read_anew(self, method: str, params: Params | None) -> Any:
        return _copy(getattr(self._source, method)(params))


def preload(sources: Iterable[DataSource]) -> None:
    """Read all sources that remember what they read, and that need no params.

    Raises:
        DataError: When one of them can't be read.
    """
    for source in sources:
        if not isinstance(source, CachedSource) or source.asked:
            continue
        try:
            source.get_dataframe()
        except (UnsupportedOperation, NotImplementedError):
            source.get_raw()


def _memory(settings: DataSource.Config) -> Cache[Any, Any]:
    bounds: dict[str, Any] = {
        "most": settings.cache_size,
        "maxsize": settings.cache_memory or math.inf,
        "getsizeof": _size,
    }
    if settings.expires == FOR_EVER:
        return _LastingMemory(**bounds)
    return _FadingMemory(ttl=settings.expires, **bounds)


class _Bounded(Cache[Any, Any]):
    """A cache that is bounded by the number of its items as well as by their size."""

    def __init__(self, *, most: int, **bounds: Any) -> None:
        super().__init__(**bounds)
        self._most = most

    def __setitem__(self, key: Any, value: Any, **more: Any) -> None:
        while key not in self and len(self) >= self._most:
            self.popitem()
        super().__setitem__(key, value, **more)


class _LastingMemory(_Bounded, LRUCache[Any, Any]):
    pass


class _FadingMemory(_Bounded, TTLCache[Any, Any]):
    pass


def _size(data: Any) -> int:
    """Return how many bytes a frame or raw data takes."""
    if hasattr(data, "memory_usage"):
        return int(data.memory_usage(deep=True).sum())
    return sys.getsizeof(data)


def _key(method: str, params: Params | None) -> tuple[str, bytes]:
    return method, pickle.dumps(sorted((params or {}).items()))


def _copy(data: Any) -> Any:
    """Return data that its taker may change: from pandas 3 on, writing copies."""
    import pandas as pd

    if isinstance(data, pd.DataFrame):
        return data.copy(deep=int(pd.__version__.partition(".")[0]) < 3)
    return data.copy() if hasattr(data, "copy") else data
