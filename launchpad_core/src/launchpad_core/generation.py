"""A first contract from data: a parameter for each column of a frame."""

from __future__ import annotations

from typing import Any

import pandas as pd
from pandas.api import types

from launchpad_core.api_format import ApiFormat
from launchpad_core.contract import (
    ApiContract,
    Operation,
    Parameter,
    Response,
    Schema,
)
from launchpad_core.errors import DataError
from launchpad_core.plain import plain
from launchpad_core.project import Project
from launchpad_core.registrations import ApiFormatType
from launchpad_core.spelling import did_you_mean


def generate_contract(
    project: Project,
    source: str,
    *,
    format: str,
    target: str | None = None,
    resource: str = "mythings",
) -> str:
    """Return a contract for a data source, written in an API format.

    Args:
        project: The project.
        source: The data source's name.
        format: The API format, such as ``raml``.
        target: The column that is predicted; it becomes the answer, not a parameter.
        resource: The resource's name.

    Raises:
        ConfigError: When there is no such source, or no plugin for the format.
        DataError: When the source has no such column, or can't be read.
    """
    writer = project.resolution.registry.implementation(
        ApiFormatType, format, base=ApiFormat
    )
    frame = project.source(source).get_dataframe()
    assert isinstance(frame, pd.DataFrame)
    name = project.api.name if "api" in project.config else project.model.name
    contract = contract_of(
        frame,
        title=f"{name} API",
        version=project.model.major,
        target=target,
        resource=resource,
    )
    return writer().write(contract)


def contract_of(
    frame: pd.DataFrame,
    *,
    title: str,
    version: str,
    target: str | None = None,
    resource: str = "mythings",
) -> ApiContract:
    """Return a contract whose operation takes a row of a frame as its parameters.

    Raises:
        DataError: When the frame has no such target, or two columns of one name.
    """
    columns = [str(column) for column in frame.columns]
    doubles = sorted({name for name in columns if columns.count(name) > 1})
    if doubles:
        raise DataError(
            f"several columns have the name {', '.join(map(repr, doubles))}",
            hint="rename them: a request can't tell them apart",
        )
    if target is not None and target not in columns:
        raise DataError(
            f'there is no column "{target}"',
            hint=did_you_mean(target, columns) or ", ".join(columns),
        )
    named = {name: frame.iloc[:, index] for index, name in enumerate(columns)}
    operation = Operation(
        "GET",
        path=f"/{resource}",
        description=f"Get a prediction for one of the {resource}",
        parameters=tuple(
            _parameter(name, column) for name, column in named.items() if name != target
        ),
        responses=(_response(target, named[target] if target else None),),
    )
    return ApiContract(title, version=version, operations=(operation,))


def _parameter(name: str, column: pd.Series[Any]) -> Parameter:
    present = column.dropna()
    return Parameter(
        name,
        location="query",
        schema=_schema(column),
        required=len(present) == len(column),
        description=f"What {name} means",
        examples=_examples(present),
    )


def _schema(column: pd.Series[Any]) -> Schema:
    dtype = column.dtype
    if isinstance(dtype, pd.CategoricalDtype):
        categories = dtype.categories
        schema = _schema(pd.Series(categories))
        return {**schema, "enum": [_value(item) for item in categories]}
    if types.is_bool_dtype(dtype):
        return {"type": "boolean"}
    if types.is_integer_dtype(dtype):
        return {"type": "integer"}
    if types.is_float_dtype(dtype):
        return {"type": "number"}
    return {"type": "string"}


def _examples(present: pd.Series[Any]) -> tuple[Any, ...]:
    return (_value(present.iloc[0]),) if len(present) else ()


def _value(item: Any) -> Any:
    value = plain(item)
    return value if isinstance(value, (str, bool, int, float)) else str(value)


def _response(target: str | None, column: pd.Series[Any] | None) -> Response:
    name = target or "prediction"
    schema = {"type": "string"} if column is None else _schema(column)
    values = ("some value",) if column is None else _examples(column.dropna())
    examples = tuple({name: value} for value in values)
    return Response(
        200,
        media_type="application/json",
        schema={"type": "object", "properties": {name: schema}, "required": [name]},
        examples=examples,
    )
