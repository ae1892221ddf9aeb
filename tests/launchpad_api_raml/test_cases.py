"""Cases that were written from the specification, with the facts that they state."""

from __future__ import annotations

import json
import logging
import os
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from launchpad_api_raml.format import RamlFormat
from launchpad_core.contract import ApiContract, Body, Operation, Parameter
from launchpad_core.errors import ContractError
from launchpad_core.references import bundled

CASES = Path(__file__).parents[3] / "shared" / "raml-cases"

pytestmark = pytest.mark.skipif(
    not CASES.exists() and "CI" not in os.environ, reason="the cases are not here"
)


def labelled(label: str) -> list[str]:
    if not CASES.exists():
        return []
    index = json.loads((CASES / "index.json").read_text(encoding="utf-8"))
    return [case["file"] for case in index if case["label"] == label]


def facts() -> dict[str, Any]:
    if not CASES.exists():
        return {}
    expected = json.loads((CASES / "expected.json").read_text(encoding="utf-8"))
    return dict(expected)


def read(file: str) -> ApiContract:
    return RamlFormat().read(CASES / file)


def operation(contract: ApiContract, name: str) -> Operation:
    found = {f"{one.method} {one.path}": one for one in contract.operations}
    return found[name]


def stated(name: str) -> list[Any]:
    """Return files, names of operations, and what is expected of one of their parts."""
    return [
        pytest.param(file, method, parts[name], id=f"{file} {method}")
        for file, fact in facts().items()
        for method, parts in fact["operations"].items()
        if name in parts
    ]


def contains(actual: Any, expected: Any) -> bool:
    """Return whether a schema says at least what is expected."""
    if isinstance(expected, dict):
        return isinstance(actual, dict) and all(
            key in actual and contains(actual[key], value)
            for key, value in expected.items()
        )
    if isinstance(expected, list):
        return len(actual) == len(expected) and all(map(contains, actual, expected))
    return type(actual) is type(expected) and bool(actual == expected)


def check_parameters(
    parameters: tuple[Parameter, ...], expected: dict[str, Any]
) -> None:
    found = {one.name: one for one in parameters}
    assert set(found) >= set(expected)
    for name, fact in expected.items():
        assert found[name].required is fact["required"], name
        assert contains(found[name].schema, fact["schema"]), found[name].schema
        assert (found[name].location == "file") is (fact.get("kind") == "file")


def test_cases_are_there() -> None:
    assert (CASES / "index.json").is_file()


@pytest.mark.parametrize("file", labelled("valid"))
def test_valid_file_is_read(file: str, caplog: pytest.LogCaptureFixture) -> None:
    contract = read(file)

    names = {f"{one.method} {one.path}" for one in contract.operations}
    assert names >= set(facts().get(file, {}).get("operations", {}))
    assert caplog.messages == []


@pytest.mark.parametrize("file", [file for file in facts() if "title" in facts()[file]])
def test_title_and_version_are_as_stated(file: str) -> None:
    contract = read(file)

    assert contract.title == facts()[file]["title"]
    assert contract.version == facts()[file].get("version", contract.version)


@pytest.mark.parametrize(("file", "name", "expected"), stated("description"))
def test_description_is_as_stated(file: str, name: str, expected: str) -> None:
    assert operation(read(file), name).description == expected


@pytest.mark.parametrize(("part", "location"), [("query", "query"), ("uri", "path")])
@pytest.mark.parametrize("file", facts())
def test_parameters_are_as_stated(file: str, part: str, location: str) -> None:
    contract = read(file)

    for name, parts in facts()[file]["operations"].items():
        parameters = operation(contract, name).parameters
        found = tuple(one for one in parameters if one.location == location)
        if part in parts:
            check_parameters(found, parts[part])


@pytest.mark.parametrize(("file", "name", "expected"), stated("headers"))
def test_headers_are_as_stated(file: str, name: str, expected: dict[str, Any]) -> None:
    parameters = operation(read(file), name).parameters

    headers = tuple(one for one in parameters if one.location == "header")
    check_parameters(headers, expected)


@pytest.mark.parametrize(("file", "name", "expected"), stated("form"))
def test_forms_are_as_stated(file: str, name: str, expected: dict[str, Any]) -> None:
    bodies = {body.media_type: body for body in operation(read(file), name).bodies}

    assert set(bodies) == set(expected)
    for media_type, parameters in expected.items():
        check_parameters(bodies[media_type].parameters, parameters)


def judged(schema: Any, contract: ApiContract, value: Any) -> bool:
    whole = dict(bundled(schema, contract.schemas))
    return bool(
        jsonschema_rs.validator_for(whole, validate_formats=True).is_valid(value)
    )


@pytest.mark.parametrize(("file", "name", "expected"), stated("body"))
def test_bodies_accept_and_reject_as_stated(
    file: str, name: str, expected: dict[str, Any]
) -> None:
    contract = read(file)
    bodies: dict[str, Body] = {
        body.media_type: body for body in operation(contract, name).bodies
    }

    for media_type, instances in expected.items():
        schema = bodies[media_type].schema
        for value in instances.get("accept", ()):
            assert judged(schema, contract, value), value
        for value in instances.get("reject", ()):
            assert not judged(schema, contract, value), value


@pytest.mark.parametrize("verdict", ["accept", "reject"])
@pytest.mark.parametrize("file", facts())
def test_parameters_accept_and_reject_as_stated(file: str, verdict: str) -> None:
    contract = read(file)

    for name, parts in facts()[file]["operations"].items():
        found = {one.name: one for one in operation(contract, name).parameters}
        for parameter, values in parts.get(f"query_{verdict}", {}).items():
            schema = found[parameter].schema
            for value in values:
                is_valid = judged(schema, contract, value)
                assert is_valid is (verdict == "accept"), (parameter, value)


@pytest.mark.parametrize(("file", "name", "expected"), stated("responses"))
def test_responses_are_as_stated(file: str, name: str, expected: list[int]) -> None:
    responses = operation(read(file), name).responses

    assert sorted({response.status for response in responses}) == sorted(expected)


@pytest.mark.parametrize("file", labelled("invalid"))
def test_invalid_file_is_refused_with_its_line(file: str) -> None:
    with pytest.raises(ContractError) as told:
        read(file)

    assert told.value.where is not None
    assert told.value.where.file.endswith(file)
    assert told.value.where.line >= 1


@pytest.mark.parametrize("file", labelled("warn"))
def test_file_with_a_flaw_is_read_with_a_warning(
    file: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)

    read(file)

    assert len(caplog.messages) == 1
    assert f"{file}:" in caplog.messages[0]
