"""Checking a document by openapi-spec-validator, with every way out of it blocked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import jsonschema_rs
from jsonschema_path import SchemaPath
from openapi_spec_validator import (
    OpenAPIV30SpecValidator,
    OpenAPIV31SpecValidator,
    OpenAPIV32SpecValidator,
)
from openapi_spec_validator.schemas import schema_v30, schema_v31, schema_v32
from openapi_spec_validator.validation.exceptions import (
    DuplicateOperationIDError,
    ParameterDuplicateError,
    UnresolvableParameterError,
)
from openapi_spec_validator.validation.keywords import KeywordValidator
from openapi_spec_validator.validation.validators import SpecValidator

from launchpad_api_openapi.document import Document
from launchpad_api_openapi.explanation import explained
from launchpad_api_openapi.faults import Faults
from launchpad_core.errors import ContractError
from launchpad_core.sections import Section, plain_values

PATH_PARAMETER = re.compile(r"\{([^{}]+)\}")

_SCHEMAS = {"3.0": schema_v30, "3.1": schema_v31, "3.2": schema_v32}
_VALIDATORS = {
    "3.0": OpenAPIV30SpecValidator,
    "3.1": OpenAPIV31SpecValidator,
    "3.2": OpenAPIV32SpecValidator,
}
_HINTS = {
    DuplicateOperationIDError: "give each operation its own operationId",
    ParameterDuplicateError: "remove one of the two",
    UnresolvableParameterError: "each {name} of a path needs a parameter with in: path",
}


def check_structure(document: Document, faults: Faults) -> None:
    """Note what the JSON Schema of OpenAPI finds wrong with a document."""
    errors = _validator(document.version).iter_errors(plain_values(document.root))
    schema = _SCHEMAS[document.version]
    found = [one for error in errors for one in explained(error, schema)]
    faulty = {
        mapping
        for one in found
        if not one.may_follow
        for mapping in (one.path, one.path[:-1])
    }
    for one in found:
        if not (one.may_follow and {one.path, one.path[:-1]} & faulty):
            faults.add(one.message, where=document.position(one.path), hint=one.hint)


def check_rules(document: Document, faults: Faults) -> None:
    """Note which of OpenAPI's further rules a document breaks."""
    _check_paths(document, faults)
    faults.tell()
    path = SchemaPath.from_dict(_without_extended_paths(document), handlers=_Blocked())
    rules = _rules(document.version)(path)
    for error in rules.root_validator(path):
        faults.add(
            _in_lower_case(error.message),
            where=document.position(getattr(error, "location", ())),
            hint=_HINTS.get(type(error)),
        )


def _check_paths(document: Document, faults: Faults) -> None:
    paths = document.root.get("paths") or Section()
    for path in paths:
        literal = PATH_PARAMETER.sub("", path)
        names = PATH_PARAMETER.findall(path)
        if "{" in literal or "}" in literal or len({*names}) < len(names):
            faults.add(
                f"{path} has a brace too many, or a name twice",
                where=paths.where(path),
                hint="/varieties/{id}, with another name for each parameter",
            )


def _without_extended_paths(document: Document) -> dict[str, Any]:
    """Return a document without the ``x-`` members of its paths, which are no paths."""
    root: dict[str, Any] = plain_values(document.root)
    paths = root.get("paths", {})
    kept = {path: item for path, item in paths.items() if path.startswith("/")}
    return {**root, "paths": kept}


@cache
def _validator(version: str) -> Any:
    return jsonschema_rs.validator_for(
        dict(_SCHEMAS[version]), mask="this", offline=True
    )


@cache
def _rules(version: str) -> type[SpecValidator]:
    base = _VALIDATORS[version]
    rules = {
        name: _SchemasAreCheckedWhenTheyAreRead if name == "schema" else _located(rule)
        for name, rule in base.keyword_validators.items()
    }
    return type(base.__name__, (base,), {"keyword_validators": rules})


class _Blocked(Mapping[str, Any]):
    """Handlers for references of any scheme, none of which retrieves anything."""

    def __getitem__(self, scheme: str) -> Any:
        raise ContractError(f"{scheme}: references are not followed")

    def __contains__(self, scheme: object) -> bool:
        return True

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


class _SchemasAreCheckedWhenTheyAreRead(KeywordValidator):
    """Stands for a check whose time grows with the number of ways through schemas."""

    def __call__(self, *args: Any, **kwargs: Any) -> Iterator[Any]:
        return iter(())


def _located(rule: type[KeywordValidator]) -> type[KeywordValidator]:
    """Return a rule whose errors say what they are about, as ``location``."""

    class Located(rule):  # type: ignore[misc, valid-type]
        def __call__(self, *args: Any, **kwargs: Any) -> Iterator[Any]:
            paths = [value for value in args if isinstance(value, SchemaPath)]
            for error in super().__call__(*args, **kwargs):
                if not hasattr(error, "location") and paths:
                    error.location = paths[0].parts
                yield error

    return Located


def _in_lower_case(message: str) -> str:
    return message[:1].lower() + message[1:]
