"""Type expressions: ``string``, ``Row[]``, ``(Cat | Dog)[]``, ``integer?``."""

from __future__ import annotations

import re
from dataclasses import dataclass

_TOKEN = re.compile(r"\[\]|[|()]|[^\s|()\[\]]+|\S")


@dataclass(frozen=True, slots=True)
class Name:
    """One type by its name."""

    name: str


@dataclass(frozen=True, slots=True)
class ArrayOf:
    """An array of items of a type."""

    items: Expression


@dataclass(frozen=True, slots=True)
class AnyOf:
    """One of several types.

    Attributes:
        members: The types.
        nilable: Whether it is written ``integer?``, and not ``integer | nil``.
    """

    members: tuple[Expression, ...]
    nilable: bool = False


Expression = Name | ArrayOf | AnyOf


def parsed(text: str) -> Expression:
    """Return what a type expression says.

    Raises:
        ValueError: When it isn't one; the message says why.
    """
    return _Parser(text).whole()


class _Parser:
    def __init__(self, text: str) -> None:
        self.tokens = _TOKEN.findall(text)
        self.tokens.reverse()

    def whole(self) -> Expression:
        expression = self._union(0)
        if self.tokens:
            raise ValueError(f'"{self.tokens[-1]}" is too much')
        return expression

    def _union(self, depth: int) -> Expression:
        members = [self._postfixed(depth)]
        while self._takes("|"):
            members.append(self._postfixed(depth))
        return AnyOf(tuple(members)) if len(members) > 1 else members[0]

    def _postfixed(self, depth: int) -> Expression:
        expression = self._single(depth)
        while self._takes("[]"):
            expression = ArrayOf(expression)
        return expression

    def _single(self, depth: int) -> Expression:
        if self._takes("("):
            if depth > 20:
                raise ValueError("it is nested too deeply")
            expression = self._union(depth + 1)
            if not self._takes(")"):
                raise ValueError('a ")" is missing')
            return expression
        if not self.tokens or self.tokens[-1] in ("|", ")", "[]", "[", "]"):
            raise ValueError("the name of a type is missing")
        name = self.tokens.pop()
        if name.endswith("?") and len(name) > 1:
            return AnyOf((Name(name[:-1]), Name("nil")), nilable=True)
        return Name(name)

    def _takes(self, token: str) -> bool:
        if self.tokens and self.tokens[-1] == token:
            self.tokens.pop()
            return True
        return False
