"""From an OpenAPI document to the neutral contract."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from launchpad_api_openapi.bodies import bodies_of, responses_of
from launchpad_api_openapi.checks import check_rules, check_structure
from launchpad_api_openapi.document import Document, read_document
from launchpad_api_openapi.extension_checks import check_extensions
from launchpad_api_openapi.extensions import BASE_URI
from launchpad_api_openapi.faults import Faults
from launchpad_api_openapi.media_types import check_media_types
from launchpad_api_openapi.parameters import parameters_of
from launchpad_api_openapi.references import check_references
from launchpad_api_openapi.schemas import Schemas
from launchpad_api_openapi.security import requirements_of, schemes_of
from launchpad_api_openapi.structure import METHODS
from launchpad_core.contract import ApiContract, Operation
from launchpad_core.positions import Position
from launchpad_core.sections import Items, Section

_CHECKS = (
    check_references,
    check_structure,
    check_media_types,
    check_extensions,
    check_rules,
)

logger = logging.getLogger(__name__)


def contract_of_file(path: Path) -> ApiContract:
    """Return the contract in an OpenAPI file.

    Raises:
        ContractError: With file and line; all mistakes of one kind at once.
    """
    document = read_document(path)
    faults = Faults()
    for check in _CHECKS:
        check(document, faults)
        faults.tell()
    contract = _contract_of(document, faults)
    faults.tell()
    return contract


def _contract_of(document: Document, faults: Faults) -> ApiContract:
    info = document.root["info"]
    schemas = Schemas(document, faults)
    faults.tell()
    schemes = tuple(schemes_of(document))
    names = {scheme.name: scheme for scheme in schemes}
    security = requirements_of(document.root, names, faults)
    operations = tuple(_operations(document, schemas, names, security))
    faults.tell()
    schemas.check_defaults()
    return ApiContract(
        info["title"],
        version=info["version"],
        operations=operations,
        description=info.get("description", ""),
        base_uri=_base_uri(document.root),
        schemas=schemas.named,
        security_schemes=schemes,
    )


def _operations(
    document: Document, schemas: Schemas, names: Any, security: Any
) -> Iterator[Operation]:
    paths = document.root.get("paths") or Section()
    for path in paths:
        if not path.startswith("/"):
            continue
        item, _ = document.followed(paths[path], paths.where(path))
        _warn_of_servers(item)
        for method, operation, where in _methods(item):
            _warn_of_servers(operation)
            with schemas.faults.collected():
                bodies, body_required = bodies_of(operation, schemas)
                stated = requirements_of(operation, names, schemas.faults)
                yield Operation(
                    method,
                    path=path,
                    parameters=tuple(parameters_of(document, item, operation, schemas)),
                    bodies=bodies,
                    body_required=body_required,
                    responses=tuple(responses_of(operation, schemas)),
                    title=operation.get("summary") or item.get("summary", ""),
                    description=operation.get("description")
                    or item.get("description", ""),
                    security=stated or security,
                    where=where,
                )


def _methods(item: Section) -> Iterator[tuple[str, Section, Position | None]]:
    for key, value in item.items():
        if key in METHODS:
            yield key.upper(), value, item.where(key)
        elif key == "additionalOperations":
            for method, operation in value.items():
                yield method, operation, value.where(method)


def _warn_of_servers(section: Section) -> None:
    if "servers" in section:
        logger.warning(
            "%s: these servers are left out: those of the whole API count",
            section.where("servers"),
        )


def _base_uri(root: Section) -> str:
    servers = root.get("servers") or Items([])
    if not servers:
        return ""
    server = servers[0]
    uri = str(server["url"])
    for name, variable in (server.get("variables") or {}).items():
        uri = uri.replace(f"{{{name}}}", str(variable["default"]))
    return str(server.get(BASE_URI, uri))
