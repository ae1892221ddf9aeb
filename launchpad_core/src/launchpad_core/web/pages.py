"""The pages that describe the API: for programs, as it is written, and to try it."""

from __future__ import annotations

import hashlib
import json
import logging
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, partial
from typing import Any, Protocol, cast

from flask import Flask, Response, request
from werkzeug.exceptions import NotFound

from launchpad_core.api_format import ApiFormat
from launchpad_core.contract import (
    FORM,
    JSON,
    MULTIPART,
    PATH_PARAMETER,
    ApiContract,
    Operation,
)
from launchpad_core.contracts.publication import published
from launchpad_core.errors import LaunchpadError
from launchpad_core.project import Project
from launchpad_core.registrations import ApiFormatType
from launchpad_core.web import swagger_ui

OPENAPI = "/openapi.json"
DOCS = "/docs"

# A format that may be written in either names only one of them.
_MEDIA_TYPES = {".json": JSON, ".yaml": "application/yaml", ".yml": "application/yaml"}

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Page:
    """One page.

    Attributes:
        path: Its path below the API's base path.
        media_type: Its media type.
        content: Makes it, when it is first asked for. Raises a ``LaunchpadError``
            that says why there is none.
        headers: What its answers have besides.
    """

    path: str
    media_type: str
    content: Callable[[], bytes]
    headers: Mapping[str, str] = field(default_factory=dict)


def add_pages(app: Flask, project: Project, contract: ApiContract) -> str:
    """Add the pages that the config wants; an operation of the same path wins.

    Returns:
        The path of the page to try the API out, or "" when it can't be shown.
    """
    added: set[str] = set()
    for page in _pages(project, contract):
        owner = _operation_at(page.path, contract.operations)
        if owner is not None:
            logger.warning(
                "There is no page %s%s: %s %s is in its place",
                project.base_path,
                page.path,
                owner.method,
                owner.path,
            )
        elif page.path not in added:
            added.add(page.path)
            app.add_url_rule(
                project.base_path + page.path,
                endpoint=f"page {page.path}",
                view_func=_view(page),
            )
    needed = {OPENAPI, DOCS, *(DOCS + path for path in swagger_ui.ASSETS)}
    can_be_shown = (
        needed <= added and swagger_ui.is_installed() and _has_openapi(project)
    )
    return project.base_path + DOCS if can_be_shown else ""


def _pages(project: Project, contract: ApiContract) -> Iterator[Page]:
    wanted = project.api.pages
    if "openapi" in wanted or "docs" in wanted:  # the docs page shows this one
        yield Page(OPENAPI, JSON, lambda: _openapi(project, contract))
    if "docs" in wanted:
        title = contract.title
        yield Page(
            DOCS, "text/html", lambda: swagger_ui.page(title), swagger_ui.HEADERS
        )
        for path, media_type in swagger_ui.ASSETS.items():
            yield Page(DOCS + path, media_type, partial(swagger_ui.asset, path))
    if "contract" in wanted and (planned := project.resolution.contract):
        content = project.contract_file
        suffix = planned.path.suffix.lower()
        media_type = _MEDIA_TYPES.get(suffix, planned.format.media_type)
        yield Page(f"/{planned.path.name}", media_type, lambda: content)


def _view(page: Page) -> Callable[[], Response]:
    @cache
    def content() -> tuple[bytes, str]:
        made = page.content()
        return made, hashlib.sha256(made).hexdigest()[:32]

    def view() -> Response:
        try:
            made, tag = content()
        except LaunchpadError as error:
            raise NotFound(f"There is no page here: {_told(error)}") from error
        answer = Response(made, mimetype=page.media_type)
        answer.headers.update(page.headers)
        answer.headers["X-Content-Type-Options"] = "nosniff"
        answer.cache_control.no_cache = True  # kept, but asked for whether it changed
        answer.set_etag(tag)
        answer.make_conditional(request)
        return answer

    return view


class _WritesDocuments(Protocol):
    """What the API format ``openapi`` offers besides text."""

    def document(self, contract: ApiContract) -> Mapping[str, Any]: ...


def _openapi(project: Project, contract: ApiContract) -> bytes:
    """Return the contract as the server keeps it, in OpenAPI.

    Raises:
        LaunchpadError: When nothing writes OpenAPI, or it can't say it.
    """
    openapi = project.resolution.registry.implementation(
        ApiFormatType, "openapi", base=ApiFormat
    )
    document = cast(_WritesDocuments, openapi()).document(
        published(contract, project.base_path)
    )
    if project.api.unknown_parameters == "refuse":
        _close_forms(document)
    return json.dumps(document, ensure_ascii=False, indent=2).encode("utf-8")


def _close_forms(document: Mapping[str, Any]) -> None:
    """Say that forms have no further fields, which a contract has no words for."""
    for path in document["paths"].values():
        for operation in path.values():
            if "requestBody" not in operation:
                continue
            for media_type, body in operation["requestBody"]["content"].items():
                if media_type in (FORM, MULTIPART):
                    body["schema"]["additionalProperties"] = False


def _has_openapi(project: Project) -> bool:
    return "openapi" in project.resolution.registry.types(ApiFormatType)


def _operation_at(path: str, operations: Iterable[Operation]) -> Operation | None:
    """Return the operation that answers a GET of a path, if there is one."""
    for operation in operations:
        parts = PATH_PARAMETER.sub("{}", operation.path).split("{}")
        pattern = "[^/]+".join(re.escape(part) for part in parts)
        if operation.method == "GET" and re.fullmatch(pattern, path):
            return operation
    return None


def _told(error: LaunchpadError) -> str:
    """Return what is wrong and what to do; where is for those who see the files."""
    return error.message + (f"; try: {error.hint}" if error.hint else "")
