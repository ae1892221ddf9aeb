"""Predicting on a table: requests become rows, results become answers."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import timezone
from typing import Any

import pandas as pd

from launchpad_core.contract import Operation, Schema
from launchpad_core.errors import ModelCodeError
from launchpad_core.requests.shapes import Input, inputs_of
from launchpad_core.schemas.faults import Problem, Unfit
from launchpad_core.schemas.formats import http_date
from launchpad_core.schemas.types import types_of

_TEXT = "str" if int(pd.__version__.split(".")[0]) >= 3 else "object"
_MOMENT = "datetime64[ns, UTC]"
_OLDEST = pd.Timestamp.min.to_pydatetime(warn=False).replace(tzinfo=timezone.utc)
_NEWEST = pd.Timestamp.max.to_pydatetime(warn=False).replace(tzinfo=timezone.utc)

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
        Unfit: When numbers or dates are too large for their columns, or values are
            missing where the dtype has nothing for them.
    """
    values = {
        name: _values([record.get(name) for record in records], dtype)
        for name, dtype in columns.items()
    }
    too_large = [
        Problem("maximum", "is too large for a table", (index, name))
        for name, dtype in columns.items()
        for index in _too_large(values[name], dtype)
    ]
    missing = [
        Problem("missing", "is required", (index, name))
        for name, dtype in columns.items()
        if dtype in ("int64", "bool")
        for index, value in enumerate(values[name])
        if value is None
    ]
    if missing or too_large:
        raise Unfit(*missing, *too_large)
    return pd.DataFrame(
        {name: pd.Series(values[name], dtype=dtype) for name, dtype in columns.items()}
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


def _values(values: list[Any], dtype: Any) -> list[Any]:
    if dtype != _MOMENT:
        return values
    return [http_date(one) or one if isinstance(one, str) else one for one in values]


def _too_large(values: Sequence[Any], dtype: Any) -> Iterator[int]:
    """Yield where values are that pandas would take for others, or choke on."""
    if str(dtype) in _LIMITS:
        least, most = _LIMITS[str(dtype)]
        for index, value in enumerate(values):
            if isinstance(value, type(least)) and not least <= value <= most:
                yield index


_INT64 = (-(2**63), 2**63 - 1)
_LIMITS: Mapping[str, tuple[Any, Any]] = {
    "int64": _INT64,
    "Int64": _INT64,
    # An integer beyond it is no float; floats themselves are within.
    "float64": (-int(sys.float_info.max), int(sys.float_info.max)),
    _MOMENT: (_OLDEST, _NEWEST),
}


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
        texts = dict.fromkeys(one for one in schema["enum"] if isinstance(one, str))
        return pd.CategoricalDtype([*texts])
    return _TEXT
