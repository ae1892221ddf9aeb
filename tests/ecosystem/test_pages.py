"""The pages that describe an API, over a real socket from a running gunicorn."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import replace
from email.message import Message
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from openapi_spec_validator import validate

from launchpad_core import get_validated_config, train_model
from launchpad_core.plugins import load_plugins
from launchpad_core.project import Project
from launchpad_core.registry import Registry
from launchpad_core.web import create_app, swagger_ui

RAML = """
    #%RAML 0.8
    title: Sums <& more>
    version: v1
    /sums:
      get:
        queryParameters:
          x: {type: number, required: true, example: 1}
"""
CONFIG = """
    model_store: {location: store}
    model: {name: Sums, version: '1.0.0', module: sums_model}
    api: {name: sums, raml: sums.raml}
"""
MODEL = """
    def train():
        return None

    def test():
        return {}

    def predict(args):
        return args
"""

Write = Callable[..., Path]


def write(folder: Path, *, raml: str = RAML, config: str = CONFIG) -> Path:
    for name, text in (
        ("sums.raml", raml),
        ("sums_model.py", MODEL),
        ("cfg.yml", config),
    ):
        (folder / name).write_text(dedent(text).lstrip("\n"))
    train_model(get_validated_config(folder / "cfg.yml"))
    return folder / "cfg.yml"


def client(config: Path) -> Any:
    project = Project(get_validated_config(config), tags=("predict",))
    return create_app(project).test_client()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pages")
    write(folder)
    return folder


@pytest.fixture(scope="module")
def api(folder: Path, serve: Callable[..., Any]) -> Iterator[str]:
    with serve(folder / "cfg.yml", workers=2) as url:
        yield f"{url}/sums/v1"


def get(url: str, **headers: str) -> tuple[int, Message, bytes]:
    request = urllib.request.Request(url, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers, error.read()


def test_openapi_is_valid_and_tells_every_answer(api: str) -> None:
    status, headers, content = get(f"{api}/openapi.json")
    document = json.loads(content)
    operation = document["paths"]["/sums"]["get"]

    assert (status, headers["Content-Type"]) == (200, "application/json")
    validate(document)
    assert document["info"]["title"] == "Sums <& more>"
    assert document["servers"] == [{"url": "/sums/v1"}]
    assert {
        code: [*answer["content"]] for code, answer in operation["responses"].items()
    } == {
        "200": ["application/json"],
        "400": ["application/problem+json"],
        "406": ["application/problem+json"],
        "500": ["application/problem+json"],
    }
    assert "Problem" in document["components"]["schemas"]


def test_contract_is_there_as_it_was_written(api: str, folder: Path) -> None:
    status, headers, content = get(f"{api}/sums.raml")

    assert status == 200
    assert headers["Content-Type"] == "application/raml+yaml"
    assert content == (folder / "sums.raml").read_bytes()


def test_docs_page_loads_nothing_from_elsewhere(api: str) -> None:
    status, headers, content = get(f"{api}/docs")
    page = content.decode("utf-8")

    assert (status, headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert (
        "default-src 'none'; script-src 'self';" in headers["Content-Security-Policy"]
    )
    assert "<title>Sums &lt;&amp; more&gt;</title>" in page
    assert "//" not in page
    for path, media_type in swagger_ui.ASSETS.items():
        status, headers, content = get(f"{api}/docs{path}")
        assert (status, headers.get_content_type()) == (200, media_type)
        assert f"docs{path}" in page
        assert content


@pytest.mark.parametrize(
    "page", ["openapi.json", "sums.raml", "docs", "docs/swagger-ui-bundle.js"]
)
def test_page_that_has_not_changed_is_not_sent_again(page: str, api: str) -> None:
    _, headers, _ = get(f"{api}/{page}")
    tag = headers["ETag"]

    status, headers, content = get(f"{api}/{page}", **{"If-None-Match": tag})

    assert (status, headers["ETag"], content) == (304, tag, b"")
    assert headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize(
    ("pages", "there"),
    [
        ("[]", set()),
        ("[openapi]", {"openapi.json"}),
        ("[contract]", {"sums.raml"}),
        ("[docs]", {"docs", "openapi.json"}),
    ],
)
def test_each_page_can_be_switched_off(
    pages: str, there: set[str], tmp_path: Path
) -> None:
    config = CONFIG.replace("raml: sums.raml", f"raml: sums.raml, pages: {pages}")
    ask = client(write(tmp_path, config=config)).get

    answers = {
        page: ask(f"/sums/v1/{page}") for page in ("openapi.json", "sums.raml", "docs")
    }

    assert {
        page for page, found in answers.items() if found.status_code == 200
    } == there
    for page in answers.keys() - there:
        assert answers[page].json["detail"] == "There is nothing at this path."


def test_operation_wins_over_a_page(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    raml = """
        #%RAML 0.8
        title: Sums
        version: v1
        /{word}:
          uriParameters:
            word:
          get:
        /docs/{page}:
          uriParameters:
            page:
          post:
    """
    ask = client(write(tmp_path, raml=raml)).get

    for page in ("openapi.json", "sums.raml", "docs"):
        assert ask(f"/sums/v1/{page}").json == {"word": page}
    assert (
        "There is no page /sums/v1/docs: GET /{word} is in its place" in caplog.messages
    )
    assert ask("/sums/v1/docs/page.css").status_code == 200


def test_contract_in_yaml_says_so(tmp_path: Path) -> None:
    config = write(
        tmp_path, config=CONFIG.replace("raml: sums.raml", "openapi: it.yaml")
    )
    (tmp_path / "it.yaml").write_text(
        "openapi: 3.1.0\ninfo: {title: Sums, version: v1}\n"
        "paths: {/sums: {get: {responses: {'200': {description: Sum}}}}}\n"
    )

    answer = client(config).get("/sums/v1/it.yaml")

    assert (answer.status_code, answer.mimetype) == (200, "application/yaml")


def test_contract_that_is_derived_has_no_file(tmp_path: Path) -> None:
    config = """
        datasources: {numbers: {type: csv, path: numbers.csv, tags: train}}
        model_store: {location: store}
        model: {name: Sums, version: '1.0.0', module: sums_model}
        api: {name: sums, from: numbers, target: z}
    """
    (tmp_path / "numbers.csv").write_text("x,y,z\n1,2,3\n")
    ask = client(write(tmp_path, config=config)).get

    assert ask("/sums/v1/sums.raml").status_code == 404
    assert "/predictions" in ask("/sums/v1/openapi.json").json["paths"]
    assert ask("/sums/v1/docs").status_code == 200


def test_pages_that_lack_a_plugin_tell_which(tmp_path: Path) -> None:
    config = write(tmp_path)
    project = Project(get_validated_config(config), tags=("predict",))
    others = [plugin for plugin in load_plugins() if "openapi" not in plugin.name]
    project.resolution = replace(project.resolution, registry=Registry(others))
    app = create_app(project)

    answer = app.test_client().get("/sums/v1/openapi.json")

    assert answer.status_code == 404
    assert answer.json["detail"] == (
        'There is no page here: API format "openapi" is provided by '
        "launchpad-api-openapi, which is not installed; "
        "try: pip install launchpad-api-openapi"
    )
    assert app.extensions["launchpad"].docs == ""


def test_docs_page_without_swagger_ui_tells_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask = client(write(tmp_path)).get
    monkeypatch.setattr(swagger_ui, "_PACKAGE", "launchpad_no_such_package")

    answer = ask("/sums/v1/docs")

    assert answer.status_code == 404
    assert answer.json["detail"] == (
        "There is no page here: flask-swagger-ui is not installed; "
        "try: pip install 'launchpad-core[docs]'"
    )
