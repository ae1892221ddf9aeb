"""The page on the config: every key that the core and our plugins know."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, get_type_hints

from reference_pages.docstrings import as_markdown, inline, own_docstring
from reference_pages.markdown import blocks, in_words, table
from reference_pages.own import Registered, registered
from reference_pages.words import settings_in, type_in_words, value_in_words

from launchpad_core.config_sections import ApiSettings, ModelSettings, PluginSettings
from launchpad_core.data import DataSink, DataSource
from launchpad_core.registrations import (
    ApiFormatType,
    DataSinkType,
    DataSourceType,
    ModelStoreType,
    ModelType,
    Registration,
)
from launchpad_core.settings import Settings, keys_of
from launchpad_core.store.model_store import ModelStore

_INTRODUCTION = """\
# The config

A config is a YAML file with these sections; `model` is the only one that must be there.
A key that isn't listed is an error, unless the section says that further keys are
allowed. Relative paths start at the config's folder. A key that ends in `_var` names an
environment variable. `launchpad check` tells all mistakes at once, `launchpad schema`
prints a JSON Schema for editors, with the plugins that are installed."""

_DBMS = """\
Connections, each under a name. A data source or sink of the type `dbms.NAME` refers to
one; its own `type` says which plugin provides it."""

_DATA = """\
Each under a name, which is the one that model code asks for. All {plural} may say:"""

_API = """\
One further key names the contract: the API format is the key, the file its value.
Without such a key, the contract is derived from the data source `from`."""

_HEAD = ("key", "what it holds", "default", "")


def page() -> str:
    """Return the page."""
    sources, sinks = registered(DataSourceType), registered(DataSinkType)
    return blocks(
        _INTRODUCTION,
        *_section("plugins", PluginSettings),
        *_connections([*sources, *sinks]),
        *_data("datasources", "data sources", DataSource.Config, sources),
        *_data("datasinks", "data sinks", DataSink.Config, sinks),
        *_section("model_store", ModelStore.Config),
        *_types(registered(ModelStoreType), ModelStore.Config),
        *_section("model", ModelSettings),
        *_types(registered(ModelType), ModelSettings),
        *_section("api", ApiSettings),
        _API,
        table(("key", "what it names", "provided by"), _formats()),
    )


def settings_of(one: Registered) -> list[type[Settings]]:
    """Return the settings of a type: those of its section and of its connection."""
    found = (getattr(one.implementation, name, None) for name in _NESTED)
    return [settings for settings in found if settings is not None]


_NESTED = ("Config", "Connection")


def all_settings() -> Iterator[type[Settings]]:
    """Yield every class of settings that a config is checked against, each once."""
    seen: list[type[Settings]] = []
    asked: list[type[Settings]] = [PluginSettings, ApiSettings, ModelSettings]
    asked += [found for one in registered(Registration) for found in settings_of(one)]
    while asked:
        settings = asked.pop(0)
        if settings not in seen:
            seen.append(settings)
            yield settings
            asked += _nested(settings)


def _section(name: str, settings: type[Settings]) -> list[str]:
    return [f"## {name}", _told(settings), *_keys(settings)]


def _data(
    name: str, plural: str, base: type[Settings], types: Sequence[Registered]
) -> list[str]:
    return [
        f"## {name}",
        _DATA.format(plural=plural),
        *_keys(base),
        *_types(types, base),
    ]


def _connections(types: Iterable[Registered]) -> Iterator[str]:
    """Yield what connections of each type may say; sources and sinks share them."""
    yield "## dbms"
    yield _DBMS
    unlike = {
        one.type: one for one in types if getattr(one.implementation, "Connection", 0)
    }
    for type_, one in unlike.items():
        settings = one.implementation.Connection
        yield f"### Connection `{type_.partition('.')[2]}`"
        yield blocks(f"Provided by {one.distribution}.", _told(settings))
        yield from _keys(settings)


def _types(types: Iterable[Registered], base: type[Settings]) -> Iterator[str]:
    """Yield what each type adds to what all of its kind may say."""
    alike: dict[type[Settings], list[Registered]] = {}
    for one in types:
        alike.setdefault(one.implementation.Config, []).append(one)
    for settings, group in alike.items():
        kind = group[0].registration.kind
        names = in_words([f"`{one.type}`" for one in group])
        yield f"### {kind[0].upper()}{kind[1:]} {names}"
        yield f"Provided by {group[0].distribution}."
        yield "\n".join(f"- `{one.type}`: {one.registration.summary}" for one in group)
        yield from _keys(settings, besides=base)
    yield ""


def _keys(
    settings: type[Settings], *, besides: type[Settings] | None = None
) -> Iterator[str]:
    """Yield the table of the keys, and those of the sections that are inside."""
    known = [] if besides is None else list(_rows(besides))
    rows = [row for row in _rows(settings) if row not in known]
    yield table(_HEAD, rows) or "It has no further keys."
    for nested in _nested(settings):
        if besides is None or nested not in _nested(besides):
            yield f"#### {nested.__name__}"
            yield _told(nested)
            yield from _keys(nested)


def _nested(settings: type[Settings]) -> list[type[Settings]]:
    hints = get_type_hints(settings, include_extras=True)
    return [
        found for name in settings.model_fields for found in settings_in(hints[name])
    ]


def _told(settings: type[Settings]) -> str:
    return as_markdown(own_docstring(settings))


def _rows(settings: type[Settings]) -> Iterator[tuple[str, str, str, str]]:
    hints = get_type_hints(settings, include_extras=True)
    for name, field in settings.model_fields.items():
        default = "required"
        if not field.is_required():
            default = value_in_words(field.get_default(call_default_factory=True))
        yield (
            " or ".join(f"`{key}`" for key in keys_of(name, field)),
            type_in_words(hints[name]),
            default,
            inline(field.description or ""),
        )


def _formats() -> Iterator[tuple[Any, ...]]:
    for one in registered(ApiFormatType):
        yield f"`{one.type}`", one.registration.summary, one.distribution
