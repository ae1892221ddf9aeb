"""From the text of one file to nodes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import yaml

from launchpad_api_raml.raml10.files import MAX_DEPTH, Files
from launchpad_api_raml.raml10.nodes import Node, fault
from launchpad_api_raml.raml10.scalars import COLLECTIONS, plain_value, tagged_value
from launchpad_api_raml.raml10.scopes import Scope
from launchpad_core.positions import Position
from launchpad_core.yaml_reader import MAX_NODES

# libyaml is fifty times as fast. Only its events are taken: its composer recurses in
# C, and deeply nested text would end the process.
LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

Include = Callable[[str, Position], Node]


class Composer:
    """Builds the nodes of one file, in reading order.

    Args:
        text: The file's text.
        name: How positions name the file.
        scope: The names that the file may use.
        files: What counts the values.
        include: Returns what an ``!include`` stands for.
    """

    def __init__(
        self, text: str, *, name: str, scope: Scope, files: Files, include: Include
    ) -> None:
        self.text = text
        self.name = name
        self.scope = scope
        self.files = files
        self.include = include
        self.anchors: dict[str, Node | None] = {}
        self.events: Iterator[Any] = iter(())

    def root(self) -> Node:
        """Return what the file holds.

        Raises:
            ContractError: When it isn't YAML, or more than it may be.
        """
        try:
            self.events = yaml.parse(self.text, Loader=LOADER)
            return self._document()
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            where = Position(self.name, mark.line + 1 if mark else 1)
            raise fault(f"this is not YAML: {error.problem}", where) from error
        except yaml.reader.ReaderError as error:
            # libyaml counts bytes.
            line = self.text.encode()[: error.position].count(b"\n") + 1
            message = f"this is not YAML: {error.reason}"
            raise fault(message, Position(self.name, line)) from error
        except (yaml.YAMLError, UnicodeError) as error:
            message = f"this is not YAML: {' '.join(str(error).split())}"
            raise fault(message, Position(self.name, 1)) from error

    def _document(self) -> Node:
        root = Node(None, Position(self.name, 1), self.scope)
        documents = 0
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise fault("this holds two documents", self._where(event))
                root = self._node(next(self.events), 0)
        return root

    def _where(self, event: Any) -> Position:
        return Position(self.name, event.start_mark.line + 1)

    def _node(self, event: Any, depth: int) -> Node:
        where = self._where(event)
        self.files.count(where)
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event, where)
        if isinstance(event, yaml.ScalarEvent):
            node = self._scalar(event, where)
        else:
            node = self._collection(event, where, depth)
        if event.anchor is not None:
            self.anchors[event.anchor] = node
        return node

    def _alias(self, event: Any, where: Position) -> Node:
        node = self.anchors.get(event.anchor)
        if node is None:
            is_open = event.anchor in self.anchors
            what = "contains itself" if is_open else "stands for nothing"
            raise fault(f"the YAML alias *{event.anchor} {what}", where)
        # As if it were written out: that is how much work it makes later.
        self.files.count(where, node.size)
        return node

    def _scalar(self, event: Any, where: Position) -> Node:
        text = event.value
        if event.tag == "!include":
            return self.include(text, where)
        try:
            if event.implicit[0]:
                value = plain_value(text)
            elif event.tag is None or event.implicit[1]:
                value = text
            else:
                value = tagged_value(event.tag, text)
        except ValueError as error:
            raise fault(str(error), where) from error
        return Node(value, where, self.scope, text)

    def _collection(self, event: Any, where: Position, depth: int) -> Node:
        if event.tag == "!include":
            raise fault("!include takes the name of one file", where)
        if event.tag not in COLLECTIONS:
            raise fault(f"the tag {event.tag} is not allowed", where)
        if depth >= MAX_DEPTH:
            raise fault("this is nested too deeply", where)
        if event.anchor is not None:
            self.anchors[event.anchor] = None
        if isinstance(event, yaml.MappingStartEvent):
            node = self._map(where, depth + 1)
        else:
            node = self._list(where, depth + 1)
        if node.size > MAX_NODES:
            raise fault(f"this holds more than {MAX_NODES} values", where)
        return node

    def _list(self, where: Position, depth: int) -> Node:
        items = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            items.append(self._node(event, depth))
        size = 1 + sum(item.size for item in items)
        return Node(items, where, self.scope, size=size)

    def _map(self, where: Position, depth: int) -> Node:
        values: dict[str, Node] = {}
        keys: dict[str, Position] = {}
        merged: list[Node] = []
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            key, place = self._key(event)
            value = self._node(next(self.events), depth)
            if key == "<<" and not event.style:
                merged += value.entries() or [value]
                continue
            if key in values:
                raise fault(
                    f'the key "{key}" is written twice; first at {keys[key]}',
                    place,
                    hint="remove one of the two",
                )
            values[key] = value
            keys[key] = place
        for other in merged:
            if not other.is_map:
                raise fault("<< merges mappings and nothing else", other)
            values = {**other.value, **values}
            keys = {**other.keys, **keys}
        size = 1 + sum(item.size for item in values.values())
        return Node(values, where, self.scope, keys=keys, size=size)

    def _key(self, event: Any) -> tuple[str, Position]:
        where = self._where(event)
        if not isinstance(event, yaml.ScalarEvent) or event.tag == "!include":
            raise fault("a key must be text", where)
        return event.value, where
