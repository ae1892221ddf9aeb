"""gunicorn with --preload: what was read before the fork stays, connections don't."""

from __future__ import annotations

import json
import subprocess
import urllib.request
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import databases
import pytest

CONFIG = """
dbms:
  db: {{type: sql, url: '{url}'}}
datasources:
  cached:
    type: dbms.db
    query: SELECT pg_backend_pid() AS pid
    tags: predict
    expires: -1
  fresh:
    type: dbms.db
    query: SELECT pg_backend_pid() AS pid, n FROM generate_series(1, 1000) AS n
    engine: {engine}
    tags: predict
model: {{name: pids, version: '1.0.0', module: pid_model}}
api: {{name: pids, raml: pids.raml, preload_datasources: true}}
"""
RAML = """#%RAML 0.8
title: Pids
version: v1
/pids:
  get:
"""
MODEL = """
def train():
    return None


def test():
    return {}


def predict(data_sources):
    fresh = data_sources["fresh"].get_dataframe()
    cached = data_sources["cached"].get_dataframe()
    return {
        "fresh": int(fresh["pid"][0]), "cached": int(cached["pid"][0]),
        "rows": int(fresh["n"].sum()),
    }
"""


@pytest.mark.parametrize("engine", ["sqlalchemy", "auto"])
def test_workers_connect_on_their_own(
    engine: str,
    tmp_path: Path,
    postgresql: databases.Server,
    cli: Callable[..., subprocess.CompletedProcess[str]],
    serve: Callable[..., object],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    config = tmp_path / "pids.yml"
    config.write_text(CONFIG.format(url=postgresql.url("psycopg"), engine=engine))
    (tmp_path / "pids.raml").write_text(RAML)
    (tmp_path / "pid_model.py").write_text(MODEL)
    trained = cli("--config", str(config), "train")
    assert trained.returncode == 0, trained.stderr
    monkeypatch.setenv("GUNICORN_CMD_ARGS", "--preload --threads=4")

    with serve(config, workers=2) as url:  # type: ignore[attr-defined]

        def ask(_: int) -> dict[str, int]:
            with urllib.request.urlopen(f"{url}/pids/v1/pids", timeout=30) as answer:
                told: dict[str, int] = json.loads(answer.read())
                return told

        with ThreadPoolExecutor(8) as threads:
            answers = list(threads.map(ask, range(200)))

    assert {answer["rows"] for answer in answers} == {500500}
    (before_fork,) = {answer["cached"] for answer in answers}
    after_fork = {answer["fresh"] for answer in answers}
    assert before_fork not in after_fork
    assert len(after_fork) >= 2
