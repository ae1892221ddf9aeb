"""One model, eight configs: wherever its data is, the frames and metrics are equal."""

from __future__ import annotations

import json
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import databases
import fsspec
import numpy as np
import pandas as pd
import pytest
from moto.server import ThreadedMotoServer
from pandas.testing import assert_frame_equal

from launchpad_core.config import read_config
from launchpad_core.project import Project

pytestmark = pytest.mark.filterwarnings(
    "ignore:.*utcnow:DeprecationWarning", "ignore::ResourceWarning"
)

MODEL = """
import pandas as pd
from sklearn.ensemble import RandomForestRegressor
from sklearn.metrics import mean_absolute_error, r2_score


def features(patients):
    days = (patients["seen"] - pd.Timestamp("2020-01-01")).dt.days
    known = patients["visits"].fillna(0).astype("int64")
    dummies = pd.get_dummies(patients["ward"])
    numbers = patients.drop(columns=["target", "seen", "visits", "ward"])
    return numbers.assign(days=days, visits=known).join(dummies)


def train(data_sources):
    patients = data_sources["patients"].get_dataframe()
    forest = RandomForestRegressor(n_estimators=20, random_state=0)
    return forest.fit(features(patients), patients["target"])


def test(model, data_sources):
    patients = data_sources["patients"].get_dataframe()
    predicted = model.predict(features(patients))
    return {
        "r2": r2_score(patients["target"], predicted),
        "error": mean_absolute_error(patients["target"], predicted),
    }


def predict(model, args):
    return float(model.predict(pd.DataFrame([args]))[0])
"""
CONFIG = """
{dbms}
{data}
model:
  name: diabetes
  version: '1.0.0'
  module: model
"""
DATA_SOURCE = """datasources:
  patients:
    {}"""
DATA_SINK = """datasinks:
  everything:
    {}"""
S3 = """storage_options:
      key_var: S3_KEY
      secret_var: S3_SECRET
      client_kwargs: {{endpoint_url: '{s3}'}}"""
DBMS = "dbms: {{hospital: {{type: sql, url: '{url}'}}}}"
TABLE = "type: dbms.hospital\n    table: patients"
KINDS: dict[str, tuple[str, str, str]] = {  # dbms, data source, data sink
    "csv": (
        "",
        "type: csv\n    path: data/patients.csv\n    dtypes_path: data/csv.dtypes",
        "type: csv\n    path: data/patients.csv\n    dtypes_path: data/csv.dtypes",
    ),
    "parquet_on_s3": (
        "",
        "type: parquet\n    path: s3://hospital/patients.parquet\n    " + S3,
        "type: parquet\n    path: s3://hospital/patients.parquet\n    " + S3,
    ),
    "jsonl_over_http": (
        "",
        "type: jsonl\n    path: '{http}/patients.jsonl.gz'\n"
        "    dtypes_path: json.dtypes",
        "type: jsonl\n    path: web/patients.jsonl.gz\n    dtypes_path: json.dtypes",
    ),
    "sqlite": (DBMS.replace("{url}", "sqlite:///hospital.db"), TABLE, TABLE),
    "duckdb": (DBMS.replace("{url}", "duckdb:///hospital.duckdb"), TABLE, TABLE),
    "postgresql": (
        DBMS.replace("{url}", "{postgresql}"),
        TABLE + "\n    engine: sqlalchemy",
        TABLE + "\n    if_exists: replace\n    engine: sqlalchemy",
    ),
    "mariadb": (
        DBMS.replace("{url}", "{mariadb}"),
        TABLE,
        TABLE + "\n    if_exists: replace",
    ),
    "postgresql_by_adbc": (
        DBMS.replace("{url}", "{postgresql}"),
        TABLE + "\n    engine: adbc",
        TABLE + "\n    if_exists: replace",
    ),
}


@pytest.fixture
def places(
    tmp_path: Path,
    postgresql: databases.Server,
    mariadb: databases.Server,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[dict[str, str]]:
    """Return the URLs of everything that holds data, by the names in the configs."""
    monkeypatch.setenv("S3_KEY", "a-key")
    monkeypatch.setenv("S3_SECRET", "a-secret")
    (tmp_path / "web").mkdir()
    quiet = type("Quiet", (SimpleHTTPRequestHandler,), {"log_message": lambda *_: None})
    handler = partial(quiet, directory=tmp_path / "web")
    web = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=web.serve_forever, daemon=True).start()
    moto = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    moto.start()
    s3 = "http://{}:{}".format(*moto.get_host_and_port())
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    storage = fsspec.filesystem(
        "s3",
        key="a-key",
        secret="a-secret",
        client_kwargs={"endpoint_url": s3},
        skip_instance_cache=True,
    )
    storage.mkdir("hospital")
    with closing(web.socket):
        yield {
            "s3": s3,
            "http": f"http://127.0.0.1:{web.server_port}",
            "postgresql": postgresql.url("psycopg"),
            "mariadb": mariadb.url("pymysql"),
        }
        web.shutdown()
    moto.stop()


def test_frames_and_metrics_are_equal(
    tmp_path: Path,
    places: dict[str, str],
    cli: Callable[..., subprocess.CompletedProcess[str]],
) -> None:
    (tmp_path / "model.py").write_text(MODEL)
    expected = patients()
    metrics = {}
    for kind, parts in KINDS.items():
        dbms, source, sink = (part.format(**places) for part in parts)
        filling, config = tmp_path / "filling.yml", tmp_path / f"{kind}.yml"
        filling.write_text(CONFIG.format(dbms=dbms, data=DATA_SINK.format(sink)))
        config.write_text(CONFIG.format(dbms=dbms, data=DATA_SOURCE.format(source)))

        sink = resources(filling).data_sinks["everything"]
        sink.put_dataframe(expected)
        release(sink)
        source = resources(config).data_sources["patients"]
        frame = source.get_dataframe()
        release(source)
        trained = cli("--config", str(config), "train")

        assert_frame_equal(frame, expected, obj=kind)
        assert trained.returncode == 0, trained.stderr
        metrics[kind] = json.loads(trained.stdout)

    assert metrics == dict.fromkeys(KINDS, metrics["csv"])
    assert metrics["csv"]["r2"] > 0.8


def patients() -> pd.DataFrame:
    """Return scikit-learn's diabetes data, with columns of further kinds."""
    from sklearn.datasets import load_diabetes

    frame = load_diabetes(as_frame=True, scaled=False).frame
    random = np.random.default_rng(0)
    visits = pd.array(random.integers(0, 20, len(frame)), dtype="Int64")
    visits[::7] = pd.NA
    seen = np.datetime64("2020-01-01", "us") + random.integers(0, 10**14, len(frame))
    return frame.assign(
        visits=visits,
        ward=random.choice(["north", "süd", "NA"], len(frame)),
        insured=random.random(len(frame)) < 0.5,
        seen=seen,
    )


def resources(config: Path) -> Any:
    """Return the data sources and sinks of a config."""
    return Project(read_config(config), tags=["train"]).resources("train")


def release(resource: Any) -> None:
    """Close the connections of this process: DuckDB lets in only one at a time."""
    if resource.connection:
        from launchpad_sources_sql.databases import database_of

        database_of(resource.connection).close()
