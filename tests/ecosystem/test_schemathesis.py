"""What schemathesis finds, with all its checks, in an API by our own openapi.json."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from launchpad_core import get_validated_config, train_model

IRIS = Path(__file__).parents[2] / "examples" / "iris"
PROGRAM = Path(sys.executable).parent / "schemathesis"

CONTRACT = """
    openapi: 3.1.0
    info: {title: Rich, version: v1}
    paths:
      /houses/{town}/{number}:
        parameters:
          - {name: town, in: path, required: true, schema: {enum: [bonn, köln]}}
          - name: number
            in: path
            required: true
            schema: {type: integer, minimum: 1, maximum: 10000}
        get:
          parameters:
            - name: area
              in: query
              required: true
              schema: {$ref: '#/components/schemas/Area'}
            - {name: rooms, in: query, schema: {type: integer, default: 3, minimum: 1}}
            - {name: sold, in: query, schema: {type: boolean}}
            - {name: since, in: query, schema: {type: string, format: date}}
            - name: label
              in: query
              schema: {type: string, minLength: 1, maxLength: 8}
            - name: years
              in: query
              schema: {type: array, items: {type: integer}, maxItems: 3}
            - name: tags
              in: query
              explode: false
              schema: {type: array, items: {enum: [old, new]}, minItems: 1}
            - name: X-Currency
              in: header
              required: true
              schema: {enum: [EUR, USD]}
          responses:
            '200':
              description: The arguments
              content:
                application/json: {schema: {$ref: '#/components/schemas/Answer'}}
      /houses:
        post:
          requestBody:
            required: true
            content:
              application/json: {schema: {$ref: '#/components/schemas/House'}}
          responses:
            '201':
              description: The arguments
              content:
                application/vnd.house+json:
                  schema: {$ref: '#/components/schemas/Answer'}
        put:
          requestBody:
            required: true
            content:
              application/x-www-form-urlencoded:
                schema:
                  type: object
                  required: [area]
                  properties:
                    area: {type: number, minimum: 0}
                    kind: {enum: [flat, house]}
          responses:
            '200': {description: The arguments}
        delete:
          responses:
            '204': {description: Nothing}
      /plans:
        post:
          requestBody:
            required: true
            content:
              multipart/form-data:
                schema:
                  type: object
                  required: [plan]
                  properties:
                    plan: {type: string, format: binary, maxLength: 1000}
                    floor: {enum: [ground, first]}
          responses:
            '200':
              description: The number of bytes
              content:
                application/json:
                  schema:
                    type: object
                    properties: {bytes: {type: integer}}
                    required: [bytes]
    components:
      schemas:
        Area: {type: number, minimum: 0, maximum: 100000}
        House:
          type: object
          required: [area, rooms]
          additionalProperties: false
          properties:
            area: {$ref: '#/components/schemas/Area'}
            rooms:
              type: array
              minItems: 1
              maxItems: 4
              items:
                type: object
                required: [width]
                properties:
                  width: {type: number, exclusiveMinimum: 0}
                  name: {type: [string, 'null'], maxLength: 5}
        Answer:
          type: object
          additionalProperties: true
"""
MODEL = """
    def train():
        return None

    def test():
        return {}

    def predict(args):
        if args.get("plan"):
            return {"bytes": len(args["plan"].read())}
        return args or None
"""

TABLE_CONTRACT = """
    openapi: 3.1.0
    info: {title: Table, version: v1}
    paths:
      /sizes:
        post:
          requestBody:
            required: true
            content:
              application/json:
                schema:
                  type: array
                  maxItems: 20
                  items: {$ref: '#/components/schemas/Leaf'}
              text/csv:
                schema:
                  type: array
                  maxItems: 20
                  items: {$ref: '#/components/schemas/Leaf'}
          responses:
            '200':
              description: A size for each leaf
              content:
                application/json:
                  schema:
                    type: array
                    items: {$ref: '#/components/schemas/Size'}
                text/csv: {}
    components:
      schemas:
        Leaf:
          type: object
          required: [length, width]
          properties:
            length: {type: number, minimum: 0, maximum: 100}
            width: {type: number, minimum: 0, maximum: 100}
            kind: {enum: [oak, elm]}
        Size:
          type: object
          required: [size]
          properties:
            size: {type: number, minimum: 0, maximum: 10000}
"""
TABLE_MODEL = """
    def train():
        return None

    def test():
        return {}

    def predict(frame):
        return (frame["length"] * frame["width"]).to_frame("size")
"""
CSV_HOOKS = """
    import schemathesis
    from hypothesis import strategies as st

    # It knows no CSV, and would send JSON in its place.
    number = st.floats(0, 100).map(repr)
    kind = st.sampled_from(["oak", "elm", ""])
    rows = st.lists(st.tuples(number, number, kind).map(",".join), max_size=20)
    schemathesis.openapi.media_type(
        "text/csv",
        rows.map(lambda rows: "\\n".join(["length,width,kind", *rows]).encode()),
    )
"""
CONFIG = """
    model_store: {location: store}
    model: {name: Rich, version: '1.0.0', module: rich_model}
    api: {name: rich, openapi: rich.yaml}
"""

Serve = Callable[..., Any]


def project(folder: Path, *, contract: str, model: str) -> Path:
    for name, text in (
        ("rich.yaml", contract),
        ("rich_model.py", model),
        ("cfg.yml", CONFIG),
    ):
        (folder / name).write_text(dedent(text).lstrip("\n"), encoding="utf-8")
    return trained(folder / "cfg.yml")


def trained(config: Path) -> Path:
    train_model(get_validated_config(config))
    return config


def assert_nothing_is_found(url: str, *, examples: int, folder: Path) -> None:
    hooks = folder / "csv_hooks.py"
    hooks.write_text(dedent(CSV_HOOKS))
    done = subprocess.run(
        [
            *(str(PROGRAM), "run", f"{url}/openapi.json"),
            *("--checks", "all", "--max-examples", str(examples), "--seed", "1"),
            *("--continue-on-failure", "--no-color", "--workers", "2"),
        ],
        cwd=folder,
        env={**os.environ, "SCHEMATHESIS_HOOKS": str(hooks)},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_iris_example(tmp_path: Path, serve: Serve) -> None:
    shutil.copytree(IRIS, tmp_path / "iris")

    with serve(trained(tmp_path / "iris" / "iris_cfg.yml"), workers=2) as url:
        assert_nothing_is_found(f"{url}/iris/v0", examples=50, folder=tmp_path)


@pytest.mark.parametrize(
    ("contract", "model"),
    [(CONTRACT, MODEL), (TABLE_CONTRACT, TABLE_MODEL)],
    ids=["arguments", "table"],
)
def test_contract_with_all_there_is(
    contract: str, model: str, tmp_path: Path, serve: Serve
) -> None:
    config = project(tmp_path, contract=contract, model=model)

    with serve(config, workers=2) as url:
        assert_nothing_is_found(f"{url}/rich/v1", examples=30, folder=tmp_path)
