"""What the template of plugins is told about a project's own plugin."""

from __future__ import annotations

import json
import sys
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

import importlib_metadata

from launchpad_core.errors import LaunchpadError
from launchpad_core.promotion.local_module import LocalModule
from launchpad_core.promotion.use_in_config import Use, use_of
from launchpad_core.registrations import (
    ApiFormatType,
    Command,
    DataSinkType,
    DataSourceType,
    ModelStoreType,
    ModelType,
    Registration,
)
from launchpad_core.sections import Section

_OWN_MODULES = ("plugin", "conformance", "__init__")
_LONGEST_SUMMARY = 60


class _Words(NamedTuple):
    """What a kind is called in the names of a distribution's parts."""

    distribution: str
    hook: str
    contract: str = ""
    suffix: str = ""  # of the classes


_WORDS: Mapping[type[Registration], _Words] = {
    DataSourceType: _Words(
        "sources", "launchpad_data_sources", "DataSourceContract", "Source"
    ),
    DataSinkType: _Words("sinks", "launchpad_data_sinks", "DataSinkContract", "Sink"),
    ModelType: _Words("model", "launchpad_model_types", "ModelTypeContract", "Runtime"),
    ApiFormatType: _Words(
        "api", "launchpad_api_formats", "ApiFormatContract", "Format"
    ),
    ModelStoreType: _Words(
        "store", "launchpad_model_stores", "ModelStoreContract", "Store"
    ),
    Command: _Words("command", "launchpad_commands"),
}


def distribution_name(module: LocalModule) -> str:
    """Return what a distribution of what a module provides should be called."""
    kind = _WORDS[type(module.registrations[0])].distribution
    types = {found.type.rpartition(".")[2] for found in module.registrations}
    what = types.pop() if len(types) == 1 else module.stem.lower().strip("_")
    return f"launchpad-{kind}-{what}".replace("_", "-")


def answers_for(
    module: LocalModule, config: Section, *, distribution: str, author: str
) -> dict[str, Any]:
    """Return the answers that make the template yield a module's distribution.

    Raises:
        LaunchpadError: When it provides what the template doesn't know.
    """
    package = distribution.replace("-", "_")
    stem = f"{module.stem}_" if module.stem in _OWN_MODULES else module.stem
    first = next(
        (it for it in module.registrations if not isinstance(it, Command)), None
    )
    if first is None:
        raise LaunchpadError(f"{module.name} provides only commands, and no type")
    summary = first.summary.replace('"', "'").replace("\\", "/").rstrip(".")
    return {
        "provides": first.kind,
        "type": first.type.rpartition(".")[2],
        "summary": textwrap.shorten(summary, _LONGEST_SUMMARY, placeholder=" ..."),
        "author": author.replace('"', "'").replace("\\", "/"),
        "distribution": distribution,
        "__contents": "promoted",
        "__module": stem,
        "_promoted": {
            "code": module.implementation(),
            "from": module.path.name,
            "needs": sorted(needs_of(module)),
            "hooks": list(_hooks(module, f"{package}.{stem}")),
            "contracts": list(_contracts(module, config)),
        },
    }


def needs_of(module: LocalModule) -> set[str]:
    """Return the distributions that a module imports, but for launchpad-core."""
    tops = {name.partition(".")[0] for name, _ in module.imports}
    providers = importlib_metadata.packages_distributions()
    needed = (providers[top][0] for top in tops if top in providers)
    return {name.lower() for name in needed} - {"launchpad-core", "launchpad_core"}


def unknown_imports(module: LocalModule) -> tuple[str, ...]:
    """Return what a module imports of which no distribution is known."""
    known = {*sys.stdlib_module_names, *importlib_metadata.packages_distributions()}
    tops = {name.partition(".")[0] for name, _ in module.imports}
    return tuple(sorted(tops - known - {"launchpad_core"}))


def _hooks(module: LocalModule, implementation: str) -> Iterator[dict[str, Any]]:
    for kind, words in _WORDS.items():
        registrations = [
            {
                "type": found.type,
                "address": _address(found, module, implementation),
                "summary": json.dumps(found.summary.rstrip("."), ensure_ascii=False),
            }
            for found in module.registrations
            if isinstance(found, kind)
        ]
        if registrations:
            yield {"name": words.hook, "class": kind.__name__, "types": registrations}


def _address(found: Registration, module: LocalModule, implementation: str) -> str:
    where, _, attribute = found.implementation.partition(":")
    return f"{implementation if where == module.name else where}:{attribute}"


def _contracts(module: LocalModule, config: Section) -> Iterator[dict[str, Any]]:
    for found in module.registrations:
        words = _WORDS[type(found)]
        if not words.contract:
            continue
        use = use_of(found, config) or _use_of_sibling(found, module, config)
        parts = found.type.replace(".", "_").split("_")
        yield {
            "class": "".join(map(str.capitalize, parts)) + words.suffix,
            "contract": words.contract,
            "kind": found.kind,
            "type": found.type,
            "capabilities": _capabilities(found, module),
            "has_section": not isinstance(found, ApiFormatType),
            "section": _literal(use.section),
            "connection": _literal(use.connection) if use.connection else "",
            "yaml": use.yaml,
        }


def _use_of_sibling(found: Registration, module: LocalModule, config: Section) -> Use:
    """Return how another type of the same class is used: it takes the same keys."""
    siblings = (
        use_of(other, config)
        for other in module.registrations
        if type(other) is type(found) and other.implementation == found.implementation
    )
    use = next(filter(None, siblings), Use({}))
    return replace(use, yaml="")


def _capabilities(found: Registration, module: LocalModule) -> str:
    """Return, as Python, what a data source or sink seems to be able to do."""
    from launchpad_core.data import DataSink, DataSource

    verbs = {DataSourceType: ("get", DataSource), DataSinkType: ("put", DataSink)}
    if type(found) not in verbs:
        return ""
    verb, base = verbs[type(found)]
    methods = {"frames": f"{verb}_dataframe", "raw": f"{verb}_raw"}
    names = [
        json.dumps(capability)
        for capability, method in methods.items()
        if module.implements(found.implementation, method, base=base)
    ]
    return f"({', '.join(names)}{',' if len(names) == 1 else ''})"


def _literal(value: Any, indent: int = 8) -> str:
    """Return plain values as Python, as formatters would write them."""
    text = _flat(value)
    if len(text) + indent <= 80 or not isinstance(value, Mapping):
        return text
    inner = " " * (indent + 4)
    items = (f"{inner}{_flat(key)}: {_flat(value[key])},\n" for key in value)
    return "{\n" + "".join(items) + " " * indent + "}"


def _flat(value: Any) -> str:
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{_flat(k)}: {_flat(v)}' for k, v in value.items())}}}"
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(_flat, value))}]"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    return repr(value)
