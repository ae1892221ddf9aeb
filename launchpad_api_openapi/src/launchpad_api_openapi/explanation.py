"""What is wrong, in words for people, from the errors of jsonschema-rs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import jsonschema_rs

from launchpad_api_openapi.unknown_keys import unknown_key

_DISCRIMINATORS = ("in", "type")
_TYPES = {
    "array": "a list",
    "boolean": "true or false",
    "integer": "a whole number",
    "null": "null",
    "number": "a number",
    "object": "a mapping",
    "string": "text",
}

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """One thing that is wrong with a value.

    Attributes:
        path: The keys that lead to it.
        message: What is wrong.
        hint: What to do about it.
        may_follow: Whether it may be no more than what follows from another fault of
            the same mapping.
    """

    path: Path
    message: str
    hint: str | None = None
    may_follow: bool = False


def explained(
    error: jsonschema_rs.ValidationError, schema: Mapping[str, Any] | None = None
) -> Iterator[Explanation]:
    """Yield what an error means; of alternatives, the one that was probably meant.

    Args:
        error: The error.
        schema: The JSON Schema of OpenAPI, when that is what it comes from: it says
            which keys there are.
    """
    path = tuple(error.instance_path)
    kind: Any = error.kind
    alternatives = getattr(kind, "context", None)
    if alternatives and all(alternatives):
        yield from _of_alternatives(path, alternatives, schema)
    elif kind.name in ("additionalProperties", "unevaluatedProperties"):
        for key in kind.unexpected:
            unknown = unknown_key(key, schema or {}, error.schema_path)
            follows = kind.name == "unevaluatedProperties" and not unknown.is_certain
            holder = "" if unknown.is_named else _named(path)
            yield Explanation(
                (*path, key), f"{holder}{unknown.message}", unknown.hint, follows
            )
    elif kind.name == "propertyNames":
        name = _quoted_first(error.message)
        yield Explanation((*path, name), f"{_named(path)}{error.message}")
    elif kind.name == "required":
        follows = kind.property == "default"  # which responses need without a status
        message = f'{_named(path)}"{kind.property}" is missing'
        yield Explanation(path, message, may_follow=follows)
    elif kind.name == "type":
        wanted = " or ".join(_TYPES[name] for name in kind.types)
        hint = "put it in quotes" if kind.types == ["string"] else None
        yield Explanation(path, f"{_named(path)}this should be {wanted}", hint)
    elif kind.name == "enum":
        yield Explanation(path, f"{_named(path)}{_one_of(kind.options)}")
    elif kind.name == "const":
        yield Explanation(path, f"{_named(path)}this should be {kind.expected_value}")
    elif kind.name == "format" and kind.format == "regex":
        yield Explanation(path, f"{_named(path)}this is no regular expression")
    else:
        follows = kind.name == "oneOf"  # several fit, where a fault hides which
        yield Explanation(path, f"{_named(path)}{error.message}", may_follow=follows)


def _of_alternatives(
    path: Path,
    alternatives: Sequence[Sequence[jsonschema_rs.ValidationError]],
    schema: Mapping[str, Any] | None,
) -> Iterator[Explanation]:
    ruling_out = [
        next((error for error in errors if _rules_out(error, path)), None)
        for errors in alternatives
    ]
    places = {tuple(error.instance_path) if error else None for error in ruling_out}
    place = places.pop()
    if place and not places and all(map(_options, ruling_out)):
        options = [option for error in ruling_out for option in _options(error)]
        yield Explanation(place, f"{_named(place)}{_one_of(options)}")
        return
    told = [
        ([one for error in errors for one in explained(error, schema)], ruled_out)
        for errors, ruled_out in zip(alternatives, ruling_out, strict=True)
    ]
    meant = [explanations for explanations, ruled_out in told if not ruled_out]
    yield from min(meant or [one for one, _ in told], key=_distance)


def _options(error: jsonschema_rs.ValidationError | None) -> list[Any]:
    """Return the values that a key may have to mean one alternative."""
    kind: Any = error.kind if error else None
    return list(kind.options) if error and kind.name == "enum" else []


def _rules_out(error: jsonschema_rs.ValidationError, path: Path) -> bool:
    """Whether an error below a path says that another alternative was meant."""
    kind: Any = error.kind
    if kind.name == "required":
        return bool(kind.property == "$ref")
    below = error.instance_path[len(path) :]
    return kind.name == "enum" and bool(below) and below[-1] in _DISCRIMINATORS


def _distance(explanations: Sequence[Explanation]) -> tuple[int, int]:
    """Return how unlikely an alternative was meant: the deeper its faults, the less."""
    deepest = max((len(one.path) for one in explanations), default=0)
    return (-deepest, len(explanations))


def _one_of(options: Sequence[Any]) -> str:
    return f"this should be one of {', '.join(str(option) for option in options)}"


def _named(path: Path) -> str:
    """Return how a value is called: the last key, with the numbers behind it."""
    numbers: list[str] = []
    for part in reversed(path):
        if isinstance(part, str):
            return f"{part}{''.join(reversed(numbers))}: "
        numbers.append(f"[{part}]")
    return ""


def _quoted_first(message: str) -> str:
    return message.partition('"')[2].partition('"')[0]
