"""The type ``parquet``: frames in columns, of which only what is asked for is read."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import AfterValidator

from launchpad_core.options import check_names, parameters_of
from launchpad_sources_files.arrow_files import ArrowSink, ArrowSource, frames
from launchpad_sources_files.arrow_types import frame_of
from launchpad_sources_files.frame_files import check_columns
from launchpad_sources_files.locations import File
from launchpad_sources_files.opened import seekable

if TYPE_CHECKING:
    import pandas as pd

_OPERATORS = ("=", "==", "!=", "<", "<=", ">", ">=", "in", "not in")
_VALUES = (str, int, float, bool, date)
_ROWS = 1 << 20
_BATCH = 1 << 16


def _filters(filters: list[Any] | None) -> list[Any] | None:
    """Return filters as pyarrow takes them: alternatives of conditions."""
    if filters is None:
        return None
    if not filters:
        raise ValueError("should hold a condition such as [price, '>', 10]")
    one = all(_begins_condition(item) for item in filters)
    groups = [filters] if one else filters
    return [[_condition(item) for item in _group(group)] for group in groups]


def _begins_condition(item: Any) -> bool:
    return isinstance(item, (list, tuple)) and bool(item) and isinstance(item[0], str)


def _group(group: Any) -> list[Any]:
    if not isinstance(group, (list, tuple)) or not group:
        raise ValueError(f"should be conditions, or lists of them, not {group!r}")
    return list(group)


def _condition(item: Any) -> tuple[str, str, Any]:
    if not isinstance(item, (list, tuple)) or len(item) != 3:
        raise ValueError(f"should be [column, operator, value], not {item!r}")
    column, operator, value = item
    if not isinstance(column, str):
        raise ValueError(f"should begin with the name of a column, not {column!r}")
    if operator not in _OPERATORS:
        raise ValueError(
            f"knows no operator {operator!r}, only {', '.join(_OPERATORS)}"
        )
    several = operator.endswith("in")
    values = value if several and isinstance(value, (list, tuple)) else [value]
    if several != isinstance(value, (list, tuple)) or not all(
        isinstance(one, _VALUES) for one in values
    ):
        wanted = "a list of values" if several else "a value"
        raise ValueError(f"{column} {operator} needs {wanted}, not {value!r}")
    return (column, operator, value)


class ParquetSource(ArrowSource):
    """Reads Parquet files; only the columns and row groups that are asked for."""

    class Config(ArrowSource.Config):
        """What a section of type ``parquet`` may say."""

        filters: Annotated[list[Any] | None, AfterValidator(_filters)] = None
        """Rows to read: `[[price, ">", 10], [kind, in, [a, b]]]`, all of them true;
        or a list of such lists, one of them true."""

    settings: Config

    def narrowed(self) -> list[str]:
        """Return what else limits the rows that are read, in words."""
        return ["filtered"] if self.settings.filters else []

    def read(self, file: File) -> pd.DataFrame:
        """Return a file as a frame."""
        with self._parquet(file) as parquet:
            names = self._names(parquet, file)
            if self.settings.filters is None:
                return frame_of(_reordered(parquet.read(columns=names), names))
        with seekable(file) as source:
            return frame_of(self._scanner(source, names).to_table())

    def read_chunks(self, file: File, chunksize: int) -> Iterator[pd.DataFrame]:
        """Yield a file as frames of so many rows."""
        size = min(chunksize, _BATCH)
        with self._parquet(file) as parquet:
            names = self._names(parquet, file)
            schema = _reordered(parquet.schema_arrow.empty_table(), names).schema
            if self.settings.filters is None:
                batches = parquet.iter_batches(size, columns=names)
                chosen = (batch.select(schema.names) for batch in batches)
                yield from frames(chosen, schema, chunksize)
                return
        with seekable(file) as source:
            limits = {"batch_size": size, "batch_readahead": 1}
            batches = self._scanner(source, names, **limits).to_batches()
            yield from frames(batches, schema, chunksize)

    @contextmanager
    def _parquet(self, file: File) -> Iterator[pq.ParquetFile]:
        remote = file.system is not None
        with (
            seekable(file) as source,
            pq.ParquetFile(source, pre_buffer=remote) as parquet,
        ):
            yield parquet

    def _names(self, parquet: pq.ParquetFile, file: File) -> list[str] | None:
        schema = parquet.schema_arrow
        asked = [c[0] for group in self.settings.filters or () for c in group]
        check_columns(schema.names, dict.fromkeys(asked), file.shown)
        return self.names(schema, file)

    def _scanner(self, source: Any, names: list[str] | None, **limits: int) -> Any:
        import pyarrow.dataset as ds

        parquet = ds.ParquetFileFormat()
        if isinstance(source, str):
            local = pa.fs.LocalFileSystem()
            fragment = parquet.make_fragment(source, filesystem=local)
        else:
            fragment = parquet.make_fragment(source)
        chosen = pq.filters_to_expression(self.settings.filters)
        return fragment.scanner(columns=names, filter=chosen, **limits)


_WRITING = (parameters_of(pq.ParquetWriter) | {"index"}) - {
    *("where", "schema", "filesystem", "memory_pool", "metadata_collector", "options"),
}


def _options(options: dict[str, Any]) -> dict[str, Any]:
    check_names(options, known=_WRITING, taker="ParquetWriter of pyarrow")
    return options


class ParquetSink(ArrowSink):
    """Writes Parquet files."""

    class Config(ArrowSink.Config):
        """What a section of type ``parquet`` may say."""

        options: Annotated[dict[str, Any], AfterValidator(_options)] = {}
        """Options for `pyarrow.parquet.ParquetWriter`, and `index`."""

    settings: Config

    def trial(self, table: pa.Table) -> pa.Table:
        """Write a table to memory and read it again."""
        memory = io.BytesIO()
        with self.writer(memory, table.schema) as writer:
            writer.write_table(table)
        with pq.ParquetFile(pa.BufferReader(memory.getvalue())) as parquet:
            return parquet.read()

    @contextmanager
    def stored(self, path: Path) -> Iterator[tuple[pa.Schema, Iterator[pa.Table]]]:
        """Yield the schema of a file, and its row groups one by one."""
        with pq.ParquetFile(path, pre_buffer=False) as parquet:
            yield parquet.schema_arrow, _row_groups(parquet)

    def writer(self, path: Any, schema: pa.Schema) -> Any:
        """Return what writes tables into a file."""
        options = {k: v for k, v in self.options.items() if k != "index"}
        return pq.ParquetWriter(path, schema, **options)


def _row_groups(parquet: pq.ParquetFile) -> Iterator[pa.Table]:
    for group in range(parquet.num_row_groups):
        if parquet.metadata.row_group(group).num_rows <= _ROWS:
            yield parquet.read_row_group(group)
        else:
            batches = partial(parquet.iter_batches, row_groups=[group])
            yield from (pa.Table.from_batches([b]) for b in batches(_ROWS))


def _reordered(table: pa.Table, names: list[str] | None) -> pa.Table:
    return table if names is None else table.select(names)
