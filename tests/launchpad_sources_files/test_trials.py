"""Trying a destination tells what would keep a sink from writing, and no more."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import fsspec
import pandas as pd
import pytest
from moto.server import ThreadedMotoServer

from launchpad_core.data import DataSink
from launchpad_core.errors import DataError, UnsupportedOperation
from launchpad_core.sections import as_section
from launchpad_sources_files.csv import CsvSink
from launchpad_sources_files.excel import ExcelSink
from launchpad_sources_files.raw import RawFileSink

_ONCE = {"retries": {"max_attempts": 0}}
FRAME = pd.DataFrame({"a": [1, 2]})


def sink_of(folder: Path, **section: Any) -> DataSink:
    made = as_section({"type": "csv", **section}, folder=folder)
    return CsvSink("out", made)


def told(sink: DataSink) -> str:
    with pytest.raises(DataError) as refusal:
        sink.try_destination()
    return refusal.value.message


@pytest.mark.parametrize("path", ["new.csv", "a/b/new.csv", "by/{day}/new.csv"])
def test_missing_folders_are_made_later(tmp_path: Path, path: str) -> None:
    sink_of(tmp_path, path=path).try_destination()

    assert list(tmp_path.iterdir()) == []


def test_folder_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "out.csv").mkdir()

    assert told(sink_of(tmp_path, path="out.csv")).endswith("out.csv is a folder")


@pytest.mark.parametrize("path", ["file/out.csv", "file/sub/out.csv", "file/{day}"])
def test_file_is_no_folder(tmp_path: Path, path: str) -> None:
    (tmp_path / "file").write_text("")

    assert told(sink_of(tmp_path, path=path)).endswith("file is no folder")


def test_types_file_is_tried_as_well(tmp_path: Path) -> None:
    (tmp_path / "types").mkdir()
    sink = sink_of(tmp_path, path="out.csv", dtypes_path="types")

    assert told(sink).endswith("types is a folder")


def test_file_that_must_be_new(tmp_path: Path) -> None:
    sink = sink_of(tmp_path, path="out.csv", mode="error")
    sink.try_destination()
    sink.put_dataframe(FRAME)

    assert told(sink).endswith("out.csv: it exists already")


@pytest.mark.skipif(not Path("/proc/sys").is_dir(), reason="only Linux has /proc/sys")
@pytest.mark.parametrize("mode", ["replace", "append", "error"])
def test_folder_that_nobody_may_write(mode: str) -> None:
    sink = sink_of(Path("/proc/sys"), path="out.csv", mode=mode)

    assert told(sink).endswith("Permission denied")


def test_bucket_is_not_known_yet() -> None:
    with pytest.raises(UnsupportedOperation, match="can't be tried"):
        sink_of(Path(), path="s3://{bucket}/out.csv").try_destination()


def test_package_that_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("launchpad_sources_files.excel.find_spec", lambda name: None)
    section = as_section({"type": "excel", "path": "out.xlsx"}, folder=tmp_path)

    found = told(ExcelSink("out", section))
    assert found.endswith("workbooks need a package that is not installed")


def test_memory_is_left_as_it_is() -> None:
    system = fsspec.filesystem("memory")
    system.pipe("/trials/there/file", b"")
    sink_of(Path(), path="memory://trials/new/out.csv").try_destination()
    assert system.ls("/trials", detail=False) == ["/trials/there"]

    found = told(sink_of(Path(), path="memory://trials/there/file/out.csv"))
    assert found.endswith("/trials/there/file is no folder")
    assert told(sink_of(Path(), path="memory://trials/there")).endswith("is a folder")


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    monkeypatch.setenv("S3_KEY", "an-access-key")
    monkeypatch.setenv("S3_SECRET", "a-secret-of-mine")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    moto = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    moto.start()
    host, port = moto.get_host_and_port()
    client = {"endpoint_url": f"http://{host}:{port}"}
    system = fsspec.filesystem(
        "s3", key="x", secret="y", client_kwargs=client, skip_instance_cache=True
    )
    if not system.exists("models"):
        system.mkdir("models")
    yield {"key_var": "S3_KEY", "secret_var": "S3_SECRET", "client_kwargs": client}
    moto.stop()


@pytest.mark.filterwarnings(
    "ignore:.*utcnow:DeprecationWarning", "ignore::ResourceWarning"
)
def test_bucket_that_answers_and_one_that_is_not_there(
    bucket: dict[str, Any],
) -> None:
    def sink(path: str, **more: Any) -> DataSink:
        section = {"type": "text_file", "path": path, "storage_options": bucket, **more}
        return RawFileSink("out", as_section(section))

    sink("s3://models/a/b.txt").try_destination()
    sink("s3://models/{day}/b.txt").try_destination()
    assert told(sink("s3://nowhere/b.txt")).endswith("there is no such bucket")

    sink("s3://models/a/b.txt").put_raw("text")
    found = told(sink("s3://models/a/b.txt", mode="error"))
    assert found.endswith("it exists already")
    assert told(sink("s3://models/a")).endswith("is a folder")


def test_server_that_is_not_there(bucket: dict[str, Any]) -> None:
    client = {"endpoint_url": "http://127.0.0.1:9"}
    options = {**bucket, "client_kwargs": client, "config_kwargs": _ONCE}
    section = {"type": "text_file", "path": "s3://models/x", "storage_options": options}

    found = told(RawFileSink("out", as_section(section)))
    assert found.endswith("the server can't be reached")
