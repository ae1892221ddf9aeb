"""Schemas as checks: compiled once, and able to tell what is wrong."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NoReturn

from jsonschema_rs import (
    Draft202012Validator,
    FancyRegexOptions,
    ReferencingError,
    ValidationError,
)

from launchpad_core.contract import Schema
from launchpad_core.errors import ContractError
from launchpad_core.positions import Position
from launchpad_core.references import bundled
from launchpad_core.schemas.faults import MORE, TOO_DEEP, Problem
from launchpad_core.schemas.formats import OWN_FORMATS
from launchpad_core.schemas.keywords import Unenforceable, enforceable
from launchpad_core.schemas.words import problems_of

# Patterns without look-around and backreferences take linear time; others are given up
# after so many steps, in about 2 ms, and then don't match.
_STEPS = 100_000
# The validator collects everything that is wrong before it says anything: some 7 us
# for each, so that a body of 10 MB could keep it busy for minutes.
_LISTED_SIZE = 200_000
_FURTHER = Problem(MORE, "there may be more faults: the value is large")


class Check:
    """A schema, compiled.

    Attributes:
        is_valid: Whether a value meets the schema.

    Args:
        schema: The schema.
        schemas: The named schemas that it refers to.
        label: How messages name what it is the schema of, such as ``parameter "x"``.
        where: Where the contract states it.

    Raises:
        ContractError: When it is no schema, or has something that can't be enforced.
    """

    __slots__ = ("_validator", "is_valid")

    def __init__(
        self,
        schema: Schema,
        schemas: Mapping[str, Schema] = {},
        *,
        label: str,
        where: Position | None = None,
    ) -> None:
        try:
            self._validator = Draft202012Validator(
                enforceable(bundled(schema, schemas)),
                formats=dict(OWN_FORMATS),
                validate_formats=True,
                ignore_unknown_formats=False,
                pattern_options=FancyRegexOptions(backtrack_limit=_STEPS),
                retriever=_no_retrieving,
            )
        except Unenforceable as error:
            raise ContractError(
                f"{label}: {error.message}", where=where, hint=error.hint
            ) from None
        except (ValidationError, ReferencingError) as error:
            raise ContractError(f"{label}: {_mistake(error)}", where=where) from error
        self.is_valid = self._validator.is_valid

    def problems(self, value: Any) -> list[Problem]:
        """Return what is wrong with a value: everything, unless it is very large."""
        try:
            is_large = len(json.dumps(value)) > _LISTED_SIZE
            errors = self._first_error(value) if is_large else self._errors(value)
        except (RecursionError, ValueError):  # it shows no more than 255 levels
            return [TOO_DEEP]
        found = list(dict.fromkeys(problems_of(errors)))
        return [*found, _FURTHER] if is_large and found else found

    def _errors(self, value: Any) -> list[ValidationError]:
        return list(self._validator.iter_errors(value))

    def _first_error(self, value: Any) -> list[ValidationError]:
        try:
            self._validator.validate(value)
        except ValidationError as error:
            return [error]
        return []


def _no_retrieving(uri: str) -> NoReturn:
    raise ContractError(f"there is no schema {uri}")


def _mistake(error: ValidationError | ReferencingError) -> str:
    if isinstance(error, ReferencingError):
        return error.message
    if error.kind.name == "format" and error.kind.as_dict()["format"] == "regex":
        return f"the pattern {error.instance!r} is no regular expression"
    path = "/".join(str(part) for part in error.instance_path)
    return f"{path}: {error.message}" if path else error.message
