"""Requests over a real socket to a running gunicorn, by a contract in RAML."""

from __future__ import annotations

import http.client
import json
import re
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from textwrap import dedent
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import pytest

RAML = """
    #%RAML 0.8
    title: All
    version: v2
    /things:
      get:
        queryParameters:
          number: {type: number, required: true, minimum: 0, maximum: 10}
          integer: {type: integer, default: 3}
          flag: {type: boolean}
          word: {minLength: 2, maxLength: 4, pattern: '^[a-z]+$'}
          size: {enum: [small, large]}
          list: {type: 'number[]'}
          names: {repeat: true, maxLength: 3}
          'odd [name]': {type: integer}
      post:
        body:
          application/x-www-form-urlencoded:
            formParameters:
              number: {type: number, required: true}
      /{id}:
        uriParameters:
          id: {type: integer, minimum: 1}
        get:
    /photos:
      post:
        body:
          multipart/form-data:
            formParameters:
              photo: {type: file, required: true}
              label: {maxLength: 5}
    /flowers:
      post:
        headers:
          X-Unit: {enum: [cm, mm], default: cm}
          X-Sender: {required: true, minLength: 2}
        body:
          application/json:
            schema: |
              {
                "type": "object",
                "properties": {
                  "length": {"type": "number", "minimum": 0},
                  "leaves": {
                    "type": "array",
                    "items": {
                      "type": "object",
                      "properties": {"color": {"enum": ["red", "green"]}},
                      "required": ["color"]
                    }
                  }
                },
                "required": ["length"]
              }
    /fails:
      get:
    /shelves/:
      get:
    /scans:
      post:
        body:
          image/*:
"""
MODEL = """
    def train():
        return None

    def test():
        return {}

    def predict(args):
        if not args:
            return {"secret": 1 / 0}
        if "body" in args:
            return {"bytes": len(args["body"])}
        if "photo" in args:
            photo = args["photo"]
            content = photo.read().decode()
            return {"name": photo.filename, "content": content, "label": args["label"]}
        return args
"""
CONFIG = """
    model_store: {location: store}
    model: {name: All, version: '2.1.0', module: all_model}
    api: {name: all, raml: all.raml, max_body: 5000}
"""
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
JSON = {"Content-Type": "application/json"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from launchpad_core import get_validated_config, train_model

    folder = tmp_path_factory.mktemp("requests")
    for name, text in (
        ("all.raml", RAML),
        ("all_model.py", MODEL),
        ("cfg.yml", CONFIG),
    ):
        (folder / name).write_text(dedent(text).lstrip("\n"))
    (folder / "static").mkdir()
    (folder / "static" / "page.html").write_text("page")
    train_model(get_validated_config(folder / "cfg.yml"))
    return folder


@pytest.fixture(scope="module")
def server(folder: Path, serve: Callable[..., Any]) -> Iterator[str]:
    with serve(folder / "cfg.yml", workers=2) as url:
        yield url


class Answer:
    def __init__(self, response: http.client.HTTPResponse) -> None:
        self.status = response.status
        self.headers = response.headers
        self.body = response.read()

    @property
    def json(self) -> Any:
        return json.loads(self.body)


Ask = Callable[..., Answer]


@pytest.fixture
def ask(server: str) -> Ask:
    def request(
        method: str, path: str, body: Any = None, headers: dict[str, str] | None = None
    ) -> Answer:
        address = urlsplit(server)
        assert address.hostname
        connection = http.client.HTTPConnection(
            address.hostname, address.port, timeout=30
        )
        try:
            connection.request(method, path, body, headers or {})
            return Answer(connection.getresponse())
        finally:
            connection.close()

    return request


def things(ask: Ask, **query: Any) -> Answer:
    return ask("GET", "/all/v2/things?" + urlencode(query, doseq=True))


def faults(answer: Answer) -> dict[str, str]:
    assert answer.status == 400
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json["title"] == "Bad Request"
    return {error["name"]: error["code"] for error in answer.json["errors"]}


def test_parameters_are_converted_and_completed(ask: Ask) -> None:
    answer = things(ask, number="1.5", flag="true", list=["1", "2.5"], names="ab")

    assert answer.status == 200
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.json == {
        "number": 1.5,
        "integer": 3,
        "flag": True,
        "word": None,
        "size": None,
        "list": [1.0, 2.5],
        "names": ["ab"],
        "odd [name]": None,
    }


def test_any_name_can_be_a_parameter(ask: Ask) -> None:
    answer = ask("GET", f"/all/v2/things?number=1&{quote('odd [name]')}=5")

    assert answer.json["odd [name]"] == 5


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, {"number": "missing"}),
        ({"number": "one"}, {"number": "type"}),
        ({"number": "nan"}, {"number": "type"}),
        ({"number": "-1"}, {"number": "minimum"}),
        ({"number": "11"}, {"number": "maximum"}),
        ({"number": ["1", "2"]}, {"number": "repeated"}),
        ({"number": "1", "integer": "1.5"}, {"integer": "type"}),
        ({"number": "1", "flag": "maybe"}, {"flag": "type"}),
        ({"number": "1", "word": "a"}, {"word": "minLength"}),
        ({"number": "1", "word": "abcde"}, {"word": "maxLength"}),
        ({"number": "1", "word": "AB"}, {"word": "pattern"}),
        ({"number": "1", "size": "medium"}, {"size": "enum"}),
        ({"number": "1", "list": ["1", "x"]}, {"list": "type"}),
        ({"number": "1", "names": ["a", "abcd"]}, {"names": "maxLength"}),
        ({"number": "1", "more": "1"}, {"more": "unknown"}),
        (
            {"integer": "x", "size": "medium", "more": "1"},
            {
                "number": "missing",
                "integer": "type",
                "size": "enum",
                "more": "unknown",
            },
        ),
    ],
)
def test_all_faults_of_a_request_are_in_one_answer(
    query: dict[str, Any], expected: dict[str, str], ask: Ask
) -> None:
    assert faults(things(ask, **query)) == expected


def test_fault_tells_place_and_reason(ask: Ask) -> None:
    assert things(ask, number="-1").json == {
        "type": "about:blank",
        "title": "Bad Request",
        "status": 400,
        "detail": "number should be at least 0",
        "message": {"number": "should be at least 0"},
        "errors": [
            {
                "in": "query",
                "name": "number",
                "code": "minimum",
                "detail": "should be at least 0",
            }
        ],
    }


def test_uri_parameter(ask: Ask) -> None:
    assert ask("GET", "/all/v2/things/7").json == {"id": 7}
    assert faults(ask("GET", "/all/v2/things/0")) == {"id": "minimum"}
    assert faults(ask("GET", "/all/v2/things/x?y=1")) == {"id": "type", "y": "unknown"}


def test_form_parameters(ask: Ask) -> None:
    assert ask("POST", "/all/v2/things", "number=2", FORM).json == {"number": 2.0}
    assert faults(ask("POST", "/all/v2/things", "number=x&y=1", FORM)) == {
        "number": "type",
        "y": "unknown",
    }
    assert faults(ask("POST", "/all/v2/things")) == {"number": "missing"}
    assert faults(ask("POST", "/all/v2/things?number=1", "number=1", FORM)) == {
        "number": "unknown"
    }


def multipart(**parts: tuple[str, str]) -> tuple[bytes, dict[str, str]]:
    lines = []
    for name, (attributes, content) in parts.items():
        head = f'Content-Disposition: form-data; name="{name}"{attributes}'
        lines += ["--limit", head, "", content]
    body = "\r\n".join([*lines, "--limit--", ""]).encode()
    return body, {"Content-Type": "multipart/form-data; boundary=limit"}


def test_file_upload(ask: Ask) -> None:
    photo = ('; filename="a.png"', "pixels")

    answer = ask("POST", "/all/v2/photos", *multipart(photo=photo, label=("", "cat")))

    assert answer.json == {"name": "a.png", "content": "pixels", "label": "cat"}
    assert faults(
        ask("POST", "/all/v2/photos", *multipart(label=("", "too long"), more=photo))
    ) == {"photo": "missing", "label": "maxLength", "more": "unknown"}


def test_files_and_texts_of_a_form_are_told_apart(ask: Ask) -> None:
    parts = multipart(photo=("", "pixels"), label=('; filename="a.txt"', "cat"))

    answer = ask("POST", "/all/v2/photos", *parts)

    assert answer.status == 400
    assert answer.json["message"] == {
        "photo": "should be a file",
        "label": "should be text, not a file",
    }
    assert len(answer.json["errors"]) == 2


@pytest.mark.parametrize(
    ("method", "path", "body", "headers", "status", "detail"),
    [
        (
            "GET",
            "/all/v1/things",
            None,
            {},
            404,
            "There is nothing at this path.",
        ),
        ("GET", "/", None, {}, 404, "There is nothing at this path."),
        ("GET", "/static/page.html", None, {}, 404, "There is nothing at this path."),
        (
            "DELETE",
            "/all/v2/things",
            None,
            {},
            405,
            "This path does not take this method.",
        ),
        (
            "POST",
            "/all/v2/things",
            "{}",
            {"Content-Type": "application/json"},
            415,
            "This operation takes application/x-www-form-urlencoded, "
            "not application/json.",
        ),
        (
            "POST",
            "/all/v2/things",
            "x",
            {"Content-Type": "a/{limit.__class__}{x}"},
            415,
            "This operation takes application/x-www-form-urlencoded, "
            "not a/{limit.__class__}{x}.",
        ),
        (
            "POST",
            "/all/v2/things",
            "number=1",
            {},
            415,
            "This operation takes application/x-www-form-urlencoded, "
            "not a body without a media type.",
        ),
        (
            "POST",
            "/all/v2/things",
            "number=1",
            FORM | {"Content-Encoding": "gzip"},
            415,
            "This operation takes no bodies that are encoded by gzip.",
        ),
        (
            "POST",
            "/all/v2/things",
            "number=1",
            {"Content-Type": FORM["Content-Type"] + "; charset=latin-1"},
            415,
            "This operation takes text in UTF-8, not latin-1.",
        ),
        (
            "POST",
            "/all/v2/photos",
            "photo",
            {"Content-Type": "multipart/form-data"},
            400,
            "The media type of the form says no boundary.",
        ),
        (
            "POST",
            "/all/v2/photos",
            "--x\r\nContent-Disposition: form-data\r\n\r\n1\r\n--x--\r\n",
            {"Content-Type": "multipart/form-data; boundary=x"},
            400,
            "A part of the form has no name.",
        ),
        (
            "POST",
            "/all/v2/photos",
            "--x\r\nContent-Disposition: form-data; name=label\r\n\r\n1",
            {"Content-Type": "multipart/form-data; boundary=x"},
            400,
            "The form is malformed.",
        ),
        (
            "GET",
            "/all/v2/things?number=1",
            None,
            {"Accept": "text/html, application/json;q=0"},
            406,
            "This operation answers application/json.",
        ),
        (
            "GET",
            "/all//v2/things?number=1",
            None,
            {},
            404,
            "There is nothing at this path.",
        ),
        ("GET", "/all/v2/shelves", None, {}, 404, "There is nothing at this path."),
        ("GET", "/all/v2/things/%ff", None, {}, 400, "The path is not UTF-8."),
        ("GET", "/all/v2/things?word=%ff", None, {}, 400, "The query is not UTF-8."),
        ("GET", "/all/v2/things?%ff=1", None, {}, 400, "The query is not UTF-8."),
        ("POST", "/all/v2/things", "number=%ff", FORM, 400, "The form is not UTF-8."),
        ("POST", "/all/v2/things", b"number=\xff", FORM, 400, "The form is not UTF-8."),
        (
            "POST",
            "/all/v2/things",
            "number=" + "1" * 5000,
            FORM,
            413,
            "The body is larger than 5000 bytes.",
        ),
    ],
)
def test_other_faults_are_problems_too(
    method: str,
    path: str,
    body: Any,
    headers: dict[str, str],
    status: int,
    detail: str,
    ask: Ask,
) -> None:
    answer = ask(method, path, body, headers)

    assert answer.status == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert (answer.json["status"], answer.json["detail"]) == (status, detail)
    assert answer.json["message"] == detail


def test_body_of_a_range_of_media_types(ask: Ask) -> None:
    png = {"Content-Type": "image/png"}

    assert ask("POST", "/all/v2/scans", b"pixels", png).json == {"bytes": 6}
    assert ask("POST", "/all/v2/scans", b"{}", JSON).status == 415


def test_media_type_that_is_not_taken_tells_which_are(ask: Ask) -> None:
    answer = ask("POST", "/all/v2/things", "{}", JSON)

    assert answer.status == 415
    assert answer.headers["Accept"] == "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    "accepted",
    [
        "*/*",
        "application/*",
        "application/json; charset=utf-8",
        "text/html, APPLICATION/JSON;q=0.1",
        "text/html;q=0.9, */*;q=0.1",
        "application/*;q=0, application/json",
    ],
)
def test_answer_is_what_the_client_accepts(accepted: str, ask: Ask) -> None:
    answer = ask("GET", "/all/v2/things?number=1", headers={"Accept": accepted})

    assert (answer.status, answer.headers["Content-Type"]) == (200, "application/json")


@pytest.mark.parametrize(
    "accepted", ["text/html", "application/json;q=0, */*", "application/*;q=0", "json"]
)
def test_answer_that_the_client_does_not_accept_is_not_given(
    accepted: str, ask: Ask
) -> None:
    answer = ask("GET", "/all/v2/things?number=1", headers={"Accept": accepted})

    assert answer.status == 406
    assert answer.headers["Content-Type"] == "application/problem+json"


def flowers(ask: Ask, body: Any, **headers: str) -> Answer:
    content = (body if isinstance(body, str) else json.dumps(body)).encode()
    return ask(
        "POST", "/all/v2/flowers", content, {**JSON, "X-Sender": "me", **headers}
    )


def test_json_body_and_headers_are_arguments(ask: Ask) -> None:
    answer = flowers(ask, {"length": 1.5, "leaves": [{"color": "red"}]})

    assert answer.status == 200
    assert answer.json == {
        "X-Unit": "cm",
        "X-Sender": "me",
        "length": 1.5,
        "leaves": [{"color": "red"}],
    }


def test_headers_are_utf_8(ask: Ask) -> None:
    in_utf_8 = flowers(ask, {"length": 1}, **{"X-Sender": "Zo\u00c3\u00ab"})
    in_latin_1 = flowers(ask, {"length": 1}, **{"X-Sender": "Zo\u00eb"})

    assert in_utf_8.json["X-Sender"] == "Zoë"
    assert in_latin_1.status == 400
    assert in_latin_1.json["detail"] == "X-Sender is not UTF-8"


def test_all_faults_of_body_and_headers_are_told(ask: Ask) -> None:
    answer = flowers(
        ask,
        {"length": -1, "leaves": [{"color": "red"}, {"color": "blue"}, {}]},
        **{"X-Unit": "m", "X-Sender": "x"},
    )

    assert answer.status == 400
    assert [
        (error["in"], error["name"], error.get("pointer"), error["code"])
        for error in answer.json["errors"]
    ] == [
        ("header", "X-Unit", None, "enum"),
        ("header", "X-Sender", None, "minLength"),
        ("body", "length", "/length", "minimum"),
        ("body", "color", "/leaves/1/color", "enum"),
        ("body", "color", "/leaves/2/color", "missing"),
    ]
    assert answer.json["message"] == {
        error.get("pointer") or error["name"]: error["detail"]
        for error in answer.json["errors"]
    }


@pytest.mark.parametrize("body", ["{", "", "nul", '{"length": NaN}', "\ufeff{}", "[]"])
def test_body_that_is_no_such_json_is_refused(body: str, ask: Ask) -> None:
    answer = flowers(ask, body)

    assert answer.status == 400
    assert {error["in"] for error in answer.json["errors"]} == {"body"}
    assert answer.json["errors"][0]["pointer"] == ""
    assert [*answer.json["message"]] == ["body"]


def test_method_that_is_not_allowed_tells_which_are(ask: Ask) -> None:
    answer = ask("PUT", "/all/v2/things")

    allowed = {method.strip() for method in answer.headers["Allow"].split(",")}
    assert allowed == {"GET", "POST", "HEAD", "OPTIONS"}


@pytest.mark.parametrize(
    ("chunks", "answer"),
    [
        (b"5\r\nnumbe\r\n3\r\nr=1\r\n0\r\n\r\n", b"HTTP/1.1 200 "),
        (b"1771\r\n" + b"x" * 6001 + b"\r\n0\r\n\r\n", b"HTTP/1.1 413 "),
        (b"no size\r\nnumber=1\r\n0\r\n\r\n", b"HTTP/1.1 400 "),
    ],
    ids=["fine", "too large", "malformed"],
)
def test_body_in_chunks(chunks: bytes, answer: bytes, server: str) -> None:
    address = urlsplit(server)
    head = (
        b"POST /all/v2/things HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
        b"Content-Type: application/x-www-form-urlencoded\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n"
    )

    with socket.create_connection((address.hostname, address.port), 30) as client:
        client.sendall(head + chunks)
        received = client.recv(65536)

    assert received.startswith(answer)


def test_fault_of_the_model_is_told_to_the_log_and_not_to_the_client(
    ask: Ask, folder: Path
) -> None:
    answer = ask("GET", "/all/v2/fails")

    assert answer.status == 500
    assert answer.headers["Content-Type"] == "application/problem+json"
    fault_id = answer.json["id"]
    assert answer.json == {
        "type": "about:blank",
        "title": "Internal Server Error",
        "status": 500,
        "detail": "The model could not answer this request. "
        "The log says more under this id.",
        "message": "The model could not answer this request. "
        "The log says more under this id.",
        "id": fault_id,
    }
    told = (folder / "server.log").read_text().partition(f"Fault {fault_id}")[2]
    assert re.match(
        r'\nTraceback \(most recent call last\):\n  File ".*all_model.py", line \d+, '
        r"in predict\n",
        told,
    )
    assert "ZeroDivisionError" in told
    assert "launchpad_core" not in told.partition("ZeroDivisionError")[0]


def test_head_and_options(ask: Ask) -> None:
    assert ask("HEAD", "/all/v2/things?number=1").status == 200
    assert ask("HEAD", "/all/v2/things").status == 400
    assert ask("OPTIONS", "/all/v2/things").status == 200
