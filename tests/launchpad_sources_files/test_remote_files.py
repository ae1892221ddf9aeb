"""Files behind URLs: S3, the web, and fsspec's memory."""

from __future__ import annotations

import gzip
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import fsspec
import numpy as np
import pandas as pd
import pytest
from moto.server import ThreadedMotoServer
from pandas.testing import assert_frame_equal

from launchpad_core.data import DataSink, DataSource
from launchpad_core.errors import DataError
from launchpad_core.positions import Position
from launchpad_core.sections import as_section
from launchpad_sources_files.arrow_files import FeatherSink, FeatherSource
from launchpad_sources_files.csv import CsvSink, CsvSource
from launchpad_sources_files.excel import ExcelSink, ExcelSource
from launchpad_sources_files.json_files import JsonSink, JsonSource
from launchpad_sources_files.parquet import ParquetSink, ParquetSource
from launchpad_sources_files.raw import RawFileSink, RawFileSource

FRAME = pd.DataFrame({"a": [1, 2, 3], "b": [0.5, 1.5, 2.5], "c": ["x", "y", "z"]})
TYPES: dict[str, tuple[type[DataSink], type[DataSource]]] = {
    "csv": (CsvSink, CsvSource),
    "parquet": (ParquetSink, ParquetSource),
    "feather": (FeatherSink, FeatherSource),
    "json": (JsonSink, JsonSource),
    "jsonl": (JsonSink, JsonSource),
    "excel": (ExcelSink, ExcelSource),
}
pytestmark = pytest.mark.filterwarnings(
    "ignore:.*utcnow:DeprecationWarning", "ignore::ResourceWarning"
)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    moto = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    moto.start()
    host, port = moto.get_host_and_port()
    yield f"http://{host}:{port}"
    moto.stop()


@pytest.fixture
def s3(server: str, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    monkeypatch.setenv("S3_KEY", "an-access-key")
    monkeypatch.setenv("S3_SECRET", "a-secret-of-mine")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    options = {
        "key_var": "S3_KEY",
        "secret_var": "S3_SECRET",
        "client_kwargs": {"endpoint_url": server},
    }
    system = fsspec.filesystem(
        "s3",
        key="x",
        secret="y",
        client_kwargs=options["client_kwargs"],
        skip_instance_cache=True,
    )
    if not system.exists("models"):
        system.mkdir("models")
    return options


@pytest.mark.parametrize("type_", TYPES)
@pytest.mark.parametrize("place", ["s3", "memory"])
def test_frames_go_there_and_back(
    type_: str, place: str, request: pytest.FixtureRequest
) -> None:
    sink_of, source_of = TYPES[type_]
    url = {"s3": "s3://models/", "memory": "memory://models/"}[place]
    section = {"type": type_, "path": f"{url}new/{type_}/data.{type_}"}
    if place == "s3":
        section["storage_options"] = request.getfixturevalue("s3")

    sink_of("x", section).put_dataframe(FRAME)
    assert_frame_equal(source_of("x", section).get_dataframe(), FRAME)

    sink_of("x", {**section, "mode": "append"}).put_dataframe(FRAME)
    both = pd.concat([FRAME, FRAME], ignore_index=True)
    assert_frame_equal(source_of("x", section).get_dataframe(), both)
    chunks = list(source_of("x", section).get_dataframe(chunksize=4))
    assert [len(chunk) for chunk in chunks] == [4, 2]

    with pytest.raises(DataError) as told:
        sink_of("x", {**section, "mode": "error"}).put_dataframe(FRAME)
    assert str(told.value) == (
        f'data sink "x" can\'t write {section["path"]}: it exists already\n'
        "  try: mode: replace or mode: append, if that is what you mean"
    )
    folder = section["path"].rpartition("/")[0]
    whole = source_of("x", {**section, "path": folder}).get_dataframe()
    assert_frame_equal(whole, both)


@pytest.mark.parametrize("suffix", ["", ".gz", ".bz2", ".xz", ".zst", ".zip"])
def test_compression_goes_by_the_suffix(suffix: str, s3: dict[str, Any]) -> None:
    path = f"s3://models/packed/{{day}}.csv{suffix}"
    section = {"type": "csv", "path": path, "storage_options": s3}

    CsvSink("x", section).put_dataframe(FRAME, {"day": "mon"})

    read = CsvSource("x", section).get_dataframe({"day": "mon"})
    assert_frame_equal(read, FRAME)


def test_patterns_match_objects(s3: dict[str, Any]) -> None:
    for name in ("b/2", "b/1", "a/3", "_hidden/4"):
        path = f"s3://models/pattern/{name}.parquet"
        section = {"type": "parquet", "path": path, "storage_options": s3}
        ParquetSink("x", section).put_dataframe(pd.DataFrame({"from": [name]}))

    source = ParquetSource("x", {**section, "path": "s3://models/pattern/**/*.parquet"})
    nothing = ParquetSource("x", {**section, "path": "s3://models/pattern/*.csv"})

    assert source.get_dataframe()["from"].tolist() == ["a/3", "b/1", "b/2"]
    assert source.explain() == "pyarrow, fsspec s3"
    with pytest.raises(DataError) as told:
        nothing.get_dataframe()
    assert str(told.value) == (
        'data source "x" can\'t read s3://models/pattern/*.csv: no file matches it'
    )


def test_raw_files_are_objects_as_well(s3: dict[str, Any]) -> None:
    for type_, data in (("text_file", "Grüße\n"), ("binary_file", b"\x00\xff")):
        path = f"s3://models/raw/{type_}"
        section = {"type": type_, "path": path, "storage_options": s3}
        RawFileSink("x", section).put_raw(data)
        assert RawFileSource("x", section).get_raw() == data


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("s3://models/no.csv", "there is no such file"),
        ("s3://no-bucket/a.csv", "there is no such bucket"),
    ],
)
def test_missing_object_is_told(path: str, reason: str, s3: dict[str, Any]) -> None:
    section = as_section({"type": "csv", "path": path, "storage_options": s3})
    section.positions["path"] = Position("cfg.yml", 7)

    with pytest.raises(DataError) as told:
        CsvSource("x", section).get_dataframe()

    assert str(told.value) == (
        f'cfg.yml:7: data source "x" can\'t read {path}: {reason}\n  try: check path:'
    )


def test_missing_bucket_is_told_by_the_sink(s3: dict[str, Any]) -> None:
    section = {"type": "csv", "path": "s3://no-bucket/a.csv", "storage_options": s3}

    with pytest.raises(DataError) as told:
        CsvSink("x", section).put_dataframe(FRAME)

    assert str(told.value) == (
        'data sink "x" can\'t write s3://no-bucket/a.csv: there is no such bucket\n'
        "  try: check path:"
    )


def test_nothing_secret_is_shown(s3: dict[str, Any]) -> None:
    section = {"type": "csv", "path": "s3://no-bucket/a.csv", "storage_options": s3}
    source = CsvSource("x", section)

    with pytest.raises(DataError):
        source.get_dataframe()

    shown = repr(source.__dict__) + repr(source.settings)
    assert "a-secret-of-mine" not in shown and "an-access-key" not in shown


def test_missing_variable_is_told() -> None:
    options = {"key_var": "NO_SUCH_VARIABLE"}
    section = {"type": "csv", "path": "s3://b/a.csv", "storage_options": options}

    with pytest.raises(Exception, match="NO_SUCH_VARIABLE is not set"):
        CsvSource("x", section).get_dataframe()


def test_server_that_is_not_there_is_told() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    path = f"http://me:pass-word@127.0.0.1:{port}/a.csv"

    with pytest.raises(DataError) as told:
        CsvSource("x", {"type": "csv", "path": path}).get_dataframe()

    assert str(told.value) == (
        f'data source "x" can\'t read http://127.0.0.1:{port}/a.csv: '
        "the server can't be reached\n  try: check storage_options:"
    )


def test_driver_that_is_missing_is_told() -> None:
    source = CsvSource("x", {"type": "csv", "path": "gs://bucket/a.csv"})

    with pytest.raises(DataError) as told:
        source.get_dataframe()

    assert str(told.value) == (
        'data source "x" can\'t read gs://bucket/a.csv: files on gs:// need a package '
        "that is not installed\n  try: pip install 'launchpad-sources-files[gcs]'"
    )


def test_two_sinks_that_must_not_replace_write_once(s3: dict[str, Any]) -> None:
    section = {
        "type": "csv",
        "path": "s3://models/once.csv",
        "storage_options": s3,
        "mode": "error",
    }

    def write(number: int) -> bool:
        try:
            CsvSink("x", section).put_dataframe(pd.DataFrame({"a": [number]}))
        except DataError:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(write, range(4))) == 1


class Web(SimpleHTTPRequestHandler):
    """Serves files, with ranges below /ranges/, and half of them below /half/."""

    def log_message(self, *args: object) -> None:
        pass

    def do_GET(self) -> None:
        kind, _, name = self.path.strip("/").partition("/")
        data = (Path(self.directory) / name).read_bytes()
        wanted = self.headers.get("Range")
        if kind == "ranges" and wanted:
            first, last = wanted.removeprefix("bytes=").split("-")
            piece = data[int(first) : int(last) + 1]
            self.send_response(206)
            self.send_header(
                "Content-Range",
                f"bytes {first}-{int(first) + len(piece) - 1}/{len(data)}",
            )
        else:
            piece = data
            self.send_response(200)
        self.send_header("Content-Length", str(len(piece)))
        self.end_headers()
        self.wfile.write(piece[: len(piece) // 2] if kind == "half" else piece)
        if kind == "half":
            self.connection.shutdown(socket.SHUT_RDWR)

    def do_HEAD(self) -> None:
        name = self.path.strip("/").partition("/")[2]
        self.send_response(200)
        size = (Path(self.directory) / name).stat().st_size
        self.send_header("Content-Length", str(size))
        self.end_headers()


@pytest.fixture
def web(tmp_path: Path) -> Iterator[str]:
    handler = partial(Web, directory=str(tmp_path))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


BIG = pd.DataFrame({"a": range(300_000), "b": np.linspace(0, 1, 300_000)})


@pytest.mark.parametrize("kind", ["whole", "ranges"])
@pytest.mark.parametrize("type_", ["csv", "jsonl", "parquet", "feather"])
def test_web_is_read(type_: str, kind: str, web: str, tmp_path: Path) -> None:
    sink_of, source_of = TYPES[type_]
    section = {"type": type_, "path": str(tmp_path / f"data.{type_}")}
    sink_of("x", section).put_dataframe(BIG)

    section["path"] = f"{web}/{kind}/data.{type_}"
    read = source_of("x", {**section, "columns": ["b", "a"]}).get_dataframe()

    assert_frame_equal(read, BIG[["b", "a"]])


@pytest.mark.parametrize("chunksize", [None, 1000])
@pytest.mark.parametrize("type_", ["csv", "jsonl", "parquet", "feather", "json"])
def test_server_that_dies_leaves_no_short_frame(
    type_: str, chunksize: int | None, web: str, tmp_path: Path
) -> None:
    sink_of, source_of = TYPES[type_]
    section = {"type": type_, "path": str(tmp_path / f"data.{type_}")}
    sink_of("x", section).put_dataframe(BIG)
    section["path"] = f"{web}/half/data.{type_}"

    with pytest.raises(DataError) as told:
        list(source_of("x", section).get_dataframe(chunksize=chunksize))

    assert str(told.value) == (
        f'data source "x" can\'t read {section["path"]}: '
        "the connection was lost before its end"
    )


def test_params_are_quoted_for_the_web(web: str, tmp_path: Path) -> None:
    (tmp_path / "a b%c.csv").write_text("a\n1\n")
    (tmp_path / "a%20b%25c.csv").write_text("a\n1\n")
    section = {"type": "csv", "path": f"{web}/whole/{{name}}.csv"}

    frame = CsvSource("x", section).get_dataframe({"name": "a b%c"})

    assert frame["a"].tolist() == [1]


def test_half_of_a_compressed_object_is_told(s3: dict[str, Any]) -> None:
    data = gzip.compress(b"a,b\n1,2\n" * 1000)
    path = "s3://models/half.csv.gz"
    section = {"path": path, "storage_options": s3}
    RawFileSink("x", {"type": "binary_file", **section}).put_raw(data[:-20])

    with pytest.raises(DataError) as told:
        CsvSource("x", {"type": "csv", **section}).get_dataframe()

    assert str(told.value) == (
        f'data source "x" can\'t read {path}: Compressed file ended before the '
        "end-of-stream marker was reached"
    )
