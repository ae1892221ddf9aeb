"""Files of a form: handed on as they are, once size and media type fit."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from launchpad_core.contract import Parameter, Schema
from launchpad_core.errors import ContractError
from launchpad_core.schemas.faults import Problem, Unfit
from launchpad_core.schemas.keywords import enforceable
from launchpad_core.schemas.words import counted

ReadFiles = Callable[[Sequence[Any]], Any]


def upload_reader(parameter: Parameter) -> ReadFiles:
    """Return a function from the files of one parameter to the checked file or list.

    A file is like those of werkzeug: it has ``filename``, ``mimetype`` and ``stream``.

    Raises:
        ContractError: When the parameter has a constraint that no file can meet.
    """
    is_list = parameter.schema.get("type") == "array"
    said = _constraints(
        parameter, parameter.schema, _OF_LISTS if is_list else _OF_FILES
    )
    one = said
    if is_list:
        one = _constraints(parameter, parameter.schema.get("items", {}), _OF_FILES)
    media_types = parameter.media_types

    def read(files: Sequence[Any]) -> Any:
        problems = [
            problem for file in files for problem in _problems(file, one, media_types)
        ]
        if is_list:
            problems += _number_problems(len(files), said)
        elif len(files) > 1:
            detail = f"is given {len(files)} times, not once"
            problems.append(Problem("repeated", detail))
        if problems:
            raise Unfit(*problems)
        return list(files) if is_list else files[0]

    return read


def chosen_files(files: Mapping[str, Sequence[Any]]) -> dict[str, list[Any]]:
    """Return files without those that browsers send for fields that were left empty."""
    return {
        name: [file for file in several if file.filename or _size(file)]
        for name, several in files.items()
    }


def fits_range(media_type: str, range_: str) -> bool:
    """Whether a media type is in a range such as ``image/*``."""
    kind, _, form = range_.lower().partition("/")
    given_kind, _, given_form = media_type.lower().partition("/")
    return kind in ("*", given_kind) and form in ("*", given_form)


_OF_FILES = frozenset(("type", "minLength", "maxLength"))
_OF_LISTS = frozenset(("type", "items", "minItems", "maxItems"))


def _constraints(
    parameter: Parameter, schema: Schema, possible: frozenset[str]
) -> Schema:
    said: Schema = enforceable(schema)
    further = sorted(set(said) - possible)
    if further or schema.get("type", "string") not in ("string", "array"):
        what = further[0] if further else f"type {schema['type']}"
        raise ContractError(
            f'file "{parameter.name}": {what} says nothing about files',
            where=parameter.where,
            hint=f"use {', '.join(sorted(possible - {'type'}))}",
        )
    return said


def _problems(file: Any, said: Schema, media_types: Sequence[str]) -> Sequence[Problem]:
    found = []
    if media_types and not any(fits_range(file.mimetype, one) for one in media_types):
        given = file.mimetype or "a file without media type"
        detail = f"should be {' or '.join(media_types)}, not {given}"
        found.append(Problem("mediaType", detail))
    if "minLength" in said and _size(file) < said["minLength"]:
        detail = f"should have at least {counted(said['minLength'], 'byte')}"
        found.append(Problem("minLength", detail))
    if "maxLength" in said and _size(file) > said["maxLength"]:
        detail = f"should have at most {counted(said['maxLength'], 'byte')}"
        found.append(Problem("maxLength", detail))
    return found


def _number_problems(number: int, said: Schema) -> Sequence[Problem]:
    if number < said.get("minItems", 0):
        return [
            Problem(
                "minItems", f"should be at least {counted(said['minItems'], 'file')}"
            )
        ]
    if "maxItems" in said and number > said["maxItems"]:
        return [
            Problem(
                "maxItems", f"should be at most {counted(said['maxItems'], 'file')}"
            )
        ]
    return []


def _size(file: Any) -> int:
    size: int = file.stream.seek(0, os.SEEK_END)
    file.stream.seek(0)
    return size
