"""What the pages show can be read, and plugins that they show can be loaded."""

from __future__ import annotations

import ast
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pages
import pytest
import yaml

from launchpad_core.plugins import State, find_plugin, load_plugins
from launchpad_core.testing import fake_distribution, installed

pytestmark = pytest.mark.ecosystem

BLOCKS = [block for page in pages.pages() for block in pages.code_blocks(page)]
PLUGINS = [block for block in BLOCKS if "@hookimpl" in block.code]
READERS: dict[str, Callable[[str], Any]] = {
    "json": json.loads,
    "python": ast.parse,
    "yaml": yaml.safe_load,
}


def in_(*languages: str) -> list[pages.Block]:
    return [block for block in BLOCKS if block.language in languages]


@pytest.mark.parametrize("block", in_(*READERS), ids=str)
def test_block_can_be_read(block: pages.Block) -> None:
    READERS[block.language](block.code)  # raises where it can't


def test_blocks_are_of_known_languages() -> None:
    known = {*READERS, "console", "pycon", "r", "text", "toml"}

    assert {str(one): one.language for one in BLOCKS if one.language not in known} == {}


@pytest.mark.parametrize("block", PLUGINS, ids=str)
def test_plugin_can_be_loaded(block: pages.Block, tmp_path: Path) -> None:
    name = "launchpad-shown"
    site = fake_distribution(tmp_path, name, plugin=block.code, modules={})
    with installed(site):
        plugin = find_plugin(load_plugins(), name)

    assert (plugin.state, plugin.reason) == (State.ACTIVE, "")
    assert plugin.registrations


def test_plugins_of_all_hooks_are_shown() -> None:
    from reference_pages.hooks import hooks

    shown = "\n".join(block.code for block in PLUGINS)

    assert [name for name in hooks() if f"def {name}():" not in shown] == []
