"""Data sources and sinks around others, for those that watch or change some of it."""

from __future__ import annotations

from typing import Any

from launchpad_core.data import DataSink, DataSource


class ForwardingSource(DataSource):
    """Wraps a data source, and hands everything on to it.

    A subclass says what it does otherwise. To ``isinstance`` it is also of the class
    that it wraps; pickled or copied, it becomes the source that it wraps.
    """

    def __init__(self, source: DataSource) -> None:
        self.id = source.id
        self.config = source.config
        self.settings = source.settings
        self.options = source.options
        self.connection = source.connection
        self._source = source

    @property
    def asked(self) -> frozenset[str]:
        """The names of the params that the source's section asks for."""
        return self._source.asked

    def explain(self) -> str:
        """Return in one line how the source is going to read."""
        return self._source.explain()

    def get_dataframe(self, *args: Any, **kwargs: Any) -> Any:
        """Return the source's frame, or frames; the arguments are handed on."""
        return self._source.get_dataframe(*args, **kwargs)

    def get_raw(self, *args: Any, **kwargs: Any) -> Any:
        """Return the source's raw data; the arguments are handed on."""
        return self._source.get_raw(*args, **kwargs)

    @property  # type: ignore[misc]
    def __class__(self) -> type[DataSource]:  # type: ignore[override]
        """The class of the wrapped source, for ``isinstance``."""
        return self._source.__class__

    def __getattr__(self, name: str) -> Any:
        """Return whatever else the wrapped source offers."""
        return getattr(_wrapped(self, "_source"), name)

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle and copy the wrapped source instead."""
        return _itself, (self._source,)


class ForwardingSink(DataSink):
    """Wraps a data sink, and hands everything on to it.

    A subclass says what it does otherwise. To ``isinstance`` it is also of the class
    that it wraps; pickled or copied, it becomes the sink that it wraps.
    """

    def __init__(self, sink: DataSink) -> None:
        self.id = sink.id
        self.config = sink.config
        self.settings = sink.settings
        self.options = sink.options
        self.connection = sink.connection
        self._sink = sink

    @property
    def asked(self) -> frozenset[str]:
        """The names of the params that the sink's section asks for."""
        return self._sink.asked

    def explain(self) -> str:
        """Return in one line how the sink is going to write."""
        return self._sink.explain()

    def put_dataframe(self, *args: Any, **kwargs: Any) -> None:
        """Write a frame into the sink; the arguments are handed on."""
        self._sink.put_dataframe(*args, **kwargs)

    def put_raw(self, *args: Any, **kwargs: Any) -> None:
        """Write raw data into the sink; the arguments are handed on."""
        self._sink.put_raw(*args, **kwargs)

    def try_destination(self) -> None:
        """Raise now what would keep the sink from writing."""
        self._sink.try_destination()

    @property  # type: ignore[misc]
    def __class__(self) -> type[DataSink]:  # type: ignore[override]
        """The class of the wrapped sink, for ``isinstance``."""
        return self._sink.__class__

    def __getattr__(self, name: str) -> Any:
        """Return whatever else the wrapped sink offers."""
        return getattr(_wrapped(self, "_sink"), name)

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle and copy the wrapped sink instead."""
        return _itself, (self._sink,)


def _wrapped(wrapper: object, attribute: str) -> Any:
    """Return what is wrapped; asking for it before there is one ends at once."""
    return object.__getattribute__(wrapper, attribute)


def _itself(wrapped: Any) -> Any:
    return wrapped
