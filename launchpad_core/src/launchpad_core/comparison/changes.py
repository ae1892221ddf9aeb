"""What one change of a contract is, and how it is told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from launchpad_core.comparison.objects import joined
from launchpad_core.comparison.schemas import ANYTHING, schema_changes
from launchpad_core.contract import Schema
from launchpad_core.positions import Position

_SHOWN = {
    "query": "query parameter",
    "path": "path parameter",
    "header": "header",
    "form": "form field",
    "file": "file",
}


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between two contracts.

    Attributes:
        operation: The operation, such as ``GET /sums``; "" for the whole contract.
        what: What is different, as it goes on after what :attr:`subject` says.
        breaking: Whether clients of the old contract may fail.
        place: ``query``, ``path``, ``header``, ``form``, ``file``, ``security``,
            ``body MEDIA_TYPE``, ``response STATUS MEDIA_TYPE``; "" for the operation.
        name: The parameter or field there, such as ``rows[].width``; "" for the whole.
        old: Where the old contract states it.
        new: Where the new contract states it.
    """

    operation: str
    what: str
    breaking: bool = field(kw_only=True)
    place: str = field(default="", kw_only=True)
    name: str = field(default="", kw_only=True)
    old: Position | None = field(default=None, kw_only=True)
    new: Position | None = field(default=None, kw_only=True)

    @property
    def subject(self) -> str:
        """What is different, such as ``GET /sums: query parameter "x"``."""
        if self.place in _SHOWN:
            inside = f'{_SHOWN[self.place]} "{self.name}"'
        elif self.name:
            inside = f'{self.place} "{self.name}"'
        else:
            inside = self.place
        return ": ".join(part for part in (self.operation, inside) if part)

    def __str__(self) -> str:
        return f"{self.subject} {self.what}" if self.subject else self.what


@dataclass(frozen=True, slots=True)
class Sides:
    """The named schemas of both contracts."""

    old: Mapping[str, Schema]
    new: Mapping[str, Schema]


Places = tuple["Position | None", "Position | None"]
"""Where the old and the new contract state something."""


@dataclass(frozen=True, slots=True)
class Changes:
    """Makes the changes of one operation.

    Attributes:
        operation: The operation's name.
        sides: The named schemas of both contracts.
        where: Where both contracts state the operation.
    """

    operation: str
    sides: Sides
    where: Places = (None, None)

    def of(
        self,
        what: str,
        *,
        breaking: bool,
        place: str = "",
        name: str = "",
        where: Places = (None, None),
    ) -> Change:
        """Return a change; where nothing else is known, it is at the operation."""
        old, new = where
        if where == (None, None):
            old, new = self.where
        return Change(
            self.operation,
            what,
            breaking=breaking,
            place=place,
            name=name,
            old=old,
            new=new,
        )

    def of_schemas(
        self,
        old: Schema | None,
        new: Schema | None,
        *,
        sent_by: Literal["client", "server"],
        place: str,
        name: str = "",
        where: Places = (None, None),
    ) -> Iterator[Change]:
        """Yield the changes between two schemas of what clients or servers send.

        Who sends breaks by what narrows, who receives by what widens.
        """
        found = schema_changes(
            ANYTHING if old is None else old,
            ANYTHING if new is None else new,
            old_schemas=self.sides.old,
            new_schemas=self.sides.new,
        )
        for one in found:
            breaking = one.narrows if sent_by == "client" else one.widens
            below = joined(name, one.name)
            yield self.of(
                one.what, breaking=breaking, place=place, name=below, where=where
            )
