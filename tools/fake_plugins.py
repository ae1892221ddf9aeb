"""The plugins that tests install: one that works, its rival, and bad ones."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from launchpad_core.testing import fake_distribution

_MUST_NOT_BE_IMPORTED = 'raise AssertionError("imported")\n'

_RIVAL = """
    from launchpad_core import DataSourceType, hookimpl

    @hookimpl
    def launchpad_data_sources():
        yield DataSourceType(
            "good", implementation="{package}.source:FakeSource", summary="Another one"
        )
"""
_MISSPELLED = """
    from launchpad_core import DataSourceType, hookimpl

    @hookimpl
    def launchpad_data_source():
        yield DataSourceType(
            "{type}", implementation="{package}.source:FakeSource", summary="x"
        )
"""
_UNMARKED = """
    from launchpad_core import DataSourceType

    def launchpad_data_sources():
        yield DataSourceType(
            "good", implementation="{package}.source:FakeSource", summary="x"
        )
"""
_HALF_WAY = """
    from launchpad_core import DataSourceType, hookimpl

    @hookimpl
    def launchpad_data_sources():
        yield DataSourceType("half", implementation="some.module:Half", summary="Half")
        yield DataSourceType("whole", implementation="no address", summary="Whole")
"""

FAKES: Mapping[str, Mapping[str, Any]] = {
    "good": {},
    "rival": {"plugin": _RIVAL},
    "raising": {"plugin": 'raise ImportError("its library is missing")\n'},
    "too-old": {
        "plugin": _MUST_NOT_BE_IMPORTED,
        "requires": ["launchpad-core<0.0.5,>=0.0.1"],
    },
    "too-new": {
        "plugin": _MUST_NOT_BE_IMPORTED,
        "requires": ['Launchpad_Core (>=9,!=0.1.*) ; python_version > "3"'],
    },
    "misspelled": {"plugin": _MISSPELLED},
    "unmarked": {"plugin": _UNMARKED},
    "half-way": {"plugin": _HALF_WAY},
}
"""By name without ``launchpad-``: what is unlike the plugin that works."""


def write_fakes(folder: Path, *names: str) -> Path:
    """Write some of the plugins; return the folder, to be put on the path."""
    for name in names:
        fake_distribution(folder, f"launchpad-{name}", **FAKES[name])
    return folder
