"""Data sources that are looked at while model code reads them."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from launchpad_core.data import DataSource
from launchpad_core.fingerprints import Fingerprint, fingerprint_of
from launchpad_core.forwarding import ForwardingSource
from launchpad_core.runtime import Resources

Look = Callable[[], dict[str, Any]]
"""Returns what is known about a reading, as plain values."""


class Readings:
    """What one of the three functions read, by data source.

    Of a source that is read several times, such as with other params each time, the
    first reading is kept, and the number of ``readings``.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._first: dict[str, Look] = {}
        self._numbers: dict[str, int] = {}

    def observed(self, resources: Resources) -> Resources:
        """Return resources whose data sources are looked at when they are read."""
        sources = resources.data_sources
        return replace(
            resources,
            data_sources={
                name: ObservedSource(source, name, self)
                for name, source in sources.items()
            },
        )

    def is_first(self, name: str) -> bool:
        """Count a reading, and return whether it is the first one of its source."""
        with self._lock:
            self._numbers[name] = self._numbers.get(name, 0) + 1
            return self._numbers[name] == 1

    def keep(self, name: str, look: Look) -> None:
        """Keep what is known about a source's first reading."""
        with self._lock:
            self._first[name] = look

    def as_plain(self) -> dict[str, Any]:
        """Return by source what was read, as plain values.

        A frame's are those of :func:`~launchpad_core.fingerprints.fingerprint_of`; of
        chunks, those that were consumed. Raw data have ``size`` in bytes and
        ``sha256``, anything else has its ``type``.
        """
        with self._lock:
            first, numbers = dict(self._first), dict(self._numbers)
        return {
            name: {**look(), "readings": numbers[name]}
            for name, look in sorted(first.items())
        }


class ObservedSource(ForwardingSource):
    """Wraps a data source, and looks at what model code reads."""

    def __init__(self, source: DataSource, name: str, readings: Readings) -> None:
        super().__init__(source)
        self._name = name
        self._readings = readings

    def get_dataframe(self, *args: Any, **kwargs: Any) -> Any:
        """Return the source's frame, or frames that are looked at one by one."""
        data = self._source.get_dataframe(*args, **kwargs)
        if not self._readings.is_first(self._name):
            return data
        if isinstance(data, Iterator):
            fingerprint = Fingerprint()
            self._readings.keep(self._name, fingerprint.as_plain)
            return _ObservedChunks(data, fingerprint)
        self._readings.keep(self._name, _known(_of_frame(data)))
        return data

    def get_raw(self, *args: Any, **kwargs: Any) -> Any:
        """Return the source's raw data."""
        raw = self._source.get_raw(*args, **kwargs)
        if self._readings.is_first(self._name):
            self._readings.keep(self._name, _known(_of_raw(raw)))
        return raw


class _ObservedChunks(Iterator[Any]):
    """Hands on chunks, and whatever else the reader of a file offers."""

    def __init__(self, chunks: Any, fingerprint: Fingerprint) -> None:
        self._chunks = chunks
        self._fingerprint = fingerprint

    def __next__(self) -> Any:
        chunk = next(self._chunks)
        if isinstance(chunk, pd.DataFrame):
            self._fingerprint.add(chunk)
        return chunk

    def __enter__(self) -> _ObservedChunks:
        self._chunks.__enter__()
        return self

    def __exit__(self, *error: Any) -> Any:
        return self._chunks.__exit__(*error)

    def __getattr__(self, name: str) -> Any:
        return getattr(object.__getattribute__(self, "_chunks"), name)


def _of_frame(data: Any) -> dict[str, Any]:
    return fingerprint_of(data) if isinstance(data, pd.DataFrame) else _type(data)


def _of_raw(raw: Any) -> dict[str, Any]:
    if isinstance(raw, str):
        raw = raw.encode("utf-8", "surrogatepass")
    if not isinstance(raw, (bytes, bytearray, memoryview)):
        return _type(raw)
    digest = hashlib.sha256(raw).hexdigest()
    return {"size": memoryview(raw).nbytes, "sha256": digest}


def _type(data: Any) -> dict[str, Any]:
    return {"type": f"{type(data).__module__}.{type(data).__qualname__}"}


def _known(look: Mapping[str, Any]) -> Look:
    return lambda: dict(look)
