"""Looking at all references of a document, before any of them is followed."""

from __future__ import annotations

from launchpad_api_openapi.document import Document
from launchpad_api_openapi.faults import Faults
from launchpad_api_openapi.structure import SCHEMA, Part, parts_of
from launchpad_core.errors import ContractError

_UNSUPPORTED = ("$anchor", "$dynamicAnchor", "$dynamicRef")


def check_references(document: Document, faults: Faults) -> None:
    """Note each reference that leads out of the file, astray, or in a circle."""
    parts = [*parts_of(document.root)]
    kinds = {id(part.section): part.kind for part in parts}
    for part in parts:
        if part.kind == SCHEMA:
            _check_identifiers(part, faults)
        if isinstance(part.section.get("$ref"), str):
            with faults.collected():
                _check_reference(document, part, kinds)


def _check_identifiers(part: Part, faults: Faults) -> None:
    section = part.section
    unsupported = [key for key in _UNSUPPORTED if isinstance(section.get(key), str)]
    if "$id" in section and any("$ref" in p.section for p in parts_of(section, SCHEMA)):
        unsupported.append("$id")  # references in it start from there
    for keyword in unsupported:
        faults.add(
            f"{keyword} is not supported",
            where=section.where(keyword),
            hint="remove it, and refer with #/components/schemas/NAME",
        )


def _check_reference(document: Document, part: Part, kinds: dict[int, str]) -> None:
    reference = part.section["$ref"]
    where = part.section.where("$ref")
    target, _ = document.target(reference, where=where)
    is_boolean_schema = part.kind == SCHEMA and isinstance(target, bool)
    if kinds.get(id(target)) != part.kind and not is_boolean_schema:
        raise ContractError(f"{reference} is no {part.kind}", where=where)
    if not is_boolean_schema:
        document.followed(part.section, where)
