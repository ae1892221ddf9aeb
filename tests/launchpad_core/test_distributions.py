"""Fake distributions: written, installed, found, and gone again."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import importlib_metadata
import pytest

from launchpad_core.errors import PluginError
from launchpad_core.plugins import Plugin, State, find_plugin, load_plugins
from launchpad_core.registrations import DataSourceType
from launchpad_core.registry import Registry
from launchpad_core.testing import fake_distribution, installed


def test_with_only_a_name_it_is_a_plugin_that_works(tmp_path: Path) -> None:
    with installed(fake_distribution(tmp_path)):
        plugins = load_plugins()
        found = find_plugin(plugins, "launchpad-good")
        source = Registry(plugins).implementation(DataSourceType, "good", base=object)
        frame = source("x", {"type": "good", "rows": 2}).get_dataframe()

    assert (found.state, found.version) == (State.ACTIVE, "1.0")
    assert frame["provided_by"].tolist() == ["launchpad_good"] * 2


def test_afterwards_nothing_is_left(tmp_path: Path) -> None:
    path, variable = list(sys.path), os.environ.get("PYTHONPATH")

    with installed(fake_distribution(tmp_path, "launchpad-passing")):
        assert find_plugin(load_plugins(), "passing").usable
        assert "launchpad_passing.plugin" in sys.modules

    assert (sys.path, os.environ.get("PYTHONPATH")) == (path, variable)
    assert [name for name in sys.modules if "launchpad_passing" in name] == []
    with pytest.raises(importlib_metadata.PackageNotFoundError):
        importlib_metadata.version("launchpad-passing")


def test_the_next_one_of_the_same_name_is_another(tmp_path: Path) -> None:
    with installed(fake_distribution(tmp_path / "1", version="1.0")):
        first = find_plugin(load_plugins(), "good")
    with installed(fake_distribution(tmp_path / "2", version="2.0", plugin="")):
        second = find_plugin(load_plugins(), "good")

    assert (first.version, len(first.registrations)) == ("1.0", 1)
    assert (second.version, len(second.registrations)) == ("2.0", 0)


def test_subprocesses_and_tools_find_it(tmp_path: Path) -> None:
    code = "import launchpad_good.extra, importlib.metadata as found\n"
    code += "print(*found.files('launchpad-good'), sep='\\n')"
    fake_distribution(tmp_path, modules={"extra": "NAME = '{package}'"})

    with installed(tmp_path):
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        )

    assert done.stdout.splitlines() == [
        "launchpad_good/__init__.py",
        "launchpad_good/plugin.py",
        "launchpad_good/extra.py",
        "launchpad_good-1.0.dist-info/METADATA",
        "launchpad_good-1.0.dist-info/entry_points.txt",
        "launchpad_good-1.0.dist-info/RECORD",
    ]


@pytest.mark.parametrize(
    "name",
    [
        *("sources_weather", "sources-weather", "launchpad-sources-weather"),
        *("Launchpad_Sources_Weather", "launchpad_sources_weather.plugin"),
    ],
)
def test_a_plugin_has_several_names(name: str) -> None:
    weather = Plugin(
        "sources_weather",
        State.BROKEN,
        distribution="launchpad-sources-weather",
        module_name="launchpad_sources_weather.plugin",
    )
    local = Plugin("my_sources", State.ACTIVE, module_name="my_sources")

    assert find_plugin([local, weather], name) is weather
    assert find_plugin([local, weather], "my_sources") is local


def test_a_plugin_that_is_not_there_is_told() -> None:
    plugins = [Plugin("good", State.ACTIVE, distribution="launchpad-good")]

    with pytest.raises(PluginError) as misspelt:
        find_plugin(plugins, "launchpad-goood")
    with pytest.raises(PluginError) as unknown:
        find_plugin(plugins, "weather")

    assert str(misspelt.value) == (
        'no plugin is called "launchpad-goood"\n  try: did you mean "launchpad-good"?'
    )
    assert str(unknown.value) == (
        'no plugin is called "weather"\n  try: launchpad plugins lists those there are'
    )


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("weather", 'the data source "weather" is of "sources_good"'),
        ("launchpad_sources_files", "pip install launchpad-sources-files"),
    ],
    ids=["its type", "not installed"],
)
def test_what_was_probably_meant_is_told(name: str, hint: str) -> None:
    weather = DataSourceType("weather", implementation="good:Weather", summary="Good")
    good = Plugin("sources_good", State.ACTIVE, registrations=(weather,))

    with pytest.raises(PluginError) as told:
        find_plugin([good], name)

    assert str(told.value) == f'no plugin is called "{name}"\n  try: {hint}'
