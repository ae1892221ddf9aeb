"""Bodies that are neither form, JSON nor CSV: handed on as bytes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from launchpad_core.contract import CSV, Body, Schema
from launchpad_core.errors import ContractError
from launchpad_core.references import resolved
from launchpad_core.requests.body_checks import Records
from launchpad_core.requests.shapes import BODY
from launchpad_core.schemas.checks import Check
from launchpad_core.schemas.faults import Problem, Unfit
from launchpad_core.schemas.keywords import enforceable
from launchpad_core.schemas.words import counted

_LENGTHS = ("minLength", "maxLength")


def raw_reader(
    body: Body, schemas: Mapping[str, Schema], *, label: str
) -> Callable[[bytes], Records]:
    """Return a function that checks a body and leaves it as it is.

    Of a media type ``text/...``, the schema is that of its text in UTF-8; of others it
    may limit the number of bytes.

    Raises:
        ContractError: When the schema says what can't be checked in such a body.
    """
    schema = body.schema or {}
    check = Check(schema, schemas, label=label, where=body.where)
    said = enforceable(resolved(schema, schemas))
    is_text = body.media_type.startswith("text/")
    if said.get("type", "string") != "string" or (
        not is_text and set(said) - {"type", *_LENGTHS}
    ):
        raise ContractError(
            f"{label} has a schema that can't be checked",
            where=body.where,
            hint="name the columns, as properties of its items"
            if body.media_type == CSV
            else "leave the schema out; predict gets the body as bytes",
        )

    def read(content: bytes) -> Records:
        problems = check.problems(_text(content)) if is_text else _lengths(content)
        if problems:
            raise Unfit(*problems)
        return [{BODY: content}]

    def _lengths(content: bytes) -> list[Problem]:
        found = []
        if len(content) < said.get("minLength", 0):
            detail = f"should have at least {counted(said['minLength'], 'byte')}"
            found.append(Problem("minLength", detail))
        if len(content) > said.get("maxLength", len(content)):
            detail = f"should have at most {counted(said['maxLength'], 'byte')}"
            found.append(Problem("maxLength", detail))
        return found

    return read if said.keys() - {"type"} else lambda content: [{BODY: content}]


def _text(content: bytes) -> Any:
    try:
        return content.decode()
    except UnicodeDecodeError:
        raise Unfit(Problem("syntax", "is not UTF-8")) from None
