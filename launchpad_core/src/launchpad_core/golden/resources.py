"""Data for golden predictions: sinks write nothing, and reading is noticed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from launchpad_core.data import DataSource
from launchpad_core.forwarding import ForwardingSink, ForwardingSource
from launchpad_core.runtime import Resources


def without_effects(resources: Resources, read: Callable[[str], Any]) -> Resources:
    """Return data sources and sinks whose use leaves nothing behind.

    Args:
        resources: The data sources and sinks.
        read: Gets the name of each data source that is read.
    """
    return Resources(
        {name: _Noticed(one, read) for name, one in resources.data_sources.items()},
        {name: _Dropping(one) for name, one in resources.data_sinks.items()},
    )


class _Noticed(ForwardingSource):
    """Tells when it is read."""

    def __init__(self, source: DataSource, read: Callable[[str], Any]) -> None:
        super().__init__(source)
        self._read = read

    def get_dataframe(self, *args: Any, **kwargs: Any) -> Any:
        self._read(self.id)
        return super().get_dataframe(*args, **kwargs)

    def get_raw(self, *args: Any, **kwargs: Any) -> Any:
        self._read(self.id)
        return super().get_raw(*args, **kwargs)

    def __getattr__(self, name: str) -> Any:
        value = super().__getattr__(name)
        if callable(value):  # a way of reading that only this type of source has
            self._read(self.id)
        return value


class _Dropping(ForwardingSink):
    """Drops what it gets, however it gets it."""

    def put_dataframe(self, *args: Any, **kwargs: Any) -> None:
        pass

    def put_raw(self, *args: Any, **kwargs: Any) -> None:
        pass

    def __getattr__(self, name: str) -> Any:
        value = super().__getattr__(name)
        return _drop if callable(value) else value

    def __reduce__(self) -> tuple[Any, ...]:
        """Copies drop what they get as well."""
        return _Dropping, (self._sink,)


def _drop(*args: Any, **kwargs: Any) -> None:
    _ = args, kwargs
