"""What every distribution of plugins keeps to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

import importlib_metadata
import pytest

from launchpad_core.discovery import CORE
from launchpad_core.hookspecs import PROJECT
from launchpad_core.plugins import Plugin, State, load_plugins, same_name
from launchpad_core.spelling import did_you_mean
from launchpad_core.testing.plugins.implementations import (
    Implementation,
    implementations,
    misplaced_settings,
    undocumented,
)
from launchpad_core.testing.plugins.loading import Loading, load_alone
from launchpad_core.testing.plugins.requirements import missing_bounds
from launchpad_core.testing.rules import rule


class PluginContract:
    """The contract of distributions of plugins, whatever they provide.

    A test module derives a class from it that names the distribution, and needs no
    more::

        class TestPlugin(PluginContract):
            distribution = "launchpad-sources-weather"

    Attributes:
        distribution: The name of the distribution, which is installed.
    """

    distribution: ClassVar[str]

    @pytest.fixture
    def plugins(self) -> tuple[Plugin, ...]:
        """Return the distribution's plugins, as launchpad loads them."""
        return _plugins_of(self.distribution)

    @pytest.fixture
    def registered(self, plugins: tuple[Plugin, ...]) -> tuple[Implementation, ...]:
        """Return what the distribution registers, imported where that can be done."""
        return tuple(found for plugin in plugins for found in implementations(plugin))

    @pytest.fixture
    def usable(
        self, registered: tuple[Implementation, ...]
    ) -> tuple[Implementation, ...]:
        """Return what of it can be used; a rule tells what can't."""
        return tuple(found for found in registered if not found.fault)

    @pytest.fixture
    def loading(self, plugins: tuple[Plugin, ...]) -> Loading:
        """Return what came of loading the plugins in a process of their own."""
        return load_alone(self.distribution)

    @rule()
    def test_it_is_installed_and_found(self) -> None:
        """The distribution is installed, and names a plugin as an entry point.

        The entry point is of the group ``launchpad`` and names a module::

            [project.entry-points.launchpad]
            sources_weather = "launchpad_sources_weather.plugin"

        After a change of it, install the distribution again; ``pip install -e .`` too
        reads it only then.
        """
        name = self.distribution
        try:
            found = importlib_metadata.distribution(name)
        except importlib_metadata.PackageNotFoundError:
            known = {
                entry.dist.name
                for entry in importlib_metadata.entry_points(group=PROJECT)
                if entry.dist is not None
            }
            raise AssertionError(
                _and(f"{name} is not installed", did_you_mean(name, known))
            ) from None
        groups = {entry.group for entry in found.entry_points}
        assert PROJECT in groups, (
            f"{name} has no entry point of the group {PROJECT}; "
            f"its groups are: {', '.join(sorted(groups)) or 'none'}"
        )

    @rule()
    def test_every_plugin_can_be_used(self, plugins: tuple[Plugin, ...]) -> None:
        """Each plugin loads with this launchpad-core, and registers something.

        A plugin is broken when its module can't be imported, when a hook is misspelt or
        lacks ``@hookimpl``, and when a registration is wrong, or is there twice. It is
        incompatible when its distribution asks for another launchpad-core.
        """
        faults = [
            f"{plugin.name} is {plugin.state.value}: {plugin.reason}"
            for plugin in plugins
            if not plugin.usable
        ]
        faults += [
            f"{plugin.name} registers nothing"
            for plugin in plugins
            if plugin.usable and not plugin.registrations
        ]
        _assert_none(faults)

    @rule()
    def test_no_other_plugin_provides_the_same(
        self, plugins: tuple[Plugin, ...]
    ) -> None:
        """No other plugin that is installed provides one of the types.

        Users of both would have to write ``plugins: {prefer: ...}`` into each config
        that uses the type. Choose another name for it.
        """
        _assert_none(
            f"{plugin.name}: {plugin.reason}"
            for plugin in plugins
            if plugin.state is State.CLASHING
        )

    @rule()
    def test_the_entry_point_is_light(self, loading: Loading) -> None:
        """Loading the plugin imports nothing but Python's own modules and its own.

        Every command loads every plugin that is installed, also to print its help. So
        ``plugin.py`` holds registrations; an address such as
        ``"launchpad_sources_weather.source:WeatherSource"`` is imported when a config
        uses the type. From ``launchpad_core`` come ``hookimpl`` and the classes of
        registrations; ``DataSource`` and the like bring pydantic.
        """
        assert not loading.ended, f"loading it ends the process: {loading.ended}"
        _assert_none(loading.heavy)

    @rule()
    def test_loading_has_no_effects(self, loading: Loading) -> None:
        """Loading the plugin starts nothing, connects to nothing, and changes nothing.

        Threads, programs, connections and files belong to the implementation, which is
        made for a config that uses it: plugins are also loaded to print a help text.
        The working directory and the environment belong to the user.
        """
        assert not loading.ended, f"loading it ends the process: {loading.ended}"
        _assert_none(loading.effects)

    @rule()
    def test_loading_prints_nothing(self, loading: Loading) -> None:
        """Loading the plugin writes neither to stdout nor to stderr.

        What commands write to stdout is read by programs. Use ``logging`` instead.
        """
        assert not loading.ended, f"loading it ends the process: {loading.ended}"
        lines = loading.printed.strip().splitlines()
        assert not loading.printed, f"it prints {' | '.join(lines[:3])!r}"

    @rule()
    def test_registrations_lead_to_the_right_classes(
        self, registered: tuple[Implementation, ...]
    ) -> None:
        """Each registration's address can be imported, and is of the right class.

        A data source is a ``DataSource``, and so on; none of its abstract methods is
        left out. A command is a click command.
        """
        _assert_none(found.fault for found in registered if found.fault)

    @rule()
    def test_summaries_are_phrases(self, plugins: tuple[Plugin, ...]) -> None:
        """Each summary is a phrase on one line, without a full stop at its end.

        It stands beside the type in tables, and beside a command in ``launchpad -h``.
        """
        _assert_none(
            f'the summary of {found.kind} "{found.type}" {fault}'
            for plugin in plugins
            for found in plugin.registrations
            if (fault := _summary_fault(found.summary))
        )

    @rule()
    def test_launchpad_core_has_bounds(self, plugins: tuple[Plugin, ...]) -> None:
        """The distribution requires launchpad-core, with a lower and an upper bound.

        In ``pyproject.toml``: ``dependencies = ["launchpad-core>=0.1,<0.2"]``. A plugin
        that asks for another launchpad-core isn't imported, and users are told why.
        Without an upper bound they get a traceback instead.
        """
        if same_name(self.distribution, CORE):
            pytest.skip("it is launchpad-core itself")
        fault = missing_bounds(self.distribution)
        assert not fault, fault

    @rule()
    def test_settings_derive_from_those_of_the_base_class(
        self, usable: tuple[Implementation, ...]
    ) -> None:
        """``Config`` derives from that of the base class, ``Connection`` from Settings.

        ``class Config(DataSource.Config):``, nested in a class that derives from
        ``DataSource``, keeps what all sections may say, and refuses unknown keys. A
        ``Connection`` derives from ``launchpad_core.Settings``.
        """
        _assert_none(fault for found in usable for fault in misplaced_settings(found))

    @rule()
    def test_every_setting_is_documented(
        self, usable: tuple[Implementation, ...]
    ) -> None:
        """Each field of each ``Config`` and ``Connection`` has a docstring under it.

        So have those of the settings that are nested in them::

            class Config(DataSource.Config):
                station: str
                \"\"\"The station's name, as the service writes it.\"\"\"
        """
        missing = dict.fromkeys(
            field for found in usable for field in undocumented(found)
        )
        assert not missing, f"without a docstring: {', '.join(missing)}"

    @rule()
    def test_commands_have_a_help_text(
        self, usable: tuple[Implementation, ...]
    ) -> None:
        """Each command says what it does, in the docstring of its function."""
        _assert_none(
            f'command "{found.registration.type}" has no help text'
            for found in usable
            if found.is_command and not found.found.help
        )


def _plugins_of(distribution: str) -> tuple[Plugin, ...]:
    found = tuple(
        plugin
        for plugin in load_plugins()
        if same_name(plugin.distribution, distribution)
    )
    if not found:
        pytest.skip(f"{distribution} has no plugin that could be found")
    return found


def _summary_fault(summary: str) -> str:
    if summary != summary.strip():
        return "begins or ends with a space"
    return "ends with a full stop" if summary.endswith(".") else ""


def _assert_none(faults: Iterable[str]) -> None:
    told = "; ".join(faults)
    assert not told, told


def _and(message: str, hint: str | None) -> str:
    return f"{message}; {hint}" if hint else message
