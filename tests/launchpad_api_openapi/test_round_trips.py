"""What is written is read back, whatever a contract holds."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from contract_strategies import contracts
from hypothesis import HealthCheck, assume, given, settings
from openapi_spec_validator import OpenAPIV31SpecValidator

from launchpad_api_openapi.format import OpenApiFormat
from launchpad_core.contract import ApiContract

EXAMPLES = int(os.environ.get("LAUNCHPAD_EXAMPLES", "100"))

many = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return Path()


@many
@given(contracts())
def test_what_is_written_as_yaml_is_read(folder: Path, contract: ApiContract) -> None:
    path = folder / "api.yaml"

    path.write_text(OpenApiFormat().write(contract), encoding="utf-8")

    assert OpenApiFormat().read(path) == contract


@many
@given(contracts())
def test_what_is_published_as_json_is_read(folder: Path, contract: ApiContract) -> None:
    path = folder / "api.json"

    document = OpenApiFormat().document(contract)
    path.write_text(json.dumps(document), encoding="utf-8")

    assert OpenApiFormat().read(path) == contract


@many
@given(contracts())
def test_what_is_written_is_valid(contract: ApiContract) -> None:
    document = OpenApiFormat().document(contract)
    # It would take that for a reference.
    assume(not any(map(is_data_like_a_reference, values(document))))

    errors = OpenAPIV31SpecValidator(document).iter_errors()

    # It refuses the time of a default that has a zone, as RFC 3339 demands.
    assert [error for error in errors if error.validator != "format"] == []


def values(value: Any) -> Iterator[Any]:
    yield value
    if isinstance(value, (dict, list)):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from values(inner)


def is_data_like_a_reference(value: Any) -> bool:
    reference = value.get("$ref") if isinstance(value, dict) else None
    return isinstance(reference, str) and not reference.startswith("#/components/")
