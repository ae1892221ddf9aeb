"""From the type that a section names to the class that implements it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any, TypeVar

from launchpad_core import unresolved
from launchpad_core.plugins import Plugin
from launchpad_core.positions import Position
from launchpad_core.registrations import Registration

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
        used: Position | None = None,
    ) -> type[T]:
        """Return the class that implements a type, imported now.

        Args:
            registration: The kind of type, such as ``DataSourceType``.
            type_: The type as the config names it.
            base: The class that the implementation has to derive from.
            where: Where the config names it.
            used: Where the config uses it, if that is elsewhere.

        Raises:
            ConfigError: When it can't be resolved; there is a sentence for each way.
        """
        provider = self.provider(registration, type_, where=where, used=used)
        found = self.load(provider, where=where)
        if not isinstance(found, type) or not issubclass(found, base):
            raise unresolved.wrong_class(
                provider.plugin, provider.registration, base, where=where
            )
        return found

    def provider(
        self,
        registration: type[Registration],
        type_: str,
        *,
        where: Position | None = None,
        used: Position | None = None,
    ) -> Provider:
        """Return who provides a type.

        Raises:
            ConfigError: When nobody does, or several do.
        """
        providers = self._providers(registration.kind, type_)
        local = [found for found in providers if not found.plugin.distribution]
        chosen = local or self._preferred(type_, providers, where)
        if not chosen:
            raise unresolved.not_provided(
                self.plugins, registration, type_, where=where, used=used
            )
        if len(chosen) > 1:
            rivals = [found.plugin for found in chosen]
            raise unresolved.clashing(registration, type_, rivals, where=where)
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
            raise unresolved.unloadable(
                provider.plugin, provider.registration, error, where=where
            ) from error

    def types(self, registration: type[Registration]) -> tuple[str, ...]:
        """Return the types of a kind that are provided, in alphabetical order."""
        return tuple(sorted(unresolved.types_provided(self.plugins, registration.kind)))

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
        preferred = [found for found in providers if found.plugin.is_called(wanted)]
        if preferred:
            return preferred
        if len(providers) == 1 and self._provides(wanted, type_):
            return providers  # the preference is for another kind
        from launchpad_core.sections import as_section  # only this error needs it

        raise unresolved.not_preferable(
            self.plugins,
            type_,
            wanted,
            [found.plugin for found in providers],
            where=as_section(self.prefer).where(type_) or where,
        )

    def _provides(self, name: str, type_: str) -> bool:
        return any(
            plugin.is_called(name)
            and any(found.type == type_ for found in plugin.registrations)
            for plugin in self.plugins
        )
