"""What a frame holds that the names of its dtypes don't tell."""

from __future__ import annotations

import logging
from typing import Any

import pandas as pd

from launchpad_core.errors import DataError

logger = logging.getLogger(__name__)

_KINDS = {
    "boolean": "bool objects",
    "integer": "int objects",
    "floating": "float objects",
}
_TEXTS = ("string", "empty")
_KEPT_AS_TEXT = "column %r holds %s values, which will be read back as text"


def unique_names(frame: pd.DataFrame) -> tuple[str, ...]:
    """Return the names of a frame's columns, by which a CSV can tell them apart.

    Raises:
        DataError: When there are several levels, or names are empty or double.
    """
    if isinstance(frame.columns, pd.MultiIndex):
        raise DataError(
            "types can't be kept for columns with several levels",
            hint='frame.columns = frame.columns.map("_".join)',
        )
    names = tuple("" if pd.isna(name) else str(name) for name in frame.columns)
    if "" in names:
        raise DataError(
            f"types can't be kept for column {names.index('') + 1}: it has no name"
        )
    doubles = sorted({name for name in names if names.count(name) > 1})
    if doubles:
        raise DataError(
            f"types can't be kept for columns of one name: {', '.join(doubles)}"
        )
    return names


def object_kind(column: pd.Series[Any]) -> str | None:
    """Return what an object column holds, such as "int objects"; None for text.

    Whatever else it holds becomes text in a CSV and stays text, which is logged.
    """
    inferred = pd.api.types.infer_dtype(column.dropna())
    if inferred not in _KINDS and inferred not in _TEXTS:
        logger.warning(_KEPT_AS_TEXT, str(column.name), inferred)
    return _KINDS.get(inferred)


def category_texts(name: str, categories: pd.Series[Any]) -> tuple[str, ...]:
    """Return categories as texts.

    Raises:
        DataError: When two of them have the same text.
    """
    texts = tuple(str(category) for category in categories)
    if len(set(texts)) < len(texts):
        raise DataError(
            f'column "{name}" has different categories with the same text, which a '
            "CSV can't keep"
        )
    return texts


def free_mark(column: pd.Series[Any], na_rep: str) -> str | None:
    """Return a text for missing values that no value of a text column has.

    That is ``na_rep`` if it is free. If it isn't, but nothing is missing, it is None.
    """
    if isinstance(column.dtype, pd.CategoricalDtype):
        values = {str(category) for category in column.cat.categories}
    else:
        values = {str(value) for value in column.dropna()}
    if na_rep in values and not column.isna().any():
        return None
    mark, number = na_rep, 0
    while mark in values:
        number += 1
        mark = f"NA{number}"
    return mark
