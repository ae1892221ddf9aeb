"""A model project whose store is a bucket: trained, listed, asked and served."""

from __future__ import annotations

import json
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from object_server import ObjectServer, object_server

CONFIG = """
model_store:
  type: fsspec
  location: s3://models/production
  storage_options:
    key_var: S3_KEY
    secret_var: S3_SECRET
    client_kwargs: {{endpoint_url: '{url}'}}
  cache: {cache}
  refresh: 0.2
model: {{name: answer, version: '1.0.0', module: answer_model, answer: {answer}}}
api: {{name: answer, raml: answer.raml}}
"""
RAML = """#%RAML 0.8
title: Answer
version: v1
/answer:
  get:
"""
MODEL = """
def train(model_conf):
    return model_conf["answer"]


def test(model):
    return {"answer": model}


def predict(model):
    return {"answer": model}
"""

Cli = Callable[..., subprocess.CompletedProcess[str]]
Serve = Callable[..., AbstractContextManager[str]]


@pytest.fixture(scope="module")
def server() -> Iterator[ObjectServer]:
    with object_server() as running:
        running.make_bucket("models")
        yield running


@pytest.fixture
def write_config(
    tmp_path: Path, server: ObjectServer, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Path]:
    """Return a function that writes the config of a host with a cache of its own."""
    monkeypatch.setenv("S3_KEY", "an-access-key")
    monkeypatch.setenv("S3_SECRET", "a-secret-of-mine")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")

    def write(host: str, *, answer: int) -> Path:
        folder = tmp_path / host
        folder.mkdir(exist_ok=True)
        (folder / "answer.raml").write_text(RAML)
        (folder / "answer_model.py").write_text(MODEL)
        (folder / "answer.yml").write_text(
            CONFIG.format(url=server.url, cache=folder / "cache", answer=answer)
        )
        return folder / "answer.yml"

    return write


@pytest.mark.filterwarnings("ignore:.*utcnow:DeprecationWarning")
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_model_is_trained_on_one_host_and_served_on_another(
    write_config: Callable[..., Path],
    server: ObjectServer,
    cli: Cli,
    serve: Serve,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    trainer = str(write_config("trainer", answer=41))
    trained = cli("-c", trainer, "train")
    assert json.loads(trained.stdout) == {"answer": 41}, trained.stderr
    listed = json.loads(cli("-c", trainer, "models", "--json").stdout)
    assert listed["answer"]["1.0.0"]["metrics"] == {"answer": 41}
    assert "a-secret-of-mine" not in json.dumps(listed)
    assert json.loads(cli("-c", trainer, "predict", input="{}").stdout) == {
        "answer": 41
    }

    monkeypatch.setenv("GUNICORN_CMD_ARGS", "--preload --threads=2")
    with serve(write_config("host", answer=0), workers=2) as url:
        assert ask(url) == 41
        assert cli("-c", str(write_config("trainer", answer=42)), "train").stdout
        wait_until_all_answer(url, 42)
        with server.failing("500"):
            assert {ask(url) for _ in range(20)} == {42}
        assert cli("-c", trainer, "models", "rollback").returncode == 0
        wait_until_all_answer(url, 41)


@pytest.mark.filterwarnings("ignore:.*utcnow:DeprecationWarning")
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_store_that_cannot_be_written_is_told_before_training(
    write_config: Callable[..., Path], server: ObjectServer, cli: Cli
) -> None:
    config = write_config("trainer", answer=1)
    model = config.parent / "answer_model.py"
    model.write_text(
        MODEL.replace("    return model_conf", "    1 / 0\n    return model_conf")
    )

    with server.failing("403", "PUT"):
        done = cli("-c", str(config), "train")

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.splitlines()[-2:] == [
        "Error: can't write the model store s3://models/production: access is "
        "denied: no",
        "  try: check the credentials in storage_options:, and that they may list the "
        "bucket, and read, write and delete what is in it",
    ]
    assert "Traceback" not in done.stderr


@pytest.mark.filterwarnings("ignore:.*utcnow:DeprecationWarning")
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_bucket_is_verified_and_not_what_is_kept_of_it_here(
    write_config: Callable[..., Path], server: ObjectServer, cli: Cli
) -> None:
    config = write_config("auditor", answer=1)
    assert cli("-c", str(config), "train").returncode == 0
    assert cli("-c", str(config), "predict", input="{}").returncode == 0  # cached
    (cached,) = (config.parent / "cache").rglob("model.pkl")
    id = cached.parent.parent.name
    changed = bytes(byte ^ 1 for byte in cached.read_bytes())
    key = f"production/answer/1.0.0/builds/{id}/payload/model.pkl"
    server.put("models", key, changed)

    done = cli("-c", str(config), "models", "verify", id, "--json")

    assert done.returncode == 1
    assert "payload/model.pkl has changed since it was published" in done.stdout


def ask(url: str) -> int:
    with urllib.request.urlopen(f"{url}/answer/v1/answer", timeout=30) as answer:
        told: int = json.loads(answer.read())["answer"]
        return told


def wait_until_all_answer(url: str, expected: int) -> None:
    deadline = time.monotonic() + 60
    while {ask(url) for _ in range(20)} != {expected}:
        assert time.monotonic() < deadline, f"not all workers answer {expected}"
        time.sleep(0.2)
