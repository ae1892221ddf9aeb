"""What is made to take time or memory is refused, quickly."""

from __future__ import annotations

import json
import resource
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from launchpad_api_openapi.format import OpenApiFormat

Refusal = Callable[..., str]
Read = Callable[..., Any]

HEAD = "openapi: 3.1.0\ninfo: {title: T, version: v1}\npaths: {}\n"


@pytest.fixture(autouse=True)
def _within_a_second_and_200_mb(tmp_path: Path) -> Iterator[None]:
    warm = tmp_path / "warm.yaml"
    warm.write_text(HEAD)
    OpenApiFormat().read(warm)  # so that imports don't count
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.process_time()
    yield
    assert time.process_time() - start < 1
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory
    assert grown < 200_000


def bomb() -> str:
    lines = ["x-a: &a [1,1,1,1,1,1,1,1,1,1]"]
    for name, previous in zip("bcdefghij", "abcdefghi", strict=True):
        lines.append(f"x-{name}: &{name} [{','.join([f'*{previous}'] * 10)}]")
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (bomb(), "api.yaml:4: this holds more than 100000 values"),
        ("x-a: &a [*a]", "api.yaml:4: this YAML alias contains itself"),
        ("x-a: " + "[" * 100_000, "api.yaml:4: this is nested too deeply"),
        ("x-a: " + "{a: " * 100_000, "api.yaml:4: this is nested too deeply"),
        (
            "x-a:\n" + "".join(f"{' ' * n}a:\n" for n in range(1, 200)),
            "api.yaml:104: this is nested too deeply",
        ),
        (
            "x-a:\n" + "- [1, 2, 3]\n" * 100_000,
            "api.yaml:25001: this holds more than 100000 values",
        ),
        (
            "x-a: " + "a" * 5_000_000,
            "api.yaml is larger than 5000000 bytes\n  try: check api: in the config",
        ),
    ],
    ids=["bomb", "circle", "lists", "mappings", "blocks", "many", "large"],
)
def test_yaml(text: str, message: str, refusal: Refusal) -> None:
    assert refusal(HEAD + text) == message


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[" * 100_000, "api.json:1: this is nested too deeply"),
        ('{"a":' * 100_000, "api.json:1: this is nested too deeply"),
        (
            f"[{','.join(['1'] * 200_000)}]",
            "api.json:1: this holds more than 100000 values",
        ),
    ],
    ids=["lists", "mappings", "many"],
)
def test_json(text: str, message: str, refusal: Refusal) -> None:
    assert refusal(text, name="api.json") == message


def document(schemas: dict[str, Any]) -> str:
    return json.dumps(
        {
            "openapi": "3.1.0",
            "info": {"title": "T", "version": "v1"},
            "paths": {
                "/x": {
                    "get": {
                        "parameters": [
                            {
                                "name": "a",
                                "in": "query",
                                "schema": {"$ref": "#/components/schemas/S0"},
                            }
                        ]
                    }
                }
            },
            "components": {"schemas": schemas},
        }
    )


def chain(length: int, link: Callable[[dict[str, str]], Any]) -> dict[str, Any]:
    schemas: dict[str, Any] = {
        f"S{number}": link({"$ref": f"#/components/schemas/S{number + 1}"})
        for number in range(length)
    }
    return {**schemas, f"S{length}": {"type": "integer", "default": 1}}


@pytest.mark.parametrize(
    ("schemas", "message"),
    [
        (
            chain(40, lambda next_: {"allOf": [next_, next_], "default": 1}),
            'the schema "S0" checks a value 10000 times',
        ),
        (
            chain(3000, lambda next_: {"allOf": [next_], "default": 1}),
            'the schema "S0" refers 50 times in a row',
        ),
        (
            {"S0": {"anyOf": [{"$ref": "#/components/schemas/S0"}, {}]}},
            'the schema "S0" consists of itself',
        ),
        (
            chain(40, lambda next_: {"properties": {"a": next_, "b": next_}}),
            "this parameter consists of more than 5000 schemas",
        ),
        (
            chain(3000, lambda next_: {"items": next_, "default": []}),
            "this parameter refers 50 times in a row",
        ),
    ],
    ids=["doubling", "in a row", "itself", "properties", "items"],
)
def test_schemas(schemas: Any, message: str, refusal: Refusal) -> None:
    told = refusal(document(schemas), name="api.json")

    assert told == f"api.json:1: {message}"


def test_many_schemas_that_have_something_to_check(tmp_path: Path) -> None:
    path = tmp_path / "api.json"
    schemas = chain(1000, lambda next_: {"properties": {"a": next_}, "default": {}})
    schemas["S0"] = {"type": "integer"}
    path.write_text(document(schemas))

    assert len(OpenApiFormat().read(path).schemas) == 1001


def test_more_examples_than_can_be_checked_are_believed(tmp_path: Path) -> None:
    path = tmp_path / "api.json"
    text = json.loads(document(chain(1000, lambda next_: {"properties": {"a": next_}})))
    text["paths"] = {
        f"/{number}": {
            "get": {
                "responses": {
                    "200": {
                        "description": "Fine",
                        "content": {
                            "application/json": {
                                "schema": {"$ref": "#/components/schemas/S1"},
                                "example": {},
                            }
                        },
                    }
                }
            }
        }
        for number in range(100)
    }
    path.write_text(json.dumps(text))

    assert len(OpenApiFormat().read(path).operations) == 100
