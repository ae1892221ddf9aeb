"""From the type that a section names to the class that implements it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any, TypeVar

from launchpad_core.errors import ClashingTypes, ConfigError, PluginError, UnknownType
from launchpad_core.plugins import Plugin, State, same_name
from launchpad_core.positions import Position
from launchpad_core.registrations import ApiFormatType, Command, Registration
from launchpad_core.spelling import did_you_mean

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Provider:
    """A type, and the plugin that provides it."""

    plugin: Plugin
    registration: Registration


class Registry:
    """Resolves types among loaded plugins.

    Args:
        plugins: The plugins, as they were loaded.
        prefer: For a type that several distributions provide, the one to take.
    """

    def __init__(
        self, plugins: Iterable[Plugin], *, prefer: Mapping[str, str] | None = None
    ) -> None:
        self.plugins = tuple(plugins)
        self.prefer = prefer or {}

    def implementation(
        self,
        registration: type[Registration],
        type_: str,
        *,
        base: type[T],
        where: Position | None = None,
    ) -> type[T]:
        """Return the class that implements a type, imported now.

        Args:
            registration: The kind of type, such as ``DataSourceType``.
            type_: The type as the config names it.
            base: The class that the implementation has to derive from.
            where: Where the config names it.

        Raises:
            ConfigError: When it can't be resolved; there is a sentence for each way.
        """
        provider = self.provider(registration, type_, where=where)
        found = self.load(provider, where=where)
        if not isinstance(found, type) or not issubclass(found, base):
            raise PluginError(
                f"{provider.plugin.shown_name} provides "
                f"{_subject(registration, type_)} by "
                f"{provider.registration.implementation}, which is no {base.__name__}",
                where=where,
                hint="tell its authors, or remove it",
            )
        return found

    def provider(
        self,
        registration: type[Registration],
        type_: str,
        *,
        where: Position | None = None,
    ) -> Provider:
        """Return who provides a type.

        Raises:
            ConfigError: When nobody does, or several do.
        """
        providers = self._providers(registration.kind, type_)
        local = [found for found in providers if not found.plugin.distribution]
        chosen = local or self._preferred(type_, providers, where)
        if len(chosen) > 1:
            raise self._clash(registration, type_, chosen, where)
        if not chosen:
            raise self._unresolved(registration, type_, where)
        return chosen[0]

    def load(self, provider: Provider, *, where: Position | None = None) -> Any:
        """Return what a registration's address points at, imported now."""
        module_name, _, attribute = provider.registration.implementation.partition(":")
        local = provider.plugin.module
        try:
            if local is not None and local.__name__ == module_name:
                return getattr(local, attribute)
            return getattr(import_module(module_name), attribute)
        except Exception as error:
            raise PluginError(
                f"{provider.plugin.shown_name} can't provide "
                f'"{provider.registration.type}": {type(error).__name__}: {error}',
                where=where,
                hint="launchpad plugins shows its version; reinstall or upgrade it",
            ) from error

    def types(self, registration: type[Registration]) -> tuple[str, ...]:
        """Return the types of a kind that are provided, in alphabetical order."""
        kind = registration.kind
        return tuple(
            sorted(
                {
                    found.type
                    for plugin in self.plugins
                    if plugin.usable
                    for found in plugin.registrations
                    if found.kind == kind
                }
            )
        )

    def _providers(self, kind: str, type_: str) -> list[Provider]:
        return [
            Provider(plugin, registration)
            for plugin in self.plugins
            if plugin.usable
            for registration in plugin.registrations
            if registration.kind == kind and registration.type == type_
        ]

    def _preferred(
        self, type_: str, providers: list[Provider], where: Position | None
    ) -> list[Provider]:
        wanted = self.prefer.get(type_)
        if wanted is None or not providers:
            return providers
        preferred = [
            found for found in providers if same_name(found.plugin.distribution, wanted)
        ]
        if not preferred:
            names = " or ".join(found.plugin.shown_name for found in providers)
            raise ConfigError(
                f'plugins: prefer: {wanted} does not provide "{type_}"',
                where=where,
                hint=f"prefer {names}",
            )
        return preferred

    def _clash(
        self,
        registration: type[Registration],
        type_: str,
        providers: list[Provider],
        where: Position | None,
    ) -> ConfigError:
        names = [found.plugin.shown_name for found in providers]
        return ClashingTypes(
            f"{_subject(registration, type_)} is provided by {' and '.join(names)}",
            where=where,
            hint=f"launchpad --no-plugin {names[-1]} {type_}"
            if registration is Command
            else f"plugins: {{prefer: {{{type_}: {names[0]}}}}}",
        )

    def _unresolved(
        self, registration: type[Registration], type_: str, where: Position | None
    ) -> ConfigError:
        subject = _subject(registration, type_)
        distribution = known_types().get(registration.kind, {}).get(type_)
        if distribution:
            return self._known_but_unusable(subject, distribution, where)
        other = [
            found.kind
            for plugin in self.plugins
            for found in plugin.registrations
            if found.type == type_ and plugin.usable
        ]
        if other:
            return UnknownType(
                f"{subject} is {_one(other[0])}, not {_one(registration.kind)}",
                where=where,
            )
        known = self.types(registration)
        could_be = {*known, *known_types().get(registration.kind, {})}
        if meant := did_you_mean(type_, could_be):
            hint = meant
        elif suspects := [plugin for plugin in self.plugins if not plugin.usable]:
            hint = "; ".join(f"{_told(plugin)}" for plugin in suspects)
        else:
            hint = f"{', '.join(known) or 'none'}, or install a plugin that provides it"
        return UnknownType(f"no plugin provides {subject}", where=where, hint=hint)

    def _known_but_unusable(
        self, subject: str, distribution: str, where: Position | None
    ) -> ConfigError:
        says = f"{subject} is provided by {distribution}"
        for plugin in self.plugins:
            if not same_name(plugin.distribution, distribution):
                continue
            return UnknownType(
                f"{says}, which is {plugin.state.value}: {plugin.reason}",
                where=where,
                hint=_REMEDIES.get(plugin.state, "pip install --upgrade {}").format(
                    distribution
                ),
            )
        return UnknownType(
            f"{says}, which is not installed",
            where=where,
            hint=f"pip install {distribution}",
        )


@cache
def known_types() -> Mapping[str, Mapping[str, str]]:
    """Return, by kind and type, the distributions that are known to provide them."""
    import json  # only a type that isn't provided needs these two
    from importlib.resources import files

    text = files("launchpad_core").joinpath("known_types.json").read_text("utf-8")
    known: Mapping[str, Mapping[str, str]] = json.loads(text)
    return known


_REMEDIES = {
    State.DISABLED: "don't switch {} off",
    State.BROKEN: "pip install --force-reinstall {}",
    State.INCOMPATIBLE: "pip install --upgrade launchpad-core {}",
}


def _subject(registration: type[Registration], type_: str) -> str:
    if registration is ApiFormatType or registration is Command:
        return f'{registration.kind} "{type_}"'
    return f'type "{type_}"'


def _one(kind: str) -> str:
    return f"an {kind}" if kind[0] in "AEIOUaeiou" else f"a {kind}"


def _told(plugin: Plugin) -> str:
    return f"{plugin.shown_name} might, but is {plugin.state.value}: {plugin.reason}"
