"""Reading a document opens that file, no other, and no connection."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from referencing.exceptions import Unresolvable

from launchpad_api_openapi.checks import check_rules
from launchpad_api_openapi.document import read_document
from launchpad_api_openapi.faults import Faults

WATCHER = """
import difflib  # which is else imported for the first misspelt word
import sys
from pathlib import Path
from launchpad_api_openapi.format import OpenApiFormat
from launchpad_core.errors import ContractError

events = []

def read(name):
    try:
        OpenApiFormat().read(Path(name))
    except ContractError as error:
        return " ".join(str(error).split())
    return "read"

read("warm.yaml")  # imports what is imported on first use
sys.addaudithook(lambda event, args: events.append((event, args)))
for name in sys.argv[1:]:
    events.clear()
    told = read(name)
    for event, args in [*events]:
        if event.startswith(("open", "os.", "socket", "subprocess", "urllib")):
            print(event, args[0])
    print(told)
"""

HEAD = "openapi: {}\ninfo: {{title: T, version: v1}}\n"
FINE = "responses: {'200': {description: Fine}}"


class Counting(BaseHTTPRequestHandler):
    """Counts who asks."""

    asked = 0

    def do_GET(self) -> None:
        Counting.asked += 1
        self.send_error(404)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def address() -> Iterator[str]:
    Counting.asked = 0
    with HTTPServer(("127.0.0.1", 0), Counting) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/x.json"
        server.shutdown()
        thread.join()
    assert Counting.asked == 0


@pytest.fixture
def pipe(tmp_path: Path) -> str:
    """Return the address of a file that nobody could open without being stuck."""
    path = tmp_path / "pipe.json"
    os.mkfifo(path)
    return path.as_uri()


EVERYWHERE = """
paths:
  /x:
    get:
      parameters:
        - {{$ref: "{0}#/a"}}
        - {{name: a, in: query, schema: {{$ref: "{0}"}}}}
      requestBody: {{$ref: "{0}"}}
      responses: {{"200": {{$ref: "{0}"}}}}
  /y: {{$ref: "{0}#/y"}}
components:
  schemas:
    A: {{items: {{$ref: "{0}"}}, default: [1]}}
    B: {{$id: "{0}", $ref: "#/components/schemas/A"}}
    C: {{$dynamicRef: "{0}"}}
"""
DIALECT = """
jsonSchemaDialect: "{0}"
paths: {{}}
components: {{schemas: {{A: {{$schema: "{0}", default: 1}}}}}}
"""
IGNORED = """
externalDocs: {{url: "{0}"}}
paths:
  /x:
    get:
      externalDocs: {{url: "{0}"}}
      callbacks:
        a: {{x: {{post: {{responses: {{"200": {{$ref: "{0}"}}}}}}}}}}
      responses:
        "200":
          description: Fine
          links: {{self: {{operationRef: "{0}#/paths/~1x"}}}}
          content:
            application/json:
              schema:
                default: {{$ref: "{0}"}}
                enum: [{{$ref: "{0}"}}]
                example: {{$ref: "{0}"}}
                discriminator: {{propertyName: a, mapping: {{b: "{0}"}}}}
              examples:
                a: {{externalValue: "{0}"}}
                b: {{value: {{$ref: "{0}"}}}}
components:
  securitySchemes:
    a: {{type: openIdConnect, openIdConnectUrl: "{0}"}}
"""


@pytest.mark.parametrize("version", ["3.0.4", "3.1.0", "3.2.0"])
@pytest.mark.parametrize(
    ("text", "is_read"),
    [(EVERYWHERE, False), (DIALECT, False), (IGNORED, True)],
    ids=["references", "dialects", "ignored"],
)
def test_nothing_else_is_opened(
    version: str, text: str, is_read: bool, address: str, pipe: str, tmp_path: Path
) -> None:
    (tmp_path / "warm.yaml").write_text(
        HEAD.format(version) + f"paths: {{/x: {{get: {{{FINE}}}}}}}\n"
    )
    targets = {"http.yaml": address, "file.yaml": pipe, "beside.yaml": "pipe.json"}
    for name, target in targets.items():
        (tmp_path / name).write_text(HEAD.format(version) + text.format(target))

    watched = subprocess.run(
        [sys.executable, "-W", "error", "-c", WATCHER, *targets],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )

    lines = watched.stdout.splitlines()
    assert lines[::2] == [f"open {name}" for name in targets]
    assert [line == "read" for line in lines[1::2]] == [is_read] * len(targets)


def test_validator_itself_retrieves_nothing(address: str, tmp_path: Path) -> None:
    path = tmp_path / "api.yaml"
    path.write_text(HEAD.format("3.1.0") + f'paths: {{/x: {{$ref: "{address}"}}}}\n')

    with pytest.raises(Unresolvable):
        check_rules(read_document(path), Faults())
