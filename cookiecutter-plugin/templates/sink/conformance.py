"""The contracts of launchpad that this distribution keeps."""

from __future__ import annotations

import ast
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pandas as pd
import pytest
from launchpad_core.testing import DataSinkContract, PluginContract


class TestPlugin(PluginContract):
    """The distribution, its entry point and its registrations."""

    distribution = "{{ cookiecutter.distribution }}"


class Test{{ cookiecutter.__class }}(DataSinkContract):
    """The data sink `{{ cookiecutter.type }}`."""

    type = "{{ cookiecutter.type }}"
    capabilities = ("frames",)

    @pytest.fixture
    def section(self) -> dict[str, Any]:
        """Return a section."""
        return {"path": "records.txt"}

    @pytest.fixture
    def read_back(self, tmp_path: Path) -> Callable[[], pd.DataFrame]:
        """Return a function that reads what was written; no source is needed for it."""
        return lambda: _records(tmp_path / "records.txt")


def _records(path: Path) -> pd.DataFrame:
    """Return the records in a file; numbers and truth values become such again."""
    if not path.exists():
        return pd.DataFrame()
    lines = path.read_text("utf-8").splitlines()
    fields = [[field.split("=", 1) for field in line.split()] for line in lines]
    records = [{unquote(k): _value(unquote(v)) for k, v in pairs} for pairs in fields]
    return pd.DataFrame(records)


def _value(text: str) -> Any:
    try:
        return ast.literal_eval(text)
    except (SyntaxError, ValueError):
        return text
