"""What `{{ cookiecutter.type }}` does beyond the contract."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from launchpad_core import StoreError

from {{ cookiecutter.__package }}.store import {{ cookiecutter.__class }}


def store(path: Path) -> {{ cookiecutter.__class }}:
    section = {"type": "{{ cookiecutter.type }}", "location": path}
    return {{ cookiecutter.__class }}(section)


def test_each_file_is_a_row(tmp_path: Path) -> None:
    store(tmp_path / "models.db").create("Iris/1.0.0/log/1", b"x")

    with closing(sqlite3.connect(tmp_path / "models.db")) as database:
        rows = database.execute("SELECT key, content FROM files").fetchall()
    assert rows == [("Iris/1.0.0/log/1", b"x")]


def test_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    (tmp_path / "models.db").write_text("no database" * 1000, "utf-8")

    with pytest.raises(StoreError, match="file is not a database"):
        store(tmp_path / "models.db").read("Iris/1.0.0/log/1")
