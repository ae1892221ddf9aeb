"""The contracts of launchpad that this distribution keeps."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from launchpad_core import DataSource, Resources
from launchpad_core.testing import ModelTypeContract, PluginContract


class TestPlugin(PluginContract):
    """The distribution, its entry point and its registrations."""

    distribution = "{{ cookiecutter.distribution }}"


class Test{{ cookiecutter.__class }}(ModelTypeContract):
    """The model type `{{ cookiecutter.type }}`."""

    type = "{{ cookiecutter.type }}"

    @pytest.fixture
    def section(self) -> dict[str, Any]:
        """Return a section."""
        return {"source": "petals", "target": "variety", "by": "width"}

    @pytest.fixture
    def other_section(self, section: dict[str, Any]) -> dict[str, Any]:
        """Return a section whose model answers otherwise."""
        return {**section, "target": "colour"}

    @pytest.fixture
    def resources(self) -> Resources:
        """Return the data source that the sections name."""
        return Resources({"petals": Petals("petals", {"type": "petals"})})

    @pytest.fixture
    def arguments(self) -> list[dict[str, Any]]:
        """Return inputs with different answers."""
        return [{"width": 1}, {"width": 2}]


class Petals(DataSource):
    """Rows that models are trained with in these tests."""

    def get_dataframe(self, params: Any = None, chunksize: Any = None) -> pd.DataFrame:
        """Return the rows."""
        return pd.DataFrame(
            {
                "width": [1, 1, 1, 2],
                "variety": ["Setosa", "Setosa", "Virginica", "Virginica"],
                "colour": ["red", "blue", "red", "blue"],
            }
        )
