"""Whatever is changed in a document, it is read, or refused with file and line."""

from __future__ import annotations

import copy
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from launchpad_api_openapi.format import OpenApiFormat
from launchpad_core.contract import ApiContract
from launchpad_core.errors import ContractError

EXAMPLES = int(os.environ.get("LAUNCHPAD_EXAMPLES", "300"))
DOCUMENTS = [
    json.loads(json.dumps(yaml.safe_load(path.read_text("utf-8")), default=str))
    for path in sorted((Path(__file__).parent / "documents").iterdir())
]
ODD_VALUES: list[Any] = [
    *(None, True, False, 0, -1, 1.5, 10**400, 1e300, "", "x", "#", "{"),
    *("#/components/schemas/A", "http://127.0.0.1:1/x", "/x/{a}/{a}"),
    *([], [1], [None], [{}], ["a", "a"], {}, {"a": 1}, {"": {}}),
    *({"$ref": 3}, {"$ref": "#"}, {"$ref": "#/info"}, {"$ref": "#/paths"}),
    *({"type": "object"}, {"type": ["null"]}, {"allOf": []}),
    {"properties": {"a": {"$ref": "#/components/schemas/Plant"}}},
]
ODD_KEYS = (
    *("$ref", "type", "nullable", "enum", "const", "default", "example", "examples"),
    *("allOf", "anyOf", "not", "if", "items", "properties", "required", "in", "name"),
    *("schema", "content", "style", "explode", "encoding", "headers", "description"),
    *("format", "contentMediaType", "pattern", "minimum", "exclusiveMinimum", "$defs"),
    *("$id", "$schema", "discriminator", "parameters", "responses", "requestBody"),
    *("security", "servers", "additionalOperations", "query", "itemSchema"),
    *("x-launchpad-names", "x-launchpad-settings", "x-launchpad-parameters"),
    *("x-launchpad-separator", "x-launchpad-required", "additionalProperties"),
)


def holders(value: Any) -> Iterator[Any]:
    """Yield the mappings and lists of a document that aren't empty."""
    if isinstance(value, (dict, list)) and value:
        yield value
        for inner in value.values() if isinstance(value, dict) else value:
            yield from holders(inner)


@st.composite
def documents(draw: st.DrawFn) -> Any:
    document = copy.deepcopy(draw(st.sampled_from(DOCUMENTS)))
    for _ in range(draw(st.integers(1, 3))):
        found = list(holders(document))
        holder = draw(st.sampled_from(found))
        value = copy.deepcopy(draw(st.sampled_from(ODD_VALUES + found)))
        keys = list(holder if isinstance(holder, dict) else range(len(holder)))
        change = draw(st.sampled_from(["replace", "remove", "add"]))
        if change == "add" and isinstance(holder, dict):
            holder[draw(st.sampled_from(ODD_KEYS))] = value
        elif change == "remove":
            del holder[draw(st.sampled_from(keys))]
        else:
            holder[draw(st.sampled_from(keys))] = value
    return document


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(document=documents())
def test_any_change(
    document: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("api.json").write_text(json.dumps(document))

    read = contract_or_error(Path("api.json"))

    if isinstance(read, ContractError):
        lines = [line for line in str(read).splitlines() if "  try:" not in line]
        assert all(line.startswith("api.json:") for line in lines), read
    else:
        Path("api.json").write_text(json.dumps(OpenApiFormat().document(read)))
        assert OpenApiFormat().read(Path("api.json")) == read


def contract_or_error(path: Path) -> ApiContract | ContractError:
    try:
        return OpenApiFormat().read(path)
    except ContractError as error:
        return error
