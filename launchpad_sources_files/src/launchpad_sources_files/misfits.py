"""Which value it is that doesn't fit the type of its column."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from io import StringIO
from typing import Any

import pandas as pd

from launchpad_core.errors import DataError
from launchpad_sources_files.column_types import ColumnType, ColumnTypes
from launchpad_sources_files.conversion import Options, converted
from launchpad_sources_files.parsing import parser_dtype

Open = Callable[[], AbstractContextManager[tuple[Any, dict[str, Any]]]]
"""Opens a CSV file; gives what pandas reads, and the options for that."""

_MISFITS = (ValueError, TypeError, OverflowError, KeyError)
_OF_NUMBERS = ("decimal", "thousands", "true_values", "false_values")


@contextmanager
def misfits_told(
    open_: Open,
    shown: str,
    types: ColumnTypes,
    options: Options,
    plan: Mapping[str, Any],
) -> Iterator[None]:
    """Turn what pandas raises for a value that doesn't fit into an error that names it.

    Args:
        open_: Opens the CSV file.
        shown: What messages call it.
        types: The types of its columns.
        options: The section's options.
        plan: The options that it is read with.

    Raises:
        DataError: With the file, the column, its type, and the first such value.
    """
    try:
        yield
    except _MISFITS as error:
        found = _misfit(open_, shown, types, options, plan)
        if found is None:
            raise
        raise found from error


def _misfit(
    open_: Open,
    shown: str,
    types: ColumnTypes,
    options: Options,
    plan: Mapping[str, Any],
) -> DataError | None:
    whole = {key: value for key, value in plan.items() if key != "chunksize"}
    with open_() as (content, opening):
        plan = {**whole, "compression": opening["compression"], "dtype": str}
        texts = pd.read_csv(content, **plan)
    for column in types.columns:
        if column.name not in texts.columns:
            continue
        values = texts[column.name]
        if not _fits(values, column, options):
            row = _first_misfit(values, column, options)
            value = "nothing" if values.isna().iloc[row] else repr(values.iloc[row])
            return DataError(
                f'{shown}: column "{column.name}" has a value that is no '
                f"{column.dtype}: {value} in row {row + 1}"
            )
    return None


def _first_misfit(values: pd.Series[Any], column: ColumnType, options: Options) -> int:
    fitting, misfitting = 0, len(values)
    while misfitting - fitting > 1:
        middle = (fitting + misfitting) // 2
        if _fits(values.iloc[fitting:middle], column, options):
            fitting = middle
        else:
            misfitting = middle
    return fitting


def _fits(values: pd.Series[Any], column: ColumnType, options: Options) -> bool:
    try:
        if parser_dtype(column.dtype) != "str":
            values = _read_again(values, column, options)
        converted(values, column, options)
    except _MISFITS:
        return False
    return True


def _read_again(
    values: pd.Series[Any], column: ColumnType, options: Options
) -> pd.Series[Any]:
    numbers = {name: options[name] for name in _OF_NUMBERS if name in options}
    text = StringIO(values.to_csv(index=False))
    frame = pd.read_csv(text, dtype=parser_dtype(column.dtype), **numbers)
    return frame.iloc[:, 0]
