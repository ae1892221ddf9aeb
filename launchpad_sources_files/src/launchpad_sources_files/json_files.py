"""The types ``json`` and ``jsonl``: frames as JSON objects, one per row."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import IO, Annotated, Any

import pandas as pd
from pydantic import AfterValidator

from launchpad_core.errors import DataError
from launchpad_core.options import check_names, parameters_of
from launchpad_core.settings import ConfigPath
from launchpad_sources_files.column_types import ColumnTypes
from launchpad_sources_files.compression import compressing, decompressed, is_archive
from launchpad_sources_files.destinations import Place
from launchpad_sources_files.faults import Refusal
from launchpad_sources_files.frame_files import (
    FrameFileSink,
    FrameFileSource,
    check_columns,
    counted,
    explained,
    selected,
)
from launchpad_sources_files.json_values import check_objects, inferred, records, typed
from launchpad_sources_files.kept_types import KeptTypes, beside, kept_with, types_of
from launchpad_sources_files.locations import File, Location
from launchpad_sources_files.opened import opened
from launchpad_sources_files.typed_csv import with_named_index

LINES = "jsonl"
_INSTEAD = {
    "path_or_buf": '"path"',
    "storage_options": '"storage_options" of the section',
    "chunksize": "get_dataframe(chunksize=...)",
    "lines": "type: jsonl",
    "compression": 'a suffix of "path"',
}
_EXACT = {"convert_dates": False, "precise_float": True, "dtype": False}


def _reading(options: dict[str, Any]) -> dict[str, Any]:
    known = parameters_of(pd.read_json)
    check_names(options, known=known, taker="read_json of pandas", instead=_INSTEAD)
    return options


def _writing(options: dict[str, Any]) -> dict[str, Any]:
    check_names(options, known=("index",), taker="JSON")
    return options


class JsonSource(FrameFileSource):
    """Reads JSON files; with ``dtypes_path``, the columns get the types kept there."""

    class Config(FrameFileSource.Config):
        """What a section of type ``json`` or ``jsonl`` may say."""

        dtypes_path: Annotated[ConfigPath | None, AfterValidator(beside)] = None
        """A file with the columns' types, as a data sink writes it."""
        options: Annotated[dict[str, Any], AfterValidator(_reading)] = {}
        """Options for `pandas.read_json`, which reads the file if there are any."""

    settings: Config

    def explain(self) -> str:
        """Return in a line how the files are going to be read."""
        how = ["pandas" if self.options else "json of Python"]
        how.extend(counted(self.settings.columns))
        if self.settings.dtypes_path is not None:
            how.append("types kept")
        return explained(self, how)

    def read(self, file: File) -> pd.DataFrame:
        """Return a file as a frame."""
        with self._text(file) as text:
            if self.options:
                return self._by_pandas(text, file)
            if self.settings.type == LINES:
                return self._frame(list(_objects(text)), file)
            return self._frame(_array(text.read()), file)

    def read_chunks(self, file: File, chunksize: int) -> Iterator[pd.DataFrame]:
        """Yield a file as frames of so many rows."""
        if self.settings.type != LINES or self.options:
            yield from super().read_chunks(file, chunksize)
            return
        with self._text(file) as text:
            objects = _objects(text)
            start = 0
            while (rows := list(islice(objects, chunksize))) or not start:
                frame = self._frame(rows, file, first=start)
                frame.index = pd.RangeIndex(start, start + len(frame))
                yield frame
                start += len(frame)
                if len(rows) < chunksize:
                    return

    @contextmanager
    def _text(self, file: File) -> Iterator[IO[str]]:
        encoding = self.options.get("encoding", "utf-8-sig")
        with (
            opened(file) as raw,
            decompressed(raw, file.name) as content,
            io.TextIOWrapper(content, encoding, newline="\n") as text,
        ):
            yield text

    def _by_pandas(self, text: IO[str], file: File) -> pd.DataFrame:
        options = {k: v for k, v in self.options.items() if k != "encoding"}
        lines = self.settings.type == LINES
        frame = pd.read_json(text, **{**_EXACT, **options, "lines": lines})
        return selected(frame, self.settings.columns, file.shown)

    def _frame(
        self, rows: list[dict[str, Any]], file: File, *, first: int = 0
    ) -> pd.DataFrame:
        types = types_of(self, self.settings.dtypes_path, self.settings.columns)
        known = {} if types is None else {c.name: c for c in types.columns}
        names = dict.fromkeys(name for row in rows for name in row)
        if not rows:
            names = dict.fromkeys(known)
        for name, column in known.items():
            if name not in names:
                raise DataError(
                    f'{file.shown} has no column "{name}", '
                    f"which should be of type {column.dtype}",
                    hint=f"it has {', '.join(names)}",
                )
        columns = self.settings.columns
        if columns is not None and (rows or known):
            check_columns(names, columns, file.shown)
        data: dict[str, Any] = {}
        for name in columns or names:
            values = [row.get(name) for row in rows]
            try:
                of = known.get(name)
                data[name] = inferred(values) if of is None else typed(values, of)
            except ValueError as error:
                raise DataError(f"{file.shown}: {error}") from error
        index = pd.RangeIndex(len(rows))
        return pd.DataFrame(data, index=index, columns=_names(list(data)))


class JsonSink(FrameFileSink):
    """Writes a JSON file; with ``dtypes_path``, the columns' types into another."""

    class Config(FrameFileSink.Config):
        """What a section of type ``json`` or ``jsonl`` may say."""

        dtypes_path: Annotated[ConfigPath | None, AfterValidator(beside)] = None
        """Where to write the columns' types, for a data source to enforce."""
        options: Annotated[dict[str, Any], AfterValidator(_writing)] = {}
        """`index: true` writes the index as well."""

    settings: Config

    @property
    def appends_at_end(self) -> bool:  # type: ignore[override]
        """Whether lines are written behind those that are there."""
        return self.settings.type == LINES

    def explain(self) -> str:
        """Return in a line how the file is going to be written."""
        how = ["json of Python", self.settings.mode]
        if self.settings.dtypes_path is not None:
            how.append("types kept")
        return explained(self, how)

    def put(
        self, frame: pd.DataFrame, location: Location, chunksize: int | None
    ) -> None:
        """Write a frame, and its types' file with it."""
        if self.options.get("index"):
            frame = frame.reset_index()
        kept = None
        if self.settings.dtypes_path is not None:
            check_objects(frame)
            frame, options = with_named_index(frame, {"index": False})
            kept = KeptTypes(ColumnTypes.of(frame, options), self.settings.dtypes_path)
        with kept_with(kept, frame, self.destination(location)) as (place, _):
            rows = records(frame)
            if self.settings.type == LINES:
                _write_lines(rows, place)
            else:
                _write_array(rows, place)


def _write_lines(rows: Iterable[str], place: Place) -> None:
    if place.old is not None and is_archive(place.name):
        raise Refusal("nothing can be appended to an archive", hint="mode: replace")
    ends = place.old is None or _ends_with_line(place)
    with _writing_text(place, "ab" if place.old else "wb") as text:
        if not ends:
            text.write("\n")
        text.writelines(f"{row}\n" for row in rows)


def _write_array(rows: Iterable[str], place: Place) -> None:
    before = ""
    if place.old is not None:
        with place.old.open("rb") as raw, decompressed(raw, place.name) as content:
            before = content.read().decode("utf-8-sig")
        there = _array(before)
        before = before[: before.rindex("]")].rstrip() if there else ""
    with _writing_text(place, "wb") as text:
        text.write(before or "[")
        separator = "\n" if not before.strip(" \n[") else ",\n"
        for row in rows:
            text.write(separator)
            text.write(row)
            separator = ",\n"
        text.write("\n]\n")


@contextmanager
def _writing_text(place: Place, mode: str) -> Iterator[IO[str]]:
    with (
        compressing(place.path, place.name, mode=mode) as content,
        io.TextIOWrapper(content, "utf-8", newline="") as text,
    ):
        yield text


def _ends_with_line(place: Place) -> bool:
    last = b"\n"
    with place.path.open("rb") as raw, decompressed(raw, place.name) as content:
        if content is raw:
            raw.seek(-1, io.SEEK_END)
        while piece := content.read(1 << 20):
            last = piece[-1:]
    return last == b"\n"


def _objects(lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as error:
            raise Refusal(f"line {number} is no JSON: {error}") from error
        if not isinstance(row, dict):
            raise Refusal(f"line {number} is no object, but {_shortly(line)}")
        yield row


def _array(text: str) -> list[dict[str, Any]]:
    try:
        rows = json.loads(text)
    except ValueError as error:
        raise Refusal(f"it is no JSON: {error}") from error
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise Refusal(
            "it is no array of objects",
            hint="options: {orient: ...} of pandas.read_json",
        )
    return rows


def _shortly(text: str) -> str:
    text = text.strip()
    return text if len(text) <= 40 else f"{text[:40]}..."


def _names(names: list[str]) -> pd.Index[Any]:
    return pd.Index(names, dtype=None if names else object)
