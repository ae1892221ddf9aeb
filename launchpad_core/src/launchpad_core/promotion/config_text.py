"""Taking a plugin out of a config's text, of which nothing else changes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from launchpad_core.errors import ConfigError
from launchpad_core.positions import Position


@dataclass(frozen=True, slots=True)
class _Item:
    """A part of a list or section, and what it is a part of.

    Attributes:
        within: The list or section.
        index: Which part of it.
    """

    within: Any
    index: int

    @property
    def parts(self) -> list[tuple[int, int, int, int]]:
        """For each part its start, end, first line and last line."""
        return [_extent(part) for part in self.within.value]


def without_plugin(text: str, module: str, where: Position) -> str:
    """Return a config's text without a project-local plugin.

    A list that would be empty goes with its key, and so does the section. Lines that
    only hold comments stay.

    Args:
        text: The text of the config, or of the file that it includes.
        module: The plugin's module.
        where: Where it is listed.

    Raises:
        ConfigError: When that can't be done so that all else stays as it is.
    """
    lossless = yaml.compose(text, yaml.SafeLoader)
    chain = next(_chains(lossless, module, where.line - 1), None)
    if chain is None:
        raise _by_hand(module, where)
    while len(chain) > 1 and len(chain[-1].within.value) == 1:
        chain = chain[:-1]  # what would be empty goes as a whole
    item = chain[-1]
    changed = _removed(text, item)
    del item.within.value[item.index]
    if not _says(changed, lossless):
        raise _by_hand(module, where)
    return changed


def _chains(
    node: Any, module: str, line: int, above: tuple[_Item, ...] = ()
) -> Iterator[tuple[_Item, ...]]:
    """Yield the ways from the root to the items of lists that are the module."""
    if isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            here = (*above, _Item(node, index))
            if item.value == module and item.start_mark.line == line:
                yield here
            yield from _chains(item, module, line, here)
    elif isinstance(node, yaml.MappingNode):
        for index, (_, value) in enumerate(node.value):
            yield from _chains(value, module, line, (*above, _Item(node, index)))


def _removed(text: str, item: _Item) -> str:
    if len(item.parts) == 1:  # of the whole file: an empty list or section stays
        start, end = _span(item.within)
        empty = "[]" if isinstance(item.within, yaml.SequenceNode) else "{}"
        return text[:start] + empty + text[end:]
    if item.within.flow_style:
        return _removed_between_commas(text, item)
    _, _, first, last = item.parts[item.index]
    lines = text.splitlines(keepends=True)
    kept = [line for line in lines[first : last + 1] if line.lstrip().startswith("#")]
    return "".join([*lines[:first], *kept, *lines[last + 1 :]])


def _removed_between_commas(text: str, item: _Item) -> str:
    parts, index = item.parts, item.index
    if index + 1 < len(parts):
        return text[: parts[index][0]] + text[parts[index + 1][0] :]
    return text[: parts[index - 1][1]] + text[parts[index][1] :]


def _extent(part: Any) -> tuple[int, int, int, int]:
    first, last = part if isinstance(part, tuple) else (part, part)
    start, end = first.start_mark, _end_mark(last)
    return start.index, end.index, start.line, end.line


def _end_mark(node: Any) -> Any:
    """Return where a node ends; a block ends where its last part does."""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return _end_mark(last[1] if isinstance(last, tuple) else last)
    return node.end_mark


def _span(node: Any) -> tuple[int, int]:
    return node.start_mark.index, _end_mark(node).index


def _says(text: str, node: Any) -> bool:
    try:
        found = yaml.compose(text, yaml.SafeLoader)
    except yaml.YAMLError:
        return False
    return bool(_values(found) == _values(node))


def _values(node: Any) -> Any:
    if isinstance(node, yaml.MappingNode):
        return [node.tag, [(_values(key), _values(value)) for key, value in node.value]]
    if isinstance(node, yaml.SequenceNode):
        return [node.tag, [_values(item) for item in node.value]]
    return [node.tag, node.value] if node is not None else None


def _by_hand(module: str, where: Position) -> ConfigError:
    return ConfigError(
        f"{module} can't be taken out of the list so that all else stays as it is",
        where=where,
        hint=f"write the list with one module a line, plugins: and then - {module}",
    )
