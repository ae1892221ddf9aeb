"""Answers are checked against the contract: in development, and in production."""

from __future__ import annotations

import json
import logging
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from launchpad_core.contract import Operation, Response
from launchpad_core.errors import ContractError
from launchpad_core.responses import (
    AnswerCheck,
    InvalidAnswer,
    answers_of,
    response_checker,
)

COLORS = {
    "type": "object",
    "properties": {
        "color": {"enum": ["red", "green"]},
        "when": {"type": "string", "format": "date-time"},
        "shares": {"type": "array", "items": {"$ref": "#/$defs/Share"}},
    },
    "required": ["color"],
}
SCHEMAS = {"Share": {"type": "number", "minimum": 0, "maximum": 1}}


def operation(*responses: Response) -> Operation:
    return Operation("GET", path="/colors", responses=responses)


def promising(schema: Any) -> Operation:
    return operation(Response(200, media_type="application/json", schema=schema))


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ({"color": "red", "shares": [0, 0.5], "when": "2026-01-02T03:04:05Z"}, []),
        ({}, [("/color", "missing")]),
        ({"color": "blue"}, [("/color", "enum")]),
        ({"color": "red", "when": "yesterday"}, [("/when", "format")]),
        ({"color": "red", "shares": [0.5, None]}, [("/shares/1", "type")]),
        (
            {"color": "blue", "shares": [2]},
            [("/color", "enum"), ("/shares/0", "maximum")],
        ),
        ("red", [("", "type")]),
    ],
)
def test_all_faults_of_an_answer_are_found(answer: Any, expected: Any) -> None:
    faults = response_checker(promising(COLORS), SCHEMAS)(answer)

    assert sorted((fault.pointer, fault.code) for fault in faults) == expected


@pytest.mark.parametrize(
    ("promised", "answered"),
    [
        ((), [(200, "application/json")]),
        ((Response(404),), [(200, "application/json")]),
        ((Response(201),), [(201, "application/json")]),
        ((Response(204, media_type="application/json"),), [(204, "")]),
        ((Response(204), Response(205)), [(204, "")]),
        ((Response(204), Response(200)), [(200, "application/json")]),
        (
            (Response(200, media_type="Application/Vnd.Colors+JSON; charset=utf-8"),),
            [(200, "application/vnd.colors+json")],
        ),
        (
            (
                Response(202, media_type="text/csv"),
                Response(202, media_type="application/xml"),
                Response(202, media_type="application/json"),
                Response(200, media_type="application/json"),
            ),
            [(202, "text/csv"), (202, "application/json")],
        ),
    ],
)
def test_answer_is_the_first_success_that_is_promised(
    promised: tuple[Response, ...], answered: list[tuple[int, str]]
) -> None:
    answers = answers_of(operation(*promised))

    assert [(answer.status, answer.media_type) for answer in answers] == answered


def test_what_can_not_be_written_is_refused() -> None:
    with pytest.raises(ContractError) as told:
        answers_of(operation(Response(200, media_type="image/png")))

    assert str(told.value) == (
        "GET /colors promises image/png, which can't be written\n"
        "  try: application/json, or another type that ends in +json, or text/csv"
    )


def test_answer_without_a_body_is_none() -> None:
    check = response_checker(operation(Response(204)), {})

    assert check(None) == ()
    assert [fault.detail for fault in check(1)] == [
        "should be None: the answer has no body"
    ]


@pytest.mark.parametrize(
    ("how_many", "checked"), [("off", 0), ("always", 5000), ("sample", 70)]
)
def test_as_many_are_checked_as_the_config_says(how_many: Any, checked: int) -> None:
    check = AnswerCheck(promising({"type": "string"}), {}, how_many=how_many)

    for _ in range(5000):
        check("red")

    assert (check.answered, check.mismatched) == (5000, 0)
    assert abs(check.checked - checked) <= (20 if how_many == "sample" else 0)


def test_first_answers_are_always_in_the_sample() -> None:
    check = AnswerCheck(promising({"type": "string"}), {}, how_many="sample")

    for _ in range(20):
        check(1)

    assert (check.checked, check.mismatched) == (20, 20)


def test_log_counts_and_does_not_overflow(caplog: pytest.LogCaptureFixture) -> None:
    schema = {"type": "array", "items": {"type": "string"}}
    check = AnswerCheck(promising(schema), {}, how_many="always")

    with caplog.at_level(logging.WARNING):
        for number in range(150):
            check(["x"] * number + [1])

    assert check.mismatched == 150
    assert [
        re.sub(r".*: ", "", record.getMessage()).partition("(")[2]
        for record in caplog.records
    ] == [
        "time 1, in 1 of 1 checked answers)",
        "time 10, in 10 of 10 checked answers)",
        "time 100, in 100 of 100 checked answers)",
    ]


def test_strict_check_is_an_error() -> None:
    check = AnswerCheck(promising(COLORS), SCHEMAS, how_many="always", strict=True)

    with pytest.raises(InvalidAnswer) as told:
        check({"color": "red", "shares": [2]})

    assert told.value.message.startswith(
        "GET /colors does not answer what the contract promises: /shares/0 "
    )


RAML = """
    #%RAML 0.8
    title: Colors
    version: v1
    /colors:
      get:
        queryParameters:
          color:
        responses:
          200:
            body:
              application/json:
                schema: |
                  {"type": "object", "properties": {"color": {"enum": ["red"]}}}
"""
MODEL = """
    def train():
        return None

    def test():
        return {}

    def predict(args):
        return {"color": args["color"]}
"""
CONFIG = """
    model_store: {location: store}
    model: {name: Colors, version: '1.0.0', module: colors_model}
    api: {name: colors, raml: colors.raml}
"""


@pytest.fixture
def colors(tmp_path: Path) -> Path:
    from launchpad_core import get_validated_config, train_model

    for name, text in (
        ("colors.raml", RAML),
        ("colors_model.py", MODEL),
        ("cfg.yml", CONFIG),
    ):
        (tmp_path / name).write_text(dedent(text).lstrip("\n"))
    train_model(get_validated_config(tmp_path / "cfg.yml"))
    return tmp_path


def get(url: str) -> tuple[int, Any]:
    try:
        with urllib.request.urlopen(url, timeout=30) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error)


def test_in_production_a_mismatch_is_logged_and_answered(
    colors: Path, serve: Callable[..., Any]
) -> None:
    with serve(colors / "cfg.yml") as url:
        for color in ("red", "blue", "blue"):
            answer = get(f"{url}/colors/v1/colors?color={color}")
            assert answer == (200, {"color": color})

    told = [
        line
        for line in (colors / "server.log").read_text().splitlines()
        if "promises" in line
    ]
    assert len(told) == 1
    assert "GET /colors does not answer what the contract promises: /color " in told[0]


@pytest.fixture
def development(colors: Path, free_port: int) -> Iterator[str]:
    log = colors / "api.log"
    with log.open("wb") as stderr:
        process = subprocess.Popen(
            [
                str(Path(sys.executable).parent / "launchpad"),
                *("-c", "cfg.yml", "api", "--port", str(free_port)),
            ],
            cwd=colors,
            stderr=stderr,
            start_new_session=True,
        )
    url = f"http://127.0.0.1:{free_port}"
    try:
        wait_until_it_answers(url, process)
        yield url
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)


def wait_until_it_answers(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        try:
            get(url)
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the server does not answer")


def test_in_development_a_mismatch_is_an_error(development: str, colors: Path) -> None:
    assert get(f"{development}/colors/v1/colors?color=red") == (200, {"color": "red"})

    status, problem = get(f"{development}/colors/v1/colors?color=blue")

    assert status == 500
    assert problem["detail"].startswith(
        "GET /colors does not answer what the contract promises: /color "
    )
    (error,) = problem["errors"]
    del error["detail"]
    assert error == {
        "in": "answer",
        "name": "color",
        "pointer": "/color",
        "code": "enum",
    }


def test_development_server_tells_where_to_try_it(
    development: str, colors: Path
) -> None:
    assert (
        f"Try it out on {development}/colors/v1/docs"
        in (colors / "api.log").read_text()
    )
