"""One JSON Schema for configs, with the types that the plugins provide."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from launchpad_core.base_classes import BASE_CLASSES
from launchpad_core.config_sections import ApiSettings, PluginSettings
from launchpad_core.errors import ConfigError
from launchpad_core.registrations import (
    ApiFormatType,
    DataSinkType,
    DataSourceType,
    ModelStoreType,
    ModelType,
    Registration,
)
from launchpad_core.registry import Registry
from launchpad_core.resolution import DEFAULT_MODEL_TYPE, DEFAULT_STORE_TYPE
from launchpad_core.settings import PATH_SCHEMA, Settings
from launchpad_core.settings_schema import JsonSchema, settings_schema

DIALECT = "https://json-schema.org/draft/2020-12/schema"

_NULL: JsonSchema = {"type": "null"}

_ABOUT = {
    "plugins": "Modules of the project that are plugins, and what to leave out",
    "datasources": "Where the model reads, by name",
    "datasinks": "Where the model writes, by name",
    "model_store": "Where trained models are kept; by default in ./model_store",
    "model": "The model: its name, version and code; further keys are your own",
    "api": "The API that serves the model; its contract stands under its format",
}
_NOT_USED_HERE = "Of a type that isn't installed here; no section may refer to it"
_NO_CONTRACT = "name the contract, such as raml: FILE, or from: SOURCE to derive it"
_ABOUT_CONNECTIONS = "Connections, by name; a section refers to one as"


@dataclass(frozen=True, slots=True)
class ConfigSchema:
    """A schema, and what it couldn't be made of.

    Attributes:
        schema: The schema in JSON Schema 2020-12.
        left_out: Why a type that a plugin registers isn't in it, each once.
    """

    schema: JsonSchema
    left_out: tuple[ConfigError, ...] = ()


def config_schema(registry: Registry) -> ConfigSchema:
    """Return the schema that configs are checked by while they are written.

    It accepts what ``launchpad check`` accepts, and refuses what can be seen in a
    section alone: also in a connection that no section refers to, if its type is
    installed. What is included counts as its content.

    Args:
        registry: The plugins, with those of the project where there is one.
    """
    return _Writer(registry).written()


@dataclass(frozen=True, slots=True)
class _Type:
    name: str
    summary: str
    implementation: type[Any]

    @property
    def choice(self) -> JsonSchema:
        return {"const": self.name, "description": self.summary}


class _Writer:
    """Collects definitions, which sections refer to."""

    def __init__(self, registry: Registry) -> None:
        self.registry = registry
        self.definitions: dict[str, JsonSchema] = {}
        self.labels: dict[type[Settings], str] = {}
        self.left_out: dict[str, ConfigError] = {}

    def written(self) -> ConfigSchema:
        sources = self._types(DataSourceType)
        sinks = self._types(DataSinkType)
        kinds = sorted({_kind(one) for one in (*sources, *sinks) if "." in one.name})
        connections = {
            kind: self._connections(kind, [*sources, *sinks]) for kind in kinds
        }
        properties = {
            "plugins": self._plugins(),
            "dbms": _named({"type": "object", "required": ["type"]}),
            **connections,
            "datasources": self._data("datasources", sources),
            "datasinks": self._data("datasinks", sinks),
            "model_store": self._section(
                "model_store", self._types(ModelStoreType), default=DEFAULT_STORE_TYPE
            ),
            "model": self._section(
                "model", self._types(ModelType), default=DEFAULT_MODEL_TYPE
            ),
            "api": self._api(),
        }
        properties["model_store"] = {"anyOf": [properties["model_store"], _NULL]}
        schema = {
            "$schema": DIALECT,
            "title": "The config of a launchpad project",
            "type": "object",
            "required": ["model"],
            "properties": {
                name: {**section, "description": _about(name)}
                for name, section in properties.items()
            },
            "$defs": self.definitions,
        }
        return ConfigSchema(schema, tuple(self.left_out.values()))

    def _types(self, registration: type[Registration]) -> list[_Type]:
        found = []
        for name in self.registry.types(registration):
            try:
                provider = self.registry.provider(registration, name)
                implementation = self.registry.implementation(
                    registration, name, base=BASE_CLASSES[registration]
                )
            except ConfigError as error:
                self.left_out.setdefault(error.message, error)
            else:
                summary = provider.registration.summary
                found.append(_Type(name, summary, implementation))
        return found

    def _plugins(self) -> JsonSchema:
        modules = {"type": "array", "items": {"type": "string"}}
        settings = self._defined("plugins", PluginSettings)
        return {"anyOf": [modules, settings, _NULL]}

    def _connections(self, kind: str, types: Iterable[_Type]) -> JsonSchema:
        """Return the schema of the named sections that types refer to."""
        own = [one for one in types if _kind(one) == kind and "." in one.name]
        summaries: dict[str, str] = {}
        rules: dict[str, list[JsonSchema]] = {}
        for one in own:
            name = one.name.removeprefix(f"{kind}.")
            settings = one.implementation.Connection
            rule = self._defined(one.name, settings) if settings else {}
            summaries.setdefault(name, one.summary)
            rules.setdefault(name, []).append(rule)
        return _named(
            {
                "type": "object",
                "required": ["type"],
                "properties": {
                    "type": {
                        "anyOf": [
                            *(
                                {"const": name, "description": summary}
                                for name, summary in summaries.items()
                            ),
                            {"type": "string", "description": _NOT_USED_HERE},
                        ]
                    }
                },
                "allOf": [
                    _if_type({"const": name}, _any_of(found))
                    for name, found in rules.items()
                ],
            }
        )

    def _data(self, label: str, types: Iterable[_Type]) -> JsonSchema:
        choices: list[JsonSchema] = []
        rules: list[JsonSchema] = []
        referring: dict[str, list[JsonSchema]] = {}
        for one in types:
            settings = one.implementation.config_class()
            rule = self._defined(f"{label}.{one.name}", settings)
            if "." in one.name:
                referring.setdefault(_kind(one), []).append(rule)
                continue
            choices.append(one.choice)
            rules.append(_if_type({"const": one.name}, rule))
        for kind, found in referring.items():
            is_one = {"type": "string", "pattern": rf"^{kind}\.."}
            about = f"A connection in the section {kind}, as {kind}.NAME"
            choices.append({**is_one, "description": about})
            rules.append(_if_type(is_one, _any_of(found)))
        section = {
            "type": "object",
            "required": ["type"],
            "properties": {"type": {"anyOf": choices} if choices else False},
        }
        return _named({**section, "allOf": rules} if rules else section)

    def _section(
        self, label: str, types: Iterable[_Type], *, default: str
    ) -> JsonSchema:
        return {
            "type": "object",
            "properties": {
                "type": {"anyOf": [one.choice for one in types], "default": default}
            },
            "allOf": [
                _if_type(
                    {"const": one.name},
                    self._defined(f"{label}.{one.name}", one.implementation.Config),
                    default=one.name == default,
                )
                for one in types
            ],
        }

    def _api(self) -> JsonSchema:
        schema, nested = settings_schema(ApiSettings, label="api")
        self.definitions.update(nested)
        files = {
            one.name: {**PATH_SCHEMA, "description": one.summary}
            for one in self._types(ApiFormatType)
        }
        return {
            **schema,
            "properties": {**schema["properties"], **files},
            "additionalProperties": False,
            "oneOf": [
                {"required": [name], "errorMessage": _NO_CONTRACT}
                for name in (*files, "from")
            ],
            "dependentRequired": {"target": ["from"], "resource": ["from"]},
        }

    def _defined(self, label: str, settings: type[Settings]) -> JsonSchema:
        """Define the schema of a section once, and return a reference to it."""
        if settings not in self.labels:
            schema, nested = settings_schema(settings, label=label)
            if "type" in schema.get("properties", {}):
                schema["properties"]["type"] = {}  # the section says which there are
            self.definitions.update({label: schema, **nested})
            self.labels[settings] = label
        return {"$ref": f"#/$defs/{self.labels[settings]}"}


def _about(name: str) -> str:
    return _ABOUT.get(name, f"{_ABOUT_CONNECTIONS} {name}.NAME")


def _kind(one: _Type) -> str:
    return one.name.partition(".")[0]


def _named(section: JsonSchema) -> JsonSchema:
    return {"type": ["object", "null"], "additionalProperties": section}


def _any_of(rules: Sequence[JsonSchema]) -> JsonSchema:
    unlike = [rule for index, rule in enumerate(rules) if rule not in rules[:index]]
    return unlike[0] if len(unlike) == 1 else {"anyOf": unlike}


def _if_type(is_: JsonSchema, then: JsonSchema, *, default: bool = False) -> JsonSchema:
    """Return a rule for sections of a type; those without one have the default."""
    required = {} if default else {"required": ["type"]}
    return {"if": {"properties": {"type": is_}, **required}, "then": then}
