"""JSON Schemas that refer to parts of themselves, or to files beside them.

A contract's schemas refer to its named schemas and to nothing else, so whatever a
schema refers to becomes a named one.
"""

from __future__ import annotations

import json
import re
from abc import ABC, abstractmethod
from collections.abc import Container, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from launchpad_api_raml.schemas import to_2020_12
from launchpad_core.references import reference_to, referred_name

MAX_NAMED = 1000

_NO_NAME = re.compile(r"[^\w./$-]")  # what references can't hold as it is


class SchemaFiles(ABC):
    """The files that a schema may refer to."""

    @abstractmethod
    def text(self, name: str, beside: Path | None) -> tuple[Path, str]:
        """Return a file's path and text.

        Args:
            name: The file as a reference names it.
            beside: The file that refers to it; None for the first schema.

        Raises:
            ContractError: When it may not, or can't, be read.
        """


def self_contained(
    document: Any,
    *,
    name: str,
    taken: Container[str],
    files: SchemaFiles,
    pointer: str = "",
) -> tuple[Mapping[str, Any], dict[str, Mapping[str, Any]]]:
    """Return a schema as one of 2020-12, and the named schemas that it refers to.

    Args:
        document: The schema, of any draft.
        name: What it is called where it refers to itself.
        taken: The names that others have.
        files: The files that it may refer to.
        pointer: Which part of the document is meant: ``/definitions/row``.

    Raises:
        ValueError: When it isn't a schema, or refers to what isn't there; the message
            follows the schema's name.
        ContractError: When it refers to a file that may not be read.
    """
    parts = _Parts(document, name, taken, files)
    schema = parts.converted(None, pointer)
    _check_ends({name: schema, **parts.named})
    return schema, parts.named


def _check_ends(schemas: Mapping[str, Mapping[str, Any]]) -> None:
    """Check that no schema is nothing but a reference that leads back to it."""
    for schema in schemas.values():
        seen: set[str] = set()
        while (name := referred_name(schema)) in schemas and name is not None:
            if name in seen:
                raise ValueError(f"refers to {name}, which is nothing but itself")
            seen.add(name)
            schema = schemas[name]


class _Parts:
    """The parts of schemas that are referred to, by file and pointer."""

    def __init__(
        self, document: Any, name: str, taken: Container[str], files: SchemaFiles
    ) -> None:
        self.name = name
        self.taken = taken
        self.files = files
        self.named: dict[str, Mapping[str, Any]] = {}
        self._documents: dict[Path | None, Any] = {None: document}
        self._names: dict[tuple[Path | None, str], str] = {}

    def converted(self, path: Path | None, pointer: str) -> Any:
        document = self._documents[path]
        part = _at(document, pointer)
        if isinstance(part, dict) and isinstance(document, dict):
            draft = document.get("$schema", part.get("$schema"))
            part = {**part, "$schema": draft}
        schema = to_2020_12(part, lambda target: self._followed(target, path))
        return {key: one for key, one in schema.items() if key not in _DEFINITIONS}

    def _followed(self, target: str, path: Path | None) -> str:
        name, _, pointer = self._relative(target, path).partition("#")
        if name:
            if "://" in name or name.startswith(("file:", "urn:", "//")):
                raise ValueError(
                    f"refers to {target}, which is outside of the contract's folder"
                )
            path, text = self.files.text(unquote(name), path)
            path = path.resolve()
            if path not in self._documents:
                self._documents[path] = _parsed(text, name)
        return str(reference_to(self._name(path, pointer.rstrip("/")))["$ref"])

    def _relative(self, target: str, path: Path | None) -> str:
        """Return a reference without the address that the schema gives itself."""
        document = self._documents[path]
        own = ""
        if isinstance(document, dict):
            own = str(document.get("$id", document.get("id", ""))).partition("#")[0]
        return target.removeprefix(own) if own and target.startswith(own) else target

    def _name(self, path: Path | None, pointer: str) -> str:
        key = (path, pointer)
        if key not in self._names:
            if len(self._names) >= MAX_NAMED:
                raise ValueError(f"refers to more than {MAX_NAMED} schemas")
            self._names[key] = self._new_name(path, pointer)
            self.named[self._names[key]] = {}
            self.named[self._names[key]] = self.converted(path, pointer)
        return self._names[key]

    def _new_name(self, path: Path | None, pointer: str) -> str:
        if not pointer and path is None:
            return self.name
        stem = path.name.partition(".")[0] if path is not None else self.name
        wanted = _NO_NAME.sub("_", _unescaped(pointer.rpartition("/")[2])) or stem
        for name in (wanted, f"{stem}_{wanted}"):
            if name != self.name and not self._is_taken(name):
                return name
        number = 2
        while self._is_taken(f"{wanted}_{number}"):
            number += 1
        return f"{wanted}_{number}"

    def _is_taken(self, name: str) -> bool:
        return name in self.taken or name in self.named or name == self.name


_DEFINITIONS = ("definitions", "$defs")


def _parsed(text: str, name: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"refers to {name}, which is not valid JSON") from error


def _at(document: Any, pointer: str) -> Any:
    if pointer and not pointer.startswith("/"):
        found = _anchored(document, pointer)
        if found is not None:
            return found
    part = document
    for step in filter(None, pointer.split("/")):
        key = _unescaped(step)
        if isinstance(part, list) and key.isdigit() and int(key) < len(part):
            part = part[int(key)]
        elif isinstance(part, dict) and key in part:
            part = part[key]
        else:
            raise ValueError(f"has no part #{pointer}")
    return part


def _anchored(schema: Any, anchor: str) -> Any:
    """Return the part of a schema that calls itself by a name."""
    if isinstance(schema, dict):
        names = (schema.get("$anchor"), schema.get("id"), schema.get("$id"))
        if anchor in names or f"#{anchor}" in names:
            return schema
        inner = list(schema.values())
    else:
        inner = schema if isinstance(schema, list) else []
    for one in inner:
        if (found := _anchored(one, anchor)) is not None:
            return found
    return None


def _unescaped(step: str) -> str:
    return unquote(step).replace("~1", "/").replace("~0", "~")
