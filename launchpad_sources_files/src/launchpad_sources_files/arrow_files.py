"""The types ``parquet`` and ``feather``: frames in columns, with their types."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import pyarrow as pa
from pydantic import AfterValidator

from launchpad_core.options import check_names
from launchpad_sources_files.arrow_schemas import continued
from launchpad_sources_files.arrow_types import frame_of, table_of
from launchpad_sources_files.destinations import Place
from launchpad_sources_files.frame_files import (
    FrameFileSink,
    FrameFileSource,
    check_columns,
    counted,
    explained,
)
from launchpad_sources_files.locations import File, Location
from launchpad_sources_files.opened import seekable

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

_BATCH = 1 << 16


def without_options(options: dict[str, Any]) -> dict[str, Any]:
    """Return options, which there are none of, as a validator of settings."""
    check_names(options, known=(), taker="this type of source")
    return options


class ArrowSource(FrameFileSource):
    """Reads what Arrow writes; a format says how batches and tables are read."""

    class Config(FrameFileSource.Config):
        """What a section for files of Arrow may say."""

        options: Annotated[dict[str, Any], AfterValidator(without_options)] = {}
        """There are none."""

    settings: Config

    def explain(self) -> str:
        """Return in a line how the files are going to be read."""
        how = ["pyarrow", *counted(self.settings.columns)]
        return explained(self, [*how, *self.narrowed()])

    def narrowed(self) -> list[str]:
        """Return what else limits the rows that are read, in words."""
        return []

    def names(self, schema: pa.Schema, file: File) -> list[str] | None:
        """Return the columns to read, those of the index among them; None for all."""
        columns = self.settings.columns
        if columns is None:
            return None
        check_columns(schema.names, columns, file.shown)
        described = schema.pandas_metadata or {}
        index = [i for i in described.get("index_columns", []) if isinstance(i, str)]
        return [*columns, *(name for name in index if name not in columns)]


class ArrowSink(FrameFileSink):
    """Writes what Arrow reads; a format says how tables are written."""

    def explain(self) -> str:
        """Return in a line how the file is going to be written."""
        return explained(self, ["pyarrow", self.settings.mode])

    def put(
        self, frame: pd.DataFrame, location: Location, chunksize: int | None
    ) -> None:
        """Write a frame; to append it, what is there is written anew."""
        index = bool(self.options.get("index", False))
        table = table_of(frame, self.trial, index=index)
        with self.destination(location) as place:
            if place.old is None:
                self._write(place, table.schema, (), table, chunksize)
                return
            with self.stored(place.old) as (schema, tables):
                table = continued(schema, table, self.trial)
                self._write(place, table.schema, tables, table, chunksize)

    def _write(
        self,
        place: Place,
        schema: pa.Schema,
        before: Iterable[pa.Table],
        table: pa.Table,
        chunksize: int | None,
    ) -> None:
        with self.writer(place.path, schema) as writer:
            for old in before:
                writer.write_table(old.replace_schema_metadata(schema.metadata))
            size = chunksize or max(table.num_rows, 1)
            for start in range(0, max(table.num_rows, 1), size):
                rows = min(size, table.num_rows - start)
                writer.write_table(table.slice(start, rows))

    def trial(self, table: pa.Table) -> pa.Table:
        """Write a table to memory and read it again."""
        raise NotImplementedError

    def stored(self, path: Path) -> Any:
        """Return a context with the schema of a file, and its tables one by one."""
        raise NotImplementedError

    def writer(self, path: Any, schema: pa.Schema) -> Any:
        """Return a context with what writes tables into a file."""
        raise NotImplementedError


def frames(
    batches: Iterable[pa.RecordBatch], schema: pa.Schema, chunksize: int
) -> Iterator[pd.DataFrame]:
    """Yield batches as frames of so many rows; at least one, with the columns."""
    import pandas as pd

    pending: list[pa.RecordBatch] = []
    rows = start = 0

    def frame() -> pd.DataFrame:
        made = frame_of(pa.Table.from_batches(pending, schema))
        if isinstance(made.index, pd.RangeIndex):
            made.index = pd.RangeIndex(start, start + len(made))
        return made

    for batch in batches:
        while batch.num_rows:
            taken = batch.slice(0, chunksize - rows)
            batch = batch.slice(taken.num_rows)
            pending.append(taken)
            rows += taken.num_rows
            if rows == chunksize:
                yield frame()
                start += rows
                pending, rows = [], 0
    if rows or not start:
        yield frame()


class FeatherSource(ArrowSource):
    """Reads Feather files (version 2, which are Arrow's IPC files)."""

    def read(self, file: File) -> pd.DataFrame:
        """Return a file as a frame."""
        with self._reader(file) as reader:
            return frame_of(self._ordered(reader.read_all(), file))

    def read_chunks(self, file: File, chunksize: int) -> Iterator[pd.DataFrame]:
        """Yield a file as frames of so many rows."""
        with self._reader(file) as reader:
            schema = self._ordered(reader.schema.empty_table(), file).schema
            batches = map(reader.get_batch, range(reader.num_record_batches))
            yield from frames(
                (batch.select(schema.names) for batch in batches), schema, chunksize
            )

    @contextmanager
    def _reader(self, file: File) -> Iterator[Any]:
        with seekable(file) as source, _arrow_file(source) as handle:
            with pa.ipc.open_file(handle) as reader:
                names = self.names(reader.schema, file)
                if names is None:
                    yield reader
                    return
                places = sorted(map(reader.schema.get_field_index, names))
            options = pa.ipc.IpcReadOptions(included_fields=places)
            with pa.ipc.open_file(handle, options=options) as reader:
                yield reader

    def _ordered(self, table: pa.Table, file: File) -> pa.Table:
        names = self.names(table.schema, file)
        return table if names is None else table.select(names)


_FEATHER = ("index", "compression", "compression_level")


def _feather(options: dict[str, Any]) -> dict[str, Any]:
    check_names(options, known=_FEATHER, taker="feather")
    return options


class FeatherSink(ArrowSink):
    """Writes Feather files (version 2)."""

    class Config(ArrowSink.Config):
        """What a section of type ``feather`` may say."""

        options: Annotated[dict[str, Any], AfterValidator(_feather)] = {}
        """`index`, `compression` (`lz4`, `zstd`, `uncompressed`) and its level."""

    settings: Config

    def trial(self, table: pa.Table) -> pa.Table:
        """Write a table to memory and read it again."""
        memory = io.BytesIO()
        with pa.ipc.new_file(memory, table.schema) as writer:
            writer.write_table(table)
        with pa.ipc.open_file(pa.BufferReader(memory.getvalue())) as reader:
            return reader.read_all()

    @contextmanager
    def stored(self, path: Path) -> Iterator[tuple[pa.Schema, Iterator[pa.Table]]]:
        """Yield the schema of a file, and its tables one by one."""
        with pa.OSFile(str(path)) as handle, pa.ipc.open_file(handle) as reader:
            batches = map(reader.get_batch, range(reader.num_record_batches))
            yield reader.schema, (pa.Table.from_batches([batch]) for batch in batches)

    @contextmanager
    def writer(self, path: Any, schema: pa.Schema) -> Iterator[Any]:
        """Yield what writes tables into a file."""
        method = self.options.get("compression", "lz4")
        level = self.options.get("compression_level")
        plain = method in (None, "uncompressed")
        codec = None if plain else pa.Codec(method, compression_level=level)
        options = pa.ipc.IpcWriteOptions(compression=codec)
        with (
            pa.OSFile(str(path), "wb") as handle,
            pa.ipc.new_file(handle, schema, options=options) as writer,
        ):
            yield _Limited(writer)


class _Limited:
    """Writes batches that are small enough to be read one by one."""

    def __init__(self, writer: Any) -> None:
        self.write_table = partial(writer.write_table, max_chunksize=_BATCH)


@contextmanager
def _arrow_file(source: Any) -> Iterator[Any]:
    if isinstance(source, str):
        with pa.OSFile(source) as handle:
            yield handle
    else:
        with pa.PythonFile(source, mode="r") as handle:
            yield handle
