"""The types ``text_file`` and ``binary_file``."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from launchpad_core.errors import ConfigErrors, DataError, UnsupportedOperation
from launchpad_sources_files.raw import RawFileSink, RawFileSource


def test_encoding_is_an_option(tmp_path: Path) -> None:
    path = tmp_path / "file"
    section = {
        "type": "text_file",
        "path": str(path),
        "options": {"encoding": "latin-1"},
    }

    RawFileSink("x", section).put_raw("ü")

    assert path.read_bytes() == b"\xfc"
    assert RawFileSource("x", section).get_raw() == "ü"


def test_bytes_that_are_no_text_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("file").write_bytes(b"\xff")

    with pytest.raises(DataError) as told:
        RawFileSource("x", {"type": "text_file", "path": "file"}).get_raw()

    assert str(told.value) == (
        'data source "x" can\'t read file: it is not utf-8: invalid start byte at '
        "byte 0\n  try: options: {encoding: ...}"
    )


def test_text_sink_takes_no_bytes(tmp_path: Path) -> None:
    sink = RawFileSink("x", {"type": "text_file", "path": str(tmp_path / "file")})

    with pytest.raises(DataError, match='"x" of type text_file takes str, not bytes'):
        sink.put_raw(b"bytes")
    assert not (tmp_path / "file").exists()


@pytest.mark.parametrize(
    ("type_", "option"), [("text_file", "mode"), ("binary_file", "encoding")]
)
def test_options_are_those_of_open(type_: str, option: str, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("content")
    section = {"type": type_, "path": str(path), "options": {option: "w"}}

    for class_, label in ((RawFileSource, "datasources"), (RawFileSink, "datasinks")):
        with pytest.raises(ConfigErrors) as told:
            class_("x", section)
        assert str(told.value) == (
            f'{label}: x: "options": {type_} has no option "{option}"'
        )
    assert path.read_text() == "content"


@pytest.mark.parametrize("type_", ["text_file", "binary_file"])
def test_nothing_is_written_to_a_web_server(type_: str) -> None:
    section = {"type": type_, "path": "https://example.com/file"}

    with pytest.raises(ConfigErrors) as told:
        RawFileSink("x", section)

    assert str(told.value) == (
        'datasinks: x: "path": files can\'t be written to a web server: '
        "https://example.com/file"
    )


@pytest.mark.parametrize("name", ["no", "folder", "file/below"])
def test_path_that_is_no_file_is_told(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("folder").mkdir()
    Path("file").touch()
    reasons = {
        "no": "there is no such file\n"
        "  try: check path: (it starts at the config's folder)",
        "folder": "folder is a folder",
        "file/below": "a part of its path is no folder",
    }

    with pytest.raises(DataError) as told:
        RawFileSource("x", {"type": "text_file", "path": name}).get_raw()

    assert str(told.value) == f'data source "x" can\'t read {name}: {reasons[name]}'


def test_write_that_fails_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("old")
    section = {"type": "text_file", "path": str(path), "options": {"encoding": "ascii"}}

    with pytest.raises(DataError) as told:
        RawFileSink("x", section).put_raw("ü")

    assert told.value.hint == "options: {encoding: ...}"
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_unknown_encoding_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    section = {"type": "text_file", "path": "file", "options": {"encoding": "foo"}}

    with pytest.raises(DataError) as told:
        RawFileSink("x", section).put_raw("text")

    assert str(told.value) == (
        'data sink "x" can\'t write file: unknown encoding: foo\n'
        "  try: check options: encoding"
    )


def test_chunks_are_not_offered(tmp_path: Path) -> None:
    section = {"type": "text_file", "path": str(tmp_path / "file")}
    source, sink = RawFileSource("x", section), RawFileSink("x", section)

    message = '"x" of type text_file takes no chunksize'
    with pytest.raises(UnsupportedOperation, match=message):
        source.get_raw(chunksize=2)
    with pytest.raises(UnsupportedOperation, match=message):
        sink.put_raw("text", chunksize=2)


def test_params_are_filled_into_the_path(tmp_path: Path) -> None:
    section = {"type": "text_file", "path": str(tmp_path / "{day}.txt")}

    RawFileSink("x", section).put_raw("text", {"day": date(2024, 5, 1)})

    assert (tmp_path / "2024-05-01.txt").read_text() == "text"
    assert RawFileSource("x", section).get_raw({"day": date(2024, 5, 1)}) == "text"
    with pytest.raises(DataError) as told:
        RawFileSource("x", section).get_raw()
    assert str(told.value) == (
        'data source "x": path asks for day\n  try: params={"day": ...}'
    )
