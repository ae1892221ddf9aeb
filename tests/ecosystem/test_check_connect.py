"""``check --connect`` with files and PostgreSQL: nothing is written, all is tried."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import databases
import pytest
import sqlalchemy as sa

MODEL = """
import pandas as pd

def train(data_sources):
    return float(data_sources["widths"].get_dataframe()["width"].mean())

def test(model): return {"mean": model}

def predict(model, args, data_sinks):
    answer = {"wide": args["width"] > model}
    data_sinks["asked"].put_dataframe(pd.DataFrame([args]))
    data_sinks["file"].put_dataframe(pd.DataFrame([args]))
    return answer
"""
CONTRACT = """\
#%RAML 0.8
title: Widths
version: v1
/verdicts:
  get:
    queryParameters:
      width: {type: number, required: true, example: 0.7}
    responses:
      200:
        body:
          application/json:
            schema: '{"type": "object", "properties": {"wide": {"type": "boolean"}}}'
"""
CONFIG = """
dbms:
  garden: {{type: sql, url: '{url}'}}
datasources:
  widths: {{type: dbms.garden, table: widths, tags: train}}
datasinks:
  asked: {{type: dbms.garden, table: asked, if_exists: append, tags: predict}}
  file: {{type: csv, path: {folder}/asked.csv, mode: append, tags: predict}}
model: {{name: widths, version: '1.0.0', module: model}}
api: {{name: widths, raml: widths.raml}}
"""

Cli = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def engine(postgresql: databases.Server) -> Iterator[sa.Engine]:
    engine = sa.create_engine(postgresql.url("psycopg"))
    with engine.begin() as connected:
        connected.exec_driver_sql("DROP TABLE IF EXISTS widths, asked")
        connected.exec_driver_sql("CREATE TABLE widths AS SELECT 0.5::float AS width")
        connected.exec_driver_sql("CREATE TABLE asked (width float)")
    yield engine
    engine.dispose()


@pytest.fixture
def checked(tmp_path: Path, engine: sa.Engine, cli: Cli) -> Callable[..., Any]:
    """Return a function that checks a trained model in another state of things."""
    (tmp_path / "model.py").write_text(MODEL)
    (tmp_path / "widths.raml").write_text(CONTRACT)
    url = engine.url.render_as_string(hide_password=False)
    config = tmp_path / "LAUNCHPAD_CFG.yml"
    config.write_text(CONFIG.format(url=url, folder="out"))
    (tmp_path / "out").mkdir()
    trained = cli("train")
    assert trained.returncode == 0, trained.stderr

    def run(sql: str = "", **changes: str) -> subprocess.CompletedProcess[str]:
        if sql:
            with engine.begin() as connected:
                connected.exec_driver_sql(sql)
        config.write_text(CONFIG.format(**{"url": url, "folder": "out", **changes}))
        return cli("check", "--connect")

    return run


def states(done: subprocess.CompletedProcess[str]) -> dict[str, str]:
    return {row["name"]: row["state"] for row in json.loads(done.stdout)}


def test_all_is_tried_and_nothing_written(
    checked: Callable[..., Any], engine: sa.Engine, tmp_path: Path
) -> None:
    done = checked()

    assert done.returncode == 0, done.stdout + done.stderr
    assert states(done) == {
        "widths": "ok",
        "asked": "ok",
        "file": "ok",
        "model_store": "ok",
        "GET /verdicts": "ok",
    }
    with engine.connect() as connected:
        asked = connected.exec_driver_sql("SELECT count(*) FROM asked").scalar()
    assert asked == 0
    assert list((tmp_path / "out").iterdir()) == []


def test_each_fault_is_told_where_it_is(
    checked: Callable[..., Any], tmp_path: Path
) -> None:
    (tmp_path / "full").write_text("no folder")

    done = checked("DROP TABLE widths", folder="full")

    assert done.returncode == 2
    told = states(done)
    assert "widths" in told["widths"]
    assert told["widths"] != "ok"
    assert told["asked"] == "ok"
    assert "full" in told["file"]
    assert told["file"] != "ok"
    assert told["GET /verdicts"] == "ok"


def test_a_database_that_is_away_is_told_without_its_password(
    checked: Callable[..., Any],
) -> None:
    url = f"postgresql+psycopg://rose:{databases.PASSWORD}@127.0.0.1:1/launchpad"

    done = checked(url=url)

    assert done.returncode == 2
    told = states(done)
    assert "127.0.0.1" in told["widths"]
    assert "127.0.0.1" in told["asked"]
    assert databases.PASSWORD not in done.stdout + done.stderr
