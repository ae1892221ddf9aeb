"""An OpenAPI file as sections with positions: safely loaded, and not yet understood."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from launchpad_api_openapi.json_reader import read_json
from launchpad_core.errors import ContractError
from launchpad_core.positions import Position, shown_path
from launchpad_core.sections import Items, Section
from launchpad_core.spelling import did_you_mean
from launchpad_core.yaml12 import FastYaml12Loader
from launchpad_core.yaml_limits import check_limits
from launchpad_core.yaml_reader import YamlDialect, read_text, read_yaml

VERSIONS = ("3.0", "3.1", "3.2")

_VERSION = re.compile(r"(\d+\.\d+)\.\d+(-.+)?")
_DIALECT = YamlDialect(
    loader=FastYaml12Loader, error=ContractError, confined=True, text_keys=True
)


@dataclass(frozen=True, slots=True)
class Document:
    """An OpenAPI document.

    Attributes:
        root: What it holds.
        version: The version of OpenAPI that it is written in: one of ``VERSIONS``.
    """

    root: Section
    version: str

    def target(
        self, reference: str, *, where: Position | None
    ) -> tuple[Any, Position | None]:
        """Return what a reference such as ``#/components/...`` leads to, and where.

        Raises:
            ContractError: When it leads out of the file, or to nothing.
        """
        if not (reference == "#" or reference.startswith("#/")):
            raise ContractError(
                f"{reference} is outside of this file",
                where=where,
                hint="copy what it refers to below components:",
            )
        value: Any = self.root
        found = self.root.position
        for part in reference.split("/")[1:]:
            key = unquote(part).replace("~1", "/").replace("~0", "~")
            if isinstance(value, Section) and key in value:
                value, found = value[key], value.where(key)
            elif isinstance(value, Items) and key.isdigit() and int(key) < len(value):
                value, found = value[int(key)], value.where(int(key))
            else:
                known = value if isinstance(value, Section) else ()
                raise ContractError(
                    f"there is no {reference}",
                    where=where,
                    hint=did_you_mean(key, known),
                )
        return value, found

    def followed(
        self, value: Any, where: Position | None
    ) -> tuple[Section, Position | None]:
        """Return what a section refers to, or itself when it is no reference.

        What stands beside a reference wins over what it refers to.

        Raises:
            ContractError: When it leads to nothing, or in a circle.
        """
        seen: set[str] = set()
        beside: dict[str, Any] = {}
        start = where
        while isinstance(value, Section) and isinstance(value.get("$ref"), str):
            reference = value["$ref"]
            if reference in seen:
                raise ContractError(f"{reference} refers to itself", where=start)
            seen.add(reference)
            if self.version != "3.0":
                beside = {**value, **beside}
            value, where = self.target(reference, where=value.where("$ref"))
        if not isinstance(value, Section):
            raise ContractError("this is no mapping", where=where)
        if beside:
            del beside["$ref"]
            value = Section(
                {**value, **beside}, position=where, positions=value.positions
            )
        return value, where

    def position(
        self, path: Iterable[str | int], *, start: Any = None
    ) -> Position | None:
        """Return where a value stands, given the keys that lead to it.

        A path may lead through references; of what isn't there, it is the position of
        what should hold it.

        Args:
            path: The keys, and the numbers in lists.
            start: The section that they start from; None for the whole document.
        """
        value: Any = self.root if start is None else start
        where = getattr(value, "position", None)
        for part in path:
            if isinstance(value, Section) and "$ref" in value and part not in value:
                value, where = self.followed(value, where)
            if isinstance(value, Section) and str(part) in value:
                value, where = value[str(part)], value.where(str(part))
            elif isinstance(value, Items) and isinstance(part, int):
                value, where = value[part], value.where(part)
            else:
                break
        return where


def read_document(path: Path) -> Document:
    """Return what an OpenAPI file holds, in YAML or JSON.

    Raises:
        ContractError: When it is neither, or not OpenAPI.
    """
    text = read_text(path, error=ContractError, hint="check api: in the config")
    name = shown_path(path)
    where = Position(name, 1)
    if path.suffix == ".json":
        root = read_json(text, name=name)
    else:
        check_limits(text, name=name, error=ContractError)
        root, files = read_yaml(
            text, name=name, folder=path.parent, dialect=_DIALECT, path=path
        )
        if len(files) > 1:
            raise ContractError(
                "OpenAPI has no !include",
                where=where,
                hint="copy into this file what it includes",
            )
    if not isinstance(root, Section) or "openapi" not in root:
        old = isinstance(root, Section) and "swagger" in root
        raise ContractError(
            "this is Swagger, which OpenAPI has followed"
            if old
            else "this is not OpenAPI: it has no openapi:",
            where=root.where("swagger") if old else where,
            hint="convert it to OpenAPI 3" if old else "openapi: 3.1.0",
        )
    _check_numbers(root, where)
    return Document(root, _version(root))


def _version(root: Section) -> str:
    written = root["openapi"]
    found = _VERSION.fullmatch(written) if isinstance(written, str) else None
    if found is None or found[1] not in VERSIONS:
        raise ContractError(
            f"this is OpenAPI {written}; {', '.join(VERSIONS[:-1])} and "
            f"{VERSIONS[-1]} are read, with three numbers",
            where=root.where("openapi"),
            hint="openapi: 3.1.0",
        )
    return found[1]


def _check_numbers(value: Any, where: Position | None) -> None:
    if isinstance(value, float) and not math.isfinite(value):
        raise ContractError(f"{value} is no number of JSON", where=where)
    for item, position in _inner(value):
        _check_numbers(item, position)


def _inner(value: Any) -> Iterator[tuple[Any, Position | None]]:
    if isinstance(value, Section):
        for key, item in value.items():
            yield item, value.where(key)
    elif isinstance(value, Items):
        for index, item in enumerate(value):
            yield item, value.where(index)
