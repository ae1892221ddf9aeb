"""Named parameters: from RAML's facets to JSON Schema, and whether they make sense."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Mapping
from typing import Any

from launchpad_api_raml.raml10.json_schema import BASES
from launchpad_api_raml.raml10.regexes import why_no_pattern
from launchpad_core.errors import ContractError
from launchpad_core.positions import Position
from launchpad_core.requests.converters import Unfit, converter
from launchpad_core.sections import Section, plain_values
from launchpad_core.spelling import meant_or_known

logger = logging.getLogger(__name__)

PARAMETER_KEYS = (
    "queryParameters",
    "formParameters",
    "uriParameters",
    "baseUriParameters",
    "headers",
)
TYPES: Mapping[str, Mapping[str, str]] = {
    "string": {"type": "string"},
    "number": {"type": "number"},
    "integer": {"type": "integer"},
    "boolean": {"type": "boolean"},
    "date": BASES["rfc2616"],
    "file": {},
}
TEXT_FACETS = ("enum", "pattern", "minLength", "maxLength")
NUMBER_FACETS = ("minimum", "maximum")
CONSTRAINTS = (*TEXT_FACETS, *NUMBER_FACETS)
FACETS = (
    *("displayName", "description", "type", *CONSTRAINTS),
    *("example", "repeat", "required", "default"),
)
FITTING: Mapping[str, tuple[str, ...]] = {
    "string": TEXT_FACETS,
    "number": ("enum", *NUMBER_FACETS),
    "integer": ("enum", *NUMBER_FACETS),
}
_WHOLE = {"minLength", "maxLength"}
_A = {
    "string": "text",
    "number": "a number",
    "integer": "an integer",
    "boolean": "true or false",
}


def schema_of(facets: Mapping[str, Any]) -> dict[str, Any]:
    """Return the JSON Schema that a parameter's facets mean."""
    type_, repeated = base_type(facets)
    schema: dict[str, Any] = dict(TYPES[type_])
    schema.update(
        {key: plain_values(facets[key]) for key in CONSTRAINTS if key in facets}
    )
    if repeated:
        schema = {"type": "array", "items": schema}
    if facets.get("displayName") is not None:
        schema["title"] = facets["displayName"]
    if facets.get("default") is not None:
        schema["default"] = value_of(facets, "default")
    return schema


def value_of(facets: Mapping[str, Any], key: str) -> Any:
    """Return a default or an example; a repeated parameter's is always a list."""
    value = plain_values(facets.get(key))
    if base_type(facets)[1] and value is not None and not isinstance(value, list):
        return [value]
    return value


def base_type(facets: Mapping[str, Any]) -> tuple[str, bool]:
    """Return a parameter's type without brackets, and whether it may be repeated."""
    type_ = facets.get("type", "string")
    if isinstance(type_, str) and type_.endswith("[]"):
        return type_.removesuffix("[]"), True
    return type_, facets.get("repeat", False)


def check_parameters(
    parameters: Section, *, files: bool = False, lists: bool = True
) -> None:
    """Check named parameters; an example that doesn't fit is only a warning.

    Args:
        parameters: The parameters by their names.
        files: Whether they can be files.
        lists: Whether they can be given several times.

    Raises:
        ContractError: At the first facet that is unknown, or that doesn't fit.
    """
    for name, facets in parameters.items():
        where = parameters.where(name)
        several = isinstance(facets, list)
        for one in (facets or [None]) if several else [facets]:
            if isinstance(one, Section):
                _check_parameter(name, one)
                if several and base_type(one)[0] == "file":
                    raise _error(name, "a file can't be text as well", where)
                _check_place(name, one, files=files, lists=lists)
            elif several or one is not None:
                raise ContractError(
                    f'parameter "{name}" must have facets, such as type: and required:',
                    where=where,
                )


def _check_parameter(name: str, facets: Section) -> None:
    for key in facets:
        if key not in FACETS:
            raise _error(
                name,
                f'"{key}" is no facet',
                facets.where(key),
                hint=meant_or_known(key, FACETS),
            )
    for key in ("displayName", "description"):
        if not isinstance(facets.get(key), str | None):
            raise _error(name, f"{key} must be text", facets.where(key))
    _check_type(name, facets)
    for key in ("required", "repeat"):
        if not isinstance(facets.get(key, False), bool):
            raise _error(name, f"{key} must be true or false", facets.where(key))
    _check_constraints(name, facets)
    _check_values(name, facets)


def _check_place(name: str, facets: Section, *, files: bool, lists: bool) -> None:
    type_, repeated = base_type(facets)
    if type_ == "file" and not files:
        raise _error(
            name,
            "a file can only be in a form",
            facets.where("type"),
            hint="move it to formParameters: in a body of multipart/form-data",
        )
    if repeated and not lists:
        where = facets.where("repeat" if "repeat" in facets else "type")
        raise _error(name, "this can't be given several times here", where)


def _check_type(name: str, facets: Section) -> None:
    type_, _ = base_type(facets)
    if not isinstance(type_, str) or type_ not in TYPES:
        raise _error(
            name,
            f"there is no type {type_!r} in RAML 0.8",
            facets.where("type"),
            hint="string[], or repeat: true"
            if type_ == "array"
            else meant_or_known(str(type_), TYPES),
        )
    for key in CONSTRAINTS:
        if key in facets and key not in FITTING.get(type_, ()):
            raise _error(name, f"{type_} parameters have no {key}", facets.where(key))


def _check_constraints(name: str, facets: Section) -> None:
    for key in ("minLength", "maxLength", *NUMBER_FACETS):
        if key in facets:
            limit = facets[key]
            kinds = int if key in _WHOLE else (int, float)
            if isinstance(limit, bool) or not isinstance(limit, kinds):
                raise _error(name, f"{key} must be a number", facets.where(key))
            is_finite = isinstance(limit, int) or math.isfinite(limit)
            if not is_finite or (key in _WHOLE and limit < 0):
                raise _error(name, f"{key} can't be {limit}", facets.where(key))
    pattern = facets.get("pattern", "")
    if not isinstance(pattern, str):
        raise _error(name, "pattern must be text", facets.where("pattern"))
    if reason := why_no_pattern(pattern):
        raise _error(
            name,
            f"the pattern {pattern!r} is no regular expression: {reason}",
            facets.where("pattern"),
        )
    for least, most in (("minLength", "maxLength"), NUMBER_FACETS):
        if least in facets and most in facets and facets[least] > facets[most]:
            raise _error(name, f"{least} is above {most}", facets.where(most))
    enum = facets.get("enum")
    if "enum" not in facets:
        return
    if not isinstance(enum, list) or not enum:
        raise _error(name, "enum must be a list of values", facets.where("enum"))
    rest = {key: value for key, value in facets.items() if key != "enum"}
    why_unfit = fitting(rest, name)
    for item in enum:
        reason = why_unfit([item] if base_type(facets)[1] else item)
        if reason:
            raise _error(
                name,
                f"the enum's {item!r} {reason}",
                facets.where("enum"),
                hint=None if isinstance(item, str) else "put text in quotes",
            )


def _check_values(name: str, facets: Section) -> None:
    if base_type(facets)[0] == "file":
        return
    if facets.get("default") is not None:
        reason = unfit_value(facets, facets["default"], name)
        if reason:
            raise _error(name, f"the default {reason}", facets.where("default"))
    if facets.get("example") is not None:
        reason = unfit_value(facets, facets["example"], name)
        if reason:
            where = facets.where("example")
            logger.warning('%s: parameter "%s": the example %s', where, name, reason)


def unfit_value(facets: Mapping[str, Any], value: Any, name: str) -> str:
    """Return why a value doesn't fit, in words that follow it; "" when it does."""
    return fitting(facets, name)(value)


def fitting(facets: Mapping[str, Any], name: str) -> Callable[[Any], str]:
    """Return what tells why values don't fit, in words that follow them, or ""."""
    schema = schema_of(facets)
    repeated = schema.get("type") == "array"
    kind = schema["items"]["type"] if repeated else schema["type"]
    convert = converter(schema, name=name)

    def why_unfit(value: Any) -> str:
        items = value if repeated and isinstance(value, list) else [value]
        if not all(_is_of(kind, item) for item in items):
            return f"should be {_A[kind]}"
        texts = [_as_text(item) for item in items]
        try:
            convert(texts if repeated else texts[0])
        except Unfit as unfit:
            return unfit.detail
        return ""

    return why_unfit


def _is_of(kind: str, value: Any) -> bool:
    if kind == "boolean" or isinstance(value, bool):
        return kind == "boolean" and isinstance(value, bool)
    kinds: Mapping[str, Any] = {"string": str, "integer": int, "number": (int, float)}
    return isinstance(value, kinds[kind])


def _as_text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return value if isinstance(value, str) else repr(value)


def _error(
    name: str, message: str, where: Position | None, *, hint: str | None = None
) -> ContractError:
    return ContractError(f'parameter "{name}": {message}', where=where, hint=hint)
