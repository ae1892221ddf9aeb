"""Checks of whole bodies; of many rows, only as much is told as is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from launchpad_core.contract import Schema
from launchpad_core.positions import Position
from launchpad_core.requests.shapes import BODY, Shape
from launchpad_core.schemas.checks import Check
from launchpad_core.schemas.faults import MOST, TOO_DEEP, Problem, Unfit
from launchpad_core.schemas.json_values import completer

Records = list[dict[str, Any]]


class BodyCheck:
    """What turns a decoded body into records, or tells what is wrong with it.

    Args:
        shape: What the body gives to predict.
        schemas: The named schemas of the contract.
        label: How messages name the body.
        where: Where the contract states it.

    Raises:
        ContractError: When the schema has something that can't be checked.
    """

    def __init__(
        self,
        shape: Shape,
        schemas: Mapping[str, Schema],
        *,
        label: str,
        where: Position | None = None,
    ) -> None:
        self._shape = shape
        self._whole = Check(shape.schema, schemas, label=label, where=where)
        if shape.kind == "rows":
            list_alone = {**shape.schema, "items": True}
            self._list = Check(list_alone, schemas, label=label, where=where)
            self._row = Check(shape.row, schemas, label=label, where=where)
        self._complete = completer(shape.schema, schemas)

    def records(self, value: Any) -> Records:
        """Return the records that a body holds, complete; it may be changed.

        Raises:
            Unfit: With everything that is wrong, or as much as is listed and counted.
        """
        if not self._whole.is_valid(value):
            raise Unfit(*islice(self.problems(value), MOST))
        try:
            value = self._complete(value)
        except RecursionError:
            raise Unfit(TOO_DEEP) from None
        if self._shape.kind == "value":
            return [{BODY: value}]
        rows = value if self._shape.kind == "rows" else [value]
        return [_arguments(row, self._shape) for row in rows]

    def problems(self, value: Any) -> Iterator[Problem]:
        """Yield what is wrong with a decoded body, so far as it is asked for."""
        if self._shape.kind != "rows" or not isinstance(value, list):
            yield from self._whole.problems(value)
            return
        if not self._list.is_valid(value):
            yield from self._list.problems(value)
        for index, row in enumerate(value):
            if not self._row.is_valid(row):
                for problem in self._row.problems(row):
                    yield problem.within(index)


def _arguments(row: Mapping[str, Any], shape: Shape) -> dict[str, Any]:
    arguments = {name: row.get(name) for name in shape.properties}
    return {**row, **arguments} if shape.has_more else arguments
