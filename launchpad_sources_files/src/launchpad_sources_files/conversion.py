"""From what pandas reads of a typed column to the type that was kept for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from launchpad_sources_files.column_types import ColumnType
from launchpad_sources_files.parsing import (
    CATEGORY,
    OBJECT,
    narrowed,
    parsed,
    parser_dtype,
)

Options = Mapping[str, Any]
"""Options of ``pandas.read_csv``."""


def converted(
    values: pd.Series[Any], column: ColumnType, options: Options
) -> pd.Series[Any]:
    """Return values that were read as ``parser_dtype`` says, with a column's type.

    Raises:
        ValueError: When a value doesn't fit.
    """
    details = column.details
    if column.dtype == CATEGORY:
        return _as_category(values, column)
    if parser_dtype(column.dtype) != "str":
        return narrowed(values, column.dtype)
    return parsed(
        values,
        details.of or column.dtype,
        none=details.none,
        date_format=details.format or _date_format(column.name, options),
        dayfirst=options.get("dayfirst", False),
    )


def _date_format(name: str, options: Options) -> str | None:
    written = options.get("date_format")
    one: str | None = written.get(name) if isinstance(written, Mapping) else written
    return one


def _as_category(texts: pd.Series[Any], column: ColumnType) -> pd.Series[Any]:
    details = column.details
    if details.categories is None:
        return texts.astype(CATEGORY)
    of = details.of or OBJECT
    categories = pd.Index(parsed(pd.Series(details.categories, dtype=object), of))
    present = parsed(texts.dropna(), of, date_format=details.format)
    codes = pd.Series(-1, index=texts.index)
    codes[present.index] = categories.get_indexer(pd.Index(present))
    unknown = present[codes[present.index] == -1]
    if len(unknown):
        raise ValueError(f"{unknown.iloc[0]!r} is not among its categories")
    dtype = pd.CategoricalDtype(categories, ordered=details.ordered)
    values = pd.Categorical.from_codes(codes, dtype=dtype)
    return pd.Series(values, index=texts.index, name=texts.name)
