"""Loading plugins, each ending in one of five states."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from fake_plugins import write_fakes

from launchpad_core.plugins import Plugin, State, Switches, load_plugins
from launchpad_core.testing import fake_distribution, installed


@pytest.fixture
def install(tmp_path: Path) -> Iterator[Callable[..., None]]:
    """Return a function that installs fake distributions."""
    with ExitStack() as installations:

        def install_fakes(*names: str) -> None:
            folder = write_fakes(tmp_path, *names)
            installations.enter_context(installed(folder))

        yield install_fakes


def plugin(name: str, switches: Switches | None = None) -> Plugin:
    return next(found for found in load_plugins(switches) if found.name == name)


def test_the_core_is_a_plugin_like_any_other() -> None:
    core = plugin("core")

    assert core.state is State.ACTIVE
    assert core.distribution == "launchpad-core"
    assert {"python", "directory"} <= {found.type for found in core.registrations}


def test_active_plugin_provides_its_types(install: Callable[..., None]) -> None:
    install("good")

    found = plugin("good")

    assert (found.state, found.reason) == (State.ACTIVE, "")
    assert (found.distribution, found.version) == ("launchpad-good", "1.0")
    assert [registration.type for registration in found.registrations] == ["good"]


def test_disabled_plugin_is_not_imported(install: Callable[..., None]) -> None:
    install("raising")

    found = plugin("raising", Switches(disabled={"launchpad-raising": "the user"}))

    assert (found.state, found.reason) == (State.DISABLED, "switched off by the user")


def test_environment_switches_a_plugin_off(
    install: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    from launchpad_core.plugins import disabled_by_environment

    install("good")
    monkeypatch.setenv("LAUNCHPAD_NO_PLUGIN", "other, good")

    found = plugin("good", Switches(disabled=disabled_by_environment()))

    assert found.reason == "switched off by --no-plugin or LAUNCHPAD_NO_PLUGIN"


def test_plugin_that_raises_is_broken(install: Callable[..., None]) -> None:
    install("raising")

    found = plugin("raising")

    assert (found.state, found.reason) == (
        State.BROKEN,
        "ImportError: its library is missing",
    )


def test_plugin_that_exits_is_broken(tmp_path: Path) -> None:
    code = "import sys; sys.exit('its licence has expired')"
    with installed(fake_distribution(tmp_path, plugin=code)):
        found = plugin("good")

    assert (found.state, found.reason) == (
        State.BROKEN,
        "SystemExit: its licence has expired",
    )


def test_plugin_for_another_core_is_not_imported(
    install: Callable[..., None],
) -> None:
    install("too-old")

    found = plugin("too_old")

    assert (found.state, found.reason) == (
        State.INCOMPATIBLE,
        "needs launchpad-core>=0.0.1,<0.0.5",
    )


def test_requirements_in_any_spelling_are_checked(
    install: Callable[..., None],
) -> None:
    install("too-new")

    assert plugin("too_new").reason == "needs launchpad-core!=0.1.*,>=9"


def test_misspelled_hook_is_told(install: Callable[..., None]) -> None:
    install("misspelled")

    found = plugin("misspelled")

    assert (found.state, found.reason) == (
        State.BROKEN,
        "there is no hook launchpad_data_source "
        "(try: rename it to launchpad_data_sources)",
    )
    assert found.registrations == ()


def test_hook_without_its_mark_is_told(install: Callable[..., None]) -> None:
    install("unmarked")

    assert plugin("unmarked").reason == (
        "launchpad_data_sources is not marked with @hookimpl"
    )


def test_registering_half_way_leaves_nothing_behind(
    install: Callable[..., None],
) -> None:
    install("half-way", "good")

    broken = plugin("half_way")

    assert broken.state is State.BROKEN
    assert broken.registrations == ()
    assert broken.reason == (
        "DataSourceType has the implementation 'no address'; "
        'it must be an address such as "package.module:Class"'
    )
    assert plugin("good").state is State.ACTIVE


def test_two_plugins_for_one_type_clash(install: Callable[..., None]) -> None:
    install("good", "rival")

    assert (plugin("good").state, plugin("good").reason) == (
        State.CLASHING,
        'data source "good" is also provided by launchpad-rival',
    )
    assert plugin("rival").state is State.CLASHING


def test_preference_settles_a_clash(install: Callable[..., None]) -> None:
    install("good", "rival")

    found = plugin("good", Switches(prefer={"good": "launchpad-rival"}))

    assert found.state is State.ACTIVE


def test_local_plugin_needs_no_hooks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "my_local_sources.py").write_text(
        "from launchpad_core.resource import DataSource\n"
        "class Bogus(DataSource):\n"
        "    'Nonsense.'\n"
        "    serves = ['bogus', 'dbms.bogus']\n"
        "class Plain(DataSource):\n"
        "    serves = ['plain']\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))

    found = plugin("my_local_sources", Switches(local={"my_local_sources": None}))

    assert found.state is State.ACTIVE
    assert [registration.type for registration in found.registrations] == [
        "bogus",
        "dbms.bogus",
        "plain",
    ]
    assert found.registrations[0].summary == "Nonsense."
    assert found.registrations[2].summary == "Plain"
