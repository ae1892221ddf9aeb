"""Resolving the sections that an action uses, and telling all mistakes at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from launchpad_core.config import core_errors, plugin_switches, section_type
from launchpad_core.contracts.planning import (
    PlannedContract,
    PlannedDerivation,
    planned_contract,
)
from launchpad_core.data import TAGS, DataSink, DataSource, Tag
from launchpad_core.errors import ConfigError, ConfigErrors
from launchpad_core.plugins import load_plugins
from launchpad_core.project_modules import ProjectModules
from launchpad_core.registrations import (
    DataSinkType,
    DataSourceType,
    ModelStoreType,
    ModelType,
    Registration,
)
from launchpad_core.registry import Registry
from launchpad_core.runtime import ModelRuntime
from launchpad_core.sections import Section, as_section
from launchpad_core.settings import validate
from launchpad_core.spelling import did_you_mean, nearest
from launchpad_core.store.model_store import ModelStore

R = TypeVar("R", DataSource, DataSink)
T = TypeVar("T", ModelRuntime, ModelStore)

DEFAULT_MODEL_TYPE = "python"
DEFAULT_STORE_TYPE = "directory"


@dataclass(frozen=True, slots=True)
class PlannedData:
    """A data source or sink that is resolved and validated, but not yet made."""

    name: str
    implementation: type[Any]
    section: Section
    connection: Section | None
    tags: frozenset[Tag]

    def is_for(self, tag: Tag) -> bool:
        """Whether one of the functions gets it; without tags, each of them does."""
        return not self.tags or tag in self.tags

    def make(self) -> Any:
        """Return the data source or sink."""
        more = () if self.connection is None else (self.connection,)
        return self.implementation(self.name, self.section, *more)


@dataclass(frozen=True, slots=True)
class Resolution:
    """A config's sections and the classes that implement their types."""

    registry: Registry
    sources: Mapping[str, PlannedData]
    sinks: Mapping[str, PlannedData]
    runtime: type[ModelRuntime]
    store: type[ModelStore]
    store_section: Section
    contract: PlannedContract | None
    derivation: PlannedDerivation | None = None

    @property
    def data(self) -> tuple[PlannedData, ...]:
        """All data sources and sinks, in the order of the config."""
        return (*self.sources.values(), *self.sinks.values())


def resolve(
    config: Section, *, tags: Iterable[Tag], contract: bool = True
) -> Resolution:
    """Return what implements a config's sections.

    Args:
        config: The config.
        tags: The functions that are going to run; sections for others stay unread.
        contract: Whether training and predicting need the API's contract.

    Raises:
        ConfigErrors: With all mistakes at once.
    """
    return _Resolver(config, frozenset(tags)).resolution(contract=contract)


def load_registry(config: Section) -> Registry:
    """Return the plugins that a config can use.

    Raises:
        ConfigError: When the section ``plugins`` can't be understood.
    """
    switches = plugin_switches(config)
    modules = ProjectModules.of(config.folder)
    plugins = load_plugins(switches, import_local=modules.load)
    return Registry(plugins, prefer=switches.prefer)


class _Resolver:
    def __init__(self, config: Section, tags: frozenset[Tag]) -> None:
        self.config = config
        self.tags = tags
        self.mistakes = list(core_errors(config))
        self.derived_from: str | None = None
        try:
            self.registry = load_registry(config)
        except ConfigError as mistake:  # without plugins, no type would be there
            raise ConfigErrors([*self.mistakes, *mistake.errors]) from mistake

    def resolution(self, *, contract: bool) -> Resolution:
        needed = contract and not self.tags.isdisjoint(("train", "predict"))
        planned = self._contract() if needed else None
        if isinstance(planned, PlannedDerivation) and "train" in self.tags:
            self.derived_from = planned.source
        sources = self._data("datasources", DataSourceType, DataSource)
        sinks = self._data("datasinks", DataSinkType, DataSink)
        runtime = self._runtime()
        store_section = self._store_section()
        store = self._store(store_section)
        if self.mistakes or runtime is None or store is None:
            raise ConfigErrors(self.mistakes)
        return Resolution(
            self.registry,
            sources,
            sinks,
            runtime,
            store,
            store_section,
            contract=planned if isinstance(planned, PlannedContract) else None,
            derivation=planned if isinstance(planned, PlannedDerivation) else None,
        )

    @contextmanager
    def _collecting(self) -> Iterator[None]:
        try:
            yield
        except ConfigError as mistake:
            self.mistakes += mistake.errors

    def _data(
        self, key: str, registration: type[Registration], base: type[R]
    ) -> dict[str, PlannedData]:
        planned = {}
        for name, section in self._mapping(key).items():
            if not isinstance(section, Mapping):
                continue  # core_errors tells it
            section = self._section(section)
            if not isinstance(section.get("type"), str):
                continue  # core_errors tells it
            with self._collecting():
                derived = registration is DataSourceType and name == self.derived_from
                if derived or self._is_used(section):
                    planned[name] = self._planned(
                        name, section, registration, base, f"{key}: {name}"
                    )
        return planned

    def _is_used(self, section: Section) -> bool:
        written = section.get("tags") or []
        tags = [written] if isinstance(written, str) else written
        known = isinstance(tags, list) and all(tag in TAGS for tag in tags)
        if not known:
            return True  # its settings tell what is wrong
        return bool(self.tags) and (not tags or not self.tags.isdisjoint(tags))

    def _planned(
        self,
        name: str,
        section: Section,
        registration: type[Registration],
        base: type[R],
        label: str,
    ) -> PlannedData:
        type_, connection = self._referenced(section)
        used = section.where("type")
        implementation = self.registry.implementation(
            registration,
            type_,
            base=base,
            where=used if connection is None else connection.where("type"),
            used=used,
        )
        with self._collecting():
            if connection is not None and implementation.Connection is not None:
                reference = section["type"].partition(".")[2]
                validate(
                    connection, implementation.Connection, label=f"dbms: {reference}"
                )
        settings = validate(section, implementation.config_class(), label=label)
        return PlannedData(
            name, implementation, section, connection, frozenset(settings.tags)
        )

    def _referenced(self, section: Section) -> tuple[str, Section | None]:
        """Return a section's full type, and the connection that it refers to."""
        kind, _, name = section["type"].partition(".")
        if not (kind and name):
            return section["type"], None
        connections = self._mapping(kind)
        if name not in connections:
            raise ConfigError(
                f'type "{kind}.{name}" refers to {name} in the section {kind}, '
                "which is not written",
                where=section.where("type"),
                hint=self._meant_connection(kind, name)
                or f"add {name}: to the section {kind}:",
            )
        connection = connections[name]
        if not isinstance(connection, Mapping):
            raise ConfigError(
                f"{kind}: {name} must be a section with keys",
                where=as_section(connections).where(name),
            )
        connection = self._section(connection)
        return f"{kind}.{section_type(connection, label=f'{kind}: {name}')}", connection

    def _meant_connection(self, kind: str, name: str) -> str | None:
        if beside := self._mapping(kind):
            near = nearest(name, beside)
            return f'did you mean "{kind}.{near}"?' if near else None
        known = [f"dbms.{one}" for one in self._mapping("dbms")]
        return did_you_mean(f"{kind}.{name}", known)

    def _runtime(self) -> type[ModelRuntime] | None:
        section = self.config.get("model")
        if not isinstance(section, Mapping):
            return None  # core_errors tells it
        if not isinstance(section.get("type", ""), str):
            return None  # core_errors tells it
        return self._implementation(
            "model", self._section(section), ModelType, ModelRuntime, DEFAULT_MODEL_TYPE
        )

    def _store(self, section: Section) -> type[ModelStore] | None:
        return self._implementation(
            "model_store", section, ModelStoreType, ModelStore, DEFAULT_STORE_TYPE
        )

    def _store_section(self) -> Section:
        section = self.config.get("model_store")
        if section is None:
            return Section(
                {"location": "model_store"},
                folder=self.config.folder,
                position=self.config.position,
            )
        return self._section(section) if isinstance(section, Mapping) else Section()

    def _implementation(
        self,
        label: str,
        section: Section,
        registration: type[Registration],
        base: type[T],
        default: str,
    ) -> type[T] | None:
        with self._collecting():
            implementation = self.registry.implementation(
                registration,
                section_type(section, label=label, default=default),
                base=base,
                where=section.where("type"),
            )
            validate(section, implementation.Config, label=label)
            return implementation
        return None

    def _contract(self) -> PlannedContract | PlannedDerivation | None:
        section = self.config.get("api")
        if not isinstance(section, Mapping):
            return None
        section = self._section(section)
        with self._collecting():
            sources = self._mapping("datasources")
            return planned_contract(section, self.registry, sources)
        return None

    def _section(self, section: Mapping[str, Any]) -> Section:
        """Return a section, also one that was added to the config in Python."""
        return as_section(section, folder=self.config.folder)

    def _mapping(self, key: str) -> Mapping[str, Any]:
        sections = self.config.get(key)
        return sections if isinstance(sections, Mapping) else {}
