"""The data sinks of this distribution keep to their contract."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from secrets import token_hex
from typing import Any, ClassVar

import pytest

from launchpad_core.testing import DataSinkContract


class _FileSink(DataSinkContract):
    """What the tests of all sinks of frames have in common."""

    capabilities: ClassVar[Collection[str]] = ("frames", "chunks")

    @pytest.fixture
    def section(self) -> Mapping[str, Any]:
        """Return a section whose folder isn't there yet."""
        mode = "append" if "append" in self.capabilities else "replace"
        return {"path": "folder/data.file", "mode": mode}


_APPENDING = ("frames", "chunks", "append")


class TestCsvSink(_FileSink):
    """The data sink ``csv``."""

    type = "csv"


class TestCsvSinkThatAppends(TestCsvSink):
    """The data sink ``csv`` with ``mode: append``."""

    capabilities = _APPENDING


class TestEuroCsvSink(_FileSink):
    """The data sink ``euro_csv``."""

    type = "euro_csv"


class TestEuroCsvSinkThatAppends(TestEuroCsvSink):
    """The data sink ``euro_csv`` with ``mode: append``."""

    capabilities = _APPENDING


class TestJsonSink(_FileSink):
    """The data sink ``json``."""

    type = "json"


class TestJsonSinkThatAppends(TestJsonSink):
    """The data sink ``json`` with ``mode: append``."""

    capabilities = _APPENDING


class TestJsonlSink(_FileSink):
    """The data sink ``jsonl``."""

    type = "jsonl"


class TestJsonlSinkThatAppends(TestJsonlSink):
    """The data sink ``jsonl`` with ``mode: append``."""

    capabilities = _APPENDING


class TestParquetSink(_FileSink):
    """The data sink ``parquet``."""

    type = "parquet"


class TestParquetSinkThatAppends(TestParquetSink):
    """The data sink ``parquet`` with ``mode: append``."""

    capabilities = _APPENDING


class TestFeatherSink(_FileSink):
    """The data sink ``feather``."""

    type = "feather"


class TestFeatherSinkThatAppends(TestFeatherSink):
    """The data sink ``feather`` with ``mode: append``."""

    capabilities = _APPENDING


class TestExcelSink(_FileSink):
    """The data sink ``excel``."""

    type = "excel"

    @pytest.fixture(autouse=True)
    def needs(self) -> None:
        """Skip the test where workbooks can't be written."""
        pytest.importorskip("openpyxl")


class TestExcelSinkThatAppends(TestExcelSink):
    """The data sink ``excel`` with ``mode: append``."""

    capabilities = _APPENDING


class TestCsvSinkElsewhere(_FileSink):
    """The data sink ``csv``, behind a URL and with a placeholder."""

    type = "csv"
    capabilities = ("frames", "chunks", "params")

    @pytest.fixture
    def section(self) -> Mapping[str, Any]:
        """Return a section of a file in fsspec's memory."""
        return {"path": f"memory://{token_hex(8)}/{{day}}/data.csv"}

    @pytest.fixture
    def params(self) -> Mapping[str, Any]:
        """Return what the placeholder stands for."""
        return {"day": 7}


class TestTextSink(_FileSink):
    """The data sink ``text_file``."""

    type = "text_file"
    capabilities: ClassVar[Collection[str]] = ("raw",)


class TestTextSinkThatAppends(TestTextSink):
    """The data sink ``text_file`` with ``mode: append``."""

    capabilities = ("raw", "append")


class TestBinarySink(_FileSink):
    """The data sink ``binary_file``."""

    type = "binary_file"
    capabilities: ClassVar[Collection[str]] = ("raw",)

    @pytest.fixture
    def raw_data(self) -> bytes:
        """Return every byte that there is."""
        return bytes(range(256))


class TestBinarySinkThatAppends(TestBinarySink):
    """The data sink ``binary_file`` with ``mode: append``."""

    capabilities = ("raw", "append")
