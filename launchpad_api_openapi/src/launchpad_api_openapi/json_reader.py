"""Reading JSON into sections that know their positions.

PyYAML can't: it refuses tabs, and takes an escaped emoji for two characters.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Callable
from itertools import count
from typing import Any

from launchpad_core.errors import ContractError
from launchpad_core.positions import Position
from launchpad_core.sections import Items, Section
from launchpad_core.yaml_limits import MAX_DEPTH
from launchpad_core.yaml_reader import MAX_NODES

_SPACE = re.compile(r"[ \t\n\r]*")


def read_json(text: str, *, name: str) -> Any:
    """Return what a JSON text holds.

    Args:
        text: The JSON text.
        name: How positions name it.

    Raises:
        ContractError: With the position, when it isn't JSON.
    """
    return _Reader(text, name).read()


class _Reader:
    def __init__(self, text: str, name: str) -> None:
        self.text = text
        self.name = name
        self.at = 0
        self.orders = count()
        self.line_starts = [0, *(m.end() for m in re.finditer("\n", text))]
        self.decoder = json.JSONDecoder(parse_constant=self._refuse_constant)

    def read(self) -> Any:
        value = self._value(depth=0)
        if self._next():
            raise self._error("this is not JSON: more text follows its end")
        return value

    def _value(self, *, depth: int) -> Any:
        if depth > MAX_DEPTH:
            raise self._error("this is nested too deeply")
        first = self._next()
        if first == "{":
            return self._section(depth=depth + 1)
        if first == "[":
            return self._items(depth=depth + 1)
        try:
            value, self.at = self.decoder.raw_decode(self.text, self.at)
        except json.JSONDecodeError as fault:
            self.at = fault.pos
            raise self._error(f"this is not JSON: {fault.msg}") from fault
        except ValueError as fault:
            raise self._error("this number has too many digits") from fault
        return value

    def _section(self, *, depth: int) -> Section:
        values: dict[str, Any] = {}
        positions: dict[str, Position] = {}
        start = self._position()

        def member() -> None:
            position = self._position()
            if self._next() != '"':
                raise self._error('this is not JSON: a key in " is expected')
            key = self._value(depth=depth)
            if key in values:
                raise ContractError(
                    f'the key "{key}" is written twice; first at {positions[key]}',
                    where=position,
                    hint="remove one of the two",
                )
            positions[key] = position
            self._take(":")
            values[key] = self._value(depth=depth)

        self._each(member, "}")
        return Section(values, position=start, positions=positions)

    def _items(self, *, depth: int) -> Items:
        values: list[Any] = []
        positions: list[Position] = []

        def item() -> None:
            positions.append(self._position())
            values.append(self._value(depth=depth))

        self._each(item, "]")
        return Items(values, positions=tuple(positions))

    def _each(self, read: Callable[[], None], end: str) -> None:
        self.at += 1
        if self._next() == end:
            self.at += 1
            return
        while True:
            read()
            if self._next() == end:
                self.at += 1
                return
            self._take(",")

    def _next(self) -> str:
        """Return the next letter that is no space, or "" at the end."""
        space = _SPACE.match(self.text, self.at)
        self.at = space.end() if space else self.at
        return self.text[self.at : self.at + 1]

    def _take(self, letter: str) -> None:
        if self._next() != letter:
            raise self._error(f'this is not JSON: "{letter}" is expected')
        self.at += 1

    def _position(self) -> Position:
        self._next()
        position = self._here()
        if position.order > MAX_NODES:
            raise ContractError(
                f"this holds more than {MAX_NODES} values", where=position
            )
        return position

    def _here(self) -> Position:
        line = bisect_right(self.line_starts, self.at)
        return Position(self.name, line, next(self.orders))

    def _refuse_constant(self, word: str) -> None:
        raise self._error(f"{word} is no number of JSON")

    def _error(self, message: str) -> ContractError:
        return ContractError(message, where=self._here())
