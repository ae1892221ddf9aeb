"""Secrets show up nowhere: not on the screen, not in a log, not in what is stored."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import databases
import pytest
import sqlalchemy as sa

KEY = "the-key-to-the-bucket"
MODEL = """
def train(data_sources):
    print(data_sources, data_sources["petals"].connection, vars(data_sources["petals"]))
    return data_sources["petals"].get_dataframe()["width"].mean()


def test(model, data_sources):
    return {"mean": model}


def predict(model, args):
    return model
"""
CONFIG = """
dbms:
  garden:
    type: sql
    {connection}
datasources:
  petals:
    type: dbms.garden
    {petals}
    tags: [train]
  far:
    type: csv
    path: s3://bucket/petals.csv
    storage_options: {{key: {key}, secret_var: MY_SECRET}}
    tags: [test]
datasinks:
  out:
    type: dbms.garden
    table: out
    tags: [predict]
model: {{name: petals, version: '1.0.0', module: model}}
"""
PARTS = """drivername: postgresql+psycopg
    host: 127.0.0.1
    port: {port}
    username: rose
    password_var: MY_PW
    database: launchpad"""


@pytest.mark.parametrize("named", [False, True])
@pytest.mark.parametrize("table", ["widths", "missing"])
def test_secrets_show_up_nowhere(
    table: str,
    named: bool,
    tmp_path: Path,
    postgresql: databases.Server,
    cli: Callable[..., subprocess.CompletedProcess[str]],
) -> None:
    engine = sa.create_engine(postgresql.url("psycopg"))
    with engine.begin() as connected:
        connected.exec_driver_sql("DROP TABLE IF EXISTS widths")
        connected.exec_driver_sql("CREATE TABLE widths AS SELECT 0.5::float AS width")
    engine.dispose()
    connection = (
        PARTS.format(port=postgresql.port)
        if named
        else f"url: {postgresql.url('psycopg')}"
    )
    (tmp_path / "model.py").write_text(MODEL)
    (tmp_path / "LAUNCHPAD_CFG.yml").write_text(
        CONFIG.format(connection=connection, petals=f"table: {table}", key=KEY)
    )
    env = {"MY_PW": databases.PASSWORD, "MY_SECRET": KEY[::-1]}

    trained = cli("--verbose", "train", env=env)
    others = [
        cli("--verbose", *command, env=env)
        for command in (["check", "--explain"], ["models", "--json"], ["plugins"])
    ]

    assert trained.returncode == (0 if table == "widths" else 1), trained.stderr
    assert [done.returncode for done in others] == [0, 0, 0], others
    shown = "".join(done.stdout + done.stderr for done in (trained, *others))
    stored = b"".join(
        path.read_bytes()
        for path in (tmp_path / "model_store").rglob("*")
        if path.is_file()
    ).decode(errors="replace")
    for secret in (databases.PASSWORD, KEY, KEY[::-1]):
        assert secret not in shown + stored
    assert "Traceback" not in shown


def test_explain_says_what_reads_and_writes(
    tmp_path: Path,
    postgresql: databases.Server,
    cli: Callable[..., subprocess.CompletedProcess[str]],
) -> None:
    (tmp_path / "model.py").write_text(MODEL)
    (tmp_path / "LAUNCHPAD_CFG.yml").write_text(
        CONFIG.format(
            connection=PARTS.format(port=postgresql.port),
            petals="table: widths",
            key=KEY,
        )
    )

    done = cli("check", "--explain", env={"MY_PW": "x", "MY_SECRET": "x"})
    without = cli("check", "--explain")

    shown = f"postgresql+psycopg://rose:***@127.0.0.1:{postgresql.port}/launchpad"
    how = {row["name"]: row["how"] for row in json.loads(done.stdout)}
    assert how["petals"] == f"ADBC to {shown}, as far as it can"
    assert how["out"] == f"COPY into {shown}"
    how = {row["name"]: row["how"] for row in json.loads(without.stdout)}
    assert how["petals"] == "the environment variable MY_PW is not set"
    assert without.returncode == 0


def test_debug_messages_of_file_systems_hold_no_secrets(
    tmp_path: Path, cli: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    (tmp_path / "LAUNCHPAD_CFG.yml").write_text(
        f"""
        datasources:
          page: {{type: csv, path: 'http://rose:{KEY}@127.0.0.1:1/x.csv'}}
          object:
            type: csv
            path: s3://bucket/x.csv
            storage_options:
              key_var: MY_KEY
              secret_var: MY_SECRET
              endpoint_url: http://127.0.0.1:1
              config_kwargs: {{retries: {{max_attempts: 0}}}}
        model: {{name: M, version: '1.0.0', module: model}}
        """
    )
    (tmp_path / "model.py").write_text(MODEL)

    env = {"MY_KEY": KEY[::-1], "MY_SECRET": "x", "AWS_DEFAULT_REGION": "us-east-1"}
    done = cli("--verbose", "check", "--connect", env=env)

    states = [row["state"] for row in json.loads(done.stdout)]
    assert all("can't be reached" in state for state in states[:2]), states
    assert KEY not in done.stdout + done.stderr
    assert KEY[::-1] not in done.stdout + done.stderr
