"""Contracts from data of every kind: each row of it is a request that is served."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import os
import tempfile
from base64 import b64encode
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import jsonschema_rs
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from launchpad_api_openapi.format import OpenApiFormat
from launchpad_api_raml.format import RamlFormat
from launchpad_core import get_validated_config, train_model
from launchpad_core.contracts.files import format_of, read_contract, written
from launchpad_core.generation.contracts import Wanted, contract_of
from launchpad_core.generation.facts import column_facts, column_names
from launchpad_core.plain import plain
from launchpad_core.project import Project
from launchpad_core.web import create_app

EXAMPLES = int(os.environ.get("LAUNCHPAD_EXAMPLES", "100"))
BERLIN = dt.timezone(dt.timedelta(hours=1))


def arrow(values: list[Any], kind: pa.DataType) -> Any:
    return pd.array(values, dtype=pd.ArrowDtype(kind))


def of_objects(*values: Any) -> pd.Series[Any]:
    return pd.Series([*values], dtype=object)


COLUMNS: dict[Any, Any] = {
    "bool": [True, False],
    **{
        f"{kind}": np.array([0, np.iinfo(kind).max], dtype=kind)
        for kind in ("int8", "int16", "int32", "int64")
    },
    **{
        f"u{kind}": np.array([0, np.iinfo(f"u{kind}").max], dtype=f"u{kind}")
        for kind in ("int8", "int16", "int32")
    },
    "uint64": np.array([0, 2**63 - 1], dtype="uint64"),  # the most for a table
    "float16": np.array([0.1, 65504], dtype="float16"),
    "float32": np.array([0.1, 3e38], dtype="float32"),
    "float64": [0.1, 1e300],
    "nan": [0.1, np.nan],
    "infinite": [-np.inf, 0.5],
    "Int64": pd.array([None, 2**60], dtype="Int64"),
    "UInt8": pd.array([None, 255], dtype="UInt8"),
    "Float32": pd.array([None, 0.25], dtype="Float32"),
    "boolean": pd.array([None, False], dtype="boolean"),
    "str": ["yes", "010"],
    "str missing": ["null", None],
    "string": pd.array(["", None], dtype="string"),
    "object text": of_objects("a\nb", "1e3"),
    "texts": ['"', "🌸 <a&b=c>+%41"],
    "category": pd.Categorical(["b", "a"], categories=["c", "b", "a"]),
    "category missing": pd.Categorical(["b", None]),
    "category of numbers": pd.Categorical([2.5, 1.0]),
    "category of integers": pd.Categorical([2, None]),
    "category of booleans": pd.Categorical([True, False]),
    "category of one boolean": pd.Categorical([True, None]),
    "category of days": pd.Categorical(pd.to_datetime(["2024-01-02", "2024-01-03"])),
    "category of intervals": pd.cut([1, 2], 2),
    "category of anything": pd.Categorical([1, "a"]),
    "no categories": pd.Categorical([None, None]),
    **{
        f"datetime64[{unit}]": pd.array(
            ["2024-01-02T03:04:05", "1999-12-31"], dtype=f"datetime64[{unit}]"
        )
        for unit in ("s", "ms", "us", "ns")
    },
    "nanoseconds": pd.to_datetime(["2024-01-02T03:04:05.123456789", None]),
    "far away": np.array(["0001-01-01", "9999-12-31"], dtype="datetime64[s]"),
    "farther": np.array(["12345-01-01", "2024-01-01"], dtype="datetime64[s]"),
    "zone": pd.to_datetime(["2024-01-02", "2024-07-02"]).tz_localize("Europe/Berlin"),
    "old zone": pd.to_datetime(["1850-01-02", None]).tz_localize("Europe/Berlin"),
    "utc": pd.to_datetime(["2024-01-02", None], utc=True),
    "timedelta": pd.to_timedelta([-1, 90061001], unit="ms"),
    "period": pd.period_range("2024-01", periods=2, freq="M"),
    "interval": pd.interval_range(0, 2),
    "dates": of_objects(dt.date(2024, 1, 2), None),
    "times": of_objects(dt.time(3, 4, 5), None),
    "moments": of_objects(dt.datetime(2024, 1, 2, tzinfo=BERLIN), None),
    "durations": of_objects(dt.timedelta(days=1), dt.timedelta(seconds=0.5)),
    "decimals": of_objects(Decimal("1.10"), Decimal("-3")),
    "bytes": of_objects(b"\x00\xff", b"a"),
    "ids": of_objects(UUID(int=1), UUID(int=2)),
    "mixed": of_objects(1, "a"),
    "mixed truth": of_objects(True, 0.5),
    "lists": of_objects([1, 2], [3]),
    "lists of text": of_objects(["a", "b"], None),
    "arrays": of_objects(np.array([0.5, 1.5]), np.array([2.5])),
    "sparse": pd.arrays.SparseArray([0, 1]),
    "sparse missing": pd.arrays.SparseArray([np.nan, 0.5]),
    "sparse bool": pd.arrays.SparseArray([True, False]),
    "nothing": of_objects(None, None),
    "nan only": [np.nan, np.nan],
    "arrow bool": arrow([True, None], pa.bool_()),
    "arrow int": arrow([1, None], pa.int8()),
    "arrow double": arrow([0.5, None], pa.float64()),
    "arrow half": arrow([np.float16(0.5), None], pa.float16()),
    "arrow text": arrow(["a", None], pa.string()),
    "arrow large text": arrow(["a", "b"], pa.large_string()),
    "arrow decimal": arrow([Decimal("1.10"), None], pa.decimal128(5, 2)),
    "arrow date": arrow([dt.date(2024, 1, 2), None], pa.date32()),
    "arrow time": arrow([dt.time(3, 4, 5), None], pa.time64("us")),
    "arrow timestamp": arrow([dt.datetime(2024, 1, 2, 3), None], pa.timestamp("us")),
    "arrow zone": arrow(
        [dt.datetime(2024, 1, 2, tzinfo=dt.timezone.utc)] * 2,
        pa.timestamp("us", tz="UTC"),
    ),
    "arrow duration": arrow([dt.timedelta(1), None], pa.duration("us")),
    "arrow bytes": arrow([b"a", None], pa.binary()),
    "arrow list": arrow([[1, 2], [3]], pa.list_(pa.int64())),
    "arrow dictionary": arrow(["a", None], pa.dictionary(pa.int32(), pa.string())),
    "arrow null": arrow([None, None], pa.null()),
    # What columns may be called:
    7: [1, 2],
    2.5: [1, 2],
    ("a", "b"): [1, 2],
    "": [1, 2],
    " ": [1, 2],
    "q\"uo'te": [1, 2],
    "new\nline": [1, 2],
    "x?": [1, 2],
    "/a/": [1, 2],
    "//": [1, 2],
    "[]": [1, 2],
    "a=b&c;d": [1, 2],
    "{name}": [1, 2],
    "größe 花": [1, 2],
    "yes": [1, 2],
    "null": [1, 2],
    "$ref": [1, 2],
    "body": [1, 2],
    "x" * 3000: [1, 2],
    "target": pd.Categorical(["x", "y"]),
}


def frame() -> pd.DataFrame:
    made = pd.DataFrame({str(index): one for index, one in enumerate(COLUMNS.values())})
    made.columns = pd.Index([*COLUMNS], tupleize_cols=False)
    return made


def said(item: Any) -> Any:
    """Return a cell as a client says it in JSON."""
    if isinstance(item, (pd.Period, pd.Interval)):
        return str(item)
    return b64encode(item).decode() if isinstance(item, bytes) else plain(item)


def rows(data: pd.DataFrame) -> list[dict[str, Any]]:
    names = column_names(data)
    cells = [[said(item) for item in data.iloc[:, i]] for i in range(len(names))]
    return [
        {name: column[row] for name, column in zip(names, cells, strict=True)}
        for row in range(len(data))
    ]


def in_url(row: dict[str, Any]) -> list[tuple[str, str]]:
    return [
        (name, text(item))
        for name, value in row.items()
        if value is not None
        for item in (value if isinstance(value, list) else [value])
    ]


def text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def in_csv(records: list[dict[str, Any]]) -> str:
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(records[0])
    for row in records:
        writer.writerow("" if one is None else text(one) for one in row.values())
    return file.getvalue()


MODELS = {
    "args": "def predict(args): return {'target': 'x', 'n': len(args)}",
    "frame": "def predict(frame): return [{'target': 'x', 'n': frame.shape[1]}] "
    "* len(frame)",
}


@pytest.fixture
def project(tmp_path: Path) -> Callable[[str], Path]:
    """Return a function that writes a project without the section ``api``."""

    def write(model: str) -> Path:
        (tmp_path / "model.py").write_text(
            f"def train(): return 1\ndef test(): return {{}}\n{MODELS[model]}\n"
        )
        config = tmp_path / "cfg.yml"
        config.write_text("model: {name: M, version: '1.0.0', module: model}\n")
        return config

    return write


@pytest.mark.parametrize("bounds", [False, True], ids=["free", "bounds"])
@pytest.mark.parametrize("model", ["args", "frame"])
@pytest.mark.parametrize("format", ["raml", "openapi"])
def test_every_row_of_the_data_is_a_request(
    format: str, model: str, bounds: bool, project: Callable[[str], Path]
) -> None:
    config = project(model)
    contract = contract_of(
        column_facts([frame()]),
        title="T",
        version="v1",
        wanted=Wanted(target="target", bounds=bounds, rows=model == "frame"),
    )
    registry = Project(get_validated_config(config)).resolution.registry
    file = config.parent / "api.txt"
    file.write_text(written(contract, format_of(format, registry)), encoding="utf-8")
    config.write_text(config.read_text() + f"api: {{name: m, {format}: api.txt}}\n")

    assert read_contract(file, registry, format=format) == contract
    settings = get_validated_config(config)
    train_model(settings)
    app = create_app(Project(settings, tags=("predict",)))
    url = "/m/v1/mythings"
    client = app.test_client()
    records = [{**row} for row in rows(frame())]
    for row in records:
        del row["target"]

    answers = [client.get(url, query_string=in_url(row)) for row in records]
    if model == "frame":
        answers.append(client.post(url, json=records))
        answers.append(client.post(url, data=in_csv(records), content_type="text/csv"))
    else:
        answers += [client.post(url, json=row) for row in records]

    one = {"target": "x", "n": len(COLUMNS) - 1}
    several = [[one, one]] * 2 if model == "frame" else [one, one]
    assert [answer.json for answer in answers] == [one, one, *several]


@pytest.mark.parametrize("format", ["raml", "openapi"])
def test_contract_of_no_rows_is_served(
    format: str, project: Callable[[str], Path]
) -> None:
    config = project("frame")
    contract = contract_of(
        column_facts([frame().iloc[:0]]),
        title="T",
        version="v1",
        wanted=Wanted(target="target", bounds=True, rows=True),
    )
    registry = Project(get_validated_config(config)).resolution.registry
    file = config.parent / "api.txt"
    file.write_text(written(contract, format_of(format, registry)), encoding="utf-8")
    config.write_text(config.read_text() + f"api: {{name: m, {format}: api.txt}}\n")

    assert read_contract(file, registry, format=format) == contract
    settings = get_validated_config(config)
    train_model(settings)
    client = create_app(Project(settings, tags=("predict",))).test_client()
    assert client.post("/m/v1/mythings", json=[]).json == []


KINDS = (
    st.none(),
    st.booleans(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(),
    st.text(st.characters(codec="utf-8"), max_size=5),
    st.dates(),
    st.datetimes(dt.datetime(1700, 1, 1), dt.datetime(2200, 1, 1)),
    st.binary(max_size=3),
    st.timedeltas(dt.timedelta(-9), dt.timedelta(9)),
    st.lists(st.integers(-9, 9) | st.none(), max_size=2),
)


@st.composite
def frames(draw: st.DrawFn) -> pd.DataFrame:
    """Frames of few rows, each column of one or two kinds of values."""
    rows = draw(st.integers(0, 3))
    labels = st.text(st.characters(codec="utf-8"), max_size=4) | st.integers()
    names = draw(st.lists(labels, max_size=4, unique_by=str))
    columns = []
    for _ in names:
        kind = st.one_of(draw(st.lists(st.sampled_from(KINDS), min_size=1, max_size=2)))
        cells = draw(st.lists(kind, min_size=rows, max_size=rows))
        columns.append(of_objects(*cells))
        if draw(st.booleans()):
            columns[-1] = columns[-1].infer_objects()
    made = pd.DataFrame({str(index): column for index, column in enumerate(columns)})
    made.columns = pd.Index(names, dtype=object)
    return made


@settings(deadline=None, max_examples=EXAMPLES)
@given(frames())
def test_any_frame_makes_a_contract_that_takes_its_rows(data: pd.DataFrame) -> None:
    contract = contract_of(
        column_facts([data]),
        title="T",
        version="v1",
        wanted=Wanted(bounds=True, rows=True),
    )
    row = jsonschema_rs.Draft202012Validator(contract.schemas["Row"])

    for record in rows(data):
        assert row.is_valid(record), record
    for format, suffix in ((RamlFormat(), "raml"), (OpenApiFormat(), "yaml")):
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / f"api.{suffix}"
            file.write_text(format.write(contract), encoding="utf-8")
            assert format.read(file) == contract
