"""What `{{ cookiecutter.type }}` does beyond the contract."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from launchpad_core import DataError

from {{ cookiecutter.__package }}.source import {{ cookiecutter.__class }}


def source(path: Path, text: str) -> {{ cookiecutter.__class }}:
    path.write_text(text, "utf-8")
    columns = {"columns": ["city", "degrees"], "numbers": ["degrees"]}
    section = {"type": "{{ cookiecutter.type }}", "path": path, **columns}
    return {{ cookiecutter.__class }}("records", section)


def test_records_become_rows(tmp_path: Path) -> None:
    text = "degrees=-3.5 city=Oslo\ncity=New%20York\n"
    records = source(tmp_path / "records.txt", text)

    frame: pd.DataFrame = records.get_dataframe()

    assert list(frame["city"]) == ["Oslo", "New York"]
    assert frame["degrees"].dtype == "float64"
    assert frame["degrees"].isna().tolist() == [False, True]


def test_value_that_is_no_number_is_told(tmp_path: Path) -> None:
    records = source(tmp_path / "records.txt", "city=Oslo degrees=cold\n")

    with pytest.raises(DataError, match=r"no number: .*'cold'"):
        records.get_dataframe()
