"""What `{{ cookiecutter.type }}` does beyond the contract."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from launchpad_core import DataError

from {{ cookiecutter.__package }}.sink import {{ cookiecutter.__class }}


def sink(path: Path) -> {{ cookiecutter.__class }}:
    section = {"type": "{{ cookiecutter.type }}", "path": path}
    return {{ cookiecutter.__class }}("records", section)


def test_rows_become_records(tmp_path: Path) -> None:
    frame = pd.DataFrame({"city": ["Oslo", "New York"], "degrees": [-3.5, None]})

    sink(tmp_path / "records.txt").put_dataframe(frame)

    text = (tmp_path / "records.txt").read_text("utf-8")
    assert text == "city=Oslo degrees=-3.5\ncity=New%20York\n"


def test_folder_that_cannot_be_is_told_before(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder", "utf-8")

    with pytest.raises(DataError, match=r"can't write .*records\.txt"):
        sink(tmp_path / "file" / "records.txt").try_destination()
