"""Bodies in CSV (RFC 4180): a record for each row, an empty cell for what is absent."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from io import StringIO
from typing import Any

from launchpad_core.contract import Schema
from launchpad_core.positions import Position
from launchpad_core.requests.body_checks import BodyCheck, Records
from launchpad_core.requests.converters import cell_reader
from launchpad_core.requests.shapes import Shape
from launchpad_core.schemas.faults import MOST, Problem, Unfit

Cells = Sequence[str]


def csv_reader(
    shape: Shape,
    schemas: Mapping[str, Schema],
    *,
    label: str,
    where: Position | None = None,
    ignore_unknown: bool = False,
) -> Callable[[bytes], Records]:
    """Return a function that reads and checks a CSV body.

    The first line names the columns, in any order. A cell is read like a parameter.

    Args:
        shape: What the body gives to predict: rows.
        schemas: The named schemas of the contract.
        label: How messages name the body.
        where: Where the contract states it.
        ignore_unknown: Whether there may be further columns.

    Raises:
        ContractError: When the schema has something that can't be checked.
    """
    check = BodyCheck(shape, schemas, label=label, where=where)
    readers = {
        name: cell_reader(schema, label=f'column "{name}"', where=where)
        for name, schema in shape.properties.items()
    }

    def read(content: bytes) -> Records:
        names, lines = _table(content)
        _refuse_header(names, shape, ignore_unknown=ignore_unknown)
        rows, problems = _rows(lines, names, readers)
        if len(problems) >= MOST:
            raise Unfit(*problems)
        if problems:
            unread = {problem.path for problem in problems}
            problems += (
                problem
                for problem in check.problems(rows)
                if not {problem.path[:1], problem.path[:2]} & unread
            )
            raise Unfit(*sorted(problems, key=_row_index))
        return check.records(rows)

    return read


def _table(content: bytes) -> tuple[Cells, Sequence[Cells]]:
    """Return the header and the lines below it.

    Raises:
        Unfit: When it isn't CSV in UTF-8.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Unfit(Problem("syntax", "is not UTF-8")) from None
    lines = csv.reader(StringIO(text, newline=""), strict=True)
    try:
        names = next(lines, None)
        rest = list(lines)
    except csv.Error as error:
        raise Unfit(
            Problem("syntax", f"is not CSV: line {lines.line_num}: {error}")
        ) from None
    if not names:
        raise Unfit(Problem("syntax", "has no line with the names of the columns"))
    return names, [line or [""] for line in rest if line or len(names) == 1]


def _refuse_header(names: Cells, shape: Shape, *, ignore_unknown: bool) -> None:
    counts = Counter(names)
    problems = [
        Problem("repeated", "is the name of several columns", (name,))
        for name, count in counts.items()
        if count > 1
    ]
    if not ignore_unknown:
        problems += [
            Problem("unknown", "is not a column here", (name,))
            for name in counts
            if name not in shape.properties
        ]
    problems += [
        Problem("missing", "is required", (name,))
        for name in shape.properties
        if name in shape.required and name not in counts
    ]
    if problems and len(names) == 1:
        for separator, plural in _OTHER_SEPARATORS.items():
            if separator in names[0]:
                detail = f"should have commas between its cells, not {plural}"
                raise Unfit(Problem("syntax", detail))
    if problems:
        raise Unfit(*problems[:MOST])


_OTHER_SEPARATORS = {";": "semicolons", "\t": "tabs"}


def _rows(
    lines: Sequence[Cells], names: Cells, readers: Mapping[str, Callable[[str], Any]]
) -> tuple[Records, list[Problem]]:
    """Return the cells as values, and those that aren't of the right type.

    It ends early when there are more of those than anybody is told about.
    """
    columns = [(name, readers.get(name)) for name in names]
    rows: Records = []
    problems: list[Problem] = []
    for index, line in enumerate(lines):
        if len(problems) >= MOST:
            break
        if len(line) != len(columns):
            detail = f"should have {len(columns)} cells, not {len(line)}"
            problems.append(Problem("syntax", detail, (index,)))
            rows.append({})
            continue
        row: dict[str, Any] = {}
        for (name, read), text in zip(columns, line, strict=True):
            if read is None or not text:
                continue
            try:
                row[name] = read(text)
            except Unfit as unfit:
                problems += [one.within(index, name) for one in unfit.problems]
        rows.append(row)
    return rows, problems


def _row_index(problem: Problem) -> int:
    first = problem.path[0] if problem.path else -1
    return first if isinstance(first, int) else -1
