"""The types ``text_file`` and ``binary_file``."""

from __future__ import annotations

from pathlib import Path

import pytest

from launchpad_core.errors import DataError, UnsupportedOperation
from launchpad_sources_files.raw import RawFileSink, RawFileSource


@pytest.mark.parametrize(
    ("type_", "data"),
    [("text_file", "Grüße\nzwei\n"), ("binary_file", b"\x00\xff\r\n")],
)
def test_what_is_written_is_read(type_: str, data: str | bytes, tmp_path: Path) -> None:
    section = {"type": type_, "path": str(tmp_path / "new" / "file")}

    RawFileSink("x", section).put_raw(data)

    assert RawFileSource("x", section).get_raw() == data


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


def test_frames_are_not_offered(tmp_path: Path) -> None:
    source = RawFileSource("x", {"type": "text_file", "path": str(tmp_path / "file")})

    with pytest.raises(
        UnsupportedOperation, match='"x" of type text_file has no frames'
    ):
        source.get_dataframe()
