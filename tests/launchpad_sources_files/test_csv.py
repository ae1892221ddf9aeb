"""The types ``csv`` and ``euro_csv``."""

from __future__ import annotations

import copy
import gzip
import os
import tarfile
import threading
import zipfile
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from http.server import HTTPServer, SimpleHTTPRequestHandler
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from launchpad_core.errors import ConfigErrors, DataError
from launchpad_sources_files.csv import CsvSink, CsvSource

FRAME = pd.DataFrame({"a": [1, 2, 3], "b": [0.5, 1.5, 2.5]})


class QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture(autouse=True)
def _in_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_dialects_differ_in_separator_and_decimal() -> None:
    CsvSink("x", {"type": "csv", "path": "a.csv"}).put_dataframe(FRAME)
    CsvSink("x", {"type": "euro_csv", "path": "b.csv"}).put_dataframe(FRAME)

    assert Path("a.csv").read_text() == "a,b\n1,0.5\n2,1.5\n3,2.5\n"
    assert Path("b.csv").read_text() == "a;b\n1;0,5\n2;1,5\n3;2,5\n"
    for type_, path in (("csv", "a.csv"), ("euro_csv", "b.csv")):
        frame = CsvSource("x", {"type": type_, "path": path}).get_dataframe()
        assert_frame_equal(frame, FRAME)


def test_options_reach_pandas() -> None:
    sink = {"type": "csv", "path": "a.csv", "options": {"index": True, "sep": "|"}}
    CsvSink("x", sink).put_dataframe(FRAME)
    source = {"type": "csv", "path": "a.csv", "options": {"index_col": 0, "sep": "|"}}

    assert_frame_equal(CsvSource("x", source).get_dataframe(), FRAME)


def test_unknown_option_is_told_before_anything_is_read() -> None:
    with pytest.raises(ConfigErrors) as told:
        CsvSource("x", {"type": "csv", "path": "a", "options": {"delimeter": ";"}})

    assert str(told.value) == (
        'datasources: x: "options": read_csv of pandas has no option "delimeter"; '
        'did you mean "delimiter"?'
    )


@pytest.mark.parametrize("option", ["chunksize", "iterator"])
def test_chunks_are_no_option(option: str) -> None:
    section = {"type": "csv", "path": "a.csv", "options": {option: 1}}

    with pytest.raises(ConfigErrors) as told:
        CsvSource("x", section)

    assert str(told.value) == (
        f'datasources: x: "options": "{option}" can\'t be an option; '
        "use get_dataframe(chunksize=...)"
    )


def test_missing_folders_are_made_and_compression_goes_by_the_suffix() -> None:
    section = {"type": "csv", "path": "new/folder/a.csv.gz"}
    CsvSink("x", section).put_dataframe(FRAME)

    assert Path("new/folder/a.csv.gz").read_bytes()[:2] == b"\x1f\x8b"
    assert_frame_equal(CsvSource("x", section).get_dataframe(), FRAME)
    assert [path.name for path in Path("new/folder").iterdir()] == ["a.csv.gz"]


def test_write_that_fails_leaves_the_old_files() -> None:
    section = {"type": "csv", "path": "a.csv", "dtypes_path": "a.dtypes"}
    CsvSink("x", section).put_dataframe(FRAME)
    before = {path.name: path.read_text() for path in Path().iterdir()}
    bad = {**section, "options": {"encoding": "ascii"}}

    with pytest.raises(DataError) as told:
        CsvSink("x", bad).put_dataframe(pd.DataFrame({"a": ["ü"]}))

    assert told.value.message.startswith(
        "data sink \"x\" can't write a.csv: 'ascii' codec can't encode character "
    )
    assert told.value.hint == "options: {encoding: ...}"
    assert {path.name: path.read_text() for path in Path().iterdir()} == before


@pytest.mark.parametrize("key", ["path", "dtypes_path"])
def test_folder_in_the_place_of_a_file_changes_neither_file(key: str) -> None:
    Path("folder").mkdir()
    section = {"type": "csv", "path": "a.csv", "dtypes_path": "a.dtypes"}

    with pytest.raises(DataError) as told:
        CsvSink("x", {**section, key: "folder"}).put_dataframe(FRAME)

    assert told.value.message.endswith(": folder is a folder")
    assert [path.name for path in Path().iterdir()] == ["folder"]


def test_frames_are_appended_to_what_is_there() -> None:
    first = {"type": "csv", "path": "a.csv.gz", "options": {"mode": "a"}}
    CsvSink("x", first).put_dataframe(FRAME)
    further = {**first, "options": {"mode": "a", "header": False}}
    CsvSink("x", further).put_dataframe(FRAME)

    frame = CsvSource("x", {"type": "csv", "path": "a.csv.gz"}).get_dataframe()

    assert_frame_equal(frame, pd.concat([FRAME, FRAME], ignore_index=True))


@pytest.mark.parametrize("suffix", [".zip", ".tar", ".tar.gz"])
def test_archive_holds_a_file_of_its_own_name(suffix: str) -> None:
    section = {"type": "csv", "path": f"a.csv{suffix}"}

    CsvSink("x", section).put_dataframe(FRAME)

    assert names_in(f"a.csv{suffix}") == ["a.csv"]
    assert_frame_equal(CsvSource("x", section).get_dataframe(), FRAME)


def names_in(archive: str) -> list[str]:
    if archive.endswith(".zip"):
        with zipfile.ZipFile(archive) as zipped:
            return zipped.namelist()
    with tarfile.open(archive) as tarred:
        return tarred.getnames()


@pytest.mark.parametrize(
    "columns",
    [
        {"a": ["x\ry", "\r\n"], "b": [1, 2]},
        {"\ufeffa": ["x", "y"], "b": [1, 2]},
        {" ": ["x", " "]},
        {"a": pd.Categorical([" ", "\r"])},
    ],
    ids=["carriage returns", "byte order mark", "blank line", "categories"],
)
def test_texts_that_look_like_something_else_are_kept(columns: dict[str, Any]) -> None:
    frame = pd.DataFrame(columns)
    section = {"type": "csv", "path": "a.csv"}

    CsvSink("x", section).put_dataframe(frame)

    read = CsvSource("x", section).get_dataframe()
    assert_frame_equal(read.astype(frame.dtypes), frame)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_pipe_is_written_to_and_stays_one() -> None:
    os.mkfifo("pipe")
    with ThreadPoolExecutor() as pool:
        text = pool.submit(Path("pipe").read_text)
        CsvSink("x", {"type": "csv", "path": "pipe"}).put_dataframe(FRAME)

        assert text.result(10) == "a,b\n1,0.5\n2,1.5\n3,2.5\n"
    assert Path("pipe").is_fifo()


@pytest.mark.parametrize("dtypes", [{}, {"dtypes_path": "a.dtypes"}], ids=["", "types"])
def test_url_is_read(dtypes: dict[str, str]) -> None:
    section = {"type": "csv", "path": "a.csv", **dtypes}
    CsvSink("x", section).put_dataframe(FRAME)
    handler = partial(QuietHandler, directory=Path.cwd())
    with HTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        url = f"http://127.0.0.1:{server.server_port}/"
        try:
            source = CsvSource("x", {**section, "path": f"{url}a.csv"})
            assert_frame_equal(source.get_dataframe(), FRAME)
            missing = CsvSource("x", {**section, "path": f"{url}no.csv"})
            with pytest.raises(DataError) as told:
                missing.get_dataframe()
        finally:
            server.shutdown()
            thread.join()

    assert str(told.value) == (
        f'data source "x" can\'t read {url}no.csv: there is no such file\n'
        "  try: check path:"
    )


@pytest.mark.parametrize(
    ("key", "message"),
    [
        ("path", "files can't be written to a web server: "),
        ("dtypes_path", "should be a path on this machine, not the URL "),
    ],
)
def test_sink_writes_to_no_web_server(key: str, message: str) -> None:
    section = {"type": "csv", "path": "a.csv", key: "https://example.com/a.csv"}

    with pytest.raises(ConfigErrors) as told:
        CsvSink("x", section)

    assert str(told.value) == (
        f'datasinks: x: "{key}": {message}https://example.com/a.csv'
    )


@pytest.mark.parametrize(
    ("section", "message"),
    [
        ({"path": "a", "dtypes_path": "a"}, '"dtypes_path": should be another file'),
        (
            {"path": "a", "dtypes_path": "b", "options": {"mode": "a"}},
            '"dtypes_path": can\'t go with the option "mode: a"',
        ),
        (
            {"path": "a", "options": {"mode": "x"}},
            '"options": "mode" should be "w" or "a", not \'x\'',
        ),
        (
            {"path": "a", "options": {"path_or_buf": "b"}},
            '"options": "path_or_buf" can\'t be an option; use "path"',
        ),
    ],
)
def test_sections_that_make_no_sense_are_refused(
    section: dict[str, object], message: str
) -> None:
    with pytest.raises(ConfigErrors) as told:
        CsvSink("x", {"type": "csv", **section})

    assert str(told.value).startswith(f"datasinks: x: {message}")


def test_options_stay_as_they_are() -> None:
    options = {"sep": "|", "na_values": ["-"], "dtype": {"a": "float64"}}
    before = copy.deepcopy(options)
    sink = {"type": "euro_csv", "path": "a.csv", "dtypes_path": "a.dtypes"}
    CsvSink("x", {**sink, "options": {"sep": "|"}}).put_dataframe(FRAME)

    source = CsvSource("x", {**sink, "options": options})
    assert_frame_equal(source.get_dataframe(), FRAME)
    assert_frame_equal(source.get_dataframe(), FRAME)

    assert options == before
    assert source.options == before


def test_option_that_does_not_fit_is_named() -> None:
    CsvSink("x", {"type": "csv", "path": "a.csv"}).put_dataframe(FRAME)
    source = CsvSource(
        "x", {"type": "csv", "path": "a.csv", "options": {"header": "x"}}
    )

    with pytest.raises(DataError) as told:
        source.get_dataframe()

    assert str(told.value) == (
        'data source "x" can\'t read a.csv: header must be integer or list of '
        "integers\n  try: check options: header"
    )


def test_anything_but_a_frame_is_refused() -> None:
    sink = CsvSink("x", {"type": "csv", "path": "a.csv"})

    with pytest.raises(DataError) as told:
        sink.put_dataframe({"a": [1]})  # type: ignore[arg-type]

    assert str(told.value) == ('data sink "x" of type csv takes a DataFrame, not dict')


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "No columns to parse from file"),
        (
            b"a,b\n1,2\n1,2,3\n",
            "line 3 has 3 fields, not 2",
        ),
    ],
)
@pytest.mark.parametrize("chunksize", [None, 10])
def test_malformed_file_is_told(
    content: bytes, reason: str, chunksize: int | None
) -> None:
    Path("a.csv").write_bytes(content)
    source = CsvSource("x", {"type": "csv", "path": "a.csv"})

    with pytest.raises(DataError) as told:
        list(source.get_dataframe(chunksize=chunksize))

    assert str(told.value) == f'data source "x" can\'t read a.csv: {reason}'


def test_half_of_a_compressed_file_is_told() -> None:
    Path("a.csv.gz").write_bytes(gzip.compress(b"a,b\n1,2\n" * 100)[:20])

    with pytest.raises(DataError) as told:
        CsvSource("x", {"type": "csv", "path": "a.csv.gz"}).get_dataframe()

    assert str(told.value) == (
        'data source "x" can\'t read a.csv.gz: Compressed file ended before the '
        "end-of-stream marker was reached"
    )


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="needs /proc")
@pytest.mark.parametrize("dtypes", [{}, {"dtypes_path": "a.dtypes"}], ids=["", "types"])
def test_file_is_closed_with_the_iterator(dtypes: dict[str, str]) -> None:
    section = {"type": "csv", "path": "a.csv", **dtypes}
    CsvSink("x", section).put_dataframe(FRAME)
    chunks = CsvSource("x", section).get_dataframe(chunksize=1)

    next(chunks)
    assert is_open("a.csv")
    chunks.close()
    assert not is_open("a.csv")


def is_open(name: str) -> bool:
    handles = Path("/proc/self/fd").iterdir()
    return any(os.path.realpath(handle) == os.path.realpath(name) for handle in handles)


def test_missing_file_is_told() -> None:
    with pytest.raises(DataError) as told:
        CsvSource("petals", {"type": "csv", "path": "no.csv"}).get_dataframe()

    assert str(told.value) == (
        'data source "petals" can\'t read no.csv: there is no such file\n'
        "  try: check path: (it starts at the config's folder)"
    )


@pytest.mark.parametrize("chunksize", [None, 2])
def test_file_in_another_encoding_is_told(chunksize: int | None) -> None:
    Path("latin.csv").write_bytes("a\nü\n".encode("latin-1"))
    source = CsvSource("x", {"type": "csv", "path": "latin.csv"})

    with pytest.raises(DataError) as told:
        list(source.get_dataframe(chunksize=chunksize))

    assert told.value.hint == "options: {encoding: ...}"


def test_no_params_are_as_good_as_none() -> None:
    section = {"type": "csv", "path": "a.csv"}
    CsvSink("x", section).put_dataframe(FRAME, {})

    assert_frame_equal(CsvSource("x", section).get_dataframe({}), FRAME)
    with pytest.raises(DataError) as told:
        CsvSink("x", section).put_dataframe(FRAME, {"a": 1})
    assert str(told.value) == (
        'data sink "x": path doesn\'t ask for a\n  try: leave it out of params'
    )
