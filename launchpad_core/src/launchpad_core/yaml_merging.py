"""Maps that others are merged into: ``<<: *other``."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import yaml

MERGE = "tag:yaml.org,2002:merge"

Pair = tuple[yaml.Node, yaml.Node]


class Merging:
    """Merges the maps of one file.

    Args:
        error: Returns the error for a node that can't be merged.
    """

    def __init__(self, error: Callable[[yaml.Node, str], Exception]) -> None:
        self.error = error
        self._known: dict[int, list[Pair]] = {}

    def pairs(self, node: yaml.MappingNode) -> list[Pair]:
        """Return a map's keys and values, with those of merged maps behind.

        Each map is looked at once: merges of merges would take for ever otherwise.

        Raises:
            LaunchpadError: When something else than maps is merged.
        """
        if id(node) not in self._known:
            self._known[id(node)] = list(self._merged(node))
        return self._known[id(node)]

    def _merged(self, node: yaml.MappingNode) -> Iterator[Pair]:
        own = [pair for pair in node.value if pair[0].tag != MERGE]
        yield from own
        written = {_name(key) for key, _ in own}
        for key, value in node.value:
            if key.tag != MERGE:
                continue
            merged = value.value if isinstance(value, yaml.SequenceNode) else [value]
            for mapping in merged:
                if not isinstance(mapping, yaml.MappingNode):
                    raise self.error(value, "<< merges mappings and nothing else")
                for pair in self.pairs(mapping):
                    if _name(pair[0]) not in written:
                        written.add(_name(pair[0]))
                        yield pair


def _name(key: yaml.Node) -> object:
    """Return what keys are told apart by; one that is no text is told of later."""
    return key.value if isinstance(key, yaml.ScalarNode) else id(key)
