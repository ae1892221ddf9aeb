"""From the arguments of a request to the answer, for either kind of model."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from launchpad_core.contract import CSV, FORM, JSON, Body, Operation, Parameter
from launchpad_core.errors import PredictionInputError
from launchpad_core.frames import columns_of, frame_of
from launchpad_core.prediction import predictor_of, row_predictor
from launchpad_core.python_runtime import PythonRuntime
from launchpad_core.requests.validation import Arguments, Fault, InvalidRequest
from launchpad_core.runtime import Resources
from launchpad_core.schemas.faults import Problem, Unfit
from launchpad_core.sections import as_section

ON_ARGS = "def predict(model, args): return args['x'] + model\n"
ON_TABLE = "def predict(model, frame): return frame['x'] + model\n"
ROW = {
    "type": "object",
    "properties": {"x": {"type": "integer"}},
    "required": ["x"],
}
ROWS = {"type": "array", "items": {"$ref": "#/$defs/Row"}}
OPERATION = Operation(
    "POST",
    path="/x",
    parameters=(Parameter("n", location="query", schema={"type": "integer"}),),
    bodies=(Body(JSON, schema=ROWS), Body(CSV, schema=ROWS)),
    body_required=True,
)

Predictor = Callable[[str], Callable[[Arguments], Any]]


@pytest.fixture
def runtime(tmp_path: Path) -> Callable[[str], PythonRuntime]:
    """Return a function from model code to what runs it."""

    def make(code: str) -> PythonRuntime:
        (tmp_path / "model.py").write_text(code)
        section = {"name": "M", "version": "1.0.0", "module": "model"}
        return PythonRuntime(as_section(section, folder=tmp_path))

    return make


@pytest.fixture
def predictor(runtime: Callable[[str], PythonRuntime]) -> Predictor:
    """Return a function from model code to a predictor; the trained model is 10."""
    return lambda code: predictor_of(
        runtime(code), 10, Resources(), operation=OPERATION, schemas={"Row": ROW}
    )


@pytest.mark.parametrize("code", [ON_ARGS, ON_TABLE])
@pytest.mark.parametrize(
    ("arguments", "answer"),
    [
        (Arguments([{"x": 1}], many=False), 11),
        (Arguments([{"x": 1}], many=True), [11]),
        (Arguments([{"x": 3}, {"x": 1}, {"x": 2}], many=True), [13, 11, 12]),
        (Arguments([], many=True), []),
    ],
)
def test_each_record_is_answered_in_order(
    code: str, arguments: Arguments, answer: Any, predictor: Predictor
) -> None:
    assert predictor(code)(arguments) == answer


def test_numbers_too_large_for_a_table_are_faults(predictor: Predictor) -> None:
    records = [{"x": 1, "n": 2**63}, {"x": 2**70, "n": 1}]

    with pytest.raises(InvalidRequest) as told:
        predictor(ON_TABLE)(Arguments(records, many=True))

    assert told.value.faults == (
        Fault("query", "n", "maximum", "is too large for a table"),
        Fault("body", "x", "maximum", "is too large for a table", "/1/x"),
    )


def test_too_large_arguments_from_python_are_told(
    runtime: Callable[[str], PythonRuntime],
) -> None:
    predict = row_predictor(runtime(ON_TABLE), 10, Resources(), columns={"x": "int64"})

    with pytest.raises(PredictionInputError, match='"x" is too large for a table'):
        predict({"x": 2**70})


def test_columns_are_those_of_parameters_and_bodies() -> None:
    integer = {"type": "integer"}
    named = {"Size": {"type": "number"}, "Row": ROW}
    properties = {
        "always": integer,
        "may_be_null": {"type": ["integer", "null"]},
        "in_json_only": integer,
        "size": {"$ref": "#/$defs/Size"},
        "several": {"type": ["string", "integer"]},
        "kind": {"type": ["string", "null"], "enum": ["a", None, "a"]},
    }
    json_schema = {
        "type": "object",
        "properties": properties,
        "required": [*properties],
    }
    fields = (
        Parameter("always", location="form", schema=integer, required=True),
        Parameter("may_be_null", location="form", schema=integer, required=True),
    )
    operation = Operation(
        "POST",
        path="/x",
        parameters=(Parameter("n", location="query", schema={"type": "boolean"}),),
        bodies=(Body(JSON, schema=json_schema), Body(FORM, parameters=fields)),
        body_required=True,
    )

    columns = columns_of(operation, named)

    assert {name: str(dtype) for name, dtype in columns.items()} == {
        "n": "boolean",
        "always": "int64",
        "may_be_null": "Int64",
        "in_json_only": "Int64",
        "size": "float64",
        "several": "object",
        "kind": "category",
    }


def test_dates_of_http_are_moments() -> None:
    dates = [
        "Sun, 06 Nov 1994 08:49:37 GMT",
        "Sunday, 06-Nov-94 08:49:37 GMT",
        "Sun Nov  6 08:49:37 1994",
        None,
    ]

    frame = frame_of([{"d": date} for date in dates], {"d": "datetime64[ns, UTC]"})

    moment = pd.Timestamp("1994-11-06 08:49:37", tz="UTC")
    assert frame["d"].to_list() == [moment, moment, moment, pd.NaT]


@pytest.mark.parametrize("dtype", ["int64", "bool"])
def test_what_is_missing_in_a_column_without_missing_values_is_told(dtype: str) -> None:
    with pytest.raises(Unfit) as told:
        frame_of([{"a": 1}, {}], {"a": dtype})

    assert told.value.problems == (Problem("missing", "is required", (1, "a")),)


@pytest.mark.parametrize(
    ("dtype", "value"),
    [
        *(("int64", 2**63), ("Int64", -(2**63) - 1), ("float64", 10**400)),
        ("datetime64[ns, UTC]", "Mon, 01 Jan 2300 00:00:00 GMT"),
        ("datetime64[ns, UTC]", "Mon, 01 Jan 0001 00:00:00 GMT"),
    ],
)
def test_what_is_too_large_for_a_column_is_told(dtype: str, value: Any) -> None:
    with pytest.raises(Unfit) as told:
        frame_of([{"a": value}], {"a": dtype})

    assert told.value.problems == (
        Problem("maximum", "is too large for a table", (0, "a")),
    )
