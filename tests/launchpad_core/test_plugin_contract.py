"""The contract of plugins: one that works keeps to it, and each fault is named."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from broken_rules import broken

from launchpad_core.testing import (
    ContractBroken,
    PluginContract,
    fake_distribution,
    installed,
)
from launchpad_core.testing.plugins.loading import load_alone

PLUGIN = """
    from launchpad_core import Command, DataSourceType, hookimpl

    @hookimpl
    def launchpad_data_sources():
        yield DataSourceType(
            "weather", implementation="{package}.source:WeatherSource", summary="Daily"
        )
"""
SOURCE = """
    from launchpad_core import DataSource
    from launchpad_core.settings import Settings

    class Retries(Settings):
        times: int = 3
        '''How often.'''

    class WeatherSource(DataSource):
        class Config(DataSource.Config):
            station: str = "Oslo"
            '''The station's name.'''
            retries: list[Retries | None] = []
            '''What is done when it doesn't answer.'''

        class Connection(Settings):
            key: str = ""
            '''The key of the service.'''
"""
ABSTRACT = """
    from abc import ABC, abstractmethod
    from launchpad_core import DataSource

    class WeatherSource(DataSource, ABC):
        @abstractmethod
        def read(self): ...
"""
IN_THE_HOOK = """def launchpad_data_sources():
        import sqlite3, pandas
"""
IN_A_MODULE = """
    from launchpad_core import hookimpl
    from launchpad_weather.names import *

    @hookimpl
    def launchpad_data_sources():
        return ()
"""
COMMAND = """
    @hookimpl
    def launchpad_commands():
        yield Command("dew", implementation="{package}.source:dew", summary="Dew")
"""


def changed(text: str, old: str, new: str) -> str:
    assert text.count(old) == 1, f"it is there {text.count(old)} times: {old}"
    return text.replace(old, new)


def faults(
    folder: Path,
    *,
    plugin: str = PLUGIN,
    source: str = SOURCE,
    **says: Any,
) -> dict[str, str]:
    """Return what the contract finds in a plugin, by rule."""

    class TestPlugin(PluginContract):
        distribution = "launchpad-weather"

    says = {"plugin": plugin, "modules": {"source": source}, **says}
    fake_distribution(folder, "launchpad-weather", **says)
    with installed(folder):
        found = broken(TestPlugin)
    return {rule.removeprefix("test_"): fault for rule, fault in found.items()}


def test_a_plugin_that_works_keeps_to_it(tmp_path: Path) -> None:
    assert faults(tmp_path) == {}
    assert faults(tmp_path, plugin=None, modules=None) == {}


@pytest.mark.parametrize("written", ["launchpad_weather", "Launchpad-Weather"])
def test_the_distribution_may_be_spelt_otherwise(tmp_path: Path, written: str) -> None:
    class TestPlugin(PluginContract):
        distribution = written

    with installed(fake_distribution(tmp_path, "launchpad-weather")):
        assert broken(TestPlugin) == {}


def test_a_distribution_that_is_not_installed_is_named(tmp_path: Path) -> None:
    class TestPlugin(PluginContract):
        distribution = "launchpad-wether"

    with installed(fake_distribution(tmp_path, "launchpad-weather")):
        assert broken(TestPlugin) == {
            "test_it_is_installed_and_found": "launchpad-wether is not installed; "
            'did you mean "launchpad-weather"?'
        }


def test_a_distribution_without_an_entry_point_is_named(tmp_path: Path) -> None:
    assert faults(tmp_path, entry_points={}) == {
        "it_is_installed_and_found": "launchpad-weather has no entry point of the "
        "group launchpad; its groups are: none"
    }


@pytest.mark.parametrize(
    ("plugin", "modules", "told"),
    [
        ("import pandas" + dedent(PLUGIN), {}, "pandas, imported by {}.plugin"),
        (
            PLUGIN.replace("def launchpad_data_sources():\n", IN_THE_HOOK),
            {},
            "pandas, imported by {}.plugin",
        ),
        (
            IN_A_MODULE,
            {"names": "import json, yaml\nimport yaml\nimport cachetools.func"},
            "yaml, imported by {0}.names; cachetools, imported by {0}.names",
        ),
        (
            IN_A_MODULE,
            {"names": "from launchpad_core import DataSource"},
            "pydantic, imported by {}.names (through launchpad_core.data)",
        ),
        (
            PLUGIN,
            {"__init__": "import importlib\nimportlib.import_module('numpy.linalg')"},
            "numpy, imported by {}",
        ),
    ],
)
def test_heavy_imports_are_named_with_who_does_it(
    tmp_path: Path, plugin: str, modules: dict[str, str], told: str
) -> None:
    found = faults(tmp_path, plugin=plugin, modules={"source": SOURCE, **modules})

    assert found["the_entry_point_is_light"] == told.format("launchpad_weather")


def test_what_is_imported_only_where_it_is_there_is_light(tmp_path: Path) -> None:
    optional = "try:\n    import not_installed\nexcept ImportError:\n    pass\n"

    assert faults(tmp_path, modules={"source": SOURCE, "__init__": optional}) == {}


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("print('Loading')", "it prints 'Loading'"),
        ("import warnings; warnings.warn('Old', stacklevel=1)", "UserWarning: Old"),
        ("import sys; print('a\\nb', file=sys.stderr)", "it prints 'a | b'"),
    ],
)
def test_what_is_printed_is_told(tmp_path: Path, line: str, told: str) -> None:
    found = faults(tmp_path, modules={"source": SOURCE, "__init__": line})

    assert told in found.pop("loading_prints_nothing")


@pytest.mark.parametrize(
    ("end", "told"),
    [
        ("import os; os.write(2, b'Good bye'); os._exit(3)", "Good bye"),
        ("import os; os._exit(3)", "exit status 3"),
    ],
)
def test_a_plugin_that_ends_the_process_is_told(
    tmp_path: Path, end: str, told: str
) -> None:
    with installed(fake_distribution(tmp_path, plugin=end)):
        assert load_alone("launchpad-good").ended == told


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            "def launchpad_data_sources",
            "def launchpad_data_source",
            "there is no hook launchpad_data_source "
            "(try: rename it to launchpad_data_sources)",
        ),
        (
            "    @hookimpl\n",
            "",
            "launchpad_data_sources is not marked with @hookimpl",
        ),
        (
            "yield DataSourceType(",
            "yield DataSourceType('weather', implementation='a:B', summary='C')\n"
            "        yield DataSourceType(",
            'it registers the data source "weather" twice',
        ),
        ("import Command", "import Comand", "ImportError: "),
        ('summary="Daily"', 'summary=""', "needs a summary of one line"),
    ],
)
def test_a_plugin_that_is_broken_is_told_why(
    tmp_path: Path, old: str, new: str, told: str
) -> None:
    found = faults(tmp_path, plugin=changed(PLUGIN, old, new))

    assert list(found) == ["every_plugin_can_be_used"]
    assert found["every_plugin_can_be_used"].startswith("weather is broken: ")
    assert told in found["every_plugin_can_be_used"]


def test_a_plugin_that_registers_nothing_is_told(tmp_path: Path) -> None:
    assert faults(tmp_path, plugin="") == {
        "every_plugin_can_be_used": "weather registers nothing"
    }


def test_a_plugin_for_another_core_is_told(tmp_path: Path) -> None:
    assert faults(tmp_path, requires=["launchpad-core<11,>=10"]) == {
        "every_plugin_can_be_used": "weather is incompatible: "
        "needs launchpad-core>=10,<11"
    }


def test_another_provider_is_named(tmp_path: Path) -> None:
    with installed(fake_distribution(tmp_path / "rival", "launchpad-fast-weather")):
        assert faults(tmp_path) == {
            "no_other_plugin_provides_the_same": 'weather: data source "weather" is '
            "also provided by launchpad-fast-weather"
        }


@pytest.mark.parametrize(
    ("requires", "told"),
    [
        ([], "launchpad-weather doesn't require launchpad-core"),
        (
            ["pandas>=2", 'launchpad-core[testing]<1,>=0.1; extra == "testing"'],
            "launchpad-weather doesn't require launchpad-core",
        ),
        (
            ["launchpad-core"],
            "it requires launchpad-core, without a lower and an upper bound",
        ),
        (
            ["launchpad_core>=0.1"],
            "it requires launchpad-core>=0.1, without an upper bound",
        ),
        (
            ["launchpad-core<9,!=0.0.1"],
            "it requires launchpad-core!=0.0.1,<9, without a lower bound",
        ),
    ],
)
def test_missing_bounds_are_told(
    tmp_path: Path, requires: list[str], told: str
) -> None:
    assert faults(tmp_path, requires=requires) == {"launchpad_core_has_bounds": told}


@pytest.mark.parametrize(
    "requires", [["launchpad-core~=0.1.0"], ["launchpad-core==0.*"]]
)
def test_bounds_may_be_written_in_other_ways(
    tmp_path: Path, requires: list[str]
) -> None:
    assert faults(tmp_path, requires=requires) == {}


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("", "WeatherSource"),
        ("import not_there", "No module named 'not_there'"),
        ("WeatherSource = dict", "which is no DataSource"),
        ("def WeatherSource(*args): pass", "which is no DataSource"),
        (ABSTRACT, "which lacks read"),
    ],
)
def test_what_no_registration_may_lead_to_is_told(
    tmp_path: Path, source: str, told: str
) -> None:
    found = faults(tmp_path, source=source)

    assert list(found) == ["registrations_lead_to_the_right_classes"]
    assert '"weather"' in found["registrations_lead_to_the_right_classes"]
    assert told in found["registrations_lead_to_the_right_classes"]


def test_a_missing_module_is_told(tmp_path: Path) -> None:
    found = faults(tmp_path, modules={})

    assert (
        "launchpad_weather.source" in found["registrations_lead_to_the_right_classes"]
    )


def test_all_fields_without_a_docstring_are_listed(tmp_path: Path) -> None:
    source = SOURCE
    for docstring in (
        *("How often.", "The station's name.", "The key of the service."),
        "What is done when it doesn't answer.",
    ):
        source = changed(source, f"'''{docstring}'''", "")

    assert faults(tmp_path, source=source) == {
        "every_setting_is_documented": "without a docstring: "
        "WeatherSource.Config.station, WeatherSource.Config.retries, Retries.times, "
        "WeatherSource.Connection.key"
    }


def test_settings_that_derive_from_elsewhere_are_named(tmp_path: Path) -> None:
    source = changed(SOURCE, "Config(DataSource.Config)", "Config(Settings)")
    source = changed(source, "class Connection(Settings)", "class Connection(dict)")

    assert faults(tmp_path, source=source) == {
        "settings_derive_from_those_of_the_base_class": "WeatherSource.Config doesn't "
        "derive from DataSource.Config; WeatherSource.Connection doesn't derive from "
        "Settings"
    }


@pytest.mark.parametrize(
    ("summary", "told"),
    [("Daily.", "ends with a full stop"), (" ", "begins or ends with a space")],
)
def test_a_summary_that_is_no_phrase_is_named(
    tmp_path: Path, summary: str, told: str
) -> None:
    plugin = changed(PLUGIN, '"Daily"', repr(summary))

    assert faults(tmp_path, plugin=plugin) == {
        "summaries_are_phrases": f'the summary of data source "weather" {told}'
    }


def test_commands_are_click_commands_with_a_help_text(tmp_path: Path) -> None:
    source = (
        SOURCE + "\n    import click\n    @click.command()\n    def dew():\n        "
    )
    plugin = PLUGIN + COMMAND

    assert faults(tmp_path, plugin=plugin, source=source + "'''Show dew.'''") == {}
    assert faults(tmp_path, plugin=plugin, source=source + "pass") == {
        "commands_have_a_help_text": 'command "dew" has no help text'
    }
    assert faults(tmp_path, plugin=plugin, source=SOURCE + "\n    dew = print\n") == {
        "registrations_lead_to_the_right_classes": 'command "dew" is '
        "launchpad_weather.source:dew, which is no click command"
    }


def test_a_failure_says_what_is_asked_and_where_it_is_explained(
    tmp_path: Path,
) -> None:
    class TestPlugin(PluginContract):
        distribution = "launchpad-weather"

    fake_distribution(tmp_path, "launchpad-weather", requires=[])
    with installed(tmp_path), pytest.raises(ContractBroken) as told:
        TestPlugin().test_launchpad_core_has_bounds(())

    assert str(told.value).startswith(
        "launchpad-weather doesn't require launchpad-core\n"
        "  the contract: The distribution requires launchpad-core, with a lower and an "
        "upper bound.\n"
        "  read more: "
    )
