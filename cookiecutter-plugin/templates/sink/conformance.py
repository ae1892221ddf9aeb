"""The contracts of launchpad that this distribution keeps."""

from __future__ import annotations

from typing import Any

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
