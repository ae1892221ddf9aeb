"""From a type to its implementation."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

import pytest

from launchpad_core.data import DataSource
from launchpad_core.errors import ConfigError
from launchpad_core.plugins import Plugin, State
from launchpad_core.registrations import (
    Command,
    DataSourceType,
    Registration,
)
from launchpad_core.registry import Registry


class Source(DataSource):
    """A source that the registrations below point at."""


@pytest.fixture(autouse=True)
def _implementations(monkeypatch: pytest.MonkeyPatch) -> None:
    module = ModuleType("some_plugin")
    vars(module).update(Source=Source, NoSource=dict)
    monkeypatch.setitem(sys.modules, "some_plugin", module)


def source(type_: str = "csv", attribute: str = "Source") -> Registration:
    address = f"some_plugin:{attribute}"
    return DataSourceType(type_, implementation=address, summary="x")


def plugin(name: str, *registrations: Registration, **more: Any) -> Plugin:
    values = {"state": State.ACTIVE, "distribution": f"launchpad-{name}", **more}
    return Plugin(name, registrations=registrations, **values)


def found(*plugins: Plugin, **prefer: str) -> Any:
    registry = Registry(plugins, prefer=prefer)
    return registry.implementation(DataSourceType, "csv", base=DataSource)


def test_type_is_imported_on_first_use() -> None:
    assert found(plugin("files", source())) is Source


def test_local_plugin_wins_over_installed_ones() -> None:
    module = ModuleType("my_sources")

    class Mine(DataSource):
        pass

    vars(module).update(Mine=Mine)
    registration = DataSourceType(
        "csv", implementation="my_sources:Mine", summary="Mine"
    )
    local = plugin("my_sources", registration, distribution="", module=module)

    assert found(plugin("files", source()), plugin("fast", source()), local) is Mine


@pytest.mark.parametrize("preferred", ["launchpad_fast", "fast"])
def test_preference_settles_a_clash(preferred: str) -> None:
    rivals = plugin("files", source("csv", "NoSource")), plugin("fast", source())

    assert found(*rivals, csv=preferred) is Source


def test_commands_that_clash_are_settled_by_a_switch() -> None:
    def command(attribute: str) -> Registration:
        address = f"some_plugin:{attribute}"
        return Command("train", implementation=address, summary="x")

    rivals = plugin("core", command("Source")), plugin("rude", command("Source"))

    with pytest.raises(ConfigError) as told:
        Registry(rivals).provider(Command, "train")

    assert str(told.value) == (
        'command "train" is provided by launchpad-core and launchpad-rude\n'
        "  try: launchpad --no-plugin launchpad-rude train"
    )
