"""From the text of a parameter to its value, as a JSON Schema asks for it."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from email.utils import parsedate_to_datetime
from typing import Any

from launchpad_core.contract import Schema
from launchpad_core.errors import ContractError, LaunchpadError

Convert = Callable[[Any], Any]

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_INTEGER = re.compile(r"[+-]?\d{1,400}", re.ASCII)
_ANNOTATIONS = {
    "type",
    "title",
    "description",
    "default",
    "examples",
    "items",
    "$comment",
    "deprecated",
}


class Unfit(LaunchpadError):
    """A value that doesn't meet a schema.

    Attributes:
        code: The keyword that isn't met.
        detail: What is wrong, for people.
    """

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail


def converter(schema: Schema, *, name: str) -> Convert:
    """Return a function that converts text and checks it, compiled from a schema.

    For a schema of type ``array`` it takes a list of texts.

    Args:
        schema: Type and constraints.
        name: How messages name the parameter.

    Raises:
        ContractError: When the schema has something that can't be checked.
    """
    kind = schema.get("type", "string")
    if kind == "array":
        convert = _each(converter(schema.get("items", {}), name=name))
    elif isinstance(kind, str) and kind in _CONVERT:
        convert = _CONVERT[kind]
    else:
        raise ContractError(f'parameter "{name}": the type {kind!r} is not supported')
    checks = [
        _check(keyword, value, name)
        for keyword, value in schema.items()
        if keyword not in _ANNOTATIONS
    ]
    if not checks:
        return convert

    def convert_and_check(text: Any) -> Any:
        value = convert(text)
        for check in checks:
            check(value)
        return value

    return convert_and_check


def _each(convert: Convert) -> Convert:
    return lambda values: [convert(value) for value in values]


def _number(text: str) -> float:
    if _NUMBER.fullmatch(text):
        value = float(text)
        if math.isfinite(value):
            return value
    raise Unfit("type", f"should be a number, not {_shown(text)}")


def _integer(text: str) -> int:
    if _INTEGER.fullmatch(text):
        return int(text)
    raise Unfit("type", f"should be an integer, not {_shown(text)}")


def _boolean(text: str) -> bool:
    value = _BOOLEANS.get(text.lower())
    if value is None:
        raise Unfit("type", f"should be true or false, not {_shown(text)}")
    return value


def _string(text: str) -> str:
    return text


_BOOLEANS = {"true": True, "false": False}
_CONVERT: Mapping[str, Convert] = {
    "number": _number,
    "integer": _integer,
    "boolean": _boolean,
    "string": _string,
}


def _check(keyword: str, limit: Any, name: str) -> Callable[[Any], None]:
    if keyword == "pattern":
        return _matches(limit, name)
    if keyword == "format":
        return _has_format(limit, name)
    if keyword == "enum":
        return _is_one_of(limit)
    if keyword not in _TESTS:
        raise ContractError(
            f'parameter "{name}": the constraint {keyword} is not supported'
        )
    holds, words = _TESTS[keyword]

    def check(value: Any) -> None:
        if not holds(value, limit):
            raise Unfit(keyword, words.format(limit))

    return check


_TESTS: Mapping[str, tuple[Callable[[Any, Any], bool], str]] = {
    "minimum": (lambda value, limit: value >= limit, "should be at least {}"),
    "maximum": (lambda value, limit: value <= limit, "should be at most {}"),
    "exclusiveMinimum": (lambda value, limit: value > limit, "should be above {}"),
    "exclusiveMaximum": (lambda value, limit: value < limit, "should be below {}"),
    "minLength": (
        lambda value, limit: len(value) >= limit,
        "should have at least {} characters",
    ),
    "maxLength": (
        lambda value, limit: len(value) <= limit,
        "should have at most {} characters",
    ),
    "minItems": (
        lambda value, limit: len(value) >= limit,
        "should be given at least {} times",
    ),
    "maxItems": (
        lambda value, limit: len(value) <= limit,
        "should be given at most {} times",
    ),
}


def _is_one_of(allowed: Sequence[Any]) -> Callable[[Any], None]:
    words = ", ".join(str(item) for item in allowed)

    def check(value: Any) -> None:
        if value not in allowed:
            raise Unfit("enum", f"should be one of {words}")

    return check


def _matches(pattern: str, name: str) -> Callable[[Any], None]:
    try:
        compiled = re.compile(_ecma_ends(pattern), re.ASCII)
    except (re.error, TypeError) as error:
        raise ContractError(
            f'parameter "{name}": the pattern {pattern!r} is no regular expression: '
            f"{error}"
        ) from error

    def check(value: str) -> None:
        if not compiled.search(value):
            raise Unfit("pattern", f"should match the pattern {pattern}")

    return check


def _ecma_ends(pattern: str) -> str:
    """Return a pattern whose ``$`` is the very end, as ECMA 262 has it.

    In Python, ``$`` matches before a newline at the end as well.
    """
    parts = re.split(r"(\\.|\[(?:\\.|[^\]\\])*\])", pattern, flags=re.DOTALL)
    return "".join(
        part if index % 2 else part.replace("$", r"\Z")
        for index, part in enumerate(parts)
    )


def _has_format(format_: str, name: str) -> Callable[[Any], None]:
    if format_ != "http-date":
        raise ContractError(
            f'parameter "{name}": the format {format_!r} is not supported'
        )

    def check(value: str) -> None:
        try:
            parsedate_to_datetime(value)
        except ValueError:
            raise Unfit(
                "format",
                "should be a date such as Sun, 06 Nov 1994 08:49:37 GMT, "
                f"not {_shown(value)}",
            ) from None

    return check


def _shown(text: str) -> str:
    return repr(text if len(text) <= 40 else text[:37] + "...")
