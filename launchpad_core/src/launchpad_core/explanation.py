"""What a config comes to: who provides each section, and where its values are from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from launchpad_core.base_classes import BASE_CLASSES
from launchpad_core.config import plugin_switches
from launchpad_core.config_sections import ApiSettings, PluginSettings
from launchpad_core.errors import ConfigError, LaunchpadError
from launchpad_core.origins import Origin, origins, via_of
from launchpad_core.plugins import (
    Plugin,
    Switches,
    disabled_by_environment,
    load_plugins,
)
from launchpad_core.registrations import (
    ApiFormatType,
    DataSinkType,
    DataSourceType,
    ModelStoreType,
    ModelType,
    Registration,
)
from launchpad_core.registry import Registry
from launchpad_core.resolution import (
    DEFAULT_MODEL_TYPE,
    DEFAULT_STORE_TYPE,
    load_registry,
)
from launchpad_core.sections import Section, as_section
from launchpad_core.settings import Settings
from launchpad_core.tracebacks import developers_errors


@dataclass(frozen=True, slots=True)
class Explained:
    """A section, and what becomes of it.

    Attributes:
        section: Where it stands, such as ``datasources: petals``.
        name: Its own name, such as ``petals``.
        kind: What it is, such as ``data source``.
        type: The type as it is provided, such as ``dbms.sql``.
        how: How it is going to work, or why it can't.
        plugin: The plugin that provides it, if there is one.
        tags: The functions that get it.
        values: Its values.
    """

    section: str
    name: str
    kind: str
    type: str = ""
    how: str = ""
    plugin: Plugin | None = None
    tags: tuple[str, ...] = ()
    values: tuple[Origin, ...] = ()


def explanations(config: Section) -> Iterator[Explained]:
    """Yield for each section of a config what becomes of it, in their usual order.

    A mistake in a section is how that section works; the others are told as well.
    Nothing is connected to.

    Args:
        config: The config.
    """
    try:
        registry = load_registry(config)
    except ConfigError as mistake:
        disabled = disabled_by_environment()
        registry = Registry(load_plugins(Switches(disabled=disabled)))
        yield Explained("plugins", "plugins", "plugins", how=_told(mistake))
    else:
        yield from _plugins(config, registry)
    explainer = _Explainer(config, registry)
    yield from explainer.connections()
    yield from explainer.data("datasources", DataSourceType)
    yield from explainer.data("datasinks", DataSinkType)
    yield explainer.store()
    if isinstance(config.get("model"), Mapping):
        yield explainer.model()
    if isinstance(config.get("api"), Mapping):
        yield explainer.api()


def _plugins(config: Section, registry: Registry) -> Iterator[Explained]:
    written: Any = config.get("plugins") or []
    by_environment = disabled_by_environment()
    if not written and not by_environment:
        return
    where = config.where("plugins")
    listed = isinstance(written, list)
    section = Section({"local": written}, position=where) if listed else written
    values = [
        *(origins(section, PluginSettings, via=via_of(config, "plugins"))),
        *(Origin("disable", name, by) for name, by in by_environment.items()),
    ]
    local = plugin_switches(config).local
    states = [
        f"{plugin.name} is {plugin.state.value}"
        + (f": {plugin.reason}" if plugin.reason else "")
        for plugin in registry.plugins
        if plugin.name in local or not plugin.usable
    ]
    how = "; ".join(states)
    yield Explained("plugins", "plugins", "plugins", how=how, values=tuple(values))


class _Explainer:
    def __init__(self, config: Section, registry: Registry) -> None:
        self.config = config
        self.registry = registry

    def connections(self) -> Iterator[Explained]:
        for name, section, via in self._named("dbms"):
            type_ = f"dbms.{section.get('type')}"
            plugin, settings, how = None, None, "no section can refer to it here"
            for registration in (DataSourceType, DataSinkType):
                if type_ not in self.registry.types(registration):
                    continue
                plugin, found, how = self._found(registration, type_)
                settings = found and found.Connection
                break
            yield Explained(
                f"dbms: {name}",
                name,
                "connection",
                type_,
                how,
                plugin,
                values=tuple(origins(section, settings, via=via)),
            )

    def data(self, key: str, registration: type[Registration]) -> Iterator[Explained]:
        for name, section, via in self._named(key):
            connection, type_ = self._connection(str(section.get("type", "")))
            plugin, found, how = self._found(registration, type_)
            if found is not None:
                how = _how(partial(_explain, found, name, section, connection))
            tags = section.get("tags") or []
            yield Explained(
                f"{key}: {name}",
                name,
                registration.kind,
                type_,
                how,
                plugin,
                (tags,) if isinstance(tags, str) else tuple(tags),
                tuple(origins(section, found and found.config_class(), via=via)),
            )

    def store(self) -> Explained:
        section = self.config.get("model_store")
        type_ = DEFAULT_STORE_TYPE
        extra: tuple[Origin, ...] = ()
        if not isinstance(section, Mapping):
            section = Section()
            extra = (Origin("location", "model_store", "default"),)
        section = as_section(section)
        type_ = str(section.get("type", type_))
        plugin, found, how = self._found(ModelStoreType, type_)
        if found is not None and not extra:
            how = _how(lambda: f"keeps builds in {found(section).shown_name}")
        return Explained(
            "model_store",
            "model_store",
            ModelStoreType.kind,
            type_,
            how,
            plugin,
            values=(*extra, *self._origins("model_store", section, found)),
        )

    def model(self) -> Explained:
        section = as_section(self.config["model"])
        type_ = str(section.get("type", DEFAULT_MODEL_TYPE))
        plugin, found, how = self._found(ModelType, type_)
        return Explained(
            "model",
            "model",
            "model",
            type_,
            how,
            plugin,
            values=tuple(self._origins("model", section, found)),
        )

    def api(self) -> Explained:
        section = as_section(self.config["api"])
        formats = [key for key in section if key in self.registry.types(ApiFormatType)]
        plugin, how = None, f"derived from {section.get('from')} at each training"
        for key in formats:
            provider = self.registry.provider(ApiFormatType, key)
            plugin, how = provider.plugin, f"the contract is read from {section[key]}"
        if not formats and "from" not in section:
            how = "no installed API format reads a contract for it"
        via = via_of(self.config, "api")
        return Explained(
            "api",
            "api",
            "API",
            formats[0] if formats else "",
            how,
            plugin,
            values=tuple(origins(section, ApiSettings, via=via)),
        )

    def _found(
        self, registration: type[Registration], type_: str
    ) -> tuple[Plugin | None, type[Any] | None, str]:
        """Return who provides a type, and by what, or why nobody does."""
        plugin = None
        try:
            plugin = self.registry.provider(registration, type_).plugin
            base = BASE_CLASSES[registration]
            found = self.registry.implementation(registration, type_, base=base)
        except ConfigError as mistake:
            return plugin, None, _told(mistake)
        return plugin, found, ""

    def _named(self, key: str) -> Iterator[tuple[str, Section, str]]:
        sections = self.config.get(key)
        if not isinstance(sections, Section):
            return
        via = via_of(self.config, key)
        for name, section in sections.items():
            if isinstance(section, Mapping):
                yield name, as_section(section), via_of(sections, name, via)

    def _connection(self, type_: str) -> tuple[Section | None, str]:
        kind, _, name = type_.partition(".")
        sections = self.config.get(kind)
        connection = sections.get(name) if isinstance(sections, Mapping) else None
        if not name or not isinstance(connection, Mapping):
            return None, type_
        return as_section(connection), f"{kind}.{connection.get('type')}"

    def _origins(
        self, key: str, section: Section, found: type[Any] | None
    ) -> Iterator[Origin]:
        settings: type[Settings] | None = found and found.Config
        return origins(section, settings, via=via_of(self.config, key))


def _how(tell: Callable[[], str]) -> str:
    """Return how a section works, or why it can't, as when a variable isn't set."""
    try:
        with developers_errors("explaining it"):
            return tell()
    except LaunchpadError as error:
        return _told(error)


def _explain(
    found: type[Any], name: str, section: Section, connection: Section | None
) -> str:
    more = () if connection is None else (connection,)
    explained: str = found(name, section, *more).explain()
    return explained


def _told(error: LaunchpadError) -> str:
    mistakes = error.errors if isinstance(error, ConfigError) else (error,)
    return "; ".join(one.message for one in mistakes)
