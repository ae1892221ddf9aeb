"""A RAML from data: any column is a parameter that our own reader takes back."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from launchpad_api_raml.format import RamlFormat
from launchpad_core.errors import DataError
from launchpad_core.generation import contract_of

FRAME = pd.DataFrame(
    {
        "int": [1, 2],
        "missing int": pd.array([None, 2], dtype="Int64"),
        "float": [0.5, 1.5],
        "bool": [True, False],
        "text": ["yes", "010"],
        "when": pd.to_datetime(["2024-01-02", None]),
        "category": pd.Categorical(["b", "a"], categories=["c", "b", "a"]),
        "numbers": pd.Categorical([2, 1]),
        'odd: {name} #"\n': [1, 2],
        "yes": ["a", "b"],
        "nothing": [None, None],
        "target": pd.Categorical(["x", "y"]),
    }
)


def test_generated_contract_survives_raml(tmp_path: Path) -> None:
    contract = contract_of(FRAME, title="T", version="v0", target="target")
    path = tmp_path / "api.raml"

    path.write_text(RamlFormat().write(contract), encoding="utf-8")

    assert RamlFormat().read(path) == contract


def test_columns_become_parameters() -> None:
    (operation,) = contract_of(
        FRAME, title="T", version="v0", target="target"
    ).operations

    assert [
        (p.name, dict(p.schema), p.required, p.example) for p in operation.parameters
    ] == [
        ("int", {"type": "integer"}, True, 1),
        ("missing int", {"type": "integer"}, False, 2),
        ("float", {"type": "number"}, True, 0.5),
        ("bool", {"type": "boolean"}, True, True),
        ("text", {"type": "string"}, True, "yes"),
        ("when", {"type": "string"}, False, "2024-01-02T00:00:00"),
        ("category", {"type": "string", "enum": ["c", "b", "a"]}, True, "b"),
        ("numbers", {"type": "integer", "enum": [1, 2]}, True, 2),
        ('odd: {name} #"\n', {"type": "integer"}, True, 1),
        ("yes", {"type": "string"}, True, "a"),
        ("nothing", {"type": "string"}, False, None),
    ]
    assert operation.responses[0].schema == {
        "type": "object",
        "properties": {"target": {"type": "string", "enum": ["x", "y"]}},
        "required": ["target"],
    }


def test_target_that_is_no_column_is_told() -> None:
    with pytest.raises(DataError) as told:
        contract_of(FRAME, title="T", version="v0", target="targte")

    assert str(told.value) == (
        'there is no column "targte"\n  try: did you mean "target"?'
    )


def test_columns_of_one_name_are_told() -> None:
    with pytest.raises(DataError, match="several columns have the name 'a'"):
        contract_of(pd.DataFrame([[1, 2]], columns=["a", "a"]), title="T", version="v0")
