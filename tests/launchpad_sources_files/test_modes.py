"""What a sink does when there is a file, and when it is stopped half way."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from launchpad_core.data import DataSink, DataSource
from launchpad_core.errors import ConfigErrors, DataError
from launchpad_sources_files.arrow_files import FeatherSink, FeatherSource
from launchpad_sources_files.csv import CsvSink, CsvSource
from launchpad_sources_files.excel import ExcelSink, ExcelSource
from launchpad_sources_files.json_files import JsonSink, JsonSource
from launchpad_sources_files.parquet import ParquetSink, ParquetSource
from launchpad_sources_files.raw import RawFileSink, RawFileSource

FRAME = pd.DataFrame({"a": [1, 2, 3], "b": ["x", "y", "z"]})
TYPES: dict[str, tuple[type[DataSink], type[DataSource]]] = {
    "csv": (CsvSink, CsvSource),
    "parquet": (ParquetSink, ParquetSource),
    "feather": (FeatherSink, FeatherSource),
    "json": (JsonSink, JsonSource),
    "jsonl": (JsonSink, JsonSource),
    "excel": (ExcelSink, ExcelSource),
}


@pytest.fixture(autouse=True)
def _in_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def sink(type_: str, path: str = "data", **more: Any) -> DataSink:
    return TYPES[type_][0]("x", {"type": type_, "path": path, **more})


def read(type_: str, path: str = "data") -> Any:
    return TYPES[type_][1]("x", {"type": type_, "path": path}).get_dataframe()


@pytest.mark.parametrize("type_", TYPES)
def test_append_adds_up(type_: str) -> None:
    for _ in range(3):
        sink(type_, mode="append").put_dataframe(FRAME, chunksize=2)

    assert_frame_equal(read(type_), pd.concat([FRAME] * 3, ignore_index=True))


@pytest.mark.parametrize("type_", TYPES)
def test_error_leaves_the_file_as_it_is(type_: str) -> None:
    sink(type_, mode="error").put_dataframe(FRAME)

    with pytest.raises(DataError) as told:
        sink(type_, mode="error").put_dataframe(FRAME.head(1))

    assert str(told.value) == (
        'data sink "x" can\'t write data: it exists already\n'
        "  try: mode: replace or mode: append, if that is what you mean"
    )
    assert_frame_equal(read(type_), FRAME)
    assert [path.name for path in Path().iterdir()] == ["data"]


def test_only_one_of_many_creates_a_file() -> None:
    def write(number: int) -> bool:
        try:
            sink("csv", mode="error").put_dataframe(pd.DataFrame({"a": [number]}))
        except DataError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(write, range(8))) == 1


@pytest.mark.parametrize("type_", ["csv", "parquet", "feather", "excel"])
@pytest.mark.parametrize("columns", [["b", "a"], ["a"], ["a", "c"]], ids=str)
def test_other_columns_are_not_appended(type_: str, columns: list[str]) -> None:
    sink(type_).put_dataframe(FRAME)
    before = Path("data").read_bytes()

    with pytest.raises(DataError) as told:
        sink(type_, mode="append").put_dataframe(
            FRAME.assign(c=1).reindex(columns=columns)
        )

    assert str(told.value) == (
        'data sink "x" can\'t write data: its columns are a, b, and those of the '
        f"frame {', '.join(columns)}\n"
        "  try: write the same columns in the same order, or mode: replace"
    )
    assert Path("data").read_bytes() == before


@pytest.mark.parametrize("type_", ["parquet", "feather"])
def test_other_types_are_not_appended(type_: str) -> None:
    sink(type_).put_dataframe(FRAME)

    with pytest.raises(DataError) as told:
        sink(type_, mode="append").put_dataframe(FRAME.assign(a=0.5))

    assert str(told.value) == (
        'data sink "x" can\'t write data: column "a" is double, and int64 in what is '
        "there\n  try: convert it before it is written, or mode: replace"
    )


def test_other_types_are_not_appended_where_they_are_kept() -> None:
    kept = {"dtypes_path": "types"}
    sink("csv", **kept).put_dataframe(FRAME)
    sink("csv", **kept, mode="append").put_dataframe(FRAME)

    with pytest.raises(DataError) as told:
        sink("csv", **kept, mode="append").put_dataframe(FRAME.assign(a=0.5))

    assert str(told.value) == (
        'column "a" is float64, and int64 in what is there\n'
        "  try: convert it before it is written, or mode: replace"
    )
    assert len(read("csv")) == 6


@pytest.mark.parametrize("type_", ["csv", "jsonl"])
@pytest.mark.parametrize("suffix", [".gz", ".bz2", ".xz", ".zst"])
def test_further_members_are_appended(type_: str, suffix: str) -> None:
    for _ in range(3):
        sink(type_, f"data{suffix}", mode="append").put_dataframe(FRAME)

    read_again = read(type_, f"data{suffix}")
    assert_frame_equal(read_again, pd.concat([FRAME] * 3, ignore_index=True))


@pytest.mark.parametrize("type_", ["csv", "jsonl"])
def test_nothing_is_appended_to_an_archive(type_: str) -> None:
    sink(type_, "data.zip", mode="append").put_dataframe(FRAME)

    with pytest.raises(DataError, match="nothing can be appended to an archive"):
        sink(type_, "data.zip", mode="append").put_dataframe(FRAME)

    assert_frame_equal(read(type_, "data.zip"), FRAME)


@pytest.mark.parametrize(
    ("type_", "content"), [("csv", "a,b\n0,w"), ("jsonl", '{"a":0,"b":"w"}')]
)
def test_last_line_without_an_end_gets_one(type_: str, content: str) -> None:
    Path("data").write_text(content)

    sink(type_, mode="append").put_dataframe(FRAME)

    assert read(type_)["a"].tolist() == [0, 1, 2, 3]


def test_append_writes_behind_what_is_there_without_copying_it() -> None:
    sink("csv").put_dataframe(FRAME)
    before = Path("data").stat().st_ino

    sink("csv", mode="append").put_dataframe(FRAME)

    assert Path("data").stat().st_ino == before


@pytest.mark.parametrize("type_", ["csv", "jsonl"])
def test_append_that_fails_leaves_the_file_as_it_was(type_: str) -> None:
    sink(type_).put_dataframe(FRAME)
    before = Path("data").read_bytes()
    last = "\ud800" if type_ == "csv" else object()
    bad = FRAME.assign(b=pd.Series(["x", "y", last], dtype=object))

    with pytest.raises(DataError):
        sink(type_, mode="append").put_dataframe(bad)

    assert Path("data").read_bytes() == before


def append_many(times: int) -> None:
    for _ in range(times):
        sink("csv", mode="append").put_dataframe(FRAME)


def test_appenders_do_not_interleave() -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(append_many, [10] * 4))

    assert_frame_equal(read("csv"), pd.concat([FRAME] * 40, ignore_index=True))


WRITER = """
    import sys, pandas as pd
    from launchpad_sources_files.{module} import {class_}Sink

    frame = pd.DataFrame({{"a": range(3_000_000), "b": "text"}})
    sink = {class_}Sink("x", {{"type": "{type_}", "path": "data", "mode": "{mode}"}})
    print("begins", flush=True)
    sink.put_dataframe(frame, chunksize=10_000)
    print("ends", flush=True)
"""


def kill_while_writing(type_: str, module: str, class_: str, mode: str) -> None:
    script = textwrap.dedent(WRITER).format(
        type_=type_, module=module, class_=class_, mode=mode
    )
    size = Path("data").stat().st_size
    with subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "begins\n"
        while not any(
            path.stat().st_size > size + 100_000
            for path in Path().iterdir()
            if path.exists()
        ):
            time.sleep(0.001)
        process.send_signal(signal.SIGKILL)
        assert process.stdout.read() == ""


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs SIGKILL")
@pytest.mark.parametrize(
    ("type_", "module", "class_"),
    [("csv", "csv", "Csv"), ("jsonl", "json_files", "Json")],
)
def test_killed_writer_leaves_the_old_file(
    type_: str, module: str, class_: str
) -> None:
    sink(type_).put_dataframe(FRAME)

    kill_while_writing(type_, module, class_, "replace")

    assert_frame_equal(read(type_), FRAME)


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs SIGKILL")
def test_what_a_killed_appender_has_written_is_cut_off_by_the_next() -> None:
    sink("csv").put_dataframe(FRAME)

    kill_while_writing("csv", "csv", "Csv", "append")
    assert len(Path("data").read_bytes()) > 1000
    sink("csv", mode="append").put_dataframe(FRAME)

    assert_frame_equal(read("csv"), pd.concat([FRAME, FRAME], ignore_index=True))


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Mount a file system of 1 MB; skip where that isn't allowed."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0 or not shutil.which("mount"):
        pytest.skip("needs root, to mount a small file system")
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)]
    if subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("is not allowed to mount a small file system")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.parametrize("mode", ["replace", "append"])
@pytest.mark.parametrize("type_", ["csv", "jsonl", "json", "parquet", "feather"])
def test_full_disk_leaves_the_old_file(type_: str, mode: str, small_disk: Path) -> None:
    path = str(small_disk / "data")
    sink(type_, path).put_dataframe(FRAME)
    large = pd.DataFrame({"a": range(500_000), "b": [f"{i:x}" for i in range(500_000)]})

    with pytest.raises(DataError, match="No space left on device"):
        sink(type_, path, mode=mode).put_dataframe(large)

    assert_frame_equal(read(type_, path), FRAME)
    names = {item.name for item in small_disk.iterdir()}
    assert names <= {"data", ".data.lock"}


def test_read_only_folder_is_told(small_disk: Path) -> None:
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)

    for type_ in TYPES:
        for mode in ("replace", "append", "error"):
            with pytest.raises(DataError) as told:
                sink(type_, str(small_disk / "data"), mode=mode).put_dataframe(FRAME)
            assert told.value.message == (
                'data sink "x" can\'t write disk/data: Read-only file system'
            )


def test_raw_files_have_the_same_modes() -> None:
    section = {"type": "text_file", "path": "data"}
    for mode in ("error", "append", "append"):
        RawFileSink("x", {**section, "mode": mode}).put_raw("line\n")

    assert RawFileSource("x", section).get_raw() == "line\nline\nline\n"
    with pytest.raises(DataError, match="it exists already"):
        RawFileSink("x", {**section, "mode": "error"}).put_raw("other")


def test_unknown_mode_is_refused() -> None:
    with pytest.raises(ConfigErrors) as told:
        sink("csv", mode="a")

    assert str(told.value) == (
        "datasinks: x: \"mode\": should be 'replace', 'append' or 'error', not 'a'"
    )


@pytest.mark.parametrize(
    ("values", "what"),
    [
        (["=1+1"], "a text that would become a formula"),
        ([float("inf")], "infinity"),
        ([2**53 + 1], "a number with more than 15 digits"),
        (["x" * 32768], "a text that is too long for a cell"),
    ],
)
def test_what_a_workbook_would_change_is_refused(values: list[Any], what: str) -> None:
    with pytest.raises(DataError) as told:
        sink("excel").put_dataframe(pd.DataFrame({"a": values}))

    assert str(told.value) == (
        f'data sink "x" can\'t write data: column "a" holds {what}, which a workbook '
        "can't keep\n"
        "  try: convert it before it is written, or another type such as parquet"
    )
