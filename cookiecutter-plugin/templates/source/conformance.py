"""The contracts of launchpad that this distribution keeps."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from launchpad_core.testing import DataSourceContract, PluginContract


class TestPlugin(PluginContract):
    """The distribution, its entry point and its registrations."""

    distribution = "{{ cookiecutter.distribution }}"


class Test{{ cookiecutter.__class }}(DataSourceContract):
    """The data source `{{ cookiecutter.type }}`."""

    type = "{{ cookiecutter.type }}"
    capabilities = ("frames", "chunks")

    @pytest.fixture
    def section(self, tmp_path: Path) -> dict[str, Any]:
        """Return a section, and write what it reads: not a multiple of 2 records."""
        text = "city=Oslo degrees=-3.5\ncity=Rome degrees=12\ncity=Bonn degrees=4\n"
        (tmp_path / "records.txt").write_text(text, "utf-8")
        columns = {"columns": ["city", "degrees"], "numbers": ["degrees"]}
        return {"path": "records.txt", **columns}
