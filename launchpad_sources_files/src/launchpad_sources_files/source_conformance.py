"""The data sources of this distribution keep to their contract."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, ClassVar

import pandas as pd
import pytest

from launchpad_core.testing import DataSourceContract

_TEXT = "Grüße, €\n\n'two' \"lines\"\n"
_CSV = """number,length,name,ripe
3,0.5,"says ""so""\",True
1,-1.25,"Grüße; äöü, €",False
2,30000000000.75,it's,True
"""
_EURO_CSV = """number;length;name;ripe
3;0,5;"says ""so""\";True
1;-1,25;"Grüße; äöü, €";False
2;30000000000,75;it's;True
"""
_LINES = (
    r'{"number": 3, "length": 0.5, "name": "says \"so\"", "ripe": true}',
    '{"number": 1, "length": -1.25, "name": "Grüße; äöü, €", "ripe": false}',
    '{"number": 2, "length": 30000000000.75, "name": "it\'s", "ripe": true}',
)


def _frame() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "number": [3, 1, 2],
            "length": [0.5, -1.25, 30000000000.75],
            "name": ['says "so"', "Grüße; äöü, €", "it's"],
            "ripe": [True, False, True],
        }
    )


class _FileSource(DataSourceContract):
    """What the tests of all sources of frames have in common."""

    capabilities: ClassVar[Collection[str]] = ("frames", "chunks")
    content: ClassVar[str]

    @pytest.fixture
    def section(self, tmp_path: Path) -> Mapping[str, Any]:
        """Return the section of a file that was written without launchpad."""
        self._write(tmp_path / "data.file")
        return {"path": "data.file"}

    @pytest.fixture
    def expected(self) -> pd.DataFrame:
        """Return what is in the file."""
        return _frame()

    def _write(self, path: Path) -> None:
        path.write_text(self.content, encoding="utf-8")


class TestCsvSource(_FileSource):
    """The data source ``csv``."""

    type = "csv"
    content = _CSV


class TestCsvSourceWithParams(TestCsvSource):
    """The data source ``csv``, whose path has a placeholder."""

    capabilities = ("frames", "chunks", "params")

    @pytest.fixture
    def section(self, tmp_path: Path) -> Mapping[str, Any]:
        """Return a section with a placeholder."""
        self._write(tmp_path / "data-7-rose.csv")
        (tmp_path / "data-8-rose.csv").write_text("number\n4\n", "utf-8")
        return {"path": "data-{day}-{plant}.csv"}

    @pytest.fixture
    def params(self) -> Mapping[str, Any]:
        """Return what the placeholders stand for."""
        return {"day": 7, "plant": "rose"}

    @pytest.fixture
    def other_params(self) -> Mapping[str, Any]:
        """Return what they stand for in the path of another file."""
        return {"day": 8, "plant": "rose"}


class TestEuroCsvSource(_FileSource):
    """The data source ``euro_csv``."""

    type = "euro_csv"
    content = _EURO_CSV


class TestJsonSource(_FileSource):
    """The data source ``json``."""

    type = "json"
    content = f"[{','.join(_LINES)}]"


class TestJsonlSource(_FileSource):
    """The data source ``jsonl``."""

    type = "jsonl"
    content = "\n".join(_LINES)


class TestParquetSource(_FileSource):
    """The data source ``parquet``."""

    type = "parquet"

    def _write(self, path: Path) -> None:
        _frame().to_parquet(path)


class TestFeatherSource(_FileSource):
    """The data source ``feather``."""

    type = "feather"

    def _write(self, path: Path) -> None:
        _frame().to_feather(path)


class TestExcelSource(_FileSource):
    """The data source ``excel``."""

    type = "excel"

    def _write(self, path: Path) -> None:
        pytest.importorskip("openpyxl")
        with path.open("wb") as file:
            _frame().to_excel(file, index=False, engine="openpyxl")


class TestTextSource(DataSourceContract):
    """The data source ``text_file``."""

    type = "text_file"
    capabilities: ClassVar[Collection[str]] = ("raw",)

    @pytest.fixture
    def section(self, tmp_path: Path) -> Mapping[str, Any]:
        """Return the section of a text."""
        (tmp_path / "data.file").write_text(_TEXT, encoding="utf-8")
        return {"path": "data.file"}

    @pytest.fixture
    def expected(self) -> str:
        """Return what is in the file."""
        return _TEXT


class TestBinarySource(DataSourceContract):
    """The data source ``binary_file``, behind a URL and with a placeholder."""

    type = "binary_file"
    capabilities = ("raw", "params")

    @pytest.fixture
    def section(self, tmp_path: Path) -> Mapping[str, Any]:
        """Return the section of a file with every byte that there is."""
        (tmp_path / "data-7.file").write_bytes(bytes(range(256)))
        (tmp_path / "data-8.file").write_bytes(b"others")
        return {"path": f"local://{tmp_path}/data-{{day}}.file"}

    @pytest.fixture
    def params(self) -> Mapping[str, Any]:
        """Return what the placeholder stands for."""
        return {"day": 7}

    @pytest.fixture
    def other_params(self) -> Mapping[str, Any]:
        """Return what it stands for in the path of another file."""
        return {"day": 8}

    @pytest.fixture
    def expected(self) -> bytes:
        """Return what is in the file."""
        return bytes(range(256))
