"""What the plugin provides, what it costs to find it, and what explains itself."""

from __future__ import annotations

import importlib
import subprocess
import sys
from typing import Any

import pytest

from launchpad_core.errors import DataError
from launchpad_sources_files import plugin
from launchpad_sources_files.csv import CsvSink, CsvSource
from launchpad_sources_files.excel import ExcelSource
from launchpad_sources_files.json_files import JsonSink, JsonSource
from launchpad_sources_files.parquet import ParquetSink, ParquetSource
from launchpad_sources_files.raw import RawFileSource

TYPES = [
    *("csv", "euro_csv", "parquet", "feather", "json", "jsonl", "excel"),
    *("text_file", "binary_file"),
]


def test_every_type_is_a_source_and_a_sink() -> None:
    for registrations in (plugin.launchpad_data_sources, plugin.launchpad_data_sinks):
        provided = {one.type: one.implementation for one in registrations()}
        assert list(provided) == TYPES
        for address in provided.values():
            module, _, name = address.partition(":")
            assert hasattr(importlib.import_module(module), name)


def test_plugin_imports_nothing_heavy() -> None:
    script = (
        "import sys, launchpad_sources_files.plugin;"
        "print({'pandas', 'pyarrow', 'fsspec', 'openpyxl'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True
    )

    assert done.stdout == "set()\n"


@pytest.mark.parametrize(
    ("resource", "section", "line"),
    [
        (CsvSource, {"type": "csv"}, "pandas, engine c"),
        (
            CsvSource,
            {"type": "csv", "columns": ["a"], "dtypes_path": "b"},
            "pandas, engine c, 1 column, types kept",
        ),
        (CsvSink, {"type": "csv", "mode": "append"}, "pandas, append"),
        (ParquetSource, {"type": "parquet", "columns": ["a"]}, "pyarrow, 1 column"),
        (
            ParquetSink,
            {"type": "parquet", "path": "s3://b/a"},
            "pyarrow, replace, fsspec s3",
        ),
        (JsonSource, {"type": "jsonl"}, "json of Python"),
        (JsonSource, {"type": "json", "options": {"orient": "split"}}, "pandas"),
        (
            JsonSink,
            {"type": "jsonl", "dtypes_path": "b"},
            "json of Python, replace, types kept",
        ),
        (ExcelSource, {"type": "excel"}, "pandas, openpyxl, whole"),
        (RawFileSource, {"type": "text_file"}, "whole"),
    ],
)
def test_resources_explain_what_they_will_do(
    resource: Any, section: dict[str, Any], line: str
) -> None:
    assert resource("x", {"path": "a", **section}).explain() == line


def test_protocol_that_nobody_knows_is_told() -> None:
    with pytest.raises(DataError) as told:
        CsvSource("x", {"type": "csv", "path": "foo://a.csv"}).get_dataframe()

    assert str(told.value) == (
        'data source "x" can\'t read foo://a.csv: Protocol not known: foo'
    )
