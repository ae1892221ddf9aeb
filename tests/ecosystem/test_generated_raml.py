"""``launchpad generate-raml``: the short form, as mllaunchpad's users know it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from launchpad_api_raml.format import RamlFormat
from launchpad_core.contract import Operation, Parameter, Response

Cli = Callable[..., Any]

CONFIG = """
datasources:
  petals: {type: csv, path: petals.csv, tags: train}
model: {name: Iris, version: '1.0.0', module: model}
"""
EXPECTED = """#%RAML 1.0
title: Iris API
version: v1
/flowers:
  get:
    description: Get a prediction for one of the flowers
    queryParameters:
      width: {description: What width means, type: number, example: 0.2}
      colour:
        description: What colour means
        type: string
        required: false
        example: red
    responses:
      200:
        description: The prediction
        body:
          application/json:
            type: object
            properties:
              variety: string
            example: {variety: Setosa}

# Before this is published:
# - correct the resource's name, titles and descriptions;
# - check that the examples show nothing that must stay secret;
# - add minimum:, maximum:, minLength:, maxLength:, pattern:, default: where they help.
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "cfg.yml").write_text(CONFIG)
    (tmp_path / "petals.csv").write_text(
        "width,colour,variety\n0.2,red,Setosa\n1.5,,Virginica\n"
    )
    return tmp_path


def test_raml_is_printed(folder: Path, cli: Cli) -> None:
    args = ("petals", "--target", "variety", "--resource", "flowers")

    done = cli("-c", "cfg.yml", "generate-raml", *args)

    assert (done.returncode, done.stdout) == (0, EXPECTED)


def test_older_flag_takes_all_columns(folder: Path, cli: Cli) -> None:
    (folder / "iris.raml").write_text(cli("-c", "cfg.yml", "-g", "petals").stdout)

    (operation,) = RamlFormat().read(folder / "iris.raml").operations

    def parameter(name: str, kind: str, example: Any, required: bool) -> Parameter:
        return Parameter(
            name,
            location="query",
            schema={"type": kind},
            required=required,
            description=f"What {name} means",
            examples=(example,),
        )

    assert operation == Operation(
        "GET",
        path="/mythings",
        description="Get a prediction for one of the mythings",
        parameters=(
            parameter("width", "number", 0.2, True),
            parameter("colour", "string", "red", False),
            parameter("variety", "string", "Setosa", True),
        ),
        responses=(
            Response(
                200,
                media_type="application/json",
                schema={
                    "type": "object",
                    "properties": {"prediction": {"type": "string"}},
                    "required": ["prediction"],
                },
                description="The prediction",
                examples=({"prediction": "some value"},),
            ),
        ),
    )
