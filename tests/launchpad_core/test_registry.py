"""From a type to its implementation, and a sentence for each way that this fails."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

import pytest

from launchpad_core.data import DataSource
from launchpad_core.errors import ConfigError
from launchpad_core.plugins import Plugin, State
from launchpad_core.positions import Position
from launchpad_core.registrations import (
    ApiFormatType,
    Command,
    DataSinkType,
    DataSourceType,
    ModelStoreType,
    ModelType,
    Registration,
)
from launchpad_core.registry import Registry

WHERE = Position("cfg.yml", 13)


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


def sentence(
    *plugins: Plugin,
    type_: str = "csv",
    kind: type[Registration] = DataSourceType,
    **prefer: str,
) -> str:
    registry = Registry(plugins, prefer=prefer)
    with pytest.raises(ConfigError) as told:
        registry.implementation(kind, type_, base=DataSource, where=WHERE)
    assert told.value.exit_status == 2
    return str(told.value)


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


def test_preference_settles_a_clash() -> None:
    rivals = plugin("files", source("csv", "NoSource")), plugin("fast", source())

    assert found(*rivals, csv="launchpad_fast") is Source


def test_clash_names_both_and_the_remedy() -> None:
    assert sentence(plugin("files", source()), plugin("fast", source())) == (
        'cfg.yml:13: type "csv" is provided by launchpad-files and launchpad-fast\n'
        "  try: plugins: {prefer: {csv: launchpad-files}}"
    )


def test_commands_that_clash_are_settled_by_a_switch() -> None:
    def command(attribute: str) -> Registration:
        address = f"some_plugin:{attribute}"
        return Command("train", implementation=address, summary="x")

    rivals = plugin("core", command("Source")), plugin("rude", command("Source"))

    assert sentence(*rivals, type_="train", kind=Command) == (
        'cfg.yml:13: command "train" is provided by launchpad-core and launchpad-rude\n'
        "  try: launchpad --no-plugin launchpad-rude train"
    )


def test_preference_for_somebody_who_does_not_provide_it() -> None:
    rivals = plugin("files", source()), plugin("fast", source())

    assert sentence(*rivals, csv="launchpad-typo") == (
        'cfg.yml:13: plugins: prefer: launchpad-typo does not provide "csv"\n'
        "  try: prefer launchpad-files or launchpad-fast"
    )


@pytest.mark.parametrize(
    ("kind", "type_", "subject", "distribution"),
    [
        (DataSourceType, "csv", 'type "csv"', "launchpad-sources-files"),
        (DataSinkType, "dbms.sql", 'type "dbms.sql"', "launchpad-sources-sql"),
        (ModelType, "python", 'type "python"', "launchpad-core"),
        (ApiFormatType, "raml", 'API format "raml"', "launchpad-api-raml"),
        (ModelStoreType, "directory", 'type "directory"', "launchpad-core"),
    ],
)
def test_known_type_that_is_not_installed(
    kind: type[Registration], type_: str, subject: str, distribution: str
) -> None:
    assert sentence(kind=kind, type_=type_) == (
        f"cfg.yml:13: {subject} is provided by {distribution}, which is not installed\n"
        f"  try: pip install {distribution}"
    )


@pytest.mark.parametrize(
    ("state", "reason", "remedy"),
    [
        (
            State.BROKEN,
            "ImportError: no pyarrow",
            "pip install --force-reinstall launchpad-sources-files",
        ),
        (
            State.INCOMPATIBLE,
            "needs launchpad-core>=9",
            "pip install --upgrade launchpad-core launchpad-sources-files",
        ),
        (
            State.DISABLED,
            "switched off by --no-plugin or LAUNCHPAD_NO_PLUGIN",
            "don't switch launchpad-sources-files off",
        ),
    ],
)
def test_known_type_whose_plugin_cannot_be_used(
    state: State, reason: str, remedy: str
) -> None:
    files = plugin("sources-files", state=state, reason=reason)

    assert sentence(files) == (
        'cfg.yml:13: type "csv" is provided by launchpad-sources-files, '
        f"which is {state.value}: {reason}\n  try: {remedy}"
    )


def test_misspelt_type() -> None:
    assert sentence(plugin("files", source()), type_="cvs") == (
        'cfg.yml:13: no plugin provides type "cvs"\n  try: did you mean "csv"?'
    )


def test_unknown_type() -> None:
    assert sentence(plugin("files", source()), type_="quantum") == (
        'cfg.yml:13: no plugin provides type "quantum"\n'
        "  try: csv, or install a plugin that provides it"
    )


def test_unknown_type_that_a_bad_plugin_might_provide() -> None:
    bad = plugin("quanta", state=State.BROKEN, reason="ImportError: no cat")

    assert sentence(bad, type_="quantum") == (
        'cfg.yml:13: no plugin provides type "quantum"\n'
        "  try: launchpad-quanta might, but is broken: ImportError: no cat"
    )


def test_type_of_another_kind() -> None:
    mail = DataSinkType("mail", implementation="some_plugin:Sink", summary="x")

    assert sentence(plugin("mail", mail), type_="mail") == (
        'cfg.yml:13: type "mail" is a data sink, not a data source'
    )
    assert sentence(plugin("mail", mail), kind=ApiFormatType, type_="mail") == (
        'cfg.yml:13: API format "mail" is a data sink, not an API format'
    )


def test_implementation_that_cannot_be_imported() -> None:
    assert sentence(plugin("files", source("csv", "Gone"))) == (
        'cfg.yml:13: launchpad-files can\'t provide "csv": AttributeError: '
        "module 'some_plugin' has no attribute 'Gone'\n"
        "  try: launchpad plugins shows its version; reinstall or upgrade it"
    )


def test_implementation_of_a_wrong_class() -> None:
    assert sentence(plugin("files", source("csv", "NoSource"))) == (
        'cfg.yml:13: launchpad-files provides type "csv" by some_plugin:NoSource, '
        "which is no DataSource\n  try: tell its authors, or remove it"
    )
