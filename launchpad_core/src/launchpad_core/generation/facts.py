"""What is known of the columns of a source once all of its rows were seen."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from launchpad_core.errors import DataError

if TYPE_CHECKING:
    import pandas as pd

Kind = Literal[
    "boolean", "integer", "number", "text", "date", "moment", "local", "list"
]
"""``moment`` is a date and time with a zone, ``local`` one without."""


@dataclass(frozen=True, slots=True)
class ColumnFacts:
    """What a column holds.

    Attributes:
        kinds: The kinds of its values; empty when it has none.
        otherwise: What its values would be, for a column that has none.
        mixed: Whether one frame has values of several kinds.
        missing: Whether it lacks a value somewhere, or has one that JSON can't say:
            NaN or an infinite number.
        categories: The values that it may have, when it is categorical.
        least: Its least number, or None when it holds no numbers.
        most: Its greatest number.
        items: What its lists hold.
        empty_lists: Whether some of its lists hold nothing.
        examples: At most one of its values.
    """

    kinds: frozenset[Kind] = frozenset()
    otherwise: Kind = "text"
    mixed: bool = False
    missing: bool = False
    categories: tuple[Any, ...] | None = None
    least: int | float | None = None
    most: int | float | None = None
    items: ColumnFacts | None = None
    empty_lists: bool = False
    examples: tuple[Any, ...] = ()

    @property
    def seen(self) -> bool:
        """Whether there were rows at all."""
        return bool(self.kinds) or self.missing

    def joined(self, other: ColumnFacts) -> ColumnFacts:
        """Return what is known of a column when other rows of it are known as well."""
        lists = [facts.items for facts in (self, other) if facts.items is not None]
        bounds = [facts for facts in (self, other) if facts.least is not None]
        both_listed = self.categories is not None and other.categories is not None
        return ColumnFacts(
            kinds=self.kinds | other.kinds,
            otherwise=self.otherwise,
            mixed=self.mixed or other.mixed,
            missing=self.missing or other.missing,
            categories=_united(self.categories or (), other.categories or ())
            if both_listed
            else None,
            least=min((facts.least for facts in bounds), default=None),  # type: ignore[type-var]
            most=max((facts.most for facts in bounds), default=None),  # type: ignore[type-var]
            items=lists[0].joined(lists[-1]) if lists else None,
            empty_lists=self.empty_lists or other.empty_lists,
            examples=self.examples or other.examples,
        )

    def told_kinds(self) -> frozenset[Kind]:
        """Return the kinds of values that a request may have.

        Where frames differ, such as numbers in one and text in the next, somebody
        guessed each frame's types: then it is text, as it is in one whole frame.
        """
        found = self.kinds or frozenset({self.otherwise})
        if "number" in found:
            found = found - {"integer"}
        return frozenset({"text"}) if len(found) > 1 and not self.mixed else found


def column_facts(frames: Iterable[pd.DataFrame]) -> dict[str, ColumnFacts]:
    """Return by name what the columns of frames hold, which have the same columns.

    Raises:
        DataError: When two columns have the same name, when the frames have other
            columns, or when a column holds what JSON can't say.
    """
    from launchpad_core.generation.values import facts_of

    found: dict[str, ColumnFacts] = {}
    for frame in frames:
        names = column_names(frame)
        if found and names != [*found]:
            raise DataError(
                f"the data changes its columns: {', '.join(names)} after "
                f"{', '.join(found)}"
            )
        for index, name in enumerate(names):
            facts = facts_of(frame.iloc[:, index], name)
            found[name] = found[name].joined(facts) if name in found else facts
    return found


def column_names(frame: pd.DataFrame) -> list[str]:
    """Return the names that requests give to a frame's columns.

    Raises:
        DataError: When two of them are the same, or can't be written in UTF-8.
    """
    names = [_name(label) for label in frame.columns]
    doubles = sorted(name for name, count in Counter(names).items() if count > 1)
    if doubles:
        raise DataError(
            f"several columns have the name {', '.join(map(repr, doubles))}",
            hint="rename them: a request can't tell them apart",
        )
    for name in names:
        if not is_writable(name):
            raise DataError(
                f"the column {name!r} has a name that can't be written in UTF-8",
                hint="rename it",
            )
    return names


def is_writable(text: str) -> bool:
    """Whether text can be written in UTF-8: it has no halves of surrogate pairs."""
    return text.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in text)


def _name(label: Any) -> str:
    """Return a column's name; that of several levels is joined, as ``a_b``."""
    if isinstance(label, tuple):
        return "_".join(text for part in label if (text := _name(part)))
    return str(label)


def _united(one: Iterable[Any], other: Iterable[Any]) -> tuple[Any, ...]:
    """Return the values of both, each once; 1 and true are two values."""
    return tuple({json.dumps(value): value for value in (*one, *other)}.values())
