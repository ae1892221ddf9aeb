"""Contracts as plain JSON values."""

from __future__ import annotations

import json
import os

import pytest
from contract_strategies import contracts
from hypothesis import HealthCheck, given, settings

from launchpad_core.contract import ApiContract, Body, Operation, Parameter
from launchpad_core.contracts.as_json import contract_as_json, contract_from_json
from launchpad_core.errors import ContractError
from launchpad_core.positions import Position

EXAMPLES = int(os.environ.get("LAUNCHPAD_EXAMPLES", "100"))


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(contracts())
def test_contract_survives_json(contract: ApiContract) -> None:
    text = json.dumps(contract_as_json(contract), allow_nan=False)

    assert contract_from_json(json.loads(text)) == contract


def test_what_is_said_is_there_and_positions_are_left_out() -> None:
    width = Parameter(
        "width",
        location="query",
        schema={"type": "number", "default": 1},
        where=Position("a.raml", 3),
    )
    operation = Operation(
        "GET",
        path="/x",
        parameters=(width,),
        bodies=(Body("text/csv", schema={}),),
        where=Position("a.raml", 2),
    )

    assert contract_as_json(
        ApiContract("X", version="v1", operations=(operation,))
    ) == {
        "title": "X",
        "version": "v1",
        "operations": [
            {
                "method": "GET",
                "path": "/x",
                "parameters": [
                    {
                        "name": "width",
                        "location": "query",
                        "schema": {"type": "number", "default": 1},
                    }
                ],
                "bodies": [{"media_type": "text/csv", "schema": {}}],
            }
        ],
    }


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({}, "this is no contract in JSON: TypeError: "),
        ({"title": "X", "version": "v1", "paths": {}}, "'paths'"),
        ({"title": "X", "version": "v1", "operations": [1]}, "AttributeError: "),
    ],
)
def test_anything_else_is_told(value: dict[str, object], message: str) -> None:
    with pytest.raises(ContractError) as told:
        contract_from_json(value)

    assert message in told.value.message
