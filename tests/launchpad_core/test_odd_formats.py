"""Formats that can say little pass, and those that lose what is nested or 0 don't."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from broken_rules import broken

from launchpad_core.api_format import ApiFormat
from launchpad_core.contract import ApiContract, Operation
from launchpad_core.contracts.as_json import contract_as_json, contract_from_json
from launchpad_core.errors import ContractError
from launchpad_core.positions import Position
from launchpad_core.testing import ApiFormatContract


class Paths(ApiFormat):
    """A title, a version and paths that are got: it can say nothing else."""

    suffixes = (".paths",)
    media_type = "text/plain"

    def read(self, path: Path) -> ApiContract:
        try:
            title, version, *paths = json.loads(path.read_text("utf-8"))
            gets = tuple(Operation("GET", path=one.strip()) for one in paths)
            if not gets:
                raise ValueError("no path")
            return ApiContract(title, version=version, operations=gets)
        except Exception as error:  # whatever is in the file
            raise ContractError(str(error), where=Position(path, 1)) from error

    def write(self, contract: ApiContract) -> str:
        gets = tuple(Operation("GET", path=one.path) for one in contract.operations)
        said = ApiContract(contract.title, version=contract.version, operations=gets)
        if said != contract or not gets or len({*gets_of(contract)}) < len(gets):
            raise ContractError("it says more than paths")
        return json.dumps([contract.title, contract.version, *gets_of(contract)])


def gets_of(contract: ApiContract) -> list[str]:
    return [one.path for one in contract.operations]


def test_format_that_can_say_little_keeps_to_the_contract() -> None:
    class Tested(ApiFormatContract):
        type = "tested"
        capabilities = frozenset()

        @pytest.fixture
        def implementation(self) -> Any:
            return Paths

    assert broken(Tested) == {}


def without(*lost: str, where: str) -> Callable[[Any], Any]:
    """Return what drops keywords of the schemas in a place."""

    def changed(schema: Any) -> Any:
        if isinstance(schema, list):
            return [changed(one) for one in schema]
        if not isinstance(schema, dict):
            return schema
        schema = {key: changed(value) for key, value in schema.items()}
        inner = schema.get(where)
        if isinstance(inner, dict):
            schema[where] = {key: inner[key] for key in inner if key not in lost}
        return schema

    return changed


def without_falsy(*keywords: str) -> Callable[[Any], Any]:
    """Return what drops keywords whose value is false, 0, empty or null."""

    def changed(schema: Any) -> Any:
        if isinstance(schema, list):
            return [changed(one) for one in schema]
        if not isinstance(schema, dict):
            return schema
        return {
            key: changed(value)
            for key, value in schema.items()
            if value or key not in keywords
        }

    return changed


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (
            without("default", where="items"),
            "items: the keyword default of items of body application/json of POST /odd "
            "is lost (1 more)",
        ),
        (
            without("pattern", where="items"),
            "items: the constraint pattern of items of body application/json of POST "
            "/odd is lost (1 more)",
        ),
        (
            without_falsy("default"),
            "the empty text by default: the keyword default of body application/json "
            "of POST /odd is lost (1 more)",
        ),
        (
            without_falsy("const"),
            "null as the only value: the constraint const of body application/json of "
            "POST /odd is lost (1 more)",
        ),
    ],
)
def test_schemas_that_are_lost(change: Callable[[Any], Any], told: str) -> None:
    class Losing(ApiFormat):
        suffixes = (".json",)
        media_type = "application/json"

        def read(self, path: Path) -> ApiContract:
            return contract_from_json(json.loads(path.read_text("utf-8")))

        def write(self, contract: ApiContract) -> str:
            return json.dumps(change(contract_as_json(contract)))

    class Tested(ApiFormatContract):
        type = "tested"

        @pytest.fixture
        def implementation(self) -> Any:
            return Losing

    rule = "test_odd_schemas_come_back_or_are_refused"
    assert broken(Tested, only=[rule]) == {rule: told}
