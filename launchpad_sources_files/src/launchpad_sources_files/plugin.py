"""What this distribution provides: the types of file, as source and as sink."""

from __future__ import annotations

from collections.abc import Iterator

from launchpad_core import DataSinkType, DataSourceType, hookimpl

_TYPES = {
    "csv": ("csv:Csv", "CSV files: commas between fields, a point in decimals"),
    "euro_csv": (
        "csv:Csv",
        "CSV files: semicolons between fields, decimal commas",
    ),
    "parquet": ("parquet:Parquet", "Parquet files: columns with their types"),
    "feather": ("arrow_files:Feather", "Feather files: columns with their types"),
    "json": ("json_files:Json", "JSON files: an array of one object per row"),
    "jsonl": ("json_files:Json", "JSON Lines: one object per line"),
    "excel": ("excel:Excel", "Excel workbooks (.xlsx)"),
    "text_file": ("raw:RawFile", "Text files, as str"),
    "binary_file": ("raw:RawFile", "Files of any kind, as bytes"),
}


@hookimpl
def launchpad_data_sources() -> Iterator[DataSourceType]:
    """Return the types that are read."""
    for type_, (class_, summary) in _TYPES.items():
        address = f"launchpad_sources_files.{class_}Source"
        yield DataSourceType(type_, implementation=address, summary=summary)


@hookimpl
def launchpad_data_sinks() -> Iterator[DataSinkType]:
    """Return the types that are written."""
    for type_, (class_, summary) in _TYPES.items():
        address = f"launchpad_sources_files.{class_}Sink"
        yield DataSinkType(type_, implementation=address, summary=summary)
