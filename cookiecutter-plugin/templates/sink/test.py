"""What `{{ cookiecutter.type }}` does beyond the contract."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from launchpad_core import DataError

from {{ cookiecutter.__package }}.sink import {{ cookiecutter.__class }}


def sink(path: Path) -> {{ cookiecutter.__class }}:
    return {{ cookiecutter.__class }}("records", {"type": "{{ cookiecutter.type }}", "path": path})


def test_rows_become_records(tmp_path: Path) -> None:
    frame = pd.DataFrame({"city": ["Oslo", "Rome"], "degrees": [-3.5, None]})

    sink(tmp_path / "records.txt").put_dataframe(frame)

    text = (tmp_path / "records.txt").read_text("utf-8")
    assert text == "city=Oslo degrees=-3.5\ncity=Rome\n"


def test_value_that_would_be_two_is_refused(tmp_path: Path) -> None:
    frame = pd.DataFrame({"city": ["New York"]})

    with pytest.raises(DataError, match="can't write the field 'city=New York'"):
        sink(tmp_path / "records.txt").put_dataframe(frame)
