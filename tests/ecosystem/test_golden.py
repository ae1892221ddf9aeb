"""Golden predictions for contracts in RAML and OpenAPI, and with rows of CSV files."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from launchpad_core import get_validated_config, train_model
from launchpad_core.errors import GoldenMismatch
from launchpad_core.project import Project
from launchpad_core.web.app import create_app

Cli = Callable[..., Any]

RAML = """
    #%RAML 0.8
    title: Leaves
    version: v1
    /leaves:
      get:
        queryParameters:
          length: {type: number, required: true, maximum: 100, example: 4}
          kind: {required: true, enum: [oak, elm], example: oak}
      /{length}:
        uriParameters:
          length: {type: integer}
        get:
          queryParameters:
            kind: {enum: [oak, elm], default: oak}
      post:
        body:
          application/json:
            schema: |
              {
                "type": "object",
                "properties": {
                  "length": {"type": "number"},
                  "kind": {"type": "string"}
                },
                "required": ["length", "kind"]
              }
          application/x-www-form-urlencoded:
            formParameters:
              length: {type: number, required: true}
              kind: {required: true}
"""
OPENAPI = """
    openapi: 3.1.0
    info: {title: Leaves, version: v1}
    paths:
      /leaves:
        post:
          requestBody:
            required: true
            content:
              application/json: {schema: {$ref: '#/components/schemas/Leaves'}}
              text/csv: {schema: {$ref: '#/components/schemas/Leaves'}}
          responses: {'200': {description: A size for each leaf}}
    components:
      schemas:
        Leaves:
          type: array
          items:
            type: object
            required: [length]
            properties:
              length: {type: number}
              kind: {type: string}
              code: {type: string}
"""
ROWS = "kind,length,code,size\n" + "".join(
    f"{'oak' if n % 2 else 'elm'},{n},{n:03},{2 * n}\n" for n in range(1, 121)
)
ON_ARGS = """
    from library import FACTOR

    def train(): return None
    def test(data_sources): return {"n": len(data_sources["leaves"].get_dataframe())}
    def predict(args): return {"size": args["length"] * FACTOR, "kind": args["kind"]}
"""
ON_TABLE = """
    from library import FACTOR

    def train(): return None
    def test(): return {}
    def predict(frame): return frame["length"] * FACTOR
"""
CONFIG = """
    datasources:
      nothing: {{type: csv, path: not_there.csv, tags: test}}
      other: {{type: csv, path: other.csv, tags: test}}
      leaves: {{type: csv, path: leaves.csv, tags: test}}
    model_store: {{location: store}}
    model: {{name: Leaves, version: '1.0.0', module: model}}
    api: {{name: leaves, {api}}}
"""


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that makes a project with a model, and returns its config."""

    def write_project(model: str, api: str, **files: str) -> Path:
        texts = {
            "model.py": model,
            "library.py": "FACTOR = 2",
            "leaves.csv": ROWS,
            "other.csv": "width\n1\n",
            "cfg.yml": CONFIG.format(api=api),
            "leaves.raml": RAML,
            "leaves.yaml": OPENAPI,
        }
        for name, text in texts.items():
            (tmp_path / name).write_text(dedent(text).lstrip("\n"))
        return tmp_path / "cfg.yml"

    return write_project


def kept(config: Path) -> list[dict[str, Any]]:
    (golden,) = config.parent.glob("store/Leaves/1.0.0/builds/*/golden.json")
    requests: list[dict[str, Any]] = json.loads(golden.read_bytes())["requests"]
    return requests


def test_examples_come_first_and_then_rows_of_the_test_data(
    write: Callable[..., Path],
) -> None:
    config = write(ON_ARGS, "raml: leaves.raml")

    train_model(get_validated_config(config))

    requests = kept(config)
    assert len(requests) == 20
    assert requests[0] == {
        "method": "GET",
        "path": "/leaves",
        "given": {"query": {"length": ["4"], "kind": ["oak"]}},
        "prediction": {"size": 8.0, "kind": "oak"},
    }
    by_operation: dict[str, list[dict[str, Any]]] = {}
    for one in requests[1:]:
        media_type = one["given"].get("media_type", "")
        name = f"{one['method']} {one['path']} {media_type}".strip()
        by_operation.setdefault(name, []).append(one["given"])
    assert {name: len(given) for name, given in by_operation.items()} == {
        "GET /leaves": 7,
        "GET /leaves/{length}": 6,
        "POST /leaves application/json": 3,
        "POST /leaves application/x-www-form-urlencoded": 3,
    }
    (in_path, *_) = by_operation["GET /leaves/{length}"]
    assert in_path["path"]["length"][0].isdecimal()
    (in_form, *_) = by_operation["POST /leaves application/x-www-form-urlencoded"]
    assert in_form["form"].keys() == {"length", "kind"}


def test_bodies_hold_several_rows(write: Callable[..., Path]) -> None:
    config = write(ON_TABLE, "openapi: leaves.yaml")

    train_model(get_validated_config(config))

    one, other, *_ = (request["given"] for request in kept(config))
    rows = json.loads(one["text"])
    assert [row.keys() for row in rows] == [{"length", "kind", "code"}] * 5
    assert one["media_type"] == "application/json"
    assert isinstance(rows[0]["code"], str)
    header, *lines = other["text"].splitlines()
    assert (other["media_type"], header) == ("text/csv", "length,kind,code")
    assert len(lines) == 5
    assert [len(request["prediction"]) for request in kept(config)] == [5] * 20


def test_derived_contract_is_replayed(write: Callable[..., Path], cli: Cli) -> None:
    config = write(ON_TABLE, "from: leaves, target: size")
    trained = cli("-c", "cfg.yml", "train")
    assert trained.returncode == 0, trained.stderr
    assert len(kept(config)) == 20
    for name in ("leaves.csv", "other.csv"):
        (config.parent / name).unlink()
    assert asked(cli).returncode == 0

    (config.parent / "library.py").write_text("FACTOR = 3")
    refused = asked(cli)

    assert refused.returncode == 1
    assert "20 of 20 golden predictions differ; the first: GET /predictions?" in (
        refused.stderr
    )


def asked(cli: Cli) -> subprocess.CompletedProcess[str]:
    args = {"length": 1, "kind": "oak", "code": 7}
    done: subprocess.CompletedProcess[str] = cli(
        "-c", "cfg.yml", "predict", input=json.dumps(args)
    )
    return done


@pytest.mark.parametrize(
    ("model", "api"),
    [(ON_ARGS, "raml: leaves.raml"), (ON_TABLE, "openapi: leaves.yaml")],
)
def test_server_does_not_start_with_a_build_that_predicts_otherwise(
    write: Callable[..., Path],
    cli: Cli,
    serve: Callable[..., Any],
    model: str,
    api: str,
) -> None:
    config = write(model, api)
    trained = cli("-c", "cfg.yml", "train")
    assert trained.returncode == 0, trained.stderr
    with serve(config):
        pass

    (config.parent / "library.py").write_text("FACTOR = 3")

    with (
        pytest.raises(AssertionError, match="20 of 20 golden predictions differ"),
        serve(config),
    ):
        pass


def test_app_of_a_changed_contract_is_refused(write: Callable[..., Path]) -> None:
    config = write(ON_ARGS, "raml: leaves.raml")
    train_model(get_validated_config(config))
    create_app(Project(get_validated_config(config), tags=("predict",)))
    raml = config.parent / "leaves.raml"

    raml.write_text(raml.read_text().replace("maximum: 100", "maximum: 1"))

    with pytest.raises(GoldenMismatch, match=r"length should be at most 1"):
        create_app(Project(get_validated_config(config), tags=("predict",)))
