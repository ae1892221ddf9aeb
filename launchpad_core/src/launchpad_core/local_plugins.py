"""Project-local plugins written as classes with a ``serves`` list."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from types import ModuleType

from launchpad_core.registrations import DataSinkType, DataSourceType, Registration


def serving_classes(module: ModuleType) -> Iterator[Registration]:
    """Yield a registration for each type that a module's classes serve."""
    from launchpad_core.data import DataSink, DataSource

    for name, value in vars(module).items():
        if not inspect.isclass(value) or value.__module__ != module.__name__:
            continue
        address = f"{module.__name__}:{name}"
        own = inspect.cleandoc(value.__doc__ or "")  # not that of the base class
        summary = next(iter(own.splitlines()), name)
        if issubclass(value, DataSource):
            for type_ in value.serves:
                yield DataSourceType(type_, implementation=address, summary=summary)
        elif issubclass(value, DataSink):
            for type_ in value.serves:
                yield DataSinkType(type_, implementation=address, summary=summary)
