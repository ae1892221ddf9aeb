"""A hook is deprecated as the page on stability says: by a warning, and no more."""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pages
import pytest
from click.testing import CliRunner

from launchpad_core import hookspecs
from launchpad_core.cli import main
from launchpad_core.plugins import Plugin, State, find_plugin, load_plugins
from launchpad_core.testing import fake_distribution, installed

pytestmark = pytest.mark.ecosystem

NAME = "launchpad-older"
PLUGIN = '''
from launchpad_core import DataSourceType, hookimpl


@hookimpl
def launchpad_readers():
    """Return one type of data source."""
    yield DataSourceType(
        "older", implementation="{package}.source:FakeSource", summary="An older one"
    )
'''
LINE = 4  # of @hookimpl, where the function begins
TOLD = (
    "launchpad_readers is deprecated: implement launchpad_data_sources instead; "
    "launchpad-core 0.3 removes it"
)


@pytest.fixture(autouse=True)
def _installed(tmp_path: Path) -> Iterator[None]:
    """Install a plugin that implements the hook which the page deprecates."""
    page = pages.ROOT / "docs" / "explanation" / "stability.md"
    (shown,) = [one.code for one in pages.code_blocks(page) if one.language == "python"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hookspecs, "launchpad_readers", None, raising=False)
        exec(f"from __future__ import annotations\n{shown}", vars(hookspecs))
        with installed(fake_distribution(tmp_path, NAME, plugin=PLUGIN)):
            yield


def loaded() -> Plugin:
    return find_plugin(load_plugins(), NAME)


def listed() -> dict[str, dict[str, Any]]:
    done = CliRunner().invoke(main, ["plugins", "--json"])
    assert done.exit_code == 0, done.output
    return {row["distribution"]: row for row in json.loads(done.stdout)}


def test_plugin_works_and_its_author_is_warned() -> None:
    with pytest.warns(DeprecationWarning, match="launchpad_readers") as told:
        plugin = loaded()

    assert (plugin.state, plugin.reason) == (State.ACTIVE, "")
    assert [found.type for found in plugin.registrations] == ["older"]
    (warning,) = told
    assert str(warning.message) == TOLD
    assert Path(warning.filename).parts[-2:] == ("launchpad_older", "plugin.py")
    assert warning.lineno == LINE


def test_plugins_are_listed() -> None:
    with pytest.warns(DeprecationWarning, match="launchpad_readers"):
        rows = listed()

    assert rows[NAME]["state"] == "active"
    assert rows[NAME]["types"] == ["older"]


def test_where_warnings_are_errors_only_this_plugin_is_broken() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        rows = listed()

    assert rows[NAME]["state"] == "broken"
    assert rows[NAME]["reason"] == f"DeprecationWarning: {TOLD}"
    others = {row["state"] for name, row in rows.items() if name != NAME}
    assert others == {"active"}


def test_warning_can_be_let_pass_alone() -> None:
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("error")
        warnings.filterwarnings("default", message="launchpad_readers is deprecated")
        plugin = loaded()

    assert plugin.state is State.ACTIVE
    assert [str(warning.message) for warning in told] == [TOLD]


def test_hook_that_was_removed_is_named() -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.delattr(hookspecs, "launchpad_readers")
        plugin = loaded()

    assert plugin.state is State.BROKEN
    assert plugin.reason.startswith("there is no hook launchpad_readers (try: ")
