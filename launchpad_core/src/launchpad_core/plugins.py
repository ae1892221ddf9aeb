"""Loading plugins: each on its own, so that a bad one is a row and never a crash."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from importlib import import_module
from types import ModuleType
from typing import Any

import pluggy

from launchpad_core import hookspecs
from launchpad_core.discovery import InstalledPlugin, installed_plugins
from launchpad_core.errors import PluginError
from launchpad_core.known_types import known_types
from launchpad_core.local_plugins import serving_classes
from launchpad_core.positions import Position
from launchpad_core.registrations import Registration
from launchpad_core.spelling import did_you_mean, nearest

NO_PLUGIN = "LAUNCHPAD_NO_PLUGIN"


class State(str, Enum):
    """What became of a plugin."""

    ACTIVE = "active"
    DISABLED = "disabled"
    BROKEN = "broken"
    INCOMPATIBLE = "incompatible"
    CLASHING = "clashing"


@dataclass(frozen=True, slots=True)
class Plugin:
    """A plugin, what became of it, and what it provides.

    Attributes:
        name: The entry point's name, or a project-local plugin's module.
        state: Whether it can be used.
        reason: Why it can't, in words that follow "it is <state>: ".
        distribution: The distribution that it comes from; "" for a local one.
        version: That distribution's version.
        module_name: The module that registers what it provides.
        registrations: What it provides.
        module: The module itself, for a local plugin.
        where: Where the config names it, for a local plugin.
    """

    name: str
    state: State
    reason: str = ""
    distribution: str = ""
    version: str = ""
    module_name: str = ""
    registrations: tuple[Registration, ...] = ()
    module: ModuleType | None = field(default=None, repr=False)
    where: Position | None = None

    @property
    def usable(self) -> bool:
        """Whether its types may be used; of a clashing one, those that don't clash."""
        return self.state in (State.ACTIVE, State.CLASHING)

    def is_called(self, name: str) -> bool:
        """Whether a name is that of its entry point, distribution or module."""
        names = (self.name, self.distribution, self.module_name)
        return any(same_name(name, own) for own in names if own)

    @property
    def shown_name(self) -> str:
        """What messages call it."""
        return self.distribution or f'project-local plugin "{self.name}"'


@dataclass(frozen=True, slots=True)
class Switches:
    """What the user said about plugins.

    Attributes:
        disabled: Names of plugins or distributions to leave out, and who said so.
        local: Modules of the project that are plugins, and where the config says so.
        prefer: For a type that several distributions provide, the one to take.
    """

    disabled: Mapping[str, str] = field(default_factory=dict)
    local: Mapping[str, Position | None] = field(default_factory=dict)
    prefer: Mapping[str, str] = field(default_factory=dict)


def disabled_by_environment() -> dict[str, str]:
    """Return what ``LAUNCHPAD_NO_PLUGIN``, and so ``--no-plugin``, switches off."""
    named = os.environ.get(NO_PLUGIN, "").replace(",", " ").split()
    return dict.fromkeys(named, f"--no-plugin or {NO_PLUGIN}")


def load_plugins(
    switches: Switches | None = None,
    *,
    import_local: Callable[[str], ModuleType] = import_module,
) -> tuple[Plugin, ...]:
    """Return all plugins: the installed ones by name, then the project's own.

    Args:
        switches: What to leave out, what to add, what to prefer.
        import_local: How to import a module of the project.
    """
    switches = switches or Switches()
    manager = pluggy.PluginManager(hookspecs.PROJECT)
    manager.add_hookspecs(hookspecs)
    installed = [
        _load_installed(manager, found, switches.disabled)
        for found in installed_plugins()
    ]
    local = [
        _load_local(manager, name, where, import_local)
        for name, where in switches.local.items()
    ]
    return (*_with_clashes(installed, switches.prefer), *local)


def same_name(one: str, other: str) -> bool:
    """Whether two names of distributions or plugins mean the same."""
    return one.lower().replace("_", "-") == other.lower().replace("_", "-")


def find_plugin(plugins: Iterable[Plugin], name: str) -> Plugin:
    """Return the plugin with a name, in whatever state it is.

    Args:
        plugins: The plugins, as they were loaded.
        name: Its entry point's name, that of its distribution, or its module.

    Raises:
        PluginError: When there is none; plugins with a similar name are told.
    """
    plugins = list(plugins)
    for plugin in plugins:
        if plugin.is_called(name):
            return plugin
    names = ((one.name, one.distribution, one.module_name) for one in plugins)
    known = [name for own in names for name in own if name]
    raise PluginError(
        f'no plugin is called "{name}"',
        hint=_provider(plugins, name)
        or _not_installed(name)
        or did_you_mean(name, known)
        or "launchpad plugins lists those there are",
    )


def _provider(plugins: Iterable[Plugin], type_: str) -> str:
    """Return which plugins provide a type that was taken for a plugin, or ""."""
    found = (
        f'the {registration.kind} "{type_}" is of "{plugin.name}"'
        for plugin in plugins
        for registration in plugin.registrations
        if registration.type == type_
    )
    return "; ".join(found)


def _not_installed(name: str) -> str:
    """Return how a distribution is installed that is known, or ""."""
    found = {one for by_type in known_types().values() for one in by_type.values()}
    known = next((one for one in found if same_name(name, one)), "")
    return f"pip install {known}" if known else ""


def _load_installed(
    manager: pluggy.PluginManager, found: InstalledPlugin, disabled: Mapping[str, str]
) -> Plugin:
    plugin = Plugin(
        found.name,
        State.ACTIVE,
        distribution=found.distribution,
        version=found.version,
        module_name=found.module,
    )
    for name, by in disabled.items():
        if plugin.is_called(name):
            return replace(plugin, state=State.DISABLED, reason=f"switched off by {by}")
    if found.unmet:
        return replace(plugin, state=State.INCOMPATIBLE, reason=f"needs {found.unmet}")
    try:
        module = import_module(found.module)
        registrations = _register(manager, module)
    except (Exception, SystemExit) as error:
        return replace(plugin, state=State.BROKEN, reason=_reason(error))
    return replace(plugin, registrations=registrations)


def _load_local(
    manager: pluggy.PluginManager,
    name: str,
    where: Position | None,
    import_local: Callable[[str], ModuleType],
) -> Plugin:
    plugin = Plugin(name, State.ACTIVE, module_name=name, where=where)
    try:
        module = import_local(name)
        registrations = _register(manager, module, *serving_classes(module))
    except (Exception, SystemExit) as error:
        return replace(plugin, state=State.BROKEN, reason=_reason(error))
    return replace(plugin, registrations=registrations, module=module)


def _register(
    manager: pluggy.PluginManager, module: ModuleType, *more: Registration
) -> tuple[Registration, ...]:
    _refuse_unmarked_hooks(module)
    name = f"{module.__name__}@{len(manager.get_plugins())}"
    try:
        manager.register(module, name=name)
        manager.check_pending()
        registrations = (*_collect(manager, module), *more)
        _refuse_doubles(registrations)
    except BaseException:
        if manager.get_plugin(name) is not None:
            manager.unregister(module)
        raise
    return registrations


def _collect(
    manager: pluggy.PluginManager, module: ModuleType
) -> Iterable[Registration]:
    for caller in manager.get_hookcallers(module) or ():
        for implementation in caller.get_hookimpls():
            if implementation.plugin is not module:
                continue
            returned: Any = implementation.function()
            for registration in returned:
                if not isinstance(registration, Registration):
                    raise PluginError(
                        f"{caller.name} returned {registration!r}, not a registration"
                    )
                yield registration


def _refuse_unmarked_hooks(module: ModuleType) -> None:
    for name, value in vars(module).items():
        if not name.startswith("launchpad_") or not callable(value):
            continue
        if not hasattr(value, f"{hookspecs.PROJECT}_impl"):
            raise PluginError(f"{name} is not marked with @hookimpl")
        if not hasattr(hookspecs, name):
            hooks = [hook for hook in dir(hookspecs) if hook.startswith("launchpad_")]
            raise PluginError(
                f"there is no hook {name}", hint=f"rename it to {nearest(name, hooks)}"
            )


def _refuse_doubles(registrations: tuple[Registration, ...]) -> None:
    seen = set()
    for registration in registrations:
        key = (registration.kind, registration.type)
        if key in seen:
            raise PluginError(
                f'it registers the {registration.kind} "{registration.type}" twice'
            )
        seen.add(key)


def _with_clashes(plugins: list[Plugin], prefer: Mapping[str, str]) -> Iterable[Plugin]:
    providers: dict[tuple[str, str], list[Plugin]] = {}
    for plugin in plugins:
        for registration in plugin.registrations:
            key = (registration.kind, registration.type)
            providers.setdefault(key, []).append(plugin)
    clashes: dict[int, list[str]] = {}
    for (kind, type_), rivals in providers.items():
        if len(rivals) == 1 or type_ in prefer:
            continue
        for plugin in rivals:
            others = [rival.shown_name for rival in rivals if rival is not plugin]
            clashes.setdefault(id(plugin), []).append(
                f'{kind} "{type_}" is also provided by {" and ".join(others)}'
            )
    for plugin in plugins:
        reasons = clashes.get(id(plugin))
        if reasons:
            plugin = replace(
                plugin, state=State.CLASHING, reason="; ".join(sorted(reasons))
            )
        yield plugin


def _reason(error: BaseException) -> str:
    if isinstance(error, PluginError):
        return error.in_one_line()
    return " ".join(f"{type(error).__name__}: {error}".split())
