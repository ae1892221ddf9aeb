"""A model project: a config whose sections have found their plugins."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, cast

from launchpad_core.cached import CachedSource
from launchpad_core.config import api_settings, model_settings
from launchpad_core.config_sections import ApiSettings, ModelSettings
from launchpad_core.contract import ApiContract
from launchpad_core.contracts.as_json import contract_from_json
from launchpad_core.contracts.planning import PlannedDerivation
from launchpad_core.data import TAGS, DataSource, Tag
from launchpad_core.differences import warn_of_differences
from launchpad_core.errors import ConfigError, ContractError
from launchpad_core.golden import GOLDEN
from launchpad_core.positions import shown_path
from launchpad_core.resolution import resolve
from launchpad_core.runtime import ModelRuntime, Resources
from launchpad_core.sections import as_section
from launchpad_core.spelling import did_you_mean
from launchpad_core.store.build import Build
from launchpad_core.store.builds import ModelBuilds
from launchpad_core.store.files import PAYLOAD
from launchpad_core.store.model_store import ModelStore


@dataclass(frozen=True, slots=True)
class TrainedModel:
    """A model as the life cycle hands it on.

    Attributes:
        contents: What train returned.
        build: The build that it was stored as or loaded from, if any.
        held_back: Why it isn't served, when it misses the config's ``promote_if``.
    """

    contents: Any = field(repr=False)
    build: Build | None = None
    held_back: tuple[str, ...] = ()


class Project:
    """What the actions work with; its parts are made on first use, and once.

    Args:
        config: The config.
        tags: The functions that are going to run; sections for others stay unread.
        contract: Whether training and predicting need the API's contract.

    Raises:
        ConfigErrors: With all mistakes of the sections that are used, at once.
    """

    def __init__(
        self,
        config: Mapping[str, Any],
        *,
        tags: Iterable[Tag] = TAGS,
        contract: bool = True,
    ) -> None:
        self.config = as_section(config)
        self.tags = frozenset(tags)
        self.resolution = resolve(self.config, tags=self.tags, contract=contract)
        self._resources: dict[Tag, Resources] = {}
        self._live: TrainedModel | None = None
        self._kept: tuple[str, ApiContract] | None = None

    @cached_property
    def model(self) -> ModelSettings:
        """The section ``model``."""
        return model_settings(self.config)

    @cached_property
    def api(self) -> ApiSettings:
        """The section ``api``."""
        return api_settings(self.config)

    @property
    def base_path(self) -> str:
        """The path that all of the API's paths begin with."""
        return f"/{self.api.name}/{self.model.major}"

    @cached_property
    def runtime(self) -> ModelRuntime:
        """What trains, tests and predicts."""
        section = as_section(self.config["model"], folder=self.config.folder)
        return self.resolution.runtime(section)

    @cached_property
    def store(self) -> ModelStore:
        """Where the builds of all models are."""
        return self.resolution.store(self.resolution.store_section)

    @cached_property
    def builds(self) -> ModelBuilds:
        """The builds of the model."""
        return ModelBuilds(self.store, self.model.name, self.model.version)

    @property
    def contract(self) -> ApiContract:
        """What the API promises: by its file, or as it was derived at training.

        Raises:
            ConfigError: When the config has no ``api`` section.
            ContractError: When it can't be read, or has another major version.
            NoSuchBuild: When it is derived at training, and no model has been trained.
            StoreError: When the store can't be read.
        """
        if self.resolution.derivation is None:
            return self._contract_of_file
        live = self._live.build if self._live else None
        return self.contract_of(live or self.builds.live())

    def contract_of(self, build: Build) -> ApiContract:
        """Return what the API promises while it serves a build.

        Raises:
            ConfigError: When the config has no ``api`` section.
            ContractError: When it can't be read, has another major version, or wasn't
                kept with the build that it is derived for.
        """
        if self.resolution.derivation is None:
            return self._contract_of_file
        return self._contract_of_build(build, self.resolution.derivation)

    def contract_as_written(self) -> ApiContract:
        """Return the contract in the file, as it is now.

        Raises:
            ConfigError: When the config has no ``api`` section.
            ContractError: When it can't be read, or has another major version.
        """
        planned = self.resolution.contract
        if planned is None:
            raise ConfigError(
                "there is no api section",
                where=self.config.where(),
                hint="add api: with name: and raml:",
            )
        if not planned.path.is_file():
            path = shown_path(planned.path)
            raise ContractError(
                f"there is no contract {path}",
                where=planned.where,
                hint=f"launchpad contract generate SOURCE -o {path} writes a first one",
            )
        contract = planned.format().read(planned.path)
        if contract.version != self.model.major:
            name, stated = planned.path.name, contract.version
            found = (
                f"the version in {name} is {stated!r}, but"
                if stated
                else f"there is no version in {name}, but"
            )
            raise ContractError(
                f"{found} the model's version {self.model.version} asks for "
                f"{self.model.major!r}",
                where=as_section(self.config["model"]).where("version"),
                hint=f"version: {self.model.major} in {name}",
            )
        return contract

    @cached_property
    def contract_file(self) -> bytes:
        """What the file of the contract holds; read once, as the contract is."""
        planned = self.resolution.contract
        return planned.path.read_bytes() if planned else b""

    @cached_property
    def _contract_of_file(self) -> ApiContract:
        return self.contract_as_written()

    def _contract_of_build(
        self, build: Build, derivation: PlannedDerivation
    ) -> ApiContract:
        kept = self._kept  # other threads may ask for other builds
        if kept is None or kept[0] != build.id:
            content = build.metadata.get("contract")
            if content is None:
                raise ContractError(
                    f"no contract is kept with the model {build.name} {build.version} "
                    f"(build {build.id}): it was trained before there was from:",
                    where=derivation.where,
                    hint="launchpad train",
                )
            kept = self._kept = build.id, contract_from_json(content)
        return kept[1]

    def resources(self, tag: Tag) -> Resources:
        """Return the data sources and sinks for one of the functions."""
        if tag not in self._resources:
            sources, sinks = self.resolution.sources, self.resolution.sinks
            self._resources[tag] = Resources(
                {
                    name: CachedSource.around(cast(DataSource, planned.make()))
                    for name, planned in sources.items()
                    if planned.is_for(tag)
                },
                {
                    name: planned.make()
                    for name, planned in sinks.items()
                    if planned.is_for(tag)
                },
            )
        return self._resources[tag]

    def live_model(self) -> TrainedModel:
        """Return the model that the store says is live; read again when it changed.

        Raises:
            NoSuchBuild: When no model has been trained.
            StoreError: When it can't be read.
        """
        live_id = self.builds.live_id()
        if (
            self._live is None
            or self._live.build is None
            or (self._live.build.id != live_id)
        ):
            self._live = self.builds.with_live(self.load)
        return self._live

    def load(self, build: Build) -> TrainedModel:
        """Return the model of a build, after a look at all of its files.

        When it is going to predict for an API, its golden predictions are replayed.
        A warning tells once what differs between where it was trained and here.

        Raises:
            GoldenMismatch: When it doesn't predict what it did when it was trained.
            StoreError: When it is damaged, or can't be read.
        """
        with self.builds.verified(build) as folder:
            warn_of_differences(build, self.runtime.software)
            contents = self.runtime.read(folder / PAYLOAD)
            golden = folder / GOLDEN
            kept = golden.read_bytes() if golden.is_file() else None
        resolution = self.resolution
        has_api = resolution.contract is not None or resolution.derivation is not None
        if kept is not None and has_api and "predict" in self.tags:
            from launchpad_core.golden.replaying import replay

            replay(self, contents, build, kept)
        return TrainedModel(contents, build)

    def source(self, name: str) -> DataSource:
        """Return one data source, whatever its tags.

        Raises:
            ConfigError: When there is none of that name.
        """
        sources = self.resolution.sources
        if name not in sources:
            raise ConfigError(
                f'there is no data source "{name}"',
                where=self.config.where("datasources"),
                hint=did_you_mean(name, sources)
                or ", ".join(sources)
                or "add one to the section datasources:",
            )
        return cast(DataSource, sources[name].make())

    def watched_files(self) -> tuple[Path, ...]:
        """Return the files whose change makes a development server start anew."""
        planned = self.resolution.contract
        contract = (planned.path,) if planned else ()
        return (*self.config.files, *contract, *self.runtime.watched_files())
