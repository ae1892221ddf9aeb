"""Reading YAML with ``!include`` into sections that know their positions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import yaml

from launchpad_core.errors import LaunchpadError
from launchpad_core.positions import Position, shown_path
from launchpad_core.sections import Items, Section
from launchpad_core.yaml_merging import Merging
from launchpad_core.yaml_remedies import remedy

MAX_NODES = 100_000
MAX_BYTES = 5_000_000
MAX_INCLUDES = 1000

_PLAIN_TAGS = ("tag:yaml.org,2002:map", "tag:yaml.org,2002:seq")


def is_below(path: Path, folder: Path) -> bool:
    """Return whether a path is in a folder, wherever symbolic links lead to."""
    return folder.resolve() in path.resolve().parents


@dataclass(frozen=True, slots=True)
class YamlDialect:
    """What differs between the files that are written in YAML.

    Attributes:
        loader: PyYAML's loader, which tells numbers and booleans from text.
        error: What is raised when a file can't be read.
        as_text: The suffixes of included files that are text, not YAML.
        as_yaml: The suffixes of included files that are YAML; None for all others.
        confined: Whether files are included only from within reach.
        within_reach: Whether a file may be included when the dialect is confined,
            given its path and the root file's folder.
        text_keys: Whether keys that look like numbers are taken as text.
    """

    loader: type[yaml.SafeLoader]
    error: type[LaunchpadError]
    as_text: frozenset[str] = frozenset()
    as_yaml: frozenset[str] | None = None
    confined: bool = False
    within_reach: Callable[[Path, Path], bool] = is_below
    text_keys: bool = False


def read_yaml(
    text: str,
    *,
    name: str,
    folder: Path,
    dialect: YamlDialect,
    path: Path | None = None,
) -> tuple[Any, tuple[Path, ...]]:
    """Return what a YAML text holds, and all files that it was read from.

    Args:
        text: The YAML text.
        name: How positions name it.
        folder: Where included files are looked for.
        dialect: How it is read.
        path: The file that it was read from, if any.

    Raises:
        LaunchpadError: The dialect's error, with the position.
    """
    reader = _Reader(folder.absolute(), dialect)
    root = reader.read(
        text, name=name, folder=folder, including=(path,) if path else ()
    )
    return root, tuple(reader.files)


def read_text(path: Path, *, error: type[LaunchpadError], hint: str) -> str:
    """Return a file's text.

    Raises:
        LaunchpadError: The given error, when it can't be read as UTF-8.
    """
    shown = shown_path(path)
    try:
        if path.stat().st_size > MAX_BYTES:
            raise error(f"{shown} is larger than {MAX_BYTES} bytes", hint=hint)
        return path.read_text(encoding="utf-8-sig")
    except OSError as fault:
        raise error(f"can't read {shown}: {fault.strerror}", hint=hint) from fault
    except UnicodeDecodeError as fault:
        raise error(
            f"{shown} is not UTF-8: {fault.reason} at byte {fault.start}",
            where=Position(shown, fault.object[: fault.start].count(b"\n") + 1),
            hint="save it as UTF-8",
        ) from fault


class _Reader:
    """Builds sections from YAML nodes, in reading order across all files."""

    def __init__(self, folder: Path, dialect: YamlDialect) -> None:
        self.folder = folder
        self.dialect = dialect
        self.files: list[Path] = []
        self.includes = 0
        self._orders = count()

    def read(
        self, text: str, *, name: str, folder: Path, including: tuple[Path, ...]
    ) -> Any:
        self.files += including[-1:]
        error = self.dialect.error
        try:
            loader = self.dialect.loader(text)
        except yaml.YAMLError as fault:
            raise error(
                f"this is not YAML: {' '.join(str(fault).split())}",
                where=Position(name, 1),
            ) from fault
        try:
            node = loader.get_single_node()
            return _Document(self, loader, name, folder, including).build(node)
        except yaml.MarkedYAMLError as fault:
            mark = fault.problem_mark or fault.context_mark
            raise error(
                f"this is not YAML: {fault.problem}",
                where=Position(name, mark.line + 1 if mark else 1),
                hint=remedy(fault, text),
            ) from fault
        except (yaml.YAMLError, ValueError) as fault:
            raise error(
                f"this is not YAML: {' '.join(str(fault).split())}",
                where=Position(name, 1),
            ) from fault
        except RecursionError as fault:
            raise error("this is nested too deeply", where=Position(name, 1)) from fault
        finally:
            loader.dispose()

    def position(self, name: str, node: yaml.Node) -> Position:
        order = next(self._orders)
        position = Position(name, node.start_mark.line + 1, order)
        if order > MAX_NODES:
            raise self.dialect.error(
                f"this holds more than {MAX_NODES} values", where=position
            )
        return position


class _Document:
    """One file on the way from YAML nodes to sections."""

    def __init__(
        self,
        reader: _Reader,
        loader: yaml.SafeLoader,
        name: str,
        folder: Path,
        including: tuple[Path, ...],
    ) -> None:
        self.reader = reader
        self.loader = loader
        self.name = name
        self.folder = folder
        self.including = including
        self._open: set[int] = set()
        self._merging = Merging(self._error)

    def build(self, node: yaml.Node | None) -> Any:
        if node is None:
            return None
        if node.tag == "!include":
            return self._included(node)
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node)
        if node.tag not in _PLAIN_TAGS:
            raise self._error(node, f"the tag {node.tag} is not allowed")
        if id(node) in self._open:
            raise self._error(node, "this YAML alias contains itself")
        self._open.add(id(node))
        try:
            if isinstance(node, yaml.MappingNode):
                return self._section(node)
            return self._items(node)
        finally:
            self._open.discard(id(node))

    def _scalar(self, node: yaml.ScalarNode) -> Any:
        try:
            return self.loader.construct_object(node)
        except (AttributeError, KeyError, TypeError, ValueError) as fault:
            kind = node.tag.rpartition(":")[2]
            raise self._error(node, f"{node.value!r} is no {kind}") from fault

    def _section(self, node: yaml.MappingNode) -> Section:
        start = self.reader.position(self.name, node)
        values: dict[str, Any] = {}
        positions: dict[str, Position] = {}
        includes: dict[str, str] = {}
        for key_node, value_node in self._merging.pairs(node):
            position = self.reader.position(self.name, key_node)
            key = self._key(key_node)
            if not isinstance(key, str):
                raise self._error(
                    key_node, f"the key {key!r} is not text", hint=f'write "{key}":'
                )
            if key in values:
                raise self.reader.dialect.error(
                    f'the key "{key}" is written twice; first at {positions[key]}',
                    where=position,
                    hint="remove one of the two",
                )
            positions[key] = position
            values[key] = self.build(value_node)
            if value_node.tag == "!include":
                includes[key] = shown_path(self.folder / value_node.value)
        return Section(
            values,
            folder=self.reader.folder,
            position=start,
            positions=positions,
            includes=includes,
        )

    def _key(self, node: yaml.Node) -> Any:
        if self.reader.dialect.text_keys and isinstance(node, yaml.ScalarNode):
            return str(node.value)
        return self.build(node)

    def _items(self, node: yaml.Node) -> Items:
        positions = []
        values = []
        for item in node.value:
            positions.append(self.reader.position(self.name, item))
            values.append(self.build(item))
        return Items(values, positions=tuple(positions))

    def _included(self, node: yaml.Node) -> Any:
        if not isinstance(node, yaml.ScalarNode):
            raise self._error(node, "!include takes the name of one file")
        path = self.folder / node.value
        dialect = self.reader.dialect
        if dialect.confined and not self._is_within_reach(node.value):
            raise self._error(
                node,
                f"{node.value} is outside the folder of the including file",
                hint="copy it there",
            )
        if path.resolve() in {file.resolve() for file in self.including}:
            raise self._error(node, f"{node.value} includes itself")
        self.reader.includes += 1
        if self.reader.includes > MAX_INCLUDES:
            raise self._error(node, f"this includes more than {MAX_INCLUDES} files")
        if path.exists() and not (path.is_file() or path.is_dir()):
            raise self._error(node, f"{node.value} is no file")  # reading could hang
        try:
            text = read_text(path, error=dialect.error, hint="")
        except LaunchpadError as fault:
            raise self._error(
                node,
                fault.message,
                hint="included files are looked for beside the including one",
            ) from fault
        if self._is_text(path):
            self.reader.files.append(path)
            return text
        return self.reader.read(
            text,
            name=shown_path(path),
            folder=path.parent,
            including=(*self.including, path),
        )

    def _is_within_reach(self, name: str) -> bool:
        path = self.folder / name
        within_reach = self.reader.dialect.within_reach
        return "://" not in name and within_reach(path, self.reader.folder)

    def _is_text(self, path: Path) -> bool:
        dialect = self.reader.dialect
        if dialect.as_yaml is not None:
            return path.suffix not in dialect.as_yaml
        return path.suffix in dialect.as_text

    def _error(
        self, node: yaml.Node, message: str, *, hint: str | None = None
    ) -> LaunchpadError:
        return self.reader.dialect.error(
            message, where=self.reader.position(self.name, node), hint=hint
        )
