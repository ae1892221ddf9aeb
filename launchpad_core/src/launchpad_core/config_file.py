"""Reading YAML with ``!include`` into sections that know their positions."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import yaml

from launchpad_core.errors import ConfigError
from launchpad_core.positions import Position, shown_path
from launchpad_core.sections import Items, Section

_TEXT_SUFFIXES = {".sql", ".txt"}


def read_config_file(path: Path) -> Section:
    """Return a config file's content.

    Raises:
        ConfigError: When it can't be read, or isn't a mapping in YAML.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigError(
            f"can't read the config file {shown_path(path)}: {error.strerror}",
            hint="name another one with --config FILE or LAUNCHPAD_CFG",
        ) from error
    except UnicodeDecodeError as error:
        raise ConfigError(
            f"{shown_path(path)} is not UTF-8: {error.reason} at byte {error.start}",
            hint="save it as UTF-8",
        ) from error
    return read_config_text(text, name=shown_path(path), folder=path.parent, path=path)


def read_config_text(
    text: str, *, name: str, folder: Path, path: Path | None = None
) -> Section:
    """Return the content of a config that is given as text.

    Args:
        text: The YAML text.
        name: How positions name it.
        folder: Where relative paths start.
        path: The file that it was read from, if any.
    """
    reader = _Reader(folder.absolute())
    root = reader.read(
        text, name=name, folder=folder, including=(path,) if path else ()
    )
    if not isinstance(root, Section):
        raise ConfigError(
            "a config is a mapping of sections, such as model: and api:",
            where=Position(name, 1),
        )
    root.files = tuple(reader.files)
    return root


class _Reader:
    """Builds sections from YAML nodes, in reading order across all files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.files: list[Path] = []
        self._orders = count()

    def read(
        self, text: str, *, name: str, folder: Path, including: tuple[Path, ...]
    ) -> Any:
        self.files += including[-1:]
        loader = yaml.SafeLoader(text)
        try:
            node = loader.get_single_node()
            return _Document(self, loader, name, folder, including).build(node)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            raise ConfigError(
                f"this is not YAML: {error.problem}",
                where=Position(name, mark.line + 1 if mark else 1),
            ) from error
        except yaml.YAMLError as error:
            reason = " ".join(str(error).split())
            raise ConfigError(
                f"this is not YAML: {reason}", where=Position(name, 1)
            ) from error
        finally:
            loader.dispose()

    def position(self, name: str, node: yaml.Node) -> Position:
        return Position(name, node.start_mark.line + 1, next(self._orders))


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

    def build(self, node: yaml.Node | None) -> Any:
        if node is None:
            return None
        if node.tag == "!include":
            return self._included(node)
        if isinstance(node, yaml.ScalarNode):
            return self.loader.construct_object(node)
        if id(node) in self._open:
            raise self._error(node, "this YAML alias contains itself")
        self._open.add(id(node))
        try:
            if isinstance(node, yaml.MappingNode):
                return self._section(node)
            return self._items(node)
        finally:
            self._open.discard(id(node))

    def _section(self, node: yaml.MappingNode) -> Section:
        start = self.reader.position(self.name, node)
        values: dict[str, Any] = {}
        positions: dict[str, Position] = {}
        for key_node, value_node in self._pairs(node):
            position = self.reader.position(self.name, key_node)
            key = self.build(key_node)
            if not isinstance(key, str):
                raise self._error(
                    key_node, f"the key {key!r} is not text", hint=f'write "{key}":'
                )
            if key in values:
                raise ConfigError(
                    f'the key "{key}" is written twice; first at {positions[key]}',
                    where=position,
                    hint="remove one of the two",
                )
            positions[key] = position
            values[key] = self.build(value_node)
        return Section(
            values, folder=self.reader.folder, position=start, positions=positions
        )

    def _pairs(self, node: yaml.MappingNode) -> Iterator[tuple[yaml.Node, yaml.Node]]:
        """Yield keys and values, with those of merged mappings (``<<``) behind."""
        own = [pair for pair in node.value if pair[0].tag != "tag:yaml.org,2002:merge"]
        yield from own
        written = {key.value for key, _ in own}
        for key, value in node.value:
            if key.tag != "tag:yaml.org,2002:merge":
                continue
            merged = value.value if isinstance(value, yaml.SequenceNode) else [value]
            for mapping in merged:
                if not isinstance(mapping, yaml.MappingNode):
                    raise self._error(value, "<< merges mappings and nothing else")
                for pair in self._pairs(mapping):
                    if pair[0].value not in written:
                        written.add(pair[0].value)
                        yield pair

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
        if path.resolve() in {file.resolve() for file in self.including}:
            raise self._error(node, f"{node.value} includes itself")
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "it is not UTF-8"
            raise self._error(
                node,
                f"can't include {shown_path(path)}: {reason}",
                hint="included files are looked for beside the including one",
            ) from error
        if path.suffix in _TEXT_SUFFIXES:
            self.reader.files.append(path)
            return text
        return self.reader.read(
            text,
            name=shown_path(path),
            folder=path.parent,
            including=(*self.including, path),
        )

    def _error(
        self, node: yaml.Node, message: str, *, hint: str | None = None
    ) -> ConfigError:
        return ConfigError(
            message, where=self.reader.position(self.name, node), hint=hint
        )
