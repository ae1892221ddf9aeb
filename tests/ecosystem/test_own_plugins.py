"""All distributions of this repository keep to the contract of plugins."""

from __future__ import annotations

from pathlib import Path

import broken_rules
import pytest

from launchpad_core.testing import PluginContract

DISTRIBUTIONS = sorted(
    path.parent.name.replace("_", "-")
    for path in Path(__file__).parents[2].glob("launchpad_*/pyproject.toml")
)


@pytest.mark.parametrize("name", DISTRIBUTIONS)
def test_it_keeps_to_the_contract_of_plugins(name: str) -> None:
    class TestPlugin(PluginContract):
        distribution = name

    assert broken_rules.broken(TestPlugin) == {}
