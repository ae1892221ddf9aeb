"""Distributions that aren't published: written into a folder, and then installed."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from importlib.util import cache_from_source
from pathlib import Path
from textwrap import dedent

import importlib_metadata
from packaging.version import Version

from launchpad_core.discovery import CORE
from launchpad_core.hookspecs import PROJECT

_PLUGIN = '''
"""What the distribution provides."""

from launchpad_core import DataSourceType, hookimpl


@hookimpl
def launchpad_data_sources():
    """Return one type of data source."""
    yield DataSourceType(
        "{type}",
        implementation="{package}.source:FakeSource",
        summary="A frame that says who provides it",
    )
'''
_SOURCE = '''
"""The data source."""

import pandas as pd

from launchpad_core import DataSource


class FakeSource(DataSource):
    """A frame that says who provides it."""

    class Config(DataSource.Config):
        """What the section may say."""

        rows: int = 1
        """How many rows the frame has."""

    def get_dataframe(self, params=None, chunksize=None):
        """Return the frame."""
        self.refuse(params=params, chunksize=chunksize)
        return pd.DataFrame({"provided_by": ["{package}"] * self.settings.rows})
'''


def fake_distribution(
    folder: Path,
    name: str = "launchpad-good",
    *,
    plugin: str | None = None,
    version: str = "1.0",
    requires: Iterable[str] | None = None,
    entry_points: Mapping[str, str] | None = None,
    modules: Mapping[str, str] | None = None,
) -> Path:
    """Write a distribution as pip would have installed it; return the folder.

    ::

        site = fake_distribution(tmp_path, "launchpad-rival", plugin=SOURCE_TEXT)
        with installed(site):
            plugin = find_plugin(load_plugins(), "launchpad-rival")

    With only a name, it is a plugin that works: ``launchpad-good`` provides the type of
    data source ``good``. Source texts are dedented; in all of them ``{package}`` is the
    package's name, and ``{type}`` the last word of the distribution's.

    Args:
        folder: Where it is written; it may hold other distributions.
        name: The distribution's name; its package is the same with underscores.
        plugin: The source text of ``plugin.py``.
        version: The distribution's version.
        requires: What it depends on; None for the core, as it is, with bounds.
        entry_points: Names and modules of the group ``launchpad``; None for
            ``plugin.py``, under the name without ``launchpad-``.
        modules: Further modules of the package, by name, such as ``source``, or
            ``__init__``; None for the one that the plugin that works needs.
    """
    package = name.replace("-", "_")
    if entry_points is None:
        entry_points = {package.removeprefix(f"{PROJECT}_"): f"{package}.plugin"}
    if modules is None:
        modules = {"source": _SOURCE}
    texts = {"__init__": "", "plugin": _PLUGIN if plugin is None else plugin}
    files = {
        f"{package}/{module}.py": _source(text, name)
        for module, text in {**texts, **modules}.items()
    }
    info = f"{package}-{version}.dist-info"
    files[f"{info}/METADATA"] = _metadata(name, version, requires)
    files[f"{info}/entry_points.txt"] = _lines(
        f"[{PROJECT}]", *(f"{key} = {value}" for key, value in entry_points.items())
    )
    record = f"{info}/RECORD"
    files[record] = _lines(*(f"{path},," for path in (*files, record)))
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
        if path.endswith(".py"):  # Python doesn't see two changes within a second
            Path(cache_from_source(str(folder / path))).unlink(missing_ok=True)
    return folder


@contextmanager
def installed(*folders: Path) -> Iterator[None]:
    """Have the distributions of some folders installed, here and in subprocesses.

    Afterwards, neither they nor the modules that were imported from them are there.
    """
    places = [str(folder.resolve()) for folder in folders]
    path, variable = list(sys.path), os.environ.get("PYTHONPATH")
    sys.path[:0] = places
    os.environ["PYTHONPATH"] = os.pathsep.join([*places, *filter(None, [variable])])
    importlib.invalidate_caches()
    try:
        yield
    finally:
        sys.path[:] = path
        if variable is None:
            del os.environ["PYTHONPATH"]
        else:
            os.environ["PYTHONPATH"] = variable
        for name in tuple(_imported_from(places)):
            del sys.modules[name]
        importlib.invalidate_caches()


def _source(text: str, name: str) -> str:
    package = name.replace("-", "_")
    filled = dedent(text).replace("{package}", package)
    return filled.replace("{type}", package.rpartition("_")[2]).lstrip("\n")


def _metadata(name: str, version: str, requires: Iterable[str] | None) -> str:
    return _lines(
        "Metadata-Version: 2.4",
        f"Name: {name}",
        f"Version: {version}",
        "Summary: A fake distribution for tests",
        *(
            f"Requires-Dist: {requirement}"
            for requirement in ([_this_core()] if requires is None else requires)
        ),
    )


def _this_core() -> str:
    core = Version(importlib_metadata.version(CORE))
    return f"{CORE}<{core.major}.{core.minor + 1},>={core}"


def _lines(*lines: str) -> str:
    return "\n".join(lines) + "\n"


def _imported_from(places: Iterable[str]) -> Iterator[str]:
    folders = tuple(f"{place}{os.sep}" for place in places)
    for name, module in tuple(sys.modules.items()):
        if str(getattr(module, "__file__", None) or "").startswith(folders):
            yield name
