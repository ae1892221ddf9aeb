"""From the neutral contract to RAML 1.0."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from launchpad_api_raml.annotations import ANNOTATIONS
from launchpad_api_raml.writing.layout import yaml_of
from launchpad_api_raml.writing.operations import Resources
from launchpad_api_raml.writing.security import declared_schemes, secured_by
from launchpad_api_raml.writing.types import Types
from launchpad_core.contract import ApiContract


def text_of(contract: ApiContract) -> str:
    """Return a contract as RAML 1.0, for a person to go on with.

    Reading it gives an equal contract when its parameters are in the order path,
    query, header, and its operations and answers stand together by path and status.

    Raises:
        ContractError: When RAML 1.0 can't say what the contract says.
    """
    head: dict[str, Any] = {"title": contract.title}
    if contract.description:
        head["description"] = contract.description
    if contract.version:
        head["version"] = contract.version
    if contract.base_uri:
        head["baseUri"] = contract.base_uri
    types = Types(contract.schemas)
    body: dict[str, Any] = {}
    if contract.security_schemes:
        body["securitySchemes"] = declared_schemes(contract.security_schemes, types)
    common = _common_security(contract)
    if common:
        body.update(secured_by(common, contract.security_schemes))
    if contract.schemas:
        body["types"] = types.section()
    resources = Resources(
        contract.operations, types, contract.security_schemes, common_security=common
    )
    body.update(resources.section())
    used = {*_keys(body)}
    declared = {item.name: item.declaration for item in ANNOTATIONS if item.key in used}
    if declared:
        head["annotationTypes"] = declared
    return f"#%RAML 1.0\n{yaml_of({**head, **body})}"


def _common_security(contract: ApiContract) -> tuple[Mapping[str, Any], ...]:
    """Return what every operation asks for; () when they differ, or it takes more."""
    said = [operation.security for operation in contract.operations]
    if not said or any(item != said[0] for item in said):
        return ()
    is_plain = {*secured_by(said[0], contract.security_schemes)} == {"securedBy"}
    return said[0] if is_plain else ()


def _keys(value: Any) -> Iterator[Any]:
    """Yield all keys: those that look like annotations may be users' own, rarely."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield key
            yield from _keys(item)
