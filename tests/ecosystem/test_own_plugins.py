"""All distributions of this repository ship the contracts of all that they provide."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest

from launchpad_core.plugins import find_plugin, load_plugins
from launchpad_core.registrations import Command
from launchpad_core.testing import PluginContract, TypeContract

PACKAGES = sorted(
    path.parent.name
    for path in Path(__file__).parents[2].glob("launchpad_*/pyproject.toml")
)


WITHOUT = {("data source", "dbms.oracle"), ("data sink", "dbms.oracle")}
"""They need a server of Oracle; their classes are those of ``dbms.sql``."""


@pytest.mark.parametrize("package", PACKAGES)
def test_each_type_has_a_contract(package: str) -> None:
    plugin = find_plugin(load_plugins(), package)
    module = import_module(f"{package}.conformance")
    tests = [
        value
        for name, value in vars(module).items()
        if name.startswith("Test") and value.__module__.startswith(f"{package}.")
    ]

    registered = {
        (found.kind, found.type)
        for found in plugin.registrations
        if not isinstance(found, Command)
    }
    tested = {
        (cls.kind.kind, cls.type) for cls in tests if issubclass(cls, TypeContract)
    }
    assert registered - WITHOUT == tested
    assert [cls.distribution for cls in tests if issubclass(cls, PluginContract)] == [
        plugin.distribution
    ]
