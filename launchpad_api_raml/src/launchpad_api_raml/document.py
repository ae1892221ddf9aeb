"""A RAML file as sections with positions: safely loaded, and not yet understood."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from launchpad_core.errors import ContractError
from launchpad_core.positions import Position, shown_path
from launchpad_core.sections import Section
from launchpad_core.yaml12 import Yaml12Loader
from launchpad_core.yaml_reader import YamlDialect, read_text, read_yaml

VERSION = "0.8"
VERSIONS = (VERSION, "1.0")

_HEADER = re.compile(r"#%RAML (\S+)(?: +(\S+))?")
_TEXTS = {"title", "version", "displayName", "description", "content", "pattern"}
_SCALARS = {f"tag:yaml.org,2002:{kind}" for kind in ("int", "float", "bool")}


class RamlLoader(Yaml12Loader):
    """Reads YAML 1.2; what RAML defines as text is text as it is written.

    So is the version in ``version: 1.10``.
    """

    def compose_mapping_node(self, anchor: Any) -> yaml.MappingNode:
        """Return a mapping's node."""
        node = super().compose_mapping_node(anchor)
        node.value = [(key, _as_written(key, value)) for key, value in node.value]
        return node


def _as_written(key: yaml.Node, value: yaml.Node) -> yaml.Node:
    is_text = isinstance(key, yaml.ScalarNode) and key.value in _TEXTS
    if not is_text or value.tag not in _SCALARS:
        return value
    text = "tag:yaml.org,2002:str"
    return yaml.ScalarNode(text, value.value, value.start_mark, value.end_mark)


@dataclass(frozen=True, slots=True)
class Header:
    """What the first line of a RAML file says.

    Attributes:
        version: The version of RAML.
        kind: What the file holds, such as ``Library``; "" for a whole API.
    """

    version: str
    kind: str = ""


def header_of(text: str) -> Header | None:
    """Return the header of a file's text, or None when it has none."""
    line, _, _ = text.partition("\n")
    found = _HEADER.fullmatch(line.rstrip())
    return Header(found[1], found[2] or "") if found else None


def read_header(path: Path) -> Header:
    """Return the header of a RAML file.

    Raises:
        ContractError: When it can't be read, or isn't a RAML file.
    """
    text = read_text(path, error=ContractError, hint="check api: raml: in the config")
    where = Position(shown_path(path), 1)
    header = header_of(text)
    if header is None:
        raise ContractError(
            "this is not RAML: its first line is no header",
            where=where,
            hint=f"#%RAML {' or #%RAML '.join(VERSIONS)}",
        )
    if header.version not in VERSIONS:
        raise ContractError(
            f"this is RAML {header.version}; RAML {' and '.join(VERSIONS)} are read",
            where=where,
            hint="write the contract in one of them",
        )
    if header.kind and header.version == VERSION:
        raise ContractError(
            f"RAML {VERSION} has no files of the kind {header.kind}",
            where=where,
            hint=f"#%RAML {VERSION}, or #%RAML 1.0 {header.kind}",
        )
    return header


def is_within_reach(path: Path, folder: Path) -> bool:
    """Return whether a contract in a folder may include a file.

    It may when the file is below the folder, or in a folder beside that: contracts
    share libraries as ``../shared/types.raml``. What symbolic links lead to counts.
    """
    try:
        root, real = folder.resolve(), path.resolve()
    except (RuntimeError, ValueError):  # links in a circle; no file's name
        return False
    if root in real.parents:
        return True
    beside = root.parent
    if beside == root or beside == beside.parent or beside not in real.parents:
        return False
    parts = real.relative_to(beside).parts
    return len(parts) > 1 and not any(part.startswith(".") for part in parts)


RAML = YamlDialect(
    loader=RamlLoader,
    error=ContractError,
    as_yaml=frozenset({".raml", ".yaml", ".yml"}),
    confined=True,
    within_reach=is_within_reach,
    text_keys=True,
)


def read_document(path: Path) -> Section:
    """Return the content of a RAML 0.8 file, with all that it includes.

    Raises:
        ContractError: When it isn't YAML.
    """
    text = read_text(path, error=ContractError, hint="check api: raml: in the config")
    where = Position(shown_path(path), 1)
    root, files = read_yaml(
        text, name=str(where.file), folder=path.parent, dialect=RAML, path=path
    )
    if not isinstance(root, Section):
        raise ContractError(
            "this RAML holds nothing", where=where, hint="title:, version:, /resource:"
        )
    root.files = files
    return root
