"""What this distribution provides: the types of file, as source and as sink."""

from __future__ import annotations

from collections.abc import Iterator

from launchpad_core import DataSinkType, DataSourceType, hookimpl

_TABLES = {
    "csv": "CSV files: commas between fields, a point in decimals",
    "euro_csv": "CSV files: semicolons between fields, a comma in decimals",
}
_RAW = {
    "text_file": "Text files, as str",
    "binary_file": "Files of any kind, as bytes",
}


@hookimpl
def launchpad_data_sources() -> Iterator[DataSourceType]:
    """Return the types that are read."""
    for type_, summary in _TABLES.items():
        address = "launchpad_sources_files.csv:CsvSource"
        yield DataSourceType(type_, implementation=address, summary=summary)
    for type_, summary in _RAW.items():
        address = "launchpad_sources_files.raw:RawFileSource"
        yield DataSourceType(type_, implementation=address, summary=summary)


@hookimpl
def launchpad_data_sinks() -> Iterator[DataSinkType]:
    """Return the types that are written."""
    for type_, summary in _TABLES.items():
        address = "launchpad_sources_files.csv:CsvSink"
        yield DataSinkType(type_, implementation=address, summary=summary)
    for type_, summary in _RAW.items():
        address = "launchpad_sources_files.raw:RawFileSink"
        yield DataSinkType(type_, implementation=address, summary=summary)
