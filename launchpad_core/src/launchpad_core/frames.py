"""Predicting on a table: requests become rows, results become answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from launchpad_core.contract import Operation, Schema
from launchpad_core.errors import ModelCodeError

_TEXT = "str" if int(pd.__version__.split(".")[0]) >= 3 else "object"

Columns = Mapping[str, Any]
"""Names of columns, in the contract's order, and their dtypes."""


def columns_of(operation: Operation) -> Columns:
    """Return the columns of a frame that holds an operation's requests."""
    return {
        parameter.name: _dtype(
            parameter.schema,
            present=parameter.required or "default" in parameter.schema,
        )
        for parameter in (
            *operation.parameters,
            *(field for body in operation.bodies for field in body.parameters),
        )
    }


def frame_of(records: Sequence[Mapping[str, Any]], columns: Columns) -> pd.DataFrame:
    """Return records as a frame: one row for each, in their order.

    A missing value becomes NaN, NaT or NA, as the column's dtype has it.
    """
    return pd.DataFrame(
        {
            name: pd.Series([record.get(name) for record in records], dtype=dtype)
            for name, dtype in columns.items()
        }
    )


def inferred_frame_of(records: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Return records as a frame whose columns and dtypes are taken from them."""
    return pd.DataFrame.from_records(list(records))


def results_of(returned: Any, rows: int) -> list[Any]:
    """Return what predict returned for a frame as one result per row.

    Raises:
        ModelCodeError: When it isn't one result per row.
    """
    if isinstance(returned, pd.DataFrame):
        results: list[Any] = returned.to_dict(orient="records")
    elif isinstance(returned, (str, bytes, Mapping)) or not hasattr(
        returned, "__iter__"
    ):
        raise ModelCodeError(
            "predict returned one value, not one result per row: "
            f"a {type(returned).__name__}",
            hint="a list, array, Series or DataFrame with one result per row",
        )
    else:
        results = list(returned)
    if len(results) != rows:
        raise ModelCodeError(
            f"predict returned {len(results)} results for {rows} rows",
            hint="one result per row, in the order of the rows",
        )
    return results


def _dtype(schema: Schema, *, present: bool) -> Any:
    kind = schema.get("type")
    if kind == "number":
        return "float64"
    if kind == "integer":
        return "int64" if present else "Int64"
    if kind == "boolean":
        return "bool" if present else "boolean"
    if kind != "string":
        return "object"
    if schema.get("format") == "http-date":
        return "datetime64[ns, UTC]"
    if "enum" in schema:
        return pd.CategoricalDtype(list(schema["enum"]))
    return _TEXT
