"""Requests to a model that predicts on a table: one row, or many in one body."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from email.message import Message
from textwrap import dedent
from typing import Any

import pytest

from launchpad_core import get_validated_config, train_model

CONTRACT = """
    openapi: 3.1.0
    info: {title: Leaves, version: v1}
    paths:
      /sizes:
        get:
          parameters:
            - {name: length, in: query, required: true, schema: {type: number}}
            - {name: width, in: query, schema: {type: number, default: 2}}
          responses:
            '200':
              description: The size
              content:
                application/json:
                  schema: {$ref: '#/components/schemas/Size'}
        post:
          requestBody:
            required: true
            content:
              application/json: {schema: {$ref: '#/components/schemas/Leaves'}}
              text/csv: {schema: {$ref: '#/components/schemas/Leaves'}}
          responses:
            '200':
              description: A size for each leaf, in their order
              content:
                application/json:
                  schema: {type: array, items: {$ref: '#/components/schemas/Size'}}
                text/csv: {}
    components:
      schemas:
        Leaves:
          type: array
          items:
            type: object
            required: [length]
            properties:
              length: {type: number, minimum: 0}
              width: {type: number, minimum: 0, default: 2}
        Size:
          type: object
          required: [size, kind]
          properties:
            size: {type: number}
            kind: {enum: [small, large]}
"""
MODEL = """
    def train():
        return None

    def test():
        return {}

    def predict(frame):
        sizes = frame["length"] * frame["width"]
        kinds = ["large" if size > 5 else "small" for size in sizes]
        return sizes.to_frame("size").assign(kind=kinds)
"""
CONFIG = """
    model_store: {location: store}
    model: {name: Leaves, version: '1.0.0', module: leaves_model}
    api: {name: leaves, openapi: leaves.yaml, unknown_parameters: ignore}
"""


@pytest.fixture(scope="module")
def api(
    tmp_path_factory: pytest.TempPathFactory, serve: Callable[..., Any]
) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("table_requests")
    for name, text in (
        ("leaves.yaml", CONTRACT),
        ("leaves_model.py", MODEL),
        ("cfg.yml", CONFIG),
    ):
        (folder / name).write_text(dedent(text).lstrip("\n"))
    train_model(get_validated_config(folder / "cfg.yml"))
    with serve(folder / "cfg.yml") as url:
        yield f"{url}/leaves/v1/sizes"


def ask(
    url: str, body: str | None = None, **headers: str
) -> tuple[int, Message, bytes]:
    content = None if body is None else body.encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    request = urllib.request.Request(url, content, named)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers, error.read()


def test_query_is_one_row(api: str) -> None:
    status, _, content = ask(f"{api}?length=3")

    assert (status, json.loads(content)) == (200, {"size": 6.0, "kind": "large"})


def test_unknown_parameters_are_ignored_where_the_config_says_so(api: str) -> None:
    assert ask(f"{api}?length=3&depth=1")[0] == 200


def test_records_are_answered_in_their_order(api: str) -> None:
    records = [{"length": 1, "width": 3}, {"length": 4}, {"length": 0.5}]

    status, headers, content = ask(
        api, json.dumps(records), Content_Type="application/json"
    )

    assert (status, headers["Content-Type"]) == (200, "application/json")
    assert json.loads(content) == [
        {"size": 3.0, "kind": "small"},
        {"size": 8.0, "kind": "large"},
        {"size": 1.0, "kind": "small"},
    ]


def test_no_records_are_answered_by_none(api: str) -> None:
    status, _, content = ask(api, "[]", Content_Type="application/json")

    assert (status, json.loads(content)) == (200, [])


def test_rows_in_csv_are_answered_in_their_order(api: str) -> None:
    status, _, content = ask(
        api, "width,length\r\n3,1\r\n,4\r\n", Content_Type="text/csv"
    )

    assert status == 200
    assert json.loads(content) == [
        {"size": 3.0, "kind": "small"},
        {"size": 8.0, "kind": "large"},
    ]


def test_answer_is_csv_when_that_is_asked_for(api: str) -> None:
    status, headers, content = ask(
        api, "length\n1\n4\n", Content_Type="text/csv; charset=utf-8", Accept="text/csv"
    )

    assert (status, headers["Content-Type"]) == (200, "text/csv; charset=utf-8")
    assert content == b"size,kind\r\n2.0,small\r\n8.0,large\r\n"


def test_what_is_preferred_is_answered(api: str) -> None:
    _, headers, _ = ask(
        api,
        "length\n1\n",
        Content_Type="text/csv",
        Accept="application/json;q=0.5, text/*",
    )

    assert headers.get_content_type() == "text/csv"
    assert headers["Vary"] == "Accept"


@pytest.mark.parametrize(
    ("media_type", "body"),
    [
        ("application/json", '[{"length": 1}, {"length": -1}, {"width": "x"}]'),
        ("text/csv", "length,width\n1,\n-1,\n,x\n"),
    ],
)
def test_faults_are_told_by_row(media_type: str, body: str, api: str) -> None:
    status, headers, content = ask(api, body, Content_Type=media_type)

    assert (status, headers["Content-Type"]) == (400, "application/problem+json")
    assert sorted(
        (error["in"], error["pointer"], error["code"])
        for error in json.loads(content)["errors"]
    ) == [
        ("body", "/1/length", "minimum"),
        ("body", "/2/length", "missing"),
        ("body", "/2/width", "type"),
    ]


def test_what_is_taken_is_told(api: str) -> None:
    status, headers, content = ask(api, "x", Content_Type="text/plain")

    assert status == 415
    assert headers["Accept"] == "application/json, text/csv"
    assert json.loads(content)["detail"] == (
        "This operation takes application/json or text/csv, not text/plain."
    )
