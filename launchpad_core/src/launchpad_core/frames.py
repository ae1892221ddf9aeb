"""Predicting on a table: requests become rows, results become answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import pandas as pd

from launchpad_core.body_shapes import Input, inputs_of
from launchpad_core.contract import Operation, Schema
from launchpad_core.errors import ModelCodeError
from launchpad_core.faults import Problem, Unfit
from launchpad_core.formats import http_date
from launchpad_core.schema_types import types_of

_TEXT = "str" if int(pd.__version__.split(".")[0]) >= 3 else "object"
_MOMENT = "datetime64[ns, UTC]"

Columns = Mapping[str, Any]
"""Names of columns, in the contract's order, and their dtypes."""


def columns_of(operation: Operation, schemas: Mapping[str, Schema] = {}) -> Columns:
    """Return the columns of a frame that holds an operation's requests.

    They are its parameters and what its bodies give: fields, properties, or properties
    of the rows. Where values may be missing, whole numbers are ``Int64``, truth values
    ``boolean``.

    Args:
        operation: The operation.
        schemas: The named schemas of the contract.

    Raises:
        ContractError: When a schema refers to what isn't there.
    """
    inputs: dict[str, list[Input]] = {}
    for parameter in operation.parameters:
        one = Input(parameter.name, parameter.schema, parameter.required)
        inputs[parameter.name] = [one]
    for body in operation.bodies:
        for one in inputs_of(body, schemas):
            inputs.setdefault(one.name, []).append(one)
    always = _always_given(operation, inputs)
    return {
        name: _dtype(same[0].schema, present=name in always)
        for name, same in inputs.items()
    }


def frame_of(records: Sequence[Mapping[str, Any]], columns: Columns) -> pd.DataFrame:
    """Return records as a frame: one row for each, in their order.

    A missing value becomes NaN, NaT or NA, as the column's dtype has it.

    Raises:
        Unfit: When numbers or dates are too large for their columns.
    """
    return pd.DataFrame(
        {
            name: _column(name, [record.get(name) for record in records], dtype)
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


def _column(name: str, values: Sequence[Any], dtype: Any) -> pd.Series[Any]:
    if dtype == _MOMENT:
        values = [
            http_date(one) or one if isinstance(one, str) else one for one in values
        ]
    try:
        return pd.Series(values, dtype=dtype)
    except _TOO_LARGE:
        problems = [
            Problem("maximum", "is too large for a table", (index, name))
            for index, value in enumerate(values)
            if _is_too_large(value, dtype)
        ]
        if not problems:
            raise
        raise Unfit(*problems) from None


_TOO_LARGE = (OverflowError, TypeError, pd.errors.OutOfBoundsDatetime)


def _is_too_large(value: Any, dtype: Any) -> bool:
    if not isinstance(value, (int, datetime)):
        return False
    try:
        pd.Series([value], dtype=dtype)
    except _TOO_LARGE:
        return True
    return False


def _always_given(
    operation: Operation, inputs: Mapping[str, Sequence[Input]]
) -> frozenset[str]:
    """Return the names of the inputs that have a value in every request."""
    parameters = {parameter.name for parameter in operation.parameters}
    return frozenset(
        name
        for name, same in inputs.items()
        if all(
            "default" in one.schema
            or (one.required and (name in parameters or operation.body_required))
            for one in same
        )
        and (name in parameters or len(same) == len(operation.bodies))
    )


def _dtype(schema: Schema, *, present: bool) -> Any:
    types = types_of(schema) or frozenset()
    (kind, *others) = types - {"null"} or {""}
    is_given = present and "null" not in types
    if others and types <= {"integer", "number", "null"}:
        kind = "number"
    elif others:
        return "object"
    if kind == "number":
        return "float64"
    if kind == "integer":
        return "int64" if is_given else "Int64"
    if kind == "boolean":
        return "bool" if is_given else "boolean"
    if kind != "string":
        return "object"
    if schema.get("format") == "http-date":
        return _MOMENT
    if "enum" in schema:
        return pd.CategoricalDtype([one for one in schema["enum"] if one is not None])
    return _TEXT
