"""CSV files as text: how they are opened, quoted, compressed, and continued."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pandas as pd

from launchpad_sources_files.compression import (
    compressing,
    decompressed,
    is_archive,
    method_of,
)
from launchpad_sources_files.destinations import Place
from launchpad_sources_files.faults import Refusal
from launchpad_sources_files.locations import File
from launchpad_sources_files.opened import fetched, opened

Options = Mapping[str, Any]

_ARCHIVES = (".zip", ".tar", ".tar.gz", ".tar.xz", ".tar.bz2")
_WITH_MARK = ("utf_8_sig", "utf_16", "utf_32")


@contextmanager
def readable(file: File, options: Options) -> Iterator[tuple[Any, dict[str, Any]]]:
    """Yield what pandas reads a file from, and the options for that.

    Local files are left to pandas, except that it would read only the first part of
    a zst file that has been appended to.
    """
    compression = options.get("compression", "infer")
    inferred = compression == "infer"
    if file.system is None and not (inferred and method_of(file.name) == "zstd"):
        yield file.path, {**options, "compression": compression}
    elif is_archive(file.name) or not inferred:
        with fetched(file) as path:
            yield str(path), {**options, "compression": compression}
    else:
        with opened(file) as raw, decompressed(raw, file.name) as content:
            yield content, {**options, "compression": None}


def write_new(frame: pd.DataFrame, place: Place, options: Options) -> None:
    """Write a frame into a new file."""
    options = {**_quoting(frame), **options}
    if "compression" not in options and method_of(place.name) == "zstd":
        with _text(place, options, mode="wb") as text:
            frame.to_csv(text, **_for_text(options))
        return
    frame.to_csv(place.path, **{"compression": _compression(place.name), **options})


def write_behind(frame: pd.DataFrame, place: Place, options: Options) -> None:
    """Write a frame behind what is in a file, without its header.

    Raises:
        Refusal: When the file's header isn't that of the frame.
    """
    if is_archive(place.name) or "compression" in options:
        raise Refusal(
            "nothing can be appended to an archive, or with the option compression",
            hint="a name that ends in .gz, .bz2, .xz or .zst, or mode: replace",
        )
    encoding = _encoding(options).replace("-", "_").lower()
    if encoding in _WITH_MARK:
        raise Refusal(
            f"nothing can be appended in {encoding}, which has a mark at the beginning",
            hint="options: {encoding: utf-8}",
        )
    _check_header(frame, place, options)
    ends = _ends_with_line(place)
    with _text(place, options, mode="ab") as text:
        if not ends:
            text.write(options.get("lineterminator", os.linesep))
        frame.to_csv(text, **_for_text({**_quoting(frame), **options, "header": False}))


def _check_header(frame: pd.DataFrame, place: Place, options: Options) -> None:
    if options.get("header") is False:
        return
    text = io.StringIO()
    frame.head(0).to_csv(text, **_for_text(options))
    wanted = _record(io.StringIO(text.getvalue(), newline=""), options)
    with (
        place.path.open("rb") as raw,
        decompressed(raw, place.name) as content,
        io.TextIOWrapper(content, _encoding(options), newline="") as lines,
    ):
        there = _record(lines, options)
    if there != wanted:
        raise Refusal(
            f"its columns are {', '.join(there)}, and those of the frame "
            f"{', '.join(wanted)}",
            hint="write the same columns in the same order, or mode: replace",
        )


def _record(lines: io.TextIOBase, options: Options) -> list[str]:
    dialect = {
        "delimiter": options.get("sep", ","),
        "quotechar": options.get("quotechar", '"'),
        "doublequote": options.get("doublequote", True),
        "escapechar": options.get("escapechar"),
    }
    return next(csv.reader(lines, **dialect), [])


def _ends_with_line(place: Place) -> bool:
    with place.path.open("rb") as raw:
        if method_of(place.name) is None:
            raw.seek(-1, os.SEEK_END)
            return raw.read(1) in (b"\n", b"\r")
        last = b"\n"
        with decompressed(raw, place.name) as content:
            while piece := content.read(1 << 20):
                last = piece[-1:]
        return last in (b"\n", b"\r")


@contextmanager
def _text(place: Place, options: Options, *, mode: str) -> Iterator[io.TextIOWrapper]:
    with (
        compressing(place.path, place.name, mode=mode) as content,
        io.TextIOWrapper(
            content, _encoding(options), options.get("errors", "strict"), newline=""
        ) as text,
    ):
        yield text


def _for_text(options: Options) -> dict[str, Any]:
    none = ("encoding", "errors", "compression", "mode")
    return {name: value for name, value in options.items() if name not in none}


def _encoding(options: Options) -> str:
    return str(options.get("encoding") or "utf-8")


def _compression(name: str) -> object:
    """Return pandas' inference, with the file's own name for what is in an archive."""
    for suffix in _ARCHIVES:
        if name.lower().endswith(suffix):
            method = "zip" if suffix == ".zip" else "tar"
            return {"method": method, "archive_name": name[: -len(suffix)]}
    return "infer"


def _quoting(frame: pd.DataFrame) -> dict[str, int]:
    """Return options that quote all texts, if pandas couldn't read one that is bare.

    That is one with a carriage return (Python quotes it from 3.13 on), one that
    looks like a byte order mark at the very beginning, and white space that looks
    like a blank line where it is the only column.
    """
    alone = frame.shape[1] == 1
    marked = str(next(iter(frame.columns), "")).startswith("\ufeff")
    if marked or any(
        "\r" in text or (alone and text.isspace()) for text in _texts(frame)
    ):
        return {"quoting": csv.QUOTE_NONNUMERIC}
    return {}


def _texts(frame: pd.DataFrame) -> Iterator[str]:
    yield from (str(name) for name in frame.columns)
    for index in range(frame.shape[1]):
        values = frame.iloc[:, index]
        if isinstance(values.dtype, pd.CategoricalDtype):
            yield from (str(category) for category in values.cat.categories)
        elif isinstance(values.dtype, pd.StringDtype) or values.dtype == object:
            yield from (value for value in values if isinstance(value, str))
