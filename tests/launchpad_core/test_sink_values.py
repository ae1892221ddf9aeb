"""Sinks that lose what is missing, or what was there, are caught."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, ClassVar

import pandas as pd
import pytest
from broken_rules import broken

from launchpad_core import DataSink, DataSource
from launchpad_core.errors import DataError
from launchpad_core.settings import ConfigPath
from launchpad_core.testing import DataSinkContract


class Csv(DataSink):
    """Keeps to the contract; each test breaks how it writes."""

    class Config(DataSink.Config):
        """What its section may say."""

        path: ConfigPath
        """The file."""

    settings: Config

    def put_dataframe(
        self, dataframe: Any, params: Any = None, chunksize: Any = None
    ) -> None:
        self.refuse(params=params, chunksize=chunksize)
        if not isinstance(dataframe, pd.DataFrame):
            raise DataError(f"no frame, but {type(dataframe).__name__}")
        self.write(dataframe)

    def write(self, dataframe: pd.DataFrame) -> None:
        text = dataframe.to_csv(index=False)
        beside = self.settings.path.with_name(f"{id(dataframe)}.new")
        beside.write_text(text, "utf-8")
        beside.replace(self.settings.path)


class CsvSource(DataSource):
    def get_dataframe(self, params: Any = None, chunksize: Any = None) -> Any:
        try:
            return pd.read_csv(self.config["path"])
        except (OSError, ValueError) as error:
            raise DataError(type(error).__name__) from error


class WritesNan(Csv):
    def write(self, dataframe: pd.DataFrame) -> None:
        super().write(dataframe.map(lambda value: f"{value} "))


class MakesFloats(Csv):
    def write(self, dataframe: pd.DataFrame) -> None:
        super().write(dataframe.astype({"number": "float64"}))


class WritesRowByRow(Csv):
    def write(self, dataframe: pd.DataFrame) -> None:
        with self.settings.path.open("w", encoding="utf-8") as file:
            file.write(dataframe.head(0).to_csv(index=False))
            for row in range(len(dataframe)):
                file.write(dataframe[row : row + 1].to_csv(index=False, header=False))


class LeavesItOpen(Csv):
    def write(self, dataframe: pd.DataFrame) -> None:
        self.settings.path.open("a")
        super().write(dataframe)


def faults(sink: type[DataSink], *rules: str) -> Mapping[str, str]:
    """Return what some rules of the contract, or all, find in a sink."""

    class Tested(DataSinkContract):
        type = "tested"
        capabilities: ClassVar[Collection[str]] = ("frames",)

        @pytest.fixture
        def implementation(self) -> Any:
            return sink

        @pytest.fixture
        def section(self, tmp_path: Any) -> Mapping[str, Any]:
            return {"path": str(tmp_path / "data.csv")}

        @pytest.fixture
        def source(self, written: Any) -> DataSource:
            return CsvSource("read_back", written)

    found = broken(Tested, only=[f"test_{rule}" for rule in rules]).items()
    return {rule.removeprefix("test_"): fault for rule, fault in found}


def test_sink_that_keeps_to_the_contract() -> None:
    assert faults(Csv) == {}


@pytest.mark.parametrize(
    ("sink", "rule", "told"),
    [
        (
            WritesNan,
            "missing_values_are_read_back",
            'the missing value of "length" in row 1 is read back as',
        ),
        (
            MakesFloats,
            "frames_are_read_back",
            'the whole numbers of the column "number" have become floats',
        ),
        (WritesRowByRow, "old_data_stays_when_writing_fails", "the old data: "),
        (LeavesItOpen, "files_are_closed_again", "data.csv is left open"),
    ],
)
def test_sink_that_breaks_a_rule(sink: type[DataSink], rule: str, told: str) -> None:
    assert told in faults(sink, rule)[rule]
