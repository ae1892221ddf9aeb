"""Requests from the first rows of data sources."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from launchpad_core.contract import Body, Operation, Schema
from launchpad_core.data import DataSource
from launchpad_core.errors import DataError, UnsupportedOperation
from launchpad_core.generation.facts import column_names
from launchpad_core.generation.values import value_of
from launchpad_core.golden.turns import in_turn
from launchpad_core.golden.written import given_of
from launchpad_core.requests.given import Given
from launchpad_core.requests.shapes import BODY, Input, inputs_of, shape_of

logger = logging.getLogger(__name__)

_READ = 1000
_TAKEN = 100
_IN_ONE_BODY = 5

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Table:
    """Some rows of a data source.

    Attributes:
        columns: The names of its columns.
        rows: The rows, without the values that are missing.
    """

    columns: frozenset[str]
    rows: Sequence[Row]

    def answers(self, asked: Sequence[Input]) -> bool:
        """Whether it has all columns that are required, and one at least."""
        names = {one.name for one in asked}
        required = {one.name for one in asked if one.required}
        return bool(names & self.columns) and required <= self.columns


class Tables:
    """Some of the first rows of data sources; each is read when it is first needed."""

    def __init__(self, sources: Iterable[DataSource]) -> None:
        self._sources = iter(sources)
        self._read: list[Table] = []

    def first(self, asked: Sequence[Input]) -> Table | None:
        """Return the first table with the columns that are asked for."""
        return next((table for table in self if table.answers(asked)), None)

    def __iter__(self) -> Iterator[Table]:
        yield from self._read
        for source in self._sources:
            table = _table(source)
            if table is not None:
                self._read.append(table)
                yield table


def requests_of_rows(
    operation: Operation, schemas: Mapping[str, Schema], tables: Tables
) -> Iterator[Given]:
    """Yield requests with the values of rows, with each of an operation's bodies."""
    bodies = operation.bodies or (None,)
    return in_turn(_requests(operation, body, schemas, tables) for body in bodies)


def _requests(
    operation: Operation,
    body: Body | None,
    schemas: Mapping[str, Schema],
    tables: Tables,
) -> Iterator[Given]:
    fields = () if body is None else inputs_of(body, schemas)
    parameters = [Input(p.name, p.schema, p.required) for p in operation.parameters]
    table = tables.first([*parameters, *fields])
    if table is None:
        return
    names = [one.name for one in fields]
    kind = "object" if body is None or body.is_form else shape_of(body, schemas).kind
    at_a_time = _IN_ONE_BODY if kind == "rows" else 1
    for start in range(0, len(table.rows), at_a_time):
        rows = table.rows[start : start + at_a_time]
        records = [{name: row[name] for name in names if name in row} for row in rows]
        yield given_of(
            operation,
            rows[0],
            body=body,
            content=_CONTENTS[kind](records),
            schemas=schemas,
        )


_CONTENTS: Mapping[str, Callable[[Sequence[Row]], Any]] = {
    "rows": lambda records: records,
    "object": lambda records: records[0],
    "value": lambda records: records[0].get(BODY),
}


def _table(source: DataSource) -> Table | None:
    """Return some of a source's first rows; None when it can't be read like that."""
    try:
        frame = _first_rows(source)
        names = column_names(frame)
        some = frame.sample(min(len(frame), _TAKEN), random_state=0)
    except Exception as error:  # whatever it is, the training goes on
        reason = f"{type(error).__name__}: {error}"
        logger.debug("No golden requests from %s: %s", source.shown_name, reason)
        return None
    columns = {
        name: values
        for index, name in enumerate(names)
        if (values := _values(some.iloc[:, index], name)) is not None
    }
    rows = [
        {name: value for name in columns if (value := columns[name][index]) is not None}
        for index in range(len(some))
    ]
    return Table(frozenset(columns), rows)


def _first_rows(source: DataSource) -> pd.DataFrame:
    given: Any
    try:
        given = source.get_dataframe(chunksize=_READ)
    except (UnsupportedOperation, NotImplementedError, TypeError):  # takes none
        given = source.get_dataframe()
    if isinstance(given, pd.DataFrame):
        return given.head(_READ)
    frames = iter(given)
    first = next(frames, pd.DataFrame())
    if hasattr(frames, "close"):
        frames.close()
    return first


def _values(column: pd.Series[Any], name: str) -> list[Any] | None:
    """Return a column's values as JSON has them; None when it can't have them."""
    try:
        return [value_of(item, name) for item in column.tolist()]
    except DataError as error:
        logger.debug("Not in golden requests: %s", error.in_one_line())
        return None
