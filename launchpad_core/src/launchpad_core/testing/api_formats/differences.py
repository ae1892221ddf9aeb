"""What one contract says and another doesn't, in the words of those who write them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, fields
from typing import Any

from launchpad_core.contract import (
    ApiContract,
    Body,
    Operation,
    Parameter,
    Response,
    SecurityScheme,
)
from launchpad_core.schemas.keywords import ANNOTATIONS
from launchpad_core.schemas.words import shown

_LOCATIONS = {
    "query": "query parameter",
    "path": "path parameter",
    "header": "header",
    "form": "form field",
    "file": "file",
}
_PLACES: Mapping[type, Callable[[Any], str]] = {
    Operation: lambda one: f"operation {one.method} {one.path}",
    Parameter: lambda one: f"{_LOCATIONS[one.location]} {one.name}",
    Body: lambda one: f"body {one.media_type}",
    Response: lambda one: f"answer {one.status} {one.media_type}".rstrip(),
    SecurityScheme: lambda one: f"security scheme {one.name}",
}
_OF_PROPERTIES = ("properties", "patternProperties", "dependentSchemas")


def differences(wanted: ApiContract, found: Any) -> Iterator[str]:
    """Yield in a sentence each what is lost, added or different; nothing if it's alike.

    Other than ``==`` it tells ``true`` from ``1``.

    Args:
        wanted: The contract as it should be.
        found: What there is instead.
    """
    yield from _of_values(wanted, found, "the contract")


def _of_values(wanted: Any, found: Any, place: str) -> Iterator[str]:
    if type(wanted) is not type(found):
        yield f"{place} is a {type(found).__name__}, not a {type(wanted).__name__}"
        return
    for field in fields(wanted):
        if field.name == "where":
            continue
        was, now = getattr(wanted, field.name), getattr(found, field.name)
        if field.name == "schema":
            yield from _of_schemas(was, now, place)
        elif field.name == "schemas":
            yield from _of_named(was, now)
        elif _are_places(was) or _are_places(now):
            yield from _of_places(was, now, f"the {field.name} of {place}", place)
        elif not _alike(was, now):
            yield f"{field.name} of {place} {_became(was, now, _default(field))}"


def _of_places(was: Any, now: Any, all_of_them: str, place: str) -> Iterator[str]:
    """Yield the differences of two tuples of parameters, answers and the like."""
    if not isinstance(now, tuple):
        yield f"{all_of_them} are a {type(now).__name__}, not a tuple"
        return
    old, new = _by_place(was, place), _by_place(now, place)
    yield from (f"the {name} is lost" for name in old if name not in new)
    yield from (f"the {name} came from nowhere" for name in new if name not in old)
    if old.keys() == new.keys() and [*old] != [*new]:
        yield f"{all_of_them} are in another order: {', '.join(new)}"
    for name in old:
        if name in new:
            yield from _of_values(old[name], new[name], name)


def _by_place(items: Any, place: str) -> dict[str, Any]:
    """Return items by their names; a second one of a name is another one."""
    beyond = "" if place == "the contract" else f" of {place}"
    beyond = beyond.replace(" of operation ", " of ")
    found: dict[str, Any] = {}
    for item in items:
        name = f"{_PLACES[type(item)](item)}{beyond}"
        while name in found:
            name = f"other {name}"
        found[name] = item
    return found


def _are_places(value: Any) -> bool:
    return (
        isinstance(value, (tuple, list)) and bool(value) and type(value[0]) in _PLACES
    )


def _of_named(was: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    yield from (f"the named schema {name} is lost" for name in was if name not in now)
    for name in now:
        if name not in was:
            yield f"the named schema {name} came from nowhere"
        else:
            yield from _of_schemas(was[name], now[name], f"the named schema {name}")


def _of_schemas(was: Any, now: Any, place: str) -> Iterator[str]:
    """Yield the differences of two schemas, keyword by keyword."""
    if not isinstance(was, Mapping) or not isinstance(now, Mapping):
        if not _alike(was, now):
            yield f"the schema of {place} {_became(was, now, None)}"
        return
    for keyword in {**was, **now}:
        old, new = was.get(keyword, MISSING), now.get(keyword, MISSING)
        if _alike(old, new):
            continue
        kind = "keyword" if keyword in ANNOTATIONS else "constraint"
        if keyword in _OF_PROPERTIES and MISSING not in (old, new):
            yield from _of_properties(old, new, place)
        elif isinstance(old, Mapping) and isinstance(new, Mapping):
            yield from _of_schemas(old, new, f"{keyword} of {place}")
        else:
            yield f"the {kind} {keyword} of {place} {_became(old, new, MISSING)}"


def _of_properties(was: Any, now: Any, place: str) -> Iterator[str]:
    for name in {**was, **now}:
        if name not in now:
            yield f"the property {name} of {place} is lost"
        elif name not in was:
            yield f"the property {name} of {place} came from nowhere"
        else:
            yield from _of_schemas(was[name], now[name], f"property {name} of {place}")


def _became(was: Any, now: Any, nothing: Any) -> str:
    if _alike(now, nothing):
        return "is lost"
    if _alike(was, nothing):
        return f"came from nowhere: {shown(now)}"
    return f"is {shown(now)}, and was {shown(was)}"


def _alike(was: Any, now: Any) -> bool:
    """Whether two values are equal, also as JSON, where true is not 1."""
    if isinstance(was, Mapping) and isinstance(now, Mapping):
        return was.keys() == now.keys() and all(_alike(was[k], now[k]) for k in was)
    if isinstance(was, (list, tuple)) and isinstance(now, (list, tuple)):
        return (
            type(was) is type(now)
            and len(was) == len(now)
            and all(map(_alike, was, now))
        )
    return isinstance(was, bool) == isinstance(now, bool) and bool(was == now)


def _default(field: Any) -> Any:
    if field.default_factory is not MISSING:
        return field.default_factory()
    return field.default
