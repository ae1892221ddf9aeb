"""Which value it is that doesn't fit the type of its column."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pandas as pd

from launchpad_core.errors import DataError
from launchpad_sources_files.column_types import ColumnType, ColumnTypes
from launchpad_sources_files.conversion import Options, converted
from launchpad_sources_files.faults import shown
from launchpad_sources_files.parsing import parsed, parser_dtype

_MISFITS = (ValueError, TypeError, OverflowError, KeyError)


@contextmanager
def misfits_told(
    path: str, types: ColumnTypes, options: Options, plan: Mapping[str, Any]
) -> Iterator[None]:
    """Turn what pandas raises for a value that doesn't fit into an error that names it.

    Args:
        path: The CSV file.
        types: The types of its columns.
        options: The section's options.
        plan: The options that it is read with.

    Raises:
        DataError: With the file, the column, its type, and the first such value.
    """
    try:
        yield
    except _MISFITS as error:
        found = _misfit(path, types, options, plan)
        if found is None:
            raise
        raise found from error


def _misfit(
    path: str, types: ColumnTypes, options: Options, plan: Mapping[str, Any]
) -> DataError | None:
    whole = {key: value for key, value in plan.items() if key != "chunksize"}
    texts = pd.read_csv(path, **{**whole, "dtype": str})
    for column in types.columns:
        if column.name not in texts.columns:
            continue
        values = texts[column.name]
        if not _fits(values, column, options):
            row = _first_misfit(values, column, options)
            value = "nothing" if values.isna().iloc[row] else repr(values.iloc[row])
            return DataError(
                f'{shown(path)}: column "{column.name}" has a value that is no '
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
        if parser_dtype(column.dtype) == "str":
            converted(values, column, options)
        else:
            parsed(_with_point(values, options), column.dtype)
    except _MISFITS:
        return False
    return True


def _with_point(numbers: pd.Series[Any], options: Options) -> pd.Series[Any]:
    plain = numbers.str.replace(options.get("thousands") or "", "", regex=False)
    return plain.str.replace(options.get("decimal", "."), ".", regex=False)
