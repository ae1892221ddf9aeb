"""What a JSON Schema validator finds wrong, in the words that users of an API read."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from jsonschema_rs import ValidationError

from launchpad_core.schemas.faults import Problem
from launchpad_core.schemas.formats import EXAMPLES
from launchpad_core.schemas.types import in_words

_SHOWN = 40


def shown(value: Any) -> str:
    """Return a value as messages show it: on one line, and shortened."""
    if isinstance(value, str):
        return repr(value if len(value) <= _SHOWN else value[: _SHOWN - 3] + "...")
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 3] + "..."


def counted(number: int, unit: str) -> str:
    """Return a number of things, such as ``1 item`` or ``2 items``."""
    return f"{number} {unit if number == 1 else _PLURALS.get(unit, f'{unit}s')}"


def type_problem(
    types: Iterable[str], value: Any, path: tuple[str | int, ...] = ()
) -> Problem:
    """Return that a value isn't of one of these types."""
    return Problem("type", f"should be {in_words(types)}, not {shown(value)}", path)


def problems_of(errors: Sequence[ValidationError]) -> Iterator[Problem]:
    """Return what a validator found, as problems.

    A format says in words what a pattern beside it says in signs: where neither is met,
    the format's problem is enough.
    """
    told = {_schema_and_value(one) for one in errors if one.kind.name == "format"}
    for error in errors:
        if error.kind.name != "pattern" or _schema_and_value(error) not in told:
            yield from _problems(error)


def _schema_and_value(error: ValidationError) -> tuple[Sequence[str | int], ...]:
    return tuple(error.schema_path[:-1]), tuple(error.instance_path)


def _problems(error: ValidationError) -> Iterator[Problem]:
    keyword = error.kind.name
    path = tuple(error.instance_path)
    facts = error.kind.as_dict()
    if keyword == "required":
        yield Problem("missing", "is required", (*path, facts["property"]))
    elif keyword in ("additionalProperties", "unevaluatedProperties"):
        for name in facts["unexpected"]:
            yield Problem("unknown", "is not a property here", (*path, name))
    elif keyword in ("anyOf", "oneOf") and "context" in facts:
        yield from _of_alternatives(keyword, facts["context"], path)
    else:
        yield Problem(_code(error), _detail(keyword, facts, error), path)


def _of_alternatives(
    keyword: str,
    context: Sequence[Sequence[ValidationError]],
    path: tuple[str | int, ...],
) -> Iterator[Problem]:
    branches = [list(problems_of(branch)) for branch in context]
    unmet = [branch for branch in branches if branch]
    if len(unmet) < len(branches):
        yield Problem(keyword, "fits several alternatives, and may fit only one", path)
        return
    types = [_type_only(branch, path) for branch in context]
    if all(types):
        yield type_problem(frozenset().union(*types), context[0][0].instance, path)
        return
    likely = [branch for branch in unmet if not _is_of_another_type(branch, path)]
    if len(likely) == 1:
        yield from likely[0]
        return
    details = dict.fromkeys(branch[0].detail for branch in likely or unmet)
    yield Problem(keyword, f"fits no alternative: {'; '.join(details)}", path)


def _type_only(
    branch: Sequence[ValidationError], path: tuple[str | int, ...]
) -> Sequence[str]:
    """Return the types that a branch asks for when that's all that is wrong."""
    (error, *others) = branch
    if others or error.kind.name != "type" or tuple(error.instance_path) != path:
        return ()
    types: Sequence[str] = error.kind.as_dict()["types"]
    return types


def _is_of_another_type(branch: Sequence[Problem], path: tuple[str | int, ...]) -> bool:
    return any(problem.code == "type" and problem.path == path for problem in branch)


_NAMED = ("properties", "patternProperties", "dependentSchemas")
_PARTS = (*_NAMED, "additionalProperties", "items", "prefixItems", "then", "else")


def _code(error: ValidationError) -> str:
    if error.kind.name != "falseSchema":
        return str(error.kind.name)
    keyword = next((part for part in error.schema_path[::-1] if part in _PARTS), "not")
    return "unknown" if keyword in _NAMED else keyword


def _detail(keyword: str, facts: Mapping[str, Any], error: ValidationError) -> str:
    if keyword not in _WORDS:
        return f"does not fit: {error.message}"
    words = _WORDS[keyword]
    return words if isinstance(words, str) else words(facts, error)


Words = Callable[[Mapping[str, Any], ValidationError], str]


def _limited(words: str, unit: str = "") -> Words:
    """Return words with a limit, and its unit in the right number."""

    def with_limit(facts: Mapping[str, Any], error: ValidationError) -> str:
        (limit,) = facts.values()
        return words.format(counted(limit, unit) if unit else limit)

    return with_limit


_PLURALS = {"property": "properties"}


def _type(facts: Mapping[str, Any], error: ValidationError) -> str:
    return type_problem(facts["types"], error.instance).detail


def _enum(facts: Mapping[str, Any], error: ValidationError) -> str:
    return f"should be one of {', '.join(_as_written(o) for o in facts['options'])}"


def _const(facts: Mapping[str, Any], error: ValidationError) -> str:
    return f"should be {_as_written(facts['expected_value'])}"


def _format(facts: Mapping[str, Any], error: ValidationError) -> str:
    name = facts["format"]
    what = EXAMPLES.get(name, f"of the format {name}")
    return f"should be {what}, not {shown(error.instance)}"


def _property_name(facts: Mapping[str, Any], error: ValidationError) -> str:
    inner = next(problems_of([facts["error"]]))
    return f"has a property whose name {inner.detail}"


def _as_written(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


_WORDS: Mapping[str, str | Words] = {
    "type": _type,
    "enum": _enum,
    "const": _const,
    "format": _format,
    "propertyNames": _property_name,
    "minimum": _limited("should be at least {}"),
    "maximum": _limited("should be at most {}"),
    "exclusiveMinimum": _limited("should be above {}"),
    "exclusiveMaximum": _limited("should be below {}"),
    "multipleOf": _limited("should be a multiple of {}"),
    "pattern": _limited("should match the pattern {}"),
    "minLength": _limited("should have at least {}", "character"),
    "maxLength": _limited("should have at most {}", "character"),
    "minItems": _limited("should have at least {}", "item"),
    "maxItems": _limited("should have at most {}", "item"),
    "minProperties": _limited("should have at least {}", "property"),
    "maxProperties": _limited("should have at most {}", "property"),
    "uniqueItems": "should not have the same item twice",
    "contains": "has too few or too many of the items that the contract asks for",
    "unevaluatedItems": "has more items than the contract has",
    "falseSchema": "is not allowed here",
    "not": "is what the contract excludes",
}
